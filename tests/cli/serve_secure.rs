//! Functions over TLS, as curl meets them.

use std::fs;
use std::path::Path;
use std::process::Command;

use rustix::process::Signal;

use crate::support::{Case, Running};

/// A server that speaks TLS as `one.test`, and its port.
struct Secure<'a> {
    case: &'a Case,
    running: Running,
    port: String,
}

impl<'a> Secure<'a> {
    fn start(case: &'a Case, name: &str) -> Secure<'a> {
        put(case, name);
        let mut running =
            case.start(["serve", "p2_serve.wasm", "--listen", "127.0.0.1:0"].into_iter().chain([
                "--tls-cert",
                "certificate",
                "--tls-key",
                "key",
            ]));
        let port = running.wait_to_hear("dayfly: listening on https://127.0.0.1:");
        Secure { case, running, port: port.trim_end_matches('/').to_owned() }
    }

    /// What curl says: the version and the status of the answer, then its body. None where it does not trust the server.
    fn curl(&self, host: &str, arguments: &[&str]) -> Option<String> {
        let mut curl = Command::new("curl");
        curl.args([
            "--silent",
            "--show-error",
            "--max-time",
            "60",
            "--noproxy",
            "*",
            "--cacert",
            "certificate",
        ]);
        curl.args(["--resolve", &format!("{host}:{}:127.0.0.1", self.port)]);
        curl.args(["--write-out", "%{http_version} %{http_code}"]).args(arguments);
        curl.arg(format!("https://{host}:{}/", self.port)).current_dir(self.case.path(""));
        let output = curl.output().unwrap();
        if !output.status.success() {
            assert_eq!(output.status.code(), Some(60), "{}", String::from_utf8_lossy(&output.stderr));
            return None;
        }
        Some(String::from_utf8(output.stdout).unwrap())
    }
}

fn put(case: &Case, name: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("serve/tests/serve/tls");
    // Renamed into place, as what renews certificates does.
    for (from, to) in
        [(from.join(format!("{name}.key.pem")), "key"), (from.join(format!("{name}.pem")), "certificate")]
    {
        fs::copy(from, case.path("next")).unwrap();
        fs::rename(case.path("next"), case.path(to)).unwrap();
    }
}

#[test]
fn curl_speaks_both_versions_over_tls_and_trusts_the_certificate_alone() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("skipped: there is no curl");
        return;
    }
    let case = Case::new();
    case.guest("p2_serve");
    let mut secure = Secure::start(&case, "one");
    assert_eq!(secure.curl("one.test", &["--http2"]).unwrap(), "Hello, world!\n2 200");
    assert_eq!(secure.curl("one.test", &["--http1.1"]).unwrap(), "Hello, world!\n1.1 200");
    assert_eq!(secure.curl("two.test", &[]), None, "the certificate is of another name");
    put(&case, "two");
    secure.running.wait_to_hear("dayfly: the certificate was read again");
    assert_eq!(secure.curl("two.test", &[]).unwrap(), "Hello, world!\n2 200");
    secure.running.signal(Signal::TERM);
    let ended = secure.running.end().exits(0);
    assert!(ended.stdout.contains("\"GET / HTTP/2\" 200"), "{}", ended.stdout);
    assert!(ended.stdout.contains("\"GET / HTTP/1.1\" 200"), "{}", ended.stdout);
}
