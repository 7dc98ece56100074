//! Where things are mounted: a tree of names, fixed when the guest starts.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use super::display::DisplayPath;
use super::mount::{Mount, Object};
use super::{Directory, MountError};

/// A node's place in the tree.
pub(super) type NodeId = usize;

const ROOT: NodeId = 0;

/// The tree of mounts.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    mounts: Vec<Mount>,
    root: Arc<OwnedFd>,
}

/// A mount, or a folder on the way to one.
#[derive(Debug, Default)]
struct Node {
    children: BTreeMap<String, NodeId>,
    mount: Option<usize>,
}

impl Tree {
    /// A tree with nothing but a root.
    pub(super) fn new(root: Mount) -> Result<Tree, MountError> {
        let Object::Folder(folder) = &root.object else { return Err(MountError::RootIsNoFolder) };
        let node = Node { mount: Some(0), ..Node::default() };
        Ok(Tree { root: folder.clone(), nodes: vec![node], mounts: vec![root] })
    }

    /// Adds a mount at a path of at least one component, which lies at or in no other.
    pub(super) fn add(&mut self, components: &[&str], mount: Mount) {
        let mut node = ROOT;
        for &component in components {
            node = match self.nodes[node].children.get(component) {
                Some(&child) => child,
                None => {
                    let child = self.nodes.len();
                    self.nodes.push(Node::default());
                    self.nodes[node].children.insert(component.to_owned(), child);
                    child
                }
            };
        }
        self.nodes[node].mount = Some(self.mounts.len());
        self.mounts.push(mount);
    }

    /// How many mounts there are.
    #[cfg(feature = "keyvalue")]
    pub(super) fn count(&self) -> usize {
        self.mounts.len()
    }

    pub(super) fn mount(&self, index: usize) -> &Mount {
        &self.mounts[index]
    }

    pub(super) fn root(&self) -> Directory {
        Directory { folder: Some(self.root.clone()), mount: 0, node: Some(ROOT), path: DisplayPath::root() }
    }

    /// The node that `name` is below a directory, if something is mounted there or further down.
    pub(super) fn child(&self, directory: &Directory, name: &str) -> Option<NodeId> {
        self.nodes[directory.node?].children.get(name).copied()
    }

    /// What is mounted at a node: its index and itself. None for a folder on the way to a mount.
    pub(super) fn mounted(&self, node: NodeId) -> Option<(usize, &Mount)> {
        self.nodes[node].mount.map(|index| (index, &self.mounts[index]))
    }

    /// The names below a directory at which something is mounted, there or further down, in order.
    pub(super) fn children(&self, directory: &Directory) -> impl Iterator<Item = (&str, NodeId)> {
        let children = directory.node.map(|node| &self.nodes[node].children);
        children.into_iter().flatten().map(|(name, &node)| (name.as_str(), node))
    }
}
