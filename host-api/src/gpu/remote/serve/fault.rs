//! Faults of drivers, for tests: `DAYFLY_GPU_FAULT=submit:2:abort` has the second submission abort the worker.

/// What has to go wrong before something is done; gives an error that it has.
#[cfg(not(feature = "testing"))]
pub(super) fn before(_: &super::Out, _: &super::wire::Op) -> Option<super::wire::Fault> {
    None
}

#[cfg(feature = "testing")]
pub(super) use injected::before;

#[cfg(feature = "testing")]
mod injected {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread::park;

    use rustix::process::{Signal, getpid, kill_process};

    use super::super::super::wire::{Event, Fault, Kind, Op};
    use super::super::Out;

    /// Which one of which operations has which fault.
    struct Plan {
        name: String,
        number: u32,
        what: String,
    }

    fn plan() -> Option<&'static Plan> {
        static PLAN: OnceLock<Option<Plan>> = OnceLock::new();
        let read = || {
            let text = std::env::var("DAYFLY_GPU_FAULT").ok()?;
            let mut words = text.splitn(3, ':').map(str::to_owned);
            let (name, number, what) = (words.next()?, words.next()?, words.next()?);
            Some(Plan { name, number: number.parse().ok()?, what })
        };
        PLAN.get_or_init(read).as_ref()
    }

    /// What has to go wrong before something is done; gives an error that it has.
    pub(in super::super) fn before(out: &Out, op: &Op) -> Option<Fault> {
        static SEEN: AtomicU32 = AtomicU32::new(0);
        let plan = plan().filter(|plan| plan.name == name(op))?;
        if SEEN.fetch_add(1, Ordering::Relaxed) + 1 != plan.number {
            return None;
        }
        match plan.what.as_str() {
            "abort" => std::process::abort(),
            "exit" => std::process::exit(3),
            // What handles the first one has it be as it is where there is no handler.
            "crash" => loop {
                let _ = kill_process(getpid(), Signal::SEGV);
            },
            "garbage" => out.send(&[0xff; 64]),
            "unknown" => out.say(&Event::Mapped { map: 1 << 40, is_there: true }),
            "lost" => out.say(&Event::Lost("it is a test".to_owned())),
            "memory" => return Some(Fault { kind: Kind::OutOfMemory, text: "it is a test".to_owned() }),
            // Whatever it is told.
            "hang" => loop {
                park();
            },
            _ => {}
        }
        None
    }

    fn name(op: &Op) -> &'static str {
        match op {
            Op::Adapters { .. } => "adapters",
            Op::Open { .. } => "open",
            Op::Buffer { .. } => "buffer",
            Op::Shader { .. } => "shader",
            Op::Pipeline { .. } => "pipeline",
            Op::Submit { .. } => "submit",
            Op::Write { .. } => "write",
            Op::Read { .. } => "read",
            _ => "other",
        }
    }
}
