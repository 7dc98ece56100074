//! Answers requests with a function behind plain hyper: `cargo run -p dayfly --example hyper [ADDR]`

use std::convert::Infallible;
use std::error::Error;

use dayfly::{Job, Runtime};
use http_body_util::Either;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
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

    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:8080".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("http://{}/", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let hello = hello.clone();
        let answer = service_fn(move |request| {
            // The guest is polled by who polls this, and then with the body of its answer: it has no task of its own.
            let answer = hello.call(request);
            async move {
                Ok::<_, Infallible>(match answer.await {
                    Ok(answer) => answer.map(Either::Left),
                    Err(failed) => {
                        eprintln!("{failed}");
                        failed.answer().map(Either::Right)
                    }
                })
            }
        });
        tokio::spawn(async move {
            if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await {
                eprintln!("{error}");
            }
        });
    }
}
