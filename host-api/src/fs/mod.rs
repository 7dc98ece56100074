//! The guest's files: one core, and a front for each generation of WASI.
//!
//! A guest sees one tree. Its root is a folder of its own; inputs and results are mounted over it. Every path is
//! walked here, one component after the other, relative to a folder that is held open and without following
//! links in the kernel: a link is read and expanded by the walk itself, so that neither `..`, nor an absolute
//! link, nor a link that another process swaps in at the wrong moment leads out of a mount.
//!
//! * [`FileSystem`] puts mounts, quota and limits together, and has one method for each operation.
//! * [`Directory`] and [`OpenFile`] are what a guest holds open.
//! * [`Usage`] counts, [`Refusal`] remembers what was refused and where.
//! * [`preview1`] is the front of WASI preview 1; `preview2` and `preview3` (features) are those of 0.2 and 0.3, which
//!   components call.
//!
//! Errors are POSIX error numbers, which every WASI generation has a table for.

mod ahead;
mod builder;
#[cfg(feature = "components")]
pub(crate) mod component;
#[cfg(feature = "components")]
mod descriptor;
mod directory;
pub(crate) mod display;
#[cfg(feature = "keyvalue")]
mod elsewhere;
mod entries;
mod file;
mod handles;
mod ledger;
mod link;
mod make;
mod metadata;
mod mount;
mod open;
mod open_at;
mod positions;
pub mod preview1;
#[cfg(feature = "components")]
pub mod preview2;
#[cfg(feature = "wasi03")]
pub mod preview3;
mod refusal;
mod remove;
mod rename;
mod shared;
mod times;
mod touched;
mod tree;
mod walk;

pub use builder::{Builder, MountError};
pub use directory::Directory;
pub use entries::{Entry, Listing};
pub use file::OpenFile;
pub use handles::SharedHandles;
pub use ledger::{Quota, Usage};
pub use metadata::{FileKind, Metadata};
pub use mount::{Access, Mount, MountId};
pub use open::{OpenOptions, Opened};
pub use refusal::{Refusal, RefusalKind};
pub use shared::{Locked, SharedFiles};
pub use times::{SetTime, SetTimes};
pub use touched::{Touched, Use};

pub use rustix::io::Errno;

use handles::Handles;
use ledger::Ledger;
use positions::Kept;
use refusal::Refusals;
use tree::Tree;

/// The files of one guest.
#[derive(Debug)]
pub struct FileSystem {
    tree: Tree,
    ledger: Ledger,
    refusals: Refusals,
    handles: Handles,
    listed: Kept,
    /// What the guest makes use of, where somebody wants to know.
    touched: Option<Touched>,
}

impl FileSystem {
    /// Starts to put a file system together.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The root, as the guest finds it.
    pub fn root(&self) -> Directory {
        self.tree.root()
    }

    /// What was used so far.
    pub fn usage(&self) -> Usage {
        self.ledger.usage()
    }

    /// What was refused so far, each with how often.
    pub fn refusals(&self) -> &[Refusal] {
        self.refusals.list()
    }

    /// What the guest made use of so far; none unless [`Builder::observe`] asked for it.
    pub fn touched(&self) -> Option<&Touched> {
        self.touched.as_ref()
    }

    /// Notes that something was made use of: a name in a folder, or the folder itself where there is none.
    fn touch(&mut self, place: &Directory, name: &str, used: Use) {
        if let Some(touched) = &mut self.touched {
            match name {
                "" => touched.add(&place.path, used),
                name => touched.add(&place.path_of(name), used),
            }
        }
    }

    /// Takes one of the handles that a guest may have.
    fn take_handle(&mut self, path: &str) -> Result<(), Errno> {
        if !self.handles.take() {
            self.refusals.add(RefusalKind::Handles, "open", path, None);
            return Err(Errno::MFILE);
        }
        Ok(())
    }

    /// Whether something below a mount may be changed; remembers it if not.
    fn may_write(&mut self, operation: &'static str, place: &Directory, name: &str) -> Result<(), Errno> {
        let mount = self.tree.mount(place.mount);
        if mount.access == Access::ReadWrite && place.folder.is_some() {
            match operation {
                "write to" | "set the times of" => self.touch(place, name, Use::WRITTEN),
                _ => self.touch(place, "", Use::REARRANGED),
            }
            return Ok(());
        }
        let (id, path) = (mount.id, place.path_of(name));
        self.refusals.add(RefusalKind::ReadOnly, operation, path.as_str(), Some(id));
        Err(Errno::ROFS)
    }
}
