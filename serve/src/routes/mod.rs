//! Which route a request takes.
//!
//! * [`Route`] is what a request must be like: its host, its method, its path.
//! * [`Routes`] is a table of them: of all routes that a request may take, it takes the most specific one.

mod hosts;
mod route;
mod tree;

use http::Method;

use hosts::Hosts;

pub use route::{Methods, Route};

/// A table of routes, each of which leads to a `T`.
///
/// A request takes the most specific route that takes its method:
///
/// 1. a route that names the host of the request, before one for all hosts below another, of which the longer name comes
///    first, and that before one for all hosts;
/// 2. by segments of the path, from the first to the last: the text itself, before a `{name}`, before the end of the
///    pattern, before a `{rest...}`;
/// 3. a route that names the method, before one for all methods. One for GET takes HEAD, unless another names it.
#[derive(Debug)]
pub struct Routes<T> {
    entries: Vec<Entry<T>>,
    hosts: Hosts,
}

#[derive(Debug)]
struct Entry<T> {
    route: Route,
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
    path: &'p str,
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
        RoutesBuilder { routes: Self { entries: Vec::new(), hosts: Hosts::default() } }
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
        // What is no path, as `*`, is none that a pattern is of.
        let Some(parts) = path.strip_prefix('/') else { return Err(Missed::Path) };
        let mut allow: Vec<&Method> = Vec::new();
        let found = self.hosts.find(host, |tree| {
            tree.walk(Some(parts), &mut |numbers| {
                let rank = |number: &&usize| self.entries[**number].route.methods.rank(method);
                let best = numbers.iter().filter(|number| rank(number).is_some()).min_by_key(rank).copied();
                if best.is_none() {
                    allow.extend(
                        numbers.iter().flat_map(|number| self.entries[*number].route.methods.named()),
                    );
                }
                best
            })
        });
        if let Some(number) = found {
            let Entry { route, value } = &self.entries[number];
            return Ok(Match { value, route, path });
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
}

impl<T> Match<'_, '_, T> {
    /// What stands in the path for the names of the pattern, in order, as it is encoded there.
    pub fn parameters(&self) -> Vec<(&str, &str)> {
        self.route.path.matches(self.path).unwrap_or_default()
    }
}

impl<T> RoutesBuilder<T> {
    /// Adds a route.
    ///
    /// # Errors
    ///
    /// The same requests would take another one that is there.
    pub fn add(mut self, route: Route, value: T) -> Result<Self, Conflict> {
        let Routes { entries, hosts } = &mut self.routes;
        let there = hosts.place(route.host.as_ref()).place(route.path.segments());
        if let Some(&number) = there.iter().find(|other| entries[**other].route.methods.meet(&route.methods))
        {
            let existing = Box::new(entries[number].route.clone());
            return Err(Conflict { added: Box::new(route), existing, number });
        }
        there.push(entries.len());
        entries.push(Entry { route, value });
        Ok(self)
    }

    /// The table.
    pub fn build(self) -> Routes<T> {
        self.routes
    }
}
