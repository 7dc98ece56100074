//! The body of an answer, on its way to the client.

use std::error::Error;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::admission::Admitted;
use crate::exchange::Delivery;
use crate::open::Open;
use crate::usage::{Telling, tell, tell_after};

pin_project! {
    /// The body of an answer. The request that it answers is over when this is dropped.
    pub(crate) struct AnswerBody<B> {
        // Dropped first: what it knows of its guest it may say while it goes.
        #[pin]
        source: Source<B>,
        open: Open,
        // Bytes that are still to come, where it is known how many.
        left: Option<u64>,
        // What the request used is still to be told, after the body.
        tells: bool,
        // The body is at its end, and what stood after it was given.
        ended: bool,
        admitted: Option<Admitted>,
    }
}

pin_project! {
    #[project = Projected]
    enum Source<B> {
        Handler { #[pin] body: B },
        Own { text: Option<Bytes> },
    }
}

impl<B: Body> AnswerBody<B> {
    /// What a handler answers, with what the request used where its client is told.
    pub(crate) fn of(
        answer: Response<B>,
        open: Open,
        mut admitted: Option<Admitted>,
        telling: Telling,
    ) -> Response<Self> {
        open.exchange.status.set(Some(answer.status()));
        let (mut head, body) = answer.into_parts();
        let bodiless = open.exchange.method == Method::HEAD
            || matches!(head.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let left = if bodiless || body.is_end_stream() { Some(0) } else { body.size_hint().exact() };
        if left == Some(0) {
            open.exchange.delivery.set(Delivery::Whole);
        }
        let tells = tell(telling, left.is_none(), &open.exchange, &mut head.headers);
        open.let_leave(&mut admitted);
        let source = Source::Handler { body };
        Response::from_parts(head, Self { source, open, left, tells, ended: false, admitted })
    }

    /// What the server itself answers.
    pub(crate) fn own(answer: Response<Bytes>, open: Open) -> Response<Self> {
        open.exchange.status.set(Some(answer.status()));
        answer.map(|text| {
            let left = if open.exchange.method == Method::HEAD { 0 } else { text.len() as u64 };
            if left == 0 {
                open.exchange.delivery.set(Delivery::Whole);
            }
            let text = Some(text).filter(|text| !text.is_empty());
            let source = Source::Own { text };
            Self { source, open, left: Some(left), tells: false, ended: false, admitted: None }
        })
    }
}

impl<B> Body for AnswerBody<B>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>,
{
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let mut this = self.project();
        if *this.ended {
            return Poll::Ready(None);
        }
        let exchange = &this.open.exchange;
        this.open.wanted();
        let frame = match this.source.as_mut().project() {
            Projected::Handler { body } => ready!(body.poll_frame(cx)),
            Projected::Own { text } => text.take().map(|text| Ok(Frame::data(text))),
        };
        // Nobody asks for more of a body that says that it has ended.
        let ended = this.source.is_end_stream();
        if ended {
            exchange.settle();
        }
        this.open.let_leave(this.admitted);
        Poll::Ready(match frame {
            None => {
                // Fewer bytes than were announced are no whole answer.
                let whole = this.left.is_none_or(|left| left == 0);
                exchange.delivery.set(if whole { Delivery::Whole } else { Delivery::Broken });
                *this.ended = true;
                mem::take(this.tells).then(|| {
                    let mut fields = HeaderMap::new();
                    tell_after(exchange, &mut fields);
                    Ok(Frame::trailers(fields))
                })
            }
            Some(Ok(mut frame)) => {
                let length = frame.data_ref().map_or(0, Bytes::len) as u64;
                exchange.sent.set(exchange.sent.get() + length);
                if let Some(left) = this.left {
                    *left = left.saturating_sub(length);
                }
                if this.left.map_or(ended, |left| left == 0) {
                    exchange.delivery.set(Delivery::Whole);
                }
                this.open.handed_over();
                if let Some(fields) = frame.trailers_mut().filter(|_| *this.tells) {
                    *this.tells = false;
                    tell_after(exchange, fields);
                }
                Some(Ok(frame))
            }
            Some(Err(error)) => {
                let error = error.into();
                exchange.delivery.set(Delivery::Broken);
                exchange.why.borrow_mut().get_or_insert_with(|| error.to_string());
                Some(Err(error))
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        !self.tells && (self.ended || self.source.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Handler { body } => body.size_hint(),
            Source::Own { text } => SizeHint::with_exact(text.as_ref().map_or(0, |text| text.len() as u64)),
        }
    }
}

impl<B: Body> Source<B> {
    fn is_end_stream(&self) -> bool {
        match self {
            Self::Handler { body } => body.is_end_stream(),
            Self::Own { text } => text.is_none(),
        }
    }
}
