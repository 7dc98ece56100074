//! `kill -9` at random points: whatever was under way, what is there afterwards is whole.
//!
//! `DAYFLY_KILLS` says how many runs are killed, 25 where it is not set; `DAYFLY_SEED` makes them the same ones again.
//! `scripts/broken-rename.sh` shows that these tests fail where a rename is missing.

mod whole;

use std::fs::{File, FileTimes};
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime};

use serde_json::json;

use crate::support::{Case, names};

/// Runs that are killed, where the environment does not say.
const KILLS: u64 = 25;
/// Folders of the user's that results go to, again and again.
const FOLDERS: u64 = 3;
/// Lines of what the guest reads, each with the number of the run: so that writing and packing them takes a while.
const LINES: usize = 40_000;

/// Numbers that look random, and are the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        // Xorshift; good enough to hit everything.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

fn from_environment(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is not a number: {value}")))
}

/// A job with an input of the host and one of its own, with results of three kinds and a publisher.
fn case() -> Case {
    let case = Case::with_job("uppercase", |job| {
        job.arguments(["/a.txt", "/kept/a.txt"])
            .local("a.txt", "/a.txt")
            .input("inline", json!({"Content": "inline"}), "/b.txt")
            .result("kept", "/kept")
            .typed_result("one", "/kept/a.txt", "file")
            .typed_result("words", "/stdout", "stdout")
            .task("Publisher", json!({"Type": "local"}))
    });
    write_input(&case, 0);
    case
}

fn write_input(case: &Case, run: u64) {
    let lines: String = (0..LINES).map(|line| format!("line {line} of run {run}\n")).collect();
    case.write("a.txt", lines);
}

/// The arguments of a run: into dayfly's home, into a new folder, into one that is there, or over what is there.
fn arguments(random: &mut Random, run: u64) -> Vec<String> {
    let mut arguments = vec!["run".to_owned(), "job.json".to_owned(), "-q".to_owned()];
    let folder = match random.below(4) {
        0 => return arguments,
        1 => format!("outs/new-{run}"),
        _ => format!("outs/again/{}", random.below(FOLDERS)),
    };
    arguments.extend(["-o".to_owned(), folder, "--force".to_owned()]);
    arguments
}

/// Runs the job, and says how many microseconds that took.
fn timed(case: &Case) -> u64 {
    let began = Instant::now();
    case.run_job(&[]).exits(0);
    u64::try_from(began.elapsed().as_micros()).unwrap()
}

#[test]
fn after_a_kill_everything_is_whole() {
    let kills = from_environment("DAYFLY_KILLS").unwrap_or(KILLS);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let seed = from_environment("DAYFLY_SEED").unwrap_or(now.subsec_nanos().into()).max(1);
    println!("{kills} kills, DAYFLY_SEED={seed}");
    let mut random = Random(seed);
    let case = case();
    for folder in 0..FOLDERS {
        std::fs::create_dir_all(case.path(format!("outs/again/{folder}"))).unwrap();
    }
    // The first one compiles; the second one shows how long the others take.
    let compiling = timed(&case);
    let usual = timed(&case);

    let (mut killed, mut watch) = (0, whole::Watch::default());
    for run in 1..=kills {
        write_input(&case, run);
        let arguments = arguments(&mut random, run);
        // Every fourth one has to compile, and to keep what comes of it.
        let forgets = random.below(4) == 0;
        if forgets {
            let _ = std::fs::remove_dir_all(case.home().join("cache"));
        }
        let most = if forgets { compiling } else { usual };
        let mut command = case.command(&arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_micros(random.below(most * 13 / 10)));
        child.kill().unwrap();
        killed += u64::from(child.wait().unwrap().code().is_none());
        watch.check(&case, &format!("run {run}, {}, seed {seed}", arguments.join(" ")));
    }
    println!("{killed} of {kills} were killed before their end");

    // The next start clears up: beside and in the folders that it writes to, and at home, where archives that nobody
    // finished may wait until there was nothing to do for a while.
    write_input(&case, kills + 1);
    let long_ago = FileTimes::new().set_modified(SystemTime::now() - Duration::from_secs(24 * 3600));
    File::open(case.home().join("executions")).unwrap().set_times(long_ago).unwrap();
    case.run_job(&[]).exits(0);
    case.run_job(&["-o", "outs/last"]).exits(0);
    for folder in names(&case.path("outs/again")) {
        case.run_job(&["-o", &format!("outs/again/{folder}"), "--force"]).exits(0);
    }
    whole::Watch::default().check(&case, "the end");
    // Code that was kept halfway would be found, and removed, here.
    case.dayfly(["cache", "verify"]).exits(0).prints("1 entry is sound, 0 removed\n");
    whole::nothing_is_left_over(&case);
}
