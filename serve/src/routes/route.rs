//! What a request must be like.

use std::fmt;

use dayfly_spec::model::{HostPattern, HttpFunction, RoutePattern};
use http::Method;

/// What a request must be like to take a route.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Route {
    /// The hosts that it is for; all where there is none.
    pub host: Option<HostPattern>,
    /// The methods that it is for.
    pub methods: Methods,
    /// The paths that it is for.
    pub path: RoutePattern,
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
    /// The routes of a function: one for each path and each host.
    pub fn of(http: &HttpFunction) -> impl Iterator<Item = Route> {
        let methods = match http.methods.as_slice() {
            [] => Methods::All,
            // What is no method no request has.
            named => Methods::Only(
                named.iter().flat_map(|method| Method::try_from(method.value.as_str())).collect(),
            ),
        };
        let hosts: Vec<Option<HostPattern>> = match http.hosts.as_slice() {
            [] => vec![None],
            named => named.iter().map(|host| Some(host.value.clone())).collect(),
        };
        http.routes.iter().flat_map(move |path| {
            let (methods, path) = (methods.clone(), path.value.clone());
            let route = move |host| Route { host, methods: methods.clone(), path: path.clone() };
            hosts.clone().into_iter().map(route)
        })
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

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Methods::Only(methods) = &self.methods {
            let names: Vec<_> = methods.iter().map(Method::as_str).collect();
            write!(f, "{} ", names.join(","))?;
        }
        if let Some(host) = &self.host {
            host.fmt(f)?;
        }
        self.path.fmt(f)
    }
}
