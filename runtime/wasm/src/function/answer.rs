//! The body of an answer, and with it the guest that gives it.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use dayfly_core::Ending;
use dayfly_host_api::net::http as host;
use http_body::{Body, Frame, SizeHint};

use super::report::{Failed, Listener, Report, reason};
use super::running::Running;

/// The body of an answer. It is given as the guest writes it, no faster than it is taken; and it owns the guest, which is
/// polled with it. The body ends when the guest does.
pub struct Answer<R: Listener = fn(Report)> {
    /// What was taken of the guest's body already.
    ready: VecDeque<Frame<Bytes>>,
    /// None when it is at its end.
    body: Option<host::Body>,
    /// None when it is over, and how is known.
    guest: Option<Running<R>>,
    /// What the body ends with.
    broken: Option<Broken>,
    /// What the guest says that there is, and what there was, in bytes.
    length: Option<u64>,
    given: u64,
    /// The guest was ended because its processor time was used up.
    spent: bool,
}

/// How much of an answer is looked at before it begins: bytes, and frames.
const MOST: usize = 16 << 10;
/// As above.
const MOST_FRAMES: usize = 16;

/// Why an answer is not whole.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Broken {
    /// How the guest ended; none where it gave up on its answer and ended well.
    pub ending: Option<Ending>,
    /// Why, for who looks after the function.
    pub reason: String,
}

/// How a guest ended.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) ending: Ending,
    /// It was ended because its processor time was used up.
    pub(super) spent: bool,
    /// It left its answer without an end.
    pub(super) half: bool,
}

type Next = Option<Result<Frame<Bytes>, Broken>>;

// Nothing in it is ever pinned in its place.
impl<R: Listener> Unpin for Answer<R> {}

impl<R: Listener> Answer<R> {
    pub(super) fn new(body: host::Body, guest: Running<R>, length: Option<u64>) -> Answer<R> {
        let (ready, body) = (VecDeque::new(), Some(body));
        let mut answer =
            Answer { ready, body, guest: Some(guest), broken: None, length, given: 0, spent: false };
        answer.let_go();
        answer
    }

    /// Takes what there is already, up to a bound: most answers are whole then, and are known to be. They need no chunks,
    /// and one that is not whole is no answer.
    ///
    /// # Errors
    /// It is known to be not whole, and nobody has seen anything of it.
    pub(super) async fn settle(&mut self) -> Result<(), Failed> {
        let mut taken = VecDeque::new();
        let mut bytes = 0;
        let settled = poll_fn(|cx| {
            while bytes < MOST && taken.len() < MOST_FRAMES {
                match self.poll_next(cx) {
                    Poll::Ready(Some(Ok(frame))) => {
                        bytes += frame.data_ref().map_or(0, Bytes::len);
                        taken.push_back(frame);
                    }
                    Poll::Ready(Some(Err(broken))) => return Poll::Ready(Err(self.failed(broken))),
                    Poll::Ready(None) | Poll::Pending => break,
                }
            }
            Poll::Ready(Ok(()))
        });
        settled.await?;
        self.ready = taken;
        Ok(())
    }

    fn failed(&self, Broken { ending, reason }: Broken) -> Failed {
        match ending {
            Some(ending) => Failed::without_answer(ending, self.spent),
            None => Failed::bad_answer(Ending::Exited(0), reason),
        }
    }

    /// Has the guest come to its end, and throws away what it gives.
    pub(super) async fn swallow(&mut self) {
        while let Some(Ok(_)) = poll_fn(|cx| self.poll_next(cx)).await {}
        (self.body, self.broken) = (None, None);
        self.ready.clear();
    }

    /// Forgets a guest that is over. If it failed, the body will end with that.
    fn let_go(&mut self) {
        if self.guest.as_ref().is_some_and(Running::is_over)
            && let Some(Outcome { ending, half, spent }) = self.guest.take().map(|mut guest| guest.outcome())
        {
            self.spent = spent;
            self.broken = match ending {
                Ending::Exited(_) if half => Some(Broken {
                    ending: None,
                    reason: "the guest gave up on its answer without a word".to_owned(),
                }),
                Ending::Exited(_) => None,
                ending => {
                    let reason = reason(&ending).unwrap_or_default();
                    Some(Broken { ending: Some(ending), reason })
                }
            };
        }
    }

    fn poll_guest(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(guest) = &mut self.guest else { return Poll::Ready(()) };
        let polled = guest.poll(cx);
        self.let_go();
        polled
    }

    /// The next part of what the guest has written so far.
    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        let polled = match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(cx),
            None => Poll::Ready(None),
        };
        polled.map(|frame| match frame {
            Some(Ok(frame)) => Some(Ok(frame)),
            Some(Err(error)) => {
                self.body = None;
                // If the guest failed, that is why.
                let gave_up =
                    || Broken { ending: None, reason: format!("the guest gave up on its answer: {error}") };
                Some(Err(self.broken.take().unwrap_or_else(gave_up)))
            }
            None => {
                self.body = None;
                None
            }
        })
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        if let Some(frame) = self.ready.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        let mut polled_guest = false;
        loop {
            match self.poll_body(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    self.given += frame.data_ref().map_or(0, |data| data.len() as u64);
                    // There is room for what the guest writes next. It may come to its end now, of which nobody would hear
                    // who drops the body once it is as long as was said.
                    if !polled_guest {
                        let _ = self.poll_guest(cx);
                    }
                    return Poll::Ready(Some(Ok(frame)));
                }
                Poll::Ready(Some(Err(broken))) => {
                    // Nothing that the guest does is of use any more, but it may just be about to say why.
                    let _ = self.poll_guest(cx);
                    self.guest = None;
                    return Poll::Ready(Some(Err(self.broken.take().unwrap_or(broken))));
                }
                Poll::Ready(None) => {
                    return match self.poll_guest(cx) {
                        Poll::Ready(()) => Poll::Ready(self.broken.take().map(Err)),
                        Poll::Pending => Poll::Pending,
                    };
                }
                Poll::Pending if polled_guest => return Poll::Pending,
                Poll::Pending => {
                    let _ = self.poll_guest(cx);
                    polled_guest = true;
                }
            }
        }
    }
}

impl<R: Listener> Body for Answer<R> {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Next> {
        self.poll_next(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.ready.is_empty() && self.body.is_none() && self.guest.is_none() && self.broken.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let ready: u64 =
            self.ready.iter().filter_map(|frame| frame.data_ref()).map(|data| data.len() as u64).sum();
        if self.body.is_none() && self.guest.is_none() && self.broken.is_none() {
            return SizeHint::with_exact(ready);
        }
        match (self.length, &self.body) {
            (Some(length), _) => SizeHint::with_exact((length + ready).saturating_sub(self.given)),
            (None, Some(body)) => body
                .size_hint()
                .exact()
                .map_or_else(SizeHint::default, |length| SizeHint::with_exact(length + ready)),
            (None, None) => SizeHint::default(),
        }
    }
}

impl<R: Listener> Drop for Answer<R> {
    fn drop(&mut self) {
        let whole = self.ready.is_empty()
            && (self.body.is_none() || self.length.is_some_and(|length| length <= self.given));
        if let Some(guest) = &mut self.guest
            && whole
        {
            guest.complete();
        }
    }
}

impl<R: Listener> fmt::Debug for Answer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("given", &self.given).finish_non_exhaustive()
    }
}
