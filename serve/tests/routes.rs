//! Which route a request takes: by examples, and beside a model: what the patterns themselves say, one by one.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::cmp::Ordering;

use dayfly_serve::{Methods, Missed, Route, Routes};
use dayfly_spec::model::{HostPattern, RoutePattern};
use http::Method;
use proptest::prelude::*;

fn table(routes: &[&str]) -> Routes<usize> {
    let mut builder = Routes::builder();
    for (number, text) in routes.iter().enumerate() {
        builder = builder.add(route(text), number).unwrap();
    }
    builder.build()
}

/// `GET,POST host/path`, of which only the path must be there.
fn route(text: &str) -> Route {
    let (methods, place) = text.split_once(' ').unwrap_or(("", text));
    let (host, path) = place.split_at(place.find('/').unwrap());
    let methods: Vec<Method> = methods.split(',').filter_map(|method| method.parse().ok()).collect();
    let host = match (host, host.strip_prefix("*.")) {
        ("", _) => None,
        (_, Some(name)) => Some(HostPattern::Below(name.to_owned())),
        (name, None) => Some(HostPattern::Exact(name.to_owned())),
    };
    let methods = if methods.is_empty() { Methods::All } else { Methods::Only(methods) };
    Route { host, methods, path: RoutePattern::parse(path).unwrap() }
}

/// A host, a method, a path, the number of the route that is taken, and its parameters.
type Case<'a> = (&'a str, &'a str, &'a str, usize, &'a [(&'a str, &'a str)]);

#[test]
fn the_most_specific_route_is_taken() {
    let routes = table(&[
        "/",
        "/users/me",
        "/users/{id}",
        "/users/{id}/posts",
        "/users/{rest...}",
        "/{rest...}",
        "a.test/users/{id}",
        "POST /users/me",
        "*.test/users/{id}",
        "*.a.test/users/{id}",
        "/100%25/café",
        "[::1]/users/{id}",
    ]);
    let table: [Case; 24] = [
        ("x", "GET", "/", 0, &[]),
        ("x", "GET", "/users/me", 1, &[]),
        ("x", "POST", "/users/me", 7, &[]),
        ("x", "GET", "/users/7", 2, &[("id", "7")]),
        ("x", "GET", "/users/me/posts", 3, &[("id", "me")]),
        ("x", "GET", "/users/me/friends", 4, &[("rest", "me/friends")]),
        ("x", "GET", "/users/", 4, &[("rest", "")]),
        ("x", "GET", "/users", 4, &[("rest", "")]),
        ("x", "GET", "//users/me", 5, &[("rest", "/users/me")]),
        ("a.test", "GET", "/users/me", 6, &[("id", "me")]),
        ("A.Test.:8080", "GET", "/users/me", 6, &[("id", "me")]),
        ("a.test", "GET", "/users/me/posts", 3, &[("id", "me")]),
        ("b.test", "GET", "/users/me", 8, &[("id", "me")]),
        ("B.Test:80", "GET", "/users/me/posts", 3, &[("id", "me")]),
        ("b.a.test", "GET", "/users/me", 9, &[("id", "me")]),
        ("c.b.a.test", "GET", "/users/me", 9, &[("id", "me")]),
        (".test", "GET", "/users/me", 1, &[]),
        ("test", "GET", "/users/me", 1, &[]),
        ("[::1]:80", "GET", "/users/me", 11, &[("id", "me")]),
        ("x", "GET", "/users/%6De", 1, &[]),
        ("x", "GET", "/users/a%2Fb%20c/posts", 3, &[("id", "a%2Fb%20c")]),
        ("x", "GET", "/100%/caf%c3%A9", 10, &[]),
        ("x", "GET", "/100%2525/café", 5, &[("rest", "100%2525/café")]),
        ("x", "GET", "/users/%FF", 2, &[("id", "%FF")]),
    ];
    for (host, method, path, number, parameters) in table {
        let found = routes.find(Some(host), &method.parse().unwrap(), path).unwrap();
        assert_eq!(*found.value, number, "{method} {host}{path}");
        assert_eq!(found.parameters(), parameters, "{method} {host}{path}");
    }
}

#[test]
fn what_takes_no_route_says_why() {
    let routes = table(&["GET /a", "PUT,DELETE /{name}", "POST /b/{rest...}", "GET h/c"]);
    let missed = |method: Method, path| routes.find(Some("h"), &method, path).map(|found| *found.value);
    assert_eq!(missed(Method::GET, "/x/y"), Err(Missed::Path));
    assert_eq!(missed(Method::GET, "/"), Err(Missed::Path));
    assert_eq!(missed(Method::OPTIONS, "*"), Err(Missed::Path));
    let allow = |methods: &[&str]| {
        Err(Missed::Method(methods.iter().map(|method| method.parse().unwrap()).collect()))
    };
    assert_eq!(missed(Method::POST, "/a"), allow(&["DELETE", "GET", "HEAD", "PUT"]));
    assert_eq!(missed(Method::GET, "/b/c"), allow(&["POST"]));
    assert_eq!(missed(Method::POST, "/c"), allow(&["DELETE", "GET", "HEAD", "PUT"]));
    // A less specific route with the method is better than none.
    assert_eq!(missed(Method::PUT, "/a"), Ok(1));
    assert_eq!(missed(Method::HEAD, "/a"), Ok(0));
}

