//! A guest that is polled by who waits for its answer.

use std::error::Error as StdError;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use dayfly_core::Ending;
use dayfly_host_api::CpuStretch;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use tokio::time::Sleep;

use super::answer::{Answer, Outcome};
use super::exchange::{Exchange, Head};
use super::guest::{self, Answering};
use super::prepare::{Places, Ready};
use super::report::{Failed, Listener, Report, Reporting, reason};
use super::reused::Seat;
use crate::ending::Stopped;
use crate::guest::nanoseconds;
use crate::interrupt::ticker::Ticking;

/// A guest, until it is over. To drop it is to end it.
pub(super) struct Running<R: Listener> {
    /// None when it is over. It is dropped before everything else here.
    guest: Option<Alive>,
    ready: Arc<Ready>,
    exchange: Arc<Exchange>,
    reporting: Reporting<R>,
    /// Whether its answer, if there is one, goes without a body whatever the guest says.
    is_head: bool,
    began: Instant,
    deadline: Option<Instant>,
    cpu: Duration,
    outcome: Option<Outcome>,
}

/// What there is for as long as a guest lives.
struct Alive {
    guest: Answering,
    /// Wakes who polls it when its time is over. It is made when the guest waits for the first time: most never do.
    over: Option<Pin<Box<Sleep>>>,
    /// Its processor time and its pace are seen to by its instance, which has other requests, too.
    is_counted: bool,
    _ticking: Ticking,
    _places: Places,
}

