//! What those behind a route are told of it.

use std::sync::Arc;

use dayfly_serve::{Match, Route};
use dayfly_spec::model::RouteSegment;
use http::{HeaderMap, HeaderName, HeaderValue};

/// What stands before the name of a part of the path, in the field that has it.
const PREFIX: &str = "dayfly-path-";

/// A route, as those behind it are told of it.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) pattern: Arc<str>,
    /// The fields of its names, in order. None where all that there is to tell is the whole path, which every request has.
    fields: Vec<HeaderName>,
    /// It ends in a name for all that is left.
    has_rest: bool,
}

/// What a request's path is, by the pattern of its route.
#[derive(Debug)]
pub(super) struct Parts {
    fields: Vec<(HeaderName, HeaderValue)>,
    /// How many bytes of the path are before what is left for the function.
    pub(super) place: usize,
}

impl Way {
    pub(super) fn of(route: &Route) -> Way {
        let name = |segment: &RouteSegment| match segment {
            RouteSegment::Name(name) | RouteSegment::Rest(name) => {
                // Names are letters, digits and underscores.
                HeaderName::try_from(format!("{PREFIX}{name}")).ok()
            }
            RouteSegment::Literal(_) => None,
        };
        let segments = route.path.segments();
        let everything = matches!(segments, [RouteSegment::Rest(_)]);
        Way {
            pattern: route.path.to_string().into(),
            fields: if everything { Vec::new() } else { segments.iter().filter_map(name).collect() },
            has_rest: matches!(segments.last(), Some(RouteSegment::Rest(_))),
        }
    }

    /// What a path is that came this way.
    pub(super) fn parts<T>(&self, found: &Match<'_, '_, T>, path: &str) -> Parts {
        let mut parts = Parts { fields: Vec::new(), place: if self.has_rest { 0 } else { path.len() } };
        if self.fields.is_empty() {
            return parts;
        }
        let values = found.parameters();
        if let Some((_, rest)) = values.last().filter(|_| self.has_rest) {
            let before = path.len().saturating_sub(rest.len());
            let slash = path.get(..before).is_some_and(|before| before.ends_with('/'));
            parts.place = if slash { before - 1 } else { before };
        }
        let value = |value: &str| HeaderValue::from_bytes(value.as_bytes()).ok();
        parts.fields = self
            .fields
            .iter()
            .zip(values)
            .filter_map(|(field, (_, text))| Some((field.clone(), value(text)?)))
            .collect();
        parts
    }
}

impl Parts {
    /// Says what they are in the head of the request, which says nothing of the kind of its own: a client could have
    /// written that.
    pub(super) fn tell(self, headers: &mut HeaderMap) {
        let of_client: Vec<HeaderName> =
            headers.keys().filter(|name| is_field(name.as_str())).cloned().collect();
        for name in &of_client {
            headers.remove(name);
        }
        headers.extend(self.fields);
    }
}

/// Whether a field would be taken for one of a part of the path: where fields are variables, `_` is `-`.
fn is_field(name: &str) -> bool {
    let alike = |(one, other): (u8, u8)| one == other || (one == b'_' && other == b'-');
    name.len() > PREFIX.len() && name.bytes().zip(PREFIX.bytes()).all(alike)
}

#[cfg(test)]
mod tests {
    use dayfly_serve::{Methods, Routes};
    use dayfly_spec::model::RoutePattern;
    use http::Method;

    use super::*;

    /// A pattern, a path, how much of it is the function's place, and what is told of it.
    type Case = (&'static str, &'static str, usize, &'static [(&'static str, &'static str)]);

    #[test]
    fn what_a_path_is_stands_in_the_head_and_what_clients_say_of_it_does_not() {
        let table: [Case; 7] = [
            (
                "/a/{id}/b/{Name}",
                "/a/x%20y/b/z",
                12,
                &[("dayfly-path-id", "x%20y"), ("dayfly-path-name", "z")],
            ),
            ("/a/{rest...}", "/a/b/c", 2, &[("dayfly-path-rest", "b/c")]),
            ("/a/{rest...}", "/a/", 2, &[("dayfly-path-rest", "")]),
            ("/a/{rest...}", "/a", 2, &[("dayfly-path-rest", "")]),
            ("/{rest...}", "/a/b", 0, &[]),
            ("/a", "/a", 2, &[]),
            ("/{one}", "/a", 2, &[("dayfly-path-one", "a")]),
        ];
        for (pattern, path, place, told) in table {
            let route =
                Route { host: None, methods: Methods::All, path: RoutePattern::parse(pattern).unwrap() };
            let way = Way::of(&route);
            let routes = Routes::builder().add(route, ()).unwrap().build();
            let parts = way.parts(&routes.find(None, &Method::GET, path).unwrap(), path);
            assert_eq!(parts.place, place, "{pattern} {path}");
            let mut headers = HeaderMap::new();
            for name in ["dayfly-path-id", "dayfly_path_name", "dayfly-path-other", "x-own", "dayfly-path"] {
                headers.append(name, HeaderValue::from_static("the client's"));
            }
            parts.tell(&mut headers);
            for name in ["x-own", "dayfly-path"] {
                assert!(headers.remove(name).is_some(), "{name}");
            }
            let found: Vec<_> =
                headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
            assert_eq!(found, told, "{pattern} {path}");
        }
    }
}
