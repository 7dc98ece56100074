//! Runs a job file inside another program: `cargo run -p dayfly --example embed`

use std::error::Error;
use std::fs;
use std::path::Path;

use dayfly::{HostPolicy, Job, Runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/hello");
    let job = Job::parse(&fs::read_to_string(folder.join("job.yaml"))?)?;

    let runtime = Runtime::builder().build()?;
    // What lies beside the job file may be read: its module, here.
    let outcome = runtime.run(&job).policy(HostPolicy::default().base(folder)).await;

    for execution in &outcome.executions {
        let Some(results) = &execution.folder else { continue };
        print!("{}", fs::read_to_string(results.join("stdout"))?);
    }
    println!("{:?}, exit code {}", outcome.status, outcome.exit_code);
    Ok(())
}