#[test]
fn conflicts_name_both() {
    let pairs = [
        ("/a/{b}", "/a/{c}"),
        ("GET,PUT /a", "POST,GET /a"),
        ("h/{a...}", "h/{b...}"),
        ("*.h/é", "*.h/%C3%A9"),
    ];
    for (one, other) in pairs {
        let builder = Routes::builder().add(route("/other"), ()).unwrap().add(route(one), ()).unwrap();
        let conflict = builder.add(route(other), ()).unwrap_err();
        assert_eq!(conflict.number, 1);
        let text = conflict.to_string();
        assert!(text.contains(&format!("conflicts with `{one}`")), "{text}");
    }
    table(&["/a/{b}", "GET /a/{b}", "h/a/{b}", "HEAD /a/{b}", "*.h/a/{b}", "/a/{b...}", "/a/{b}/", "/a/"]);
}

/// Routes and requests from few words, so that they meet.
fn routes() -> impl Strategy<Value = Vec<String>> {
    let part = prop_oneof![2 => "[ab]", 1 => Just("%61".to_owned()), 2 => Just("{x}".to_owned())];
    let end = prop_oneof![2 => Just(""), 1 => Just("/"), 1 => Just("/{rest...}")];
    let path = (prop::collection::vec(part, 0..4), end).prop_map(|(parts, end)| {
        // Names differ within a pattern.
        let parts = parts.iter().enumerate();
        let path: String =
            parts.map(|(number, part)| format!("/{}", part.replace('x', &format!("x{number}")))).collect();
        if path.is_empty() && end.is_empty() { "/".to_owned() } else { path + end }
    });
    let methods = prop_oneof![Just(""), Just("GET "), Just("HEAD "), Just("POST "), Just("GET,POST ")];
    let host = prop_oneof![2 => Just(""), 1 => Just("h"), 1 => Just("*.h"), 1 => Just("*.i.h")];
    let route = (methods, host, path).prop_map(|(methods, host, path)| format!("{methods}{host}{path}"));
    prop::collection::vec(route, 1..12)
}

/// How well a route's methods suit a request, more being better; none where they don't.
fn suits(methods: &Methods, method: &Method) -> Option<u8> {
    match methods {
        Methods::All => Some(0),
        Methods::Only(methods) if methods.contains(method) => Some(2),
        Methods::Only(methods) => (method == Method::HEAD && methods.contains(&Method::GET)).then_some(1),
    }
}

/// Which of the routes a request takes, by what their parts say of themselves.
fn model(routes: &[Route], host: &str, method: &Method, path: &str) -> Option<usize> {
    let takes = |route: &&Route| {
        let host = route.host.as_ref().is_none_or(|pattern| pattern.matches(host));
        host && suits(&route.methods, method).is_some() && route.path.matches(path).is_some()
    };
    let of_host = |route: &Route| route.host.as_ref().map_or(0, HostPattern::specificity);
    let better = |one: &Route, other: &Route| {
        of_host(one)
            .cmp(&of_host(other))
            .then(one.path.specificity(&other.path))
            .then(suits(&one.methods, method).cmp(&suits(&other.methods, method)))
    };
    let best = routes.iter().filter(takes).max_by(|one, other| better(one, other))?;
    assert_eq!(
        routes.iter().filter(takes).filter(|other| better(best, other) == Ordering::Equal).count(),
        1,
        "two of the same rank are a conflict"
    );
    routes.iter().position(|route| route == best)
}

proptest! {
    #[test]
    fn tables_find_what_the_model_finds(
        texts in routes(),
        host in "([ai]\\.){0,2}[hi]",
        method in prop_oneof![Just("GET"), Just("HEAD"), Just("POST"), Just("PUT")],
        path in "/((a|b|c|%61|)/){0,3}[abc]?",
    ) {
        let mut there: Vec<&str> = Vec::new();
        let mut builder = Routes::builder();
        for text in &texts {
            // A conflict leaves the table as it was, and is one between these two.
            let mut again = Routes::builder();
            for (number, text) in there.iter().enumerate() {
                again = again.add(route(text), number).unwrap();
            }
            builder = match builder.add(route(text), there.len()) {
                Ok(more) => {
                    there.push(text);
                    more
                }
                Err(conflict) => {
                    let pair = Routes::builder().add(route(there[conflict.number]), ()).unwrap();
                    prop_assert!(pair.add(route(text), ()).is_err());
                    again
                }
            };
        }
        let method = method.parse().unwrap();
        let found = builder.build().find(Some(&host), &method, &path).map(|found| *found.value);
        let there: Vec<Route> = there.into_iter().map(route).collect();
        prop_assert_eq!(found.ok(), model(&there, &host, &method, &path), "{:?}", there);
    }
}
