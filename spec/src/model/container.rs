//! The container engine of a task.

use super::{Element, Located, ReadinessCheck, Value};

/// A container image to run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Container {
    /// The image's reference.
    pub image: Located<Value>,
    /// Replaces the image's entry point; an empty list clears it.
    pub entrypoint: Option<Vec<Element<Value>>>,
    /// Replaces the image's command.
    pub command: Option<Vec<Element<Value>>>,
    /// An absolute folder that the command starts in.
    pub working_directory: Option<Located<Value>>,
    /// Volumes of the job that are mounted.
    pub volumes: Vec<VolumeMount>,
    /// Ports that are reachable from outside.
    pub ports: Vec<Element<Port>>,
    /// Further names under which other tasks reach this one.
    pub aliases: Vec<Element<Value>>,
    /// Endpoints get names that can't be guessed.
    pub private: bool,
    /// What the image's registry asks for.
    pub credentials: Option<Credentials>,
    /// The container must run inside a trusted execution environment.
    pub trusted: bool,
}

/// A volume of the job, mounted into a container.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VolumeMount {
    /// The volume's name.
    pub name: Value,
    /// The absolute folder it is mounted at.
    pub target: Located<Value>,
}

/// A port of a container that is reachable from outside.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Port {
    /// The port's number; a value where it is known only at run time.
    pub port: Located<Value>,
    /// What is served there.
    pub kind: PortKind,
    /// When it counts as ready.
    pub checks: Vec<ReadinessCheck>,
}

/// What is served at a port.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PortKind {
    /// Nothing is said.
    Unspecified,
    /// Pages for a browser.
    Web,
    /// An API.
    Api,
    /// Pages and an API.
    WebApi,
    /// A WebSocket.
    WebSocket,
}

/// A user of an image registry.
#[derive(Clone, Eq, PartialEq)]
pub struct Credentials {
    /// The user's name.
    pub username: Option<Value>,
    /// The user's password.
    pub password: Option<Value>,
    /// The registry, if the image's reference does not say it.
    pub server: Option<Value>,
}

impl std::fmt::Debug for Credentials {
    /// Leaves the password out, so that a log never holds it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("username", &self.username)
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}
