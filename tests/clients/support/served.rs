//! A server in a process of its own.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::{Client, LONG, Vitals};

/// A folder with functions, and a server of them once it is [started](Served::start).
pub(crate) struct Served {
    root: TempDir,
    child: Option<Child>,
    /// What it has said.
    said: Arc<Mutex<String>>,
    place: Option<SocketAddr>,
    admin: Option<SocketAddr>,
}

impl Served {
    pub(crate) fn new() -> Served {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("user")).unwrap();
        Served { root, child: None, said: Arc::default(), place: None, admin: None }
    }

    /// A path in the folder that it runs in.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Writes a file there. Who reads it at the same time sees the old one or the new one.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let new = self.path(".new");
        fs::write(&new, text).unwrap();
        fs::rename(new, self.path(name)).unwrap();
    }

    /// The binary with these arguments, in the folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_behind(&[], arguments)
    }

    fn command_behind(&self, wrapper: &[&str], arguments: &[&str]) -> Command {
        // Long tests may be of a binary that is built otherwise than they are.
        let binary = std::env::var("DAYFLY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_dayfly").to_owned());
        let line = [wrapper, &[&binary], arguments].concat();
        let mut command = Command::new(line[0]);
        command.args(&line[1..]).current_dir(self.root.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.path("user")).env("DAYFLY_HOME", self.path("home"));
        command.stdin(Stdio::null());
        command
    }

    /// Starts it with more arguments, and waits until it listens. Its access log is in the file `log`.
    pub(crate) fn start(&mut self, arguments: &[&str]) {
        self.start_behind(&[], arguments);
    }

    /// The same behind another command, which the arguments are added to.
    pub(crate) fn start_behind(&mut self, wrapper: &[&str], arguments: &[&str]) {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
        let mut command = self.command_behind(wrapper, &[&serve[..], arguments].concat());
        command.stdout(File::create(self.path("log")).unwrap()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        self.child = Some(child);
        let mut line = String::new();
        while self.place.is_none() || self.admin.is_none() {
            line.clear();
            if stderr.read_line(&mut line).unwrap() == 0 {
                panic!("it does not listen: {}", self.said());
            }
            self.said.lock().unwrap().push_str(&line);
            let after =
                |words: &str| Some(line.split_once(words)?.1.trim().trim_end_matches('/').parse().unwrap());
            self.place = self
                .place
                .or_else(|| after("listening on http://").or_else(|| after("listening on https://")));
            self.admin = self.admin.or_else(|| after("for operators: "));
        }
        let said = self.said.clone();
        thread::spawn(move || {
            let mut line = String::new();
            while stderr.read_line(&mut line).unwrap_or(0) > 0 {
                said.lock().unwrap().push_str(&line);
                line.clear();
            }
        });
    }

    /// Where it listens.
    pub(crate) fn place(&self) -> SocketAddr {
        self.place.unwrap()
    }

    /// A new connection to it.
    pub(crate) fn client(&self) -> Client {
        Client::to(self.place())
    }

    /// What it has said so far.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Its access log so far.
    pub(crate) fn log(&self) -> String {
        let mut log = String::new();
        File::open(self.path("log")).unwrap().read_to_string(&mut log).unwrap();
        log
    }

    /// What it takes of the system.
    pub(crate) fn vitals(&self) -> Vitals {
        Vitals::of(self.child.as_ref().unwrap().id())
    }

    /// What it counts under a name, summed over its labels.
    pub(crate) fn metric(&self, name: &str) -> u64 {
        let text = Client::to(self.admin.unwrap()).get("/metrics").text().to_owned();
        let values = text.lines().filter_map(|line| {
            let rest = line.strip_prefix(name)?;
            let rest = rest.strip_prefix('{').map_or(rest, |labels| labels.split_once('}').unwrap().1);
            rest.strip_prefix(' ')?.parse::<u64>().ok()
        });
        values.sum()
    }

    /// Requests that run.
    pub(crate) fn running(&self) -> u64 {
        self.metric("dayfly_http_requests_running")
    }

    /// Connections that are open.
    pub(crate) fn connections(&self) -> u64 {
        self.metric("dayfly_http_connections")
    }

    /// Stops it gracefully, and fails the test unless it ends well.
    #[track_caller]
    pub(crate) fn finish(&mut self) {
        let mut child = self.child.take().unwrap();
        kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        let begun = Instant::now();
        while begun.elapsed() < LONG {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "{status}: {}", self.said());
                return;
            }
            thread::sleep(std::time::Duration::from_millis(5));
        }
        self.child = Some(child);
        panic!("it does not end: {}", self.said());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
            if thread::panicking() {
                println!("{}", self.said());
            }
        }
    }
}
