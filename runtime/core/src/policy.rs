//! What of the host a job may use.

mod way;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions, OpenOptionsExt as _};
use dayfly_spec::model::{CreateAs, NetworkKind};

use crate::{AllowedHost, Error, MountObject};
use way::{Way, without_dots};

/// What of the host a job may use: which folders, which variables, how much of its network. The default is nothing but
/// what lies beneath the job file's own folder, to read, and the part of the network that the job itself asks for.
#[derive(Clone, Debug, Default)]
pub struct HostPolicy {
    base: Option<PathBuf>,
    folders: Vec<AllowedFolder>,
    variables: BTreeSet<String>,
    protected: Vec<PathBuf>,
    network: Option<NetworkKind>,
    default_network: Option<NetworkKind>,
    hosts: Vec<AllowedHost>,
}

#[derive(Clone, Debug)]
struct AllowedFolder {
    path: PathBuf,
    write: bool,
}

impl HostPolicy {
    /// Host paths of the job are resolved against `folder`, and may be read beneath it.
    #[must_use]
    pub fn base(mut self, folder: impl Into<PathBuf>) -> HostPolicy {
        self.base = Some(folder.into());
        self
    }

    /// Host paths beneath `folder` (or that file) may be read, and written where `write` is set.
    #[must_use]
    pub fn allow_folder(mut self, folder: impl Into<PathBuf>, write: bool) -> HostPolicy {
        self.folders.push(AllowedFolder { path: folder.into(), write });
        self
    }

    /// A job may pass this variable of the host's environment to its guest.
    #[must_use]
    pub fn allow_variable(mut self, name: impl Into<String>) -> HostPolicy {
        self.variables.insert(name.into());
        self
    }

    /// The network is of this type, whatever the job asks for. With [`NetworkKind::None`] only hosts of
    /// [`HostPolicy::allow_host`] are open.
    #[must_use]
    pub fn network(mut self, kind: NetworkKind) -> HostPolicy {
        self.network = Some(kind);
        self
    }

    /// The network of jobs that don't say, or ask for the host's default. It is none unless this says otherwise.
    #[must_use]
    pub fn default_network(mut self, kind: NetworkKind) -> HostPolicy {
        self.default_network = Some(kind);
        self
    }

    /// A guest may reach this host too. Where the network would be closed, it is open for such hosts alone.
    #[must_use]
    pub fn allow_host(mut self, host: AllowedHost) -> HostPolicy {
        self.hosts.push(host);
        self
    }

    /// The type that the network has whatever the job asks for.
    pub(crate) fn network_kind(&self) -> Option<NetworkKind> {
        self.network
    }

    /// The type of the network where a job does not say.
    pub(crate) fn default_network_kind(&self) -> Option<NetworkKind> {
        self.default_network
    }

    /// Whether nothing counts that the job says to open its network.
    pub(crate) fn closes_network(&self) -> bool {
        self.network == Some(NetworkKind::None)
    }

    /// The hosts that may be reached whatever the job says.
    pub(crate) fn allowed_hosts(&self) -> &[AllowedHost] {
        &self.hosts
    }

    /// No guest may write to this folder, nor to one that it lies in, whatever else is allowed.
    #[must_use]
    pub(crate) fn protect(mut self, folders: &[PathBuf]) -> HostPolicy {
        self.protected.extend_from_slice(folders);
        self
    }

    /// Whether a guest that may write there could change what is protected, or where the way to it leads.
    fn check_protected(&self, what: &'static str, path: &str, wanted: &Path) -> Result<(), Error> {
        let wanted = Way::of(wanted);
        match self.protected.iter().find(|folder| wanted.could_change(&Way::of(folder))) {
            None => Ok(()),
            Some(folder) => Err(Error::Denied {
                what: format!(
                    "with {what} `{path}` the guest could write to {}, where dayfly keeps code that it runs itself",
                    folder.display()
                ),
                remedy: "give the guest a folder that neither this one nor a link to it lies in, or let it only read"
                    .to_owned(),
            }),
        }
    }

