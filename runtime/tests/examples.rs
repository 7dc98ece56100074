//! The examples, as their readers would run them.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]
#![cfg(feature = "compile")]

use std::process::Command;

/// An example with a home of its own.
fn program(name: &str, home: &tempfile::TempDir) -> Command {
    let test = std::env::current_exe().unwrap();
    // Tests lie in `deps`, beside the folder of examples.
    let program = test.parent().unwrap().with_file_name("examples").join(name);
    assert!(program.exists(), "the example `{name}` is not built: cargo build -p dayfly --examples");
    let mut command = Command::new(program);
    command.env("DAYFLY_HOME", home.path());
    command
}

/// Runs an example; gives what it prints.
fn example(name: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = program(name, &home).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn embed() {
    let printed = example("embed");
    assert!(printed.ends_with("Succeeded, exit code 0\n"), "{printed}");
    assert!(printed.lines().count() > 1, "{printed}");
    let lines = include_str!("../examples/embed.rs").lines().count();
    assert!(lines < 30, "{lines} lines are not a few");
}

#[test]
fn live() {
    let answers = "is anybody there? -> IS ANYBODY THERE?\n\
                   how quick you are -> HOW QUICK YOU ARE\n\
                   goodbye -> GOODBYE\n\
                   Succeeded\n";
    assert_eq!(example("live"), answers);
}

#[test]
fn thousand() {
    let printed = example("thousand");
    let mut words = printed.split(' ');
    let guests = words.next().unwrap();
    assert!(printed.contains(&format!("; {guests} succeeded")), "{printed}");
    // A system that gives a process few files gets fewer guests.
    assert!((1..=1000).contains(&guests.parse().unwrap()), "{printed}");
}

/// Asks an example that serves something, at the address that it prints. Gives the answers to these paths.
#[cfg(feature = "serve")]
fn served(name: &str, paths: &[&str]) -> Vec<String> {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpStream;
    use std::process::Stdio;

    let home = tempfile::tempdir().unwrap();
    let mut server = program(name, &home).arg("127.0.0.1:0").stdout(Stdio::piped()).spawn().unwrap();
    let mut printed = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut printed).unwrap();
    let address = printed.strip_prefix("http://").and_then(|rest| rest.split('/').next()).unwrap();
    let ask = |path: &&str| {
        let mut client = TcpStream::connect(address).unwrap();
        write!(client, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        answer
    };
    let answers = paths.iter().map(ask).collect();
    server.kill().unwrap();
    server.wait().unwrap();
    answers
}

#[cfg(feature = "serve")]
#[test]
fn axum() {
    let answers = served("axum", &["/", "/hello", "/hello", "/nowhere"]);
    let parts = [
        "\r\n\r\naxum itself\n",
        "\r\n\r\nhello from a sandbox\n",
        "\r\n\r\nhello from a sandbox\n",
        "HTTP/1.1 404 ",
    ];
    for (answer, part) in answers.iter().zip(parts) {
        assert!(answer.contains(part), "`{part}` is missing\n{answer}");
    }
}

#[cfg(feature = "serve")]
#[test]
fn hyper() {
    for answer in served("hyper", &["/", "/any/where"]) {
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\nhello from a sandbox\n"), "{answer}");
    }
}