impl<R: Listener> Running<R> {
    /// A guest that is to answer a request, in an instance of its own or where it has a seat. It starts when it is polled.
    ///
    /// # Errors
    /// The system gives no thread that makes guests yield.
    pub(super) fn start<B>(
        ready: Arc<Ready>,
        places: Places,
        seat: Option<Seat>,
        request: Request<B>,
        reporting: Reporting<R>,
    ) -> Result<Running<R>, Failed>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let ticking = match ready.served.ticker.start() {
            Ok(ticking) => ticking,
            Err(error) => {
                let failed = Failed::without_answer(Ending::Fault(error.to_string()), false);
                reporting.refused(&failed);
                return Err(failed);
            }
        };
        let began = Instant::now();
        let timeout = ready.limits.timeout.as_ref().map(|timeout| timeout.value);
        let exchange = Arc::<Exchange>::default();
        let is_head = request.method() == Method::HEAD;
        let is_counted = seat.is_some();
        let guest: Answering = match seat {
            None => guest::answer(ready.clone(), request, exchange.clone()),
            Some(mut seat) => {
                seat.ask(request, exchange.clone());
                Box::pin(seat)
            }
        };
        Ok(Running {
            guest: Some(Alive { guest, over: None, is_counted, _ticking: ticking, _places: places }),
            ready,
            exchange,
            reporting,
            is_head,
            began,
            deadline: timeout.and_then(|timeout| began.checked_add(timeout)),
            cpu: Duration::ZERO,
            outcome: None,
        })
    }

    /// Waits for the answer to begin.
    ///
    /// # Errors
    /// There is none.
    pub(super) async fn answer(mut self) -> Result<Response<Answer<R>>, Failed> {
        let head = poll_fn(|cx| {
            let over = self.poll(cx);
            match (over, self.exchange.head()) {
                (Poll::Pending, None) => Poll::Pending,
                (_, head) => Poll::Ready(head),
            }
        });
        let head: Option<Head> = head.await;
        let (parts, body) = match head {
            Some(Ok(head)) => head.into_parts(),
            Some(Err(wrong)) => {
                self.stop(None);
                return Err(match self.outcome() {
                    Outcome {
                        ending: ending @ (Ending::Exited(_) | Ending::Cancelled | Ending::Trapped(_)),
                        ..
                    } => Failed::bad_answer(ending, format!("the guest has no answer: {}", wrong.0)),
                    Outcome { ending, spent, .. } => Failed::without_answer(ending, spent),
                });
            }
            None => {
                let Outcome { ending, spent, .. } = self.outcome();
                return Err(Failed::without_answer(ending, spent));
            }
        };
        if let Some(Outcome { ending, spent, .. }) = self.outcome.clone()
            && !matches!(ending, Ending::Exited(_))
        {
            // It failed with its answer begun, of which nobody has seen anything.
            return Err(Failed::without_answer(ending, spent));
        }
        let no_body =
            self.is_head || matches!(parts.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let length = parts.headers.get(http::header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        let mut answer = Answer::new(body, self, length);
        if no_body {
            // Whoever sends the answer would drop its body at once, and with it the guest.
            answer.swallow().await;
        }
        answer.settle().await?;
        Ok(Response::from_parts(parts, answer))
    }

    /// Ready when the guest is over; then it was reported.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(alive) = &mut self.guest else { return Poll::Ready(()) };
        let now = Instant::now();
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.stop(Some(Stopped::TimedOut));
            return Poll::Ready(());
        }
        let polled = if alive.is_counted {
            alive.guest.as_mut().poll(cx)
        } else {
            let pace = &self.exchange.pace;
            let stretch = CpuStretch::begin(now, CpuStretch::is_long(self.cpu));
            pace.begin();
            let polled = alive.guest.as_mut().poll(cx);
            pace.end();
            self.cpu += stretch.end();
            polled
        };
        if polled.is_ready() {
            self.stop(None);
            return Poll::Ready(());
        }
        if self.exchange.has_unheard() {
            self.reporting.hear(&self.exchange);
        }
        if self.ready.limits.cpu_time.as_ref().is_some_and(|limit| limit.value <= self.cpu) {
            self.stop(Some(Stopped::Spent));
            return Poll::Ready(());
        }
        if let Some(deadline) = self.deadline {
            let over = alive.over.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline.into())));
            if over.as_mut().poll(cx).is_ready() {
                self.stop(Some(Stopped::TimedOut));
                return Poll::Ready(());
            }
        }
        Poll::Pending
    }

    /// How the guest ended; one that is not over is ended by that.
    pub(super) fn outcome(&mut self) -> Outcome {
        self.stop(None);
        let gone = || Outcome { ending: Ending::Cancelled, spent: false, half: false };
        self.outcome.clone().unwrap_or_else(gone)
    }

    /// Whether the guest is over.
    pub(super) fn is_over(&self) -> bool {
        self.guest.is_none()
    }

    /// The answer was taken as a whole, so that it does not matter any more what the guest does.
    pub(super) fn complete(&mut self) {
        self.exchange.take();
        self.end(None, Ending::Exited(0));
    }

    fn stop(&mut self, stopped: Option<Stopped>) {
        self.end(stopped, Ending::Cancelled);
    }

    /// The guest is over, or is to be: because somebody stops it, or else, where it did not come to its end itself, for a
    /// reason that is known as `otherwise`.
    fn end(&mut self, stopped: Option<Stopped>, otherwise: Ending) {
        let Some(alive) = self.guest.take() else { return };
        // What holds the guest's state goes first: it tells the exchange what there is to tell.
        drop(alive.guest);
        let mut over = self.exchange.over();
        let ending = match stopped {
            Some(stopped) => stopped.ending(&self.ready.limits),
            None => over.ending.take().unwrap_or(otherwise),
        };
        over.usage.cpu_ns += nanoseconds(self.cpu);
        over.usage.wall_ns = nanoseconds(self.began.elapsed());
        let spent = over.spent || stopped == Some(Stopped::Spent);
        self.outcome = Some(Outcome { ending: ending.clone(), spent, half: over.half });
        let exchange = &self.exchange;
        self.reporting.tell(|| Report {
            reason: reason(&ending),
            ending,
            usage: over.usage,
            reused: over.reused,
            refusals: over.refusals,
            warnings: over.warnings,
            stdout: exchange.tail(0).written(),
            stderr: exchange.tail(1).written(),
        });
    }
}

impl<R: Listener> Drop for Running<R> {
    fn drop(&mut self) {
        self.stop(None);
    }
}