    /// A variable of the host's environment, if the job may have it.
    pub(crate) fn variable(&self, name: &str) -> Result<String, Error> {
        if !self.variables.contains(name) {
            return Err(Error::Denied {
                what: format!("the job asks for the variable `{name}` of the host's environment"),
                remedy: format!("--allow-env {name} would allow it"),
            });
        }
        std::env::var(name)
            .map_err(|_| Error::Missing { what: "environment variable", path: name.to_owned() })
    }

    /// Opens a file or folder of the host that a job names.
    ///
    /// The path is opened beneath the handle of an allowed folder, one component after the other in the kernel
    /// or in cap-std, so that a link can't lead out of it, also when it changes meanwhile.
    pub(crate) fn open(&self, what: &'static str, path: &str, write: bool) -> Result<MountObject, Error> {
        let wanted = self.absolute(path)?;
        let Some((root, beneath)) = self.root_of(&wanted, write) else {
            return Err(self.denied(what, path, &wanted, write));
        };
        if write {
            self.check_protected(what, path, &wanted)?;
        }
        let root = Dir::open_ambient_dir(&root, ambient_authority())
            .map_err(|source| trouble(what, path, source))?;
        open_beneath(&root, &beneath, write).map_err(|source| match source.kind() {
            // What cap-std says when a link leads out of the folder.
            io::ErrorKind::PermissionDenied if source.raw_os_error().is_none() => Error::Denied {
                what: format!(
                    "{what} `{path}` is, or lies behind, a symbolic link that leads out of its folder"
                ),
                remedy: "name the place that it leads to, and allow that with --allow-dir".to_owned(),
            },
            _ => trouble(what, path, source),
        })
    }

    /// Makes an empty file or folder where a job may write.
    pub(crate) fn create(&self, what: &'static str, path: &str, create: CreateAs) -> Result<(), Error> {
        let wanted = self.absolute(path)?;
        let Some((root, beneath)) = self.root_of(&wanted, true) else {
            return Err(self.denied(what, path, &wanted, true));
        };
        self.check_protected(what, path, &wanted)?;
        let unwritable = || Error::unwritable(&wanted);
        let root = Dir::open_ambient_dir(&root, ambient_authority()).map_err(unwritable())?;
        match create {
            CreateAs::Nothing => Ok(()),
            CreateAs::Folder => root.create_dir_all(&beneath).map_err(unwritable()),
            CreateAs::File => {
                let parent = beneath.parent().unwrap_or(Path::new(""));
                if !parent.as_os_str().is_empty() {
                    root.create_dir_all(parent).map_err(unwritable())?;
                }
                root.create(&beneath).map(drop).map_err(unwritable())
            }
        }
    }

    /// The place on the host that a job's path means.
    pub(crate) fn absolute(&self, path: &str) -> Result<PathBuf, Error> {
        let path_on_host = Path::new(path);
        let joined = match &self.base {
            _ if path_on_host.is_absolute() => path_on_host.to_owned(),
            Some(base) => std::path::absolute(base.join(path_on_host))
                .map_err(|source| trouble("folder", path, source))?,
            None => {
                return Err(Error::Invalid(format!(
                    "`{path}` is relative, and this job was not read from a file: give an absolute path, or a base folder"
                )));
            }
        };
        Ok(without_dots(&joined))
    }

    /// Whether who can write to one path of a job could change what is at another one, or where the way to it leads.
    pub(crate) fn could_change(&self, written: &str, other: &str) -> Result<bool, Error> {
        Ok(Way::of(&self.absolute(written)?).could_change(&Way::of(&self.absolute(other)?)))
    }

