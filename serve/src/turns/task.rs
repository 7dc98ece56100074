//! Whether something that is polled waits for its turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// What is polled on a thread, together with others: whether it was woken since it was polled.
#[derive(Debug)]
pub(crate) struct Task {
    ready: AtomicBool,
    waker: Waker,
}

/// Polls something so that its task is known.
#[derive(Debug, Default)]
pub(crate) struct Polled(Option<(Arc<Task>, Waker)>);

impl Task {
    /// Whether it waits for its turn.
    pub(crate) fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ready.store(true, Ordering::Relaxed);
        self.waker.wake_by_ref();
    }
}

impl Polled {
    /// Polls it as a task, which is told.
    pub(crate) fn poll<T>(
        &mut self,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>, &Arc<Task>) -> Poll<T>,
    ) -> Poll<T> {
        // That it moved to another task is not to be expected; who was woken for it has to be the new one then.
        self.0.take_if(|(task, _)| !task.waker.will_wake(cx.waker()));
        let (task, waker) = self.0.get_or_insert_with(|| {
            let task = Arc::new(Task { ready: AtomicBool::new(false), waker: cx.waker().clone() });
            (task.clone(), task.into())
        });
        task.ready.store(false, Ordering::Relaxed);
        poll(&mut Context::from_waker(waker), task)
    }
}
