//! Mounts a function among the routes of axum: `cargo run -p dayfly --example axum [ADDR]`

use std::error::Error;

use axum::Router;
use axum::error_handling::HandleError;
use axum::routing::get;
use dayfly::{Failed, Job, Runtime};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let source = serde_json::json!({"Type": "inline", "Params": {"Content": include_str!("hello.wat")}});
    let params = serde_json::json!({"EntryModule": {"Source": source, "Target": "/hello.wat"}});
    let engine = serde_json::json!({"Type": "wasm", "Params": params});
    let task = serde_json::json!({"Name": "hello", "Engine": engine, "Meta": {"http.route": "/hello"}});
    let job = serde_json::json!({"Name": "site", "Type": "service", "Tasks": [task]});

    let runtime = Runtime::builder().build()?;
    let hello = runtime.function(&Job::parse(&job.to_string())?).await?;

    // A function is a service of tower. What it fails with says why, which is for the log and not for clients.
    let hello = HandleError::new(hello, async |failed: Failed| {
        eprintln!("{failed}");
        failed.answer()
    });
    let app = Router::new().route("/", get(async || "axum itself\n")).route_service("/hello", hello);

    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:8080".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("http://{}/hello", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