    /// The allowed folder that `wanted` lies in, and the way from there.
    fn root_of(&self, wanted: &Path, write: bool) -> Option<(PathBuf, PathBuf)> {
        let base = self.base.iter().filter(|_| !write).map(PathBuf::as_path);
        let allowed =
            self.folders.iter().filter(|folder| folder.write || !write).map(|folder| folder.path.as_path());
        allowed.chain(base).find_map(|root| {
            let root = without_dots(&std::path::absolute(root).ok()?);
            let beneath = wanted.strip_prefix(&root).ok()?.to_owned();
            // A single file is opened beneath the folder that holds it, and nothing else of that is.
            match (root.parent(), root.file_name()) {
                (Some(parent), Some(name)) if beneath.as_os_str().is_empty() && !root.is_dir() => {
                    Some((parent.to_owned(), name.into()))
                }
                _ => Some((root, beneath)),
            }
        })
    }

    fn denied(&self, what: &str, path: &str, wanted: &Path, write: bool) -> Error {
        let folder = if wanted.is_dir() { wanted } else { wanted.parent().unwrap_or(wanted) };
        let (verb, suffix) = if write { ("written", ":rw") } else { ("read", "") };
        let reason = match &self.base {
            Some(base) if !write => format!("lies outside of the job's folder `{}`", base.display()),
            _ => format!("may not be {verb}"),
        };
        Error::Denied {
            what: format!("{what} `{path}` {reason}"),
            remedy: format!("--allow-dir {}{suffix} would allow it", folder.display()),
        }
    }
}

/// Opens what `path` names beneath `root`, if it is a file or a folder. A pipe or a device would make the host
/// wait, so that nothing waits for one here.
pub(crate) fn open_beneath(root: &Dir, path: &Path, write: bool) -> io::Result<MountObject> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let non_blocking = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(non_blocking);
    let file = root.open_with(path, &options)?;
    let kind = file.metadata()?.file_type();
    if kind.is_dir() {
        return Ok(MountObject::Folder(Dir::from_std_file(file.into_std())));
    }
    if !kind.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is neither a file nor a folder"));
    }
    if !write {
        return Ok(MountObject::File(file));
    }
    // Folders can't be opened for writing, so that this is known only now; and it may be another file by now.
    let file = root.open_with(path, options.write(true))?;
    if file.metadata()?.is_file() {
        Ok(MountObject::File(file))
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file any more"))
    }
}

