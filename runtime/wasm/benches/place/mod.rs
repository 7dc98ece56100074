//! What an execution brings along, for benches that start guests.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_core::{
    Egress, Grants, Limits, Machine, Module, Mount, MountObject, Program, Reporter, SharedFiles, Start, Stdio,
};
use dayfly_spec::model::{Located, Origin};
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// A program with a folder of its own, to be started any number of times.
pub(crate) struct Place {
    program: Program,
    root: Dir,
    stream: File,
    files: SharedFiles,
    egress: Arc<Egress>,
    _folder: TempDir,
}

impl Place {
    /// A module in text form, and what of the network it may reach.
    pub(crate) fn new(name: &str, text: &str, egress: Egress) -> Place {
        let folder = tempfile::tempdir().unwrap();
        let program = Program::Wasm {
            module: Module::new(name, text.as_bytes()),
            entry_point: unwritten("_start".to_owned()),
            imports: Vec::new(),
        };
        Place {
            program,
            root: Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap(),
            stream: File::create(folder.path().join("stream")).unwrap(),
            files: SharedFiles { own: 6, left: Arc::new(Semaphore::new(1000)) },
            egress: Arc::new(egress),
            _folder: folder,
        }
    }

    /// The file that its streams are kept in.
    pub(crate) fn stream(&self) -> File {
        self.stream.try_clone().unwrap()
    }

    pub(crate) fn start(&self) -> Start {
        let root = MountObject::Folder(self.root.try_clone().unwrap());
        Start {
            program: self.program.clone(),
            arguments: Vec::new(),
            environment: Vec::new(),
            root: Mount { target: "/".into(), object: root, writable: true, remedy: None, alias: None },
            mounts: Vec::new(),
            stdio: Stdio::default(),
            stdout: self.stream(),
            stderr: self.stream(),
            limits: Limits { timeout: Some(unwritten(Duration::from_secs(60))), ..Limits::default() },
            egress: self.egress.clone(),
            grants: Grants::default(),
            cancel: CancellationToken::new(),
            reporter: Reporter::default(),
            files: self.files.clone(),
            machine: Arc::new(Machine::this()),
            observe: false,
            hold: Arc::new(()),
        }
    }
}

fn unwritten<T>(value: T) -> Located<T> {
    Located::new(value, Origin::unwritten("the bench"))
}
