//! Talks with a guest while it runs, line by line: `cargo run -p dayfly --example live`

use std::error::Error;
use std::future::IntoFuture as _;

use dayfly::{Job, Runtime, Stdio};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, duplex};

/// Answers in capital letters.
const SHOUT: &str = include_str!("shout.wat");

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let source = serde_json::json!({"Type": "inline", "Params": {"Content": SHOUT}});
    let params = serde_json::json!({"EntryModule": {"Source": source, "Target": "/shout.wat"}});
    let task = serde_json::json!({"Name": "shout", "Engine": {"Type": "wasm", "Params": params}});
    let job = Job::parse(&serde_json::json!({"Name": "live", "Type": "batch", "Tasks": [task]}).to_string())?;

    let runtime = Runtime::builder().build()?;
    let ((mut ask, stdin), (stdout, answers)) = (duplex(4096), duplex(4096));
    let run = runtime.run(&job).stdio(Stdio::default().stdin(stdin).stdout(stdout));

    let talk = async move {
        let mut answers = BufReader::new(answers).lines();
        for line in ["is anybody there?", "how quick you are", "goodbye"] {
            ask.write_all(format!("{line}\n").as_bytes()).await?;
            println!("{line} -> {}", answers.next_line().await?.unwrap_or_default());
        }
        // Dropping `ask` is the end of the guest's input, and the guest ends with it.
        Ok::<_, std::io::Error>(())
    };
    let (outcome, talked) = tokio::join!(run.into_future(), talk);
    talked?;
    println!("{:?}", outcome.status);
    Ok(())
}