fn trouble(what: &'static str, path: &str, source: io::Error) -> Error {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Error::Missing { what, path },
        _ => Error::Unreadable { what, path, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn opens(policy: &HostPolicy, path: &str, write: bool) -> Result<&'static str, u32> {
        match policy.open("input", path, write) {
            Ok(MountObject::Folder(_)) => Ok("folder"),
            Ok(MountObject::File(_)) => Ok("file"),
            Err(error) => Err(error.failure().exit_code),
        }
    }

    #[test]
    fn beneath_the_base_is_read_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let base = home.path().join("job");
        fs::create_dir_all(base.join("data")).unwrap();
        fs::write(base.join("data/x"), "x").unwrap();
        fs::write(home.path().join("secret"), "s").unwrap();
        let policy = HostPolicy::default().base(&base);
        assert_eq!(opens(&policy, "data", false), Ok("folder"));
        assert_eq!(opens(&policy, "./data/../data/x", false), Ok("file"));
        assert_eq!(opens(&policy, base.join("data").to_str().unwrap(), false), Ok("folder"));
        assert_eq!(opens(&policy, "nothing", false), Err(66));
        assert_eq!(opens(&policy, "data/x/y", false), Err(66));
        assert_eq!(opens(&policy, "../secret", false), Err(77));
        assert_eq!(opens(&policy, "/etc", false), Err(77));
        assert_eq!(opens(&policy, "data", true), Err(77), "writing is granted apart");
    }

    #[test]
    fn a_link_that_leads_out_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let base = home.path().join("job");
        fs::create_dir_all(&base).unwrap();
        fs::write(home.path().join("secret"), "s").unwrap();
        std::os::unix::fs::symlink("../secret", base.join("link")).unwrap();
        std::os::unix::fs::symlink(home.path(), base.join("up")).unwrap();
        let policy = HostPolicy::default().base(&base);
        assert_eq!(opens(&policy, "link", false), Err(77));
        assert_eq!(opens(&policy, "up/secret", false), Err(77));
    }

    #[test]
    fn an_allowed_folder_is_read_and_written_as_it_says() {
        let home = tempfile::tempdir().unwrap();
        let (read, write) = (home.path().join("r"), home.path().join("w"));
        fs::create_dir_all(&read).unwrap();
        fs::create_dir_all(&write).unwrap();
        let policy = HostPolicy::default().allow_folder(&read, false).allow_folder(&write, true);
        assert_eq!(opens(&policy, read.to_str().unwrap(), false), Ok("folder"));
        assert_eq!(opens(&policy, read.to_str().unwrap(), true), Err(77));
        assert_eq!(opens(&policy, write.to_str().unwrap(), true), Ok("folder"));
        assert_eq!(opens(&policy, home.path().to_str().unwrap(), false), Err(77));
        let file = home.path().join("file");
        fs::write(&file, "x").unwrap();
        fs::write(home.path().join("other"), "x").unwrap();
        let policy = policy.allow_folder(&file, false);
        assert_eq!(opens(&policy, file.to_str().unwrap(), false), Ok("file"));
        assert_eq!(opens(&policy, home.path().join("other").to_str().unwrap(), false), Err(77));
        let sibling = format!("{}x", read.display());
        fs::create_dir(&sibling).unwrap();
        assert_eq!(opens(&policy, &sibling, false), Err(77), "a name that only starts alike");
    }

    #[test]
    fn a_pipe_is_refused_without_waiting_for_its_writer() {
        let home = tempfile::tempdir().unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            home.path().join("pipe"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RWXU,
            0,
        )
        .unwrap();
        assert_eq!(opens(&HostPolicy::default().base(home.path()), "pipe", false), Err(66));
    }

    #[test]
    fn no_link_on_the_way_to_what_is_protected_can_be_replaced() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path().canonicalize().unwrap();
        for folder in ["w/data", "v/deep", "real/home/cache", "real/data"] {
            fs::create_dir_all(home.join(folder)).unwrap();
        }
        // w/link leads to v/deep/second, and that to what is real.
        std::os::unix::fs::symlink("../v/deep/second", home.join("w/link")).unwrap();
        std::os::unix::fs::symlink(home.join("real"), home.join("v/deep/second")).unwrap();
        let policy = HostPolicy::default()
            .allow_folder(&home, true)
            .protect(&[home.join("w/link/home/cache"), home.join("w/link/home/not/there")]);
        let opens = |path: &str| opens(&policy, home.join(path).to_str().unwrap(), true);
        for refused in
            ["w", "v", "v/deep", "real", "real/home", "real/home/cache", "w/link", "w/link/home", ""]
        {
            assert_eq!(opens(refused), Err(77), "{refused}");
        }
        for allowed in ["w/data", "real/data"] {
            assert_eq!(opens(allowed), Ok("folder"), "{allowed}");
        }
        let file = home.join("real/home/cache/key");
        let made = policy.create("output", file.to_str().unwrap(), CreateAs::File);
        assert_eq!(made.unwrap_err().failure().exit_code, 77);
        assert!(!file.exists());
    }

    #[test]
    fn links_in_a_circle_end() {
        let home = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("circle", home.path().join("circle")).unwrap();
        fs::create_dir(home.path().join("data")).unwrap();
        let policy =
            HostPolicy::default().allow_folder(home.path(), true).protect(&[home.path().join("circle/x")]);
        assert_eq!(opens(&policy, home.path().to_str().unwrap(), true), Err(77));
        assert_eq!(opens(&policy, home.path().join("data").to_str().unwrap(), true), Ok("folder"));
    }

    #[test]
    fn a_variable_needs_a_grant() {
        let policy = HostPolicy::default().allow_variable("PATH");
        assert!(policy.variable("PATH").is_ok());
        assert_eq!(policy.variable("HOME").unwrap_err().failure().exit_code, 77);
    }
}
