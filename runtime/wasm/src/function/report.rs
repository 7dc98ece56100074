//! What becomes of requests.

use bytes::Bytes;
use dayfly_core::{Ending, OutputStream, Refusal, Usage};
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use http_body_util::Full;

use super::exchange::Exchange;

/// What became of a request.
#[derive(Clone, Debug)]
pub struct Report {
    /// How its guest ended. One whose client went away was cancelled.
    pub ending: Ending,
    /// Why there was no answer, or no whole one; with the functions in which the guest was, where it trapped.
    pub reason: Option<String>,
    /// What it used. Network and files count; the request and its answer don't. Of an instance that answers several
    /// requests it is what that used since it last reported, so that sums are right.
    pub usage: Usage,
    /// How many requests its instance was given before: 0 for a fresh one.
    pub reused: u32,
    /// What was refused to it.
    pub refusals: Vec<Refusal>,
    /// What its user should know.
    pub warnings: Vec<String>,
    /// What it wrote to standard output. A core module's is its answer.
    pub stdout: Written,
    /// What it wrote to standard error.
    pub stderr: Written,
}

/// What was written to an output.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Written {
    /// How much.
    pub bytes: u64,
    /// The last 4 KiB of it.
    pub tail: Vec<u8>,
}

/// Who is told of a request. A closure is told when it is over, and nothing before.
pub trait Listener {
    /// Whether what the guest writes is of use while it goes on. It is asked when there is some.
    fn hears(&self) -> bool {
        false
    }

    /// The guest has written so much to an output since the last time, in whole lines, of which the last 4 KiB are there. It
    /// goes on. What is told here is a part of what the report says in the end.
    fn said(&mut self, _output: OutputStream, _written: Written) {}

    /// The request is over. This is told exactly once.
    fn over(self, report: Report);
}

impl<F: FnOnce(Report)> Listener for F {
    fn over(self, report: Report) {
        self(report);
    }
}

/// There is no answer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Failed {
    /// What the client is told.
    pub status: StatusCode,
    /// How the guest ended.
    pub ending: Ending,
    /// Why, for who looks after the function and not for the client.
    pub reason: String,
}

/// Why a guest that ended so has not answered; none where it ended as it should.
pub(super) fn reason(ending: &Ending) -> Option<String> {
    Some(match ending {
        Ending::Exited(0) => return None,
        Ending::Exited(code) => format!("the guest exited with {code}"),
        Ending::Trapped(trap) => format!("the guest trapped: {trap}"),
        Ending::TimedOut => "the guest took longer than it may".to_owned(),
        Ending::Cancelled => "nobody waited for the guest any more".to_owned(),
        Ending::Denied { what, remedy } => format!("{what}; {remedy}"),
        Ending::Limited(why) | Ending::Invalid(why) | Ending::Unavailable(why) | Ending::Fault(why) => {
            why.clone()
        }
        // More may come to be said.
        other => format!("{other:?}"),
    })
}

impl Failed {
    /// What a client may be told instead: the status and a few words, and nothing of why.
    pub fn answer(&self) -> Response<Full<Bytes>> {
        let text = match self.status {
            StatusCode::SERVICE_UNAVAILABLE => "too many requests; try again\n",
            StatusCode::GATEWAY_TIMEOUT => "the function took too long\n",
            StatusCode::BAD_GATEWAY => "the function gave no answer\n",
            _ => "the function failed\n",
        };
        let mut answer = Response::new(Full::from(text));
        *answer.status_mut() = self.status;
        let fields = answer.headers_mut();
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            fields.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        answer
    }

    /// A guest ended so, without an answer.
    pub(super) fn without_answer(ending: Ending, spent: bool) -> Failed {
        let status = match &ending {
            Ending::Exited(_) => StatusCode::BAD_GATEWAY,
            Ending::TimedOut => StatusCode::GATEWAY_TIMEOUT,
            Ending::Limited(_) if spent => StatusCode::GATEWAY_TIMEOUT,
            Ending::Limited(_) => StatusCode::INSUFFICIENT_STORAGE,
            Ending::Cancelled => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let reason = match &ending {
            Ending::Exited(0) => "the guest returned without an answer".to_owned(),
            Ending::Exited(code) => format!("the guest exited with {code}, without an answer"),
            other => reason(other).unwrap_or_default(),
        };
        Failed { status, ending, reason }
    }

    /// The guest's answer is no good.
    pub(super) fn bad_answer(ending: Ending, reason: String) -> Failed {
        Failed { status: StatusCode::BAD_GATEWAY, ending, reason }
    }

    /// There is no room for the request.
    pub fn no_room(reason: String) -> Failed {
        Failed { status: StatusCode::SERVICE_UNAVAILABLE, ending: Ending::Limited(reason.clone()), reason }
    }
}

/// Who is to be told what became of a request. They are told even if nobody gets that far.
pub(super) struct Reporting<R: Listener>(Option<R>);

impl<R: Listener> Reporting<R> {
    pub(super) fn new(report: R) -> Reporting<R> {
        Reporting(Some(report))
    }

    /// Tells, if it was not told before.
    pub(super) fn tell(&mut self, report: impl FnOnce() -> Report) {
        if let Some(told) = self.0.take() {
            told.over(report());
        }
    }

    /// Tells what its guest wrote since the last time, if that is of use.
    pub(super) fn hear(&mut self, exchange: &Exchange) {
        let Some(told) = self.0.as_mut().filter(|told| told.hears()) else { return };
        exchange.is_heard();
        for (number, output) in [OutputStream::Stdout, OutputStream::Stderr].into_iter().enumerate() {
            let lines = exchange.tail(number).lines();
            if let Some(written) = lines {
                told.said(output, written);
            }
        }
    }

    /// Tells that no guest was ever started.
    pub(super) fn refused(mut self, failed: &Failed) {
        self.tell(|| Report::without_guest(failed.ending.clone(), Some(failed.reason.clone())));
    }
}

impl<R: Listener> Drop for Reporting<R> {
    fn drop(&mut self) {
        self.tell(|| Report::without_guest(Ending::Cancelled, reason(&Ending::Cancelled)));
    }
}

impl Report {
    fn without_guest(ending: Ending, reason: Option<String>) -> Report {
        Report {
            ending,
            reason,
            usage: Usage::default(),
            reused: 0,
            refusals: Vec::new(),
            warnings: Vec::new(),
            stdout: Written::default(),
            stderr: Written::default(),
        }
    }
}
