//! A guest's thread, as others see it.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;
use std::time::Duration;

use super::handler::SIGNAL;

/// A thread, for as long as it is known to be there: a guest leaves the list of those that are watched over before its
/// thread ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thread(libc::pthread_t);

impl Thread {
    /// The one that asks.
    pub(super) fn current() -> Thread {
        // SAFETY: it has no preconditions.
        Thread(unsafe { libc::pthread_self() })
    }

    /// Sends it the signal.
    pub(super) fn signal(self) {
        // SAFETY: the thread is there, see above. The signal has a handler since before it was in the list.
        unsafe { libc::pthread_kill(self.0, SIGNAL) };
    }

    /// The processor time that it has used since it began.
    pub(super) fn cpu_time(self) -> Duration {
        let (mut clock, mut time) = (0, MaybeUninit::<libc::timespec>::uninit());
        // SAFETY: the thread is there, see above; both calls are given valid places to write to, and what the second one
        // has not written is not read.
        let time = unsafe {
            if libc::pthread_getcpuclockid(self.0, &raw mut clock) != 0
                || libc::clock_gettime(clock, time.as_mut_ptr()) != 0
            {
                return Duration::ZERO;
            }
            time.assume_init()
        };
        // The clock counts from the thread's start; it is never negative.
        Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Instant;

    use super::*;

    #[test]
    fn another_threads_clock_is_read_and_not_ones_own() {
        let over = Arc::new(AtomicBool::new(false));
        let (sender, receiver) = std::sync::mpsc::channel();
        let told = over.clone();
        let other = std::thread::spawn(move || {
            sender.send(Thread::current().0).unwrap();
            while !told.load(Ordering::Relaxed) {
                std::hint::spin_loop();
            }
        });
        let busy = Thread(receiver.recv().unwrap());
        let (mine, began) = (Thread::current().cpu_time(), Instant::now());
        while busy.cpu_time() < Duration::from_millis(50) && began.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let used = Thread::current().cpu_time() - mine;
        assert!(used * 4 < busy.cpu_time(), "{used:?} of {:?}", busy.cpu_time());
        over.store(true, Ordering::Relaxed);
        other.join().unwrap();
    }
}
