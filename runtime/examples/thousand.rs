//! Runs 1,000 guests at once: `cargo run --release -p dayfly --example thousand`
//!
//! Each guest copies its standard input until that ends, which it does when all of them are running.

use std::error::Error;
use std::fs;
use std::future::IntoFuture as _;
use std::sync::Arc;
use std::time::Instant;

use dayfly::{EventKind, Job, Runtime, Status, Stdio, raise_open_files};
use tokio::io::{DuplexStream, duplex};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

const GUESTS: usize = 1000;
const SHOUT: &str = include_str!("shout.wat");

fn main() -> Result<(), Box<dyn Error>> {
    // Before there is a runtime: it starts no more guests than there are files for.
    raise_open_files()?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(thousand())
}

async fn thousand() -> Result<(), Box<dyn Error>> {
    let source = serde_json::json!({"Type": "inline", "Params": {"Content": SHOUT}});
    let params = serde_json::json!({"EntryModule": {"Source": source, "Target": "/shout.wat"}});
    // Guests wait where they could take more memory together than there is: each says how little it needs.
    let resources = serde_json::json!({"Memory": "1MB"});
    let engine = serde_json::json!({"Type": "wasm", "Params": params});
    let task = serde_json::json!({"Name": "shout", "Engine": engine, "Resources": resources});
    let job = serde_json::json!({"Name": "thousand", "Type": "batch", "Tasks": [task]});
    let job = Arc::new(Job::parse(&job.to_string())?);
    let runtime = Runtime::builder().build()?;
    let guests = GUESTS.min(runtime.guests_at_once());

    let began = Instant::now();
    let mut runs = JoinSet::new();
    let (mut started, mut inputs) = (Vec::new(), Vec::new());
    for _ in 0..guests {
        let (input, stdin) = duplex(64);
        let (tell, told) = oneshot::channel();
        runs.spawn(run(runtime.clone(), job.clone(), stdin, tell));
        inputs.push(input);
        started.push(told);
    }
    for told in started {
        told.await?;
    }
    let all_there = began.elapsed();
    drop(inputs);
    let mut succeeded = 0;
    while let Some(status) = runs.join_next().await {
        succeeded += usize::from(status? == Status::Succeeded);
    }
    let all_done = began.elapsed();

    println!(
        "{guests} guests ran at once after {all_there:.0?}; {succeeded} succeeded, after {all_done:.0?}"
    );
    println!("{:.0} guests a second", guests as f64 / all_done.as_secs_f64());
    println!("peak memory: {}", peak_memory().as_deref().unwrap_or("not known on this system"));
    Ok(())
}

/// One guest to its end; tells when it starts.
async fn run(runtime: Runtime, job: Arc<Job>, stdin: DuplexStream, tell: oneshot::Sender<()>) -> Status {
    let (run, mut events) = runtime.run(&job).stdio(Stdio::default().stdin(stdin)).events();
    let watch = async move {
        while let Some(event) = events.next().await {
            if matches!(event.kind, EventKind::Started) {
                // The events are dropped here; the run goes on.
                return tell.send(());
            }
        }
        Ok(())
    };
    tokio::join!(run.into_future(), watch).0.status
}

/// The most memory that this process had so far.
fn peak_memory() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(format!("{} MiB", kilobytes / 1024))
}
