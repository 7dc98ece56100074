//! A runtime that is for functions.
#![cfg(feature = "serve")]

use dayfly::{Runtime, Status};
use serde_json::json;

use crate::common::{job, service};

/// Says so much of CGI as it must, and exits with this code where it does not serve.
const GUEST: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write"
      (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 100) "content-type: text/plain\n\nhi")
    (data (i32.const 0) "\64\00\00\00\1c\00\00\00")
    (func (export "_start")
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

#[tokio::test]
async fn a_runtime_for_functions_has_several_and_runs_jobs_too() {
    for wasi03 in [false, cfg!(feature = "wasi03")] {
        let home = tempfile::tempdir().unwrap();
        let builder = Runtime::builder().home(home.path()).for_functions(true);
        #[cfg(feature = "wasi03")]
        let builder = builder.wasi03(wasi03);
        let runtime = builder.build().unwrap();
        // The first may come before there is a pool, and both get theirs from the same one.
        for _ in 0..2 {
            let routed = service(GUEST, json!({"Meta": {"http.route": "/"}}));
            let function = runtime.function(&routed).await.unwrap();
            let request = http::Request::new(http_body_util::Empty::new());
            assert_eq!(function.call(request).await.unwrap().status(), 200, "{wasi03}");
        }
        let outcome = runtime.run(&job(GUEST, json!({}))).await;
        assert_eq!(outcome.status, Status::Succeeded, "{wasi03}: {:?}", outcome.reason);
    }
}
