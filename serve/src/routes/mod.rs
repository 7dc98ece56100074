//! Which route a request takes.
//!
//! * [`Route`] is what a request must be like: its host, its method, its path.
//! * [`Routes`] is a table of them: of all routes that a request may take, it takes the most specific one.

mod pattern;
mod route;
mod tree;

use std::borrow::Cow;
use std::collections::HashMap;

use http::Method;

use pattern::Part;
use tree::Node;

pub use pattern::PatternError;
pub use route::{Methods, Route};

/// A table of routes, each of which leads to a `T`.
///
/// A request takes the most specific route that takes its method:
///
/// 1. a route that names the host of the request, before one for all hosts;
/// 2. by segments of the path, from the first to the last: the word itself, before a `{name}`, before a `{rest...}`;
/// 3. a route that names the method, before one for all methods. One for GET takes HEAD, unless another names it.
#[derive(Debug)]
pub struct Routes<T> {
    entries: Vec<Entry<T>>,
    hosts: HashMap<Box<str>, Node>,
    any: Node,
}

#[derive(Debug)]
struct Entry<T> {
    route: Route,
    names: Vec<Box<str>>,
    value: T,
}

/// A table that is being filled.
#[derive(Debug)]
pub struct RoutesBuilder<T> {
    routes: Routes<T>,
}

/// The route that a request takes.
#[derive(Debug)]
pub struct Match<'t, 'p, T> {
    /// Where it leads.
    pub value: &'t T,
    /// Which one it is.
    pub route: &'t Route,
    /// What stands in the path for the names of the pattern, in order. What stands for a `{name}` is decoded, where that
    /// gives text; what stands for a `{rest...}` is left as it is, since it has parts.
    pub parameters: Vec<(&'t str, Cow<'p, str>)>,
}

/// That a request takes no route.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Missed {
    /// There is none for its path: 404.
    Path,
    /// There are some, but not for its method: 405. These are the methods that there are some for, in order, to be
    /// told in `Allow`.
    Method(Vec<Method>),
}

/// A route that can't be in a table with another one.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "route `{added}` conflicts with `{existing}`: the same requests take both; change one's path, host or methods"
)]
pub struct Conflict {
    /// The route that was to be added.
    pub added: Box<Route>,
    /// The one that is there.
    pub existing: Box<Route>,
    /// How many were added before that one.
    pub number: usize,
}

impl<T> Routes<T> {
    /// Begins with no routes.
    pub fn builder() -> RoutesBuilder<T> {
        let routes = Self { entries: Vec::new(), hosts: HashMap::new(), any: Node::default() };
        RoutesBuilder { routes }
    }

    /// All routes and where they lead, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&Route, &T)> {
        self.entries.iter().map(|entry| (&entry.route, &entry.value))
    }

    /// Finds the route that a request takes. `host` may have a port, which does not matter; `path` is without a query.
    ///
    /// # Errors
    ///
    /// It takes none.
    pub fn find<'t, 'p>(
        &'t self,
        host: Option<&str>,
        method: &Method,
        path: &'p str,
    ) -> Result<Match<'t, 'p, T>, Missed> {
        let mut allow: Vec<&Method> = Vec::new();
        let segments = tree::segments(path);
        let own = host.and_then(|host| self.hosts.get(&*route::host(host)));
        for tree in own.into_iter().chain([&self.any]) {
            let found = tree.walk(&segments, &mut |numbers| {
                let rank = |number: &&usize| self.entries[**number].route.methods.rank(method);
                let best = numbers.iter().filter(|number| rank(number).is_some()).min_by_key(rank).copied();
                if best.is_none() {
                    allow.extend(
                        numbers.iter().flat_map(|number| self.entries[*number].route.methods.named()),
                    );
                }
                best
            });
            if let Some(number) = found {
                return Ok(self.matched(number, path, &segments));
            }
        }
        if allow.is_empty() {
            return Err(Missed::Path);
        }
        let mut allow: Vec<Method> = allow.into_iter().cloned().collect();
        if allow.contains(&Method::GET) {
            allow.push(Method::HEAD);
        }
        allow.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        allow.dedup();
        Err(Missed::Method(allow))
    }

    fn matched<'t, 'p>(
        &'t self,
        number: usize,
        path: &'p str,
        segments: &[tree::Segment<'p>],
    ) -> Match<'t, 'p, T> {
        let entry = &self.entries[number];
        let mut names = entry.names.iter();
        let mut parameters = Vec::with_capacity(names.len());
        for (part, segment) in entry.route.path.parts.iter().zip(segments) {
            let value = match part {
                Part::Word(_) => continue,
                Part::Name(_) => segment.text.clone(),
                Part::Rest(_) => Cow::Borrowed(&path[segment.begin..]),
            };
            parameters.extend(names.next().map(|name| (&**name, value)));
        }
        Match { value: &entry.value, route: &entry.route, parameters }
    }
}

impl<T> RoutesBuilder<T> {
    /// Adds a route.
    ///
    /// # Errors
    ///
    /// The same requests would take another one that is there.
    pub fn add(mut self, route: Route, value: T) -> Result<Self, Conflict> {
        let Routes { entries, hosts, any } = &mut self.routes;
        let tree = match &route.host {
            Some(host) => hosts.entry(host.clone()).or_default(),
            None => any,
        };
        let there = tree.place(&route.path.parts);
        if let Some(&number) = there.iter().find(|other| entries[**other].route.methods.meet(&route.methods))
        {
            let existing = Box::new(entries[number].route.clone());
            return Err(Conflict { added: Box::new(route), existing, number });
        }
        there.push(entries.len());
        let names = route.path.parts.iter().filter_map(Part::name).map(Into::into).collect();
        entries.push(Entry { route, names, value });
        Ok(self)
    }

    /// The table.
    pub fn build(self) -> Routes<T> {
        self.routes
    }
}
