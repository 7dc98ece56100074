//! Many processes with one cache.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use wasmtime::Engine;

use super::{Case, CodeCache, compile, digest, run};
use crate::native::Kind;

const PROCESSES: u64 = 8;
const OPERATIONS: usize = 200;
const MODULES: i32 = 12;
/// Where a worker finds the cache and the modules' code, its bound, and what its choices come from.
const TASK: &str = "DAYFLY_TEST_CACHE_WORKER";

#[test]
fn eight_processes_agree_on_one_cache() {
    let (case, max_bytes) = prepare();
    let workers: Vec<_> = (0..PROCESSES).map(|number| spawn(&case, max_bytes, seed() + number)).collect();
    for worker in workers {
        let output = worker.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    is_whole(&case, max_bytes);
    assert_eq!(case.cache.gc(None).unwrap().leftovers, 0);
}

#[test]
fn processes_that_are_killed_leave_a_whole_cache() {
    let (case, max_bytes) = prepare();
    let mut random = Random(seed());
    for _ in 0..12 {
        let mut workers = [spawn(&case, max_bytes, random.next()), spawn(&case, max_bytes, random.next())];
        thread::sleep(Duration::from_millis(20 + random.below(120)));
        for worker in &mut workers {
            worker.kill().unwrap();
            worker.wait().unwrap();
        }
        is_whole(&case, max_bytes);
    }
    case.cache.gc(None).unwrap();
    let entries = case.cache.entries().unwrap().len();
    assert_eq!(case.names().len(), 2 + 2 * entries, "{:?}", case.names());
}

/// Every entry is sound, and runs as what it is kept for.
fn is_whole(case: &Case, max_bytes: u64) {
    for verified in case.cache.verify().unwrap() {
        // Of what a killed writer left, code without a seal is no entry.
        let refused = verified.refused.filter(|why| !why.contains("never finished"));
        assert_eq!(refused, None, "{}", verified.name);
    }
    for number in 0..MODULES {
        let gives = case.load(number);
        assert!(gives.is_none_or(|it| it == number), "{number} gives {gives:?}");
    }
    let bytes: u64 = case.cache.entries().unwrap().iter().map(|entry| entry.bytes).sum();
    assert!(bytes <= max_bytes, "{bytes} bytes are kept, and {max_bytes} may be");
}

/// A cache with room for half of the modules, and their code beside it.
fn prepare() -> (Case, u64) {
    let case = Case::new();
    let mut max_bytes = 0;
    for number in 0..MODULES {
        let code = compile(&case.engine, number);
        max_bytes = code.len() as u64 * MODULES as u64 / 2;
        fs::write(case.root.path().join(format!("{number}.code")), code).unwrap();
    }
    (case, max_bytes)
}

fn spawn(case: &Case, max_bytes: u64, seed: u64) -> Child {
    println!("a worker with the seed {seed}");
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "cache::tests::processes::worker", "--ignored", "--nocapture"]);
    command.env(TASK, format!("{} {max_bytes} {seed}", case.root.path().display()));
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
#[ignore = "a process of the tests above, which start it"]
fn worker() {
    let Ok(task) = env::var(TASK) else { return };
    let [root, max_bytes, seed] = task.split(' ').collect::<Vec<_>>()[..] else { panic!("{task}") };
    let cache = CodeCache::new(Path::new(root).join("cache/code"), max_bytes.parse().unwrap());
    let engine = Engine::default();
    let mut random = Random(seed.parse().unwrap());
    for _ in 0..OPERATIONS {
        let number = random.below(MODULES as u64) as i32;
        let key = CodeCache::key(&engine, "batch", &digest(number));
        match random.below(100) {
            0..2 => drop(cache.verify().unwrap()),
            2..5 => drop(cache.gc(None).unwrap()),
            5..10 => drop(cache.entries().unwrap()),
            10..15 => drop(cache.contains(&key).unwrap()),
            // As the executor does it.
            _ => match cache.load(&engine, Kind::Module, &key) {
                Some(module) => assert_eq!(run(&engine, &module), number),
                None => {
                    let code = fs::read(Path::new(root).join(format!("{number}.code"))).unwrap();
                    cache.store(&key, &code).unwrap();
                }
            },
        }
    }
}

/// What this run's choices come from; printed with each worker.
fn seed() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64 | 1
}

/// xorshift64*
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}
