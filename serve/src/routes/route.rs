//! What a request must be like.

use std::borrow::Cow;
use std::fmt;

use http::Method;

use super::PatternError;
use super::pattern::Pattern;

/// What a request must be like to take a route.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Route {
    pub(super) host: Option<Box<str>>,
    pub(super) methods: Methods,
    pub(super) path: Pattern,
}

/// The methods of a route.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Methods {
    /// All that there are.
    #[default]
    All,
    /// These alone.
    Only(Vec<Method>),
}

impl Route {
    /// A route for all hosts and methods. In its path `{name}` stands for any one segment, and `{rest...}` at the end
    /// for all that follows.
    ///
    /// # Errors
    ///
    /// The path is none.
    pub fn new(path: &str) -> Result<Self, PatternError> {
        Ok(Self { host: None, methods: Methods::All, path: path.parse()? })
    }

    /// For this host alone. Its port does not matter, nor whether its letters are large.
    pub fn host(self, name: &str) -> Self {
        Self { host: Some(host(name).into()), ..self }
    }

    /// For these methods alone.
    pub fn methods(self, methods: Methods) -> Self {
        Self { methods, ..self }
    }

    /// The pattern of its path, as it was written.
    pub fn pattern(&self) -> String {
        self.path.to_string()
    }
}

impl Methods {
    /// How well they suit a method, less being better; none where they don't.
    pub(super) fn rank(&self, method: &Method) -> Option<u8> {
        match self {
            Self::Only(methods) if methods.contains(method) => Some(0),
            Self::Only(methods) if method == Method::HEAD && methods.contains(&Method::GET) => Some(1),
            Self::Only(_) => None,
            Self::All => Some(2),
        }
    }

    /// Those that are named.
    pub(super) fn named(&self) -> &[Method] {
        match self {
            Self::All => &[],
            Self::Only(methods) => methods,
        }
    }

    /// Whether a request may suit both alike.
    pub(super) fn meet(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, Self::All) => true,
            (Self::Only(some), Self::Only(others)) => some.iter().any(|method| others.contains(method)),
            _ => false,
        }
    }
}

/// The name in a host, which may have a port, in small letters.
pub(super) fn host(text: &str) -> Cow<'_, str> {
    let name = match text.rsplit_once(':') {
        // What has no bracket after its last colon has a port there.
        Some((name, port)) if !port.contains(']') => name,
        _ => text,
    };
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(name.to_ascii_lowercase());
    }
    Cow::Borrowed(name)
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Methods::Only(methods) = &self.methods {
            let names: Vec<_> = methods.iter().map(Method::as_str).collect();
            write!(f, "{} ", names.join(","))?;
        }
        f.write_str(self.host.as_deref().unwrap_or_default())?;
        self.path.fmt(f)
    }
}
