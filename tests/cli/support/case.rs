//! A folder to work in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::{Ended, Job, Running, guest, tree, wat};

/// How long a run may take before the test calls it a hang.
const PATIENCE: Duration = Duration::from_secs(120);

/// A folder to work in, and a home of its own for dayfly's state.
pub(crate) struct Case {
    root: TempDir,
}

impl Case {
    pub(crate) fn new() -> Case {
        let root = tempfile::tempdir().unwrap();
        for folder in ["work", "user"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        Case { root }
    }

    /// A case with a job file, `job.json`, whose module, the guest of that name, stands beside it.
    pub(crate) fn with_job(module: &str, job: impl FnOnce(Job) -> Job) -> Case {
        let case = Case::new();
        case.guest(module);
        case.write("job.json", job(Job::of(&format!("{module}.wasm"))).text());
        case
    }

    /// A path below the folder that dayfly runs in.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.path().join("work").join(relative)
    }

    /// A path beside the folder that dayfly runs in.
    pub(crate) fn outside(&self, relative: &str) -> PathBuf {
        self.root.path().join(relative)
    }

    /// Where dayfly keeps its state.
    pub(crate) fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// Writes a file, and the folders that lead to it.
    pub(crate) fn write(&self, relative: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// What a file holds.
    #[track_caller]
    pub(crate) fn read(&self, relative: impl AsRef<Path>) -> String {
        let path = self.path(relative);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Copies a built guest into the working folder, as `<name>.wasm`.
    pub(crate) fn guest(&self, name: &str) -> &Case {
        fs::copy(guest(name), self.path(format!("{name}.wasm"))).unwrap();
        self
    }

    /// Copies a text guest into the working folder, as `<name>.wat`.
    pub(crate) fn wat(&self, name: &str) -> &Case {
        fs::copy(wat(name), self.path(format!("{name}.wat"))).unwrap();
        self
    }

    /// The binary, to be run in the working folder with an environment that holds next to nothing.
    pub(crate) fn command<S: AsRef<std::ffi::OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_dayfly")), arguments)
    }

    /// The binary behind another command, such as one that takes rights away first.
    pub(crate) fn behind<S: AsRef<std::ffi::OsStr>>(
        &self,
        wrapper: &[&str],
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        let mut command = self.command_of(Path::new(wrapper[0]), &wrapper[1..]);
        command.arg(env!("CARGO_BIN_EXE_dayfly")).args(arguments);
        command
    }

    /// Runs the binary to its end, with nothing on standard input.
    pub(crate) fn dayfly<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Ended {
        self.finish(self.command(arguments))
    }

    /// Runs `dayfly run job.json` with more arguments.
    pub(crate) fn run_job(&self, arguments: &[&str]) -> Ended {
        self.dayfly(["run", "job.json"].iter().chain(arguments))
    }

    /// Runs a command to its end, with nothing on standard input.
    pub(crate) fn finish(&self, command: Command) -> Ended {
        let mut command = assert_cmd::Command::from_std(command);
        command.timeout(PATIENCE).output().unwrap().into()
    }

    /// Runs a command to its end, with this on standard input.
    pub(crate) fn finish_with_input(&self, command: Command, input: &str) -> Ended {
        let mut command = assert_cmd::Command::from_std(command);
        command.timeout(PATIENCE).write_stdin(input).output().unwrap().into()
    }

    /// Starts the binary with pipes for its streams.
    pub(crate) fn start<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Running {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running::new(command.spawn().unwrap())
    }

    /// Runs `dayfly run FILE -o out`, and fails the test unless that ends with this exit status and one error, and
    /// leaves nothing behind.
    #[track_caller]
    pub(crate) fn refuses(&self, file: &str, code: i32) -> Ended {
        let before = tree(&self.path(""));
        let ended = self.dayfly(["run", file, "-o", "out"]).exits(code).has_one_error().prints("");
        self.left_nothing_since(&before);
        ended
    }

    /// Fails the test unless the working folder is as it was, and dayfly's home holds no execution and nothing
    /// half done.
    #[track_caller]
    pub(crate) fn left_nothing_since(&self, before: &std::collections::BTreeMap<String, String>) {
        assert_eq!(&tree(&self.path("")), before, "the working folder has changed");
        let left: Vec<String> = tree(&self.home())
            .into_iter()
            .filter(|(path, what)| what != "folder" && !path.starts_with("cache/"))
            .map(|(path, _)| path)
            .collect();
        assert!(left.is_empty(), "left behind at home: {left:?}");
        assert!(tree(&self.outside("user")).is_empty(), "something was written to the user's own folder");
    }

    pub(crate) fn command_of<S: AsRef<std::ffi::OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.path("")).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.outside("user")).env("DAYFLY_HOME", self.home());
        command.env("SECRET_OF_THE_HOST", "not for guests");
        command
    }
}

/// Whether a wrapper works here: namespaces and rights are not everybody's. Says so where it does not.
pub(crate) fn allowed_by_the_system(wrapper: &[&str]) -> bool {
    let tried = Command::new(wrapper[0]).args(&wrapper[1..]).arg("true").stdin(Stdio::null()).output();
    match tried {
        Ok(output) if output.status.success() => true,
        Ok(output) => {
            println!("skipped: {}: {}", wrapper.join(" "), String::from_utf8_lossy(&output.stderr).trim());
            false
        }
        Err(error) => {
            println!("skipped: {}: {error}", wrapper[0]);
            false
        }
    }
}
