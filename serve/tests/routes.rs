//! Which route a request takes: by examples, and beside a model that is too simple to be wrong.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use dayfly_serve::{Methods, Missed, Route, Routes};
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
    let mut route = Route::new(path).unwrap();
    if !host.is_empty() {
        route = route.host(host);
    }
    if methods.is_empty() { route } else { route.methods(Methods::Only(methods)) }
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
    ]);
    let table: [Case; 14] = [
        ("x", "GET", "/", 0, &[]),
        ("x", "GET", "/users/me", 1, &[]),
        ("x", "POST", "/users/me", 7, &[]),
        ("x", "GET", "/users/7", 2, &[("id", "7")]),
        ("x", "GET", "/users/me/posts", 3, &[("id", "me")]),
        ("x", "GET", "/users/me/friends", 4, &[("rest", "me/friends")]),
        ("x", "GET", "/users/", 4, &[("rest", "")]),
        ("x", "GET", "/users", 5, &[("rest", "users")]),
        ("x", "GET", "//users/me", 5, &[("rest", "/users/me")]),
        ("a.test", "GET", "/users/me", 6, &[("id", "me")]),
        ("A.Test:8080", "GET", "/users/me", 6, &[("id", "me")]),
        ("a.test", "GET", "/users/me/posts", 3, &[("id", "me")]),
        ("x", "GET", "/users/%6De", 1, &[]),
        ("x", "GET", "/users/a%2Fb%20c/posts", 3, &[("id", "a/b c")]),
    ];
    for (host, method, path, number, parameters) in table {
        let found = routes.find(Some(host), &method.parse().unwrap(), path).unwrap();
        assert_eq!(*found.value, number, "{method} {host}{path}");
        let found: Vec<_> = found.parameters.iter().map(|(name, value)| (*name, &**value)).collect();
        assert_eq!(found, parameters, "{method} {host}{path}");
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
    let pairs = [("/a/{b}", "/a/{c}"), ("GET,PUT /a", "POST,GET /a"), ("h/{a...}", "H:80/{b...}")];
    for (one, other) in pairs {
        let builder = Routes::builder().add(route("/other"), ()).unwrap().add(route(one), ()).unwrap();
        let conflict = builder.add(route(other), ()).unwrap_err();
        assert_eq!(conflict.number, 1);
        let text = conflict.to_string();
        assert!(text.contains(&format!("conflicts with `{one}`")), "{text}");
    }
    table(&["/a/{b}", "GET /a/{b}", "h/a/{b}", "HEAD /a/{b}", "/a/{b...}", "/a/{b}/", "/a/"]);
}

/// Routes and requests from few words, so that they meet.
fn routes() -> impl Strategy<Value = Vec<String>> {
    let part = prop_oneof![3 => "[ab]", 2 => Just("{x}".to_owned()), 1 => Just(String::new())];
    let path = (prop::collection::vec(part, 0..4), any::<bool>()).prop_map(|(mut parts, rest)| {
        // Names differ within a pattern.
        for (number, part) in parts.iter_mut().enumerate() {
            *part = part.replace('x', &format!("x{number}"));
        }
        if rest || parts.is_empty() {
            parts.push("{rest...}".to_owned());
        }
        format!("/{}", parts.join("/"))
    });
    let methods = prop_oneof![Just(""), Just("GET "), Just("HEAD "), Just("POST "), Just("GET,POST ")];
    let route = (methods, prop_oneof![Just(""), Just("h")], path);
    prop::collection::vec(route.prop_map(|(methods, host, path)| format!("{methods}{host}{path}")), 1..12)
}

/// How well a route suits a request, less being better; none where it does not.
fn model(route: &str, host: &str, method: &str, path: &str) -> Option<Vec<u8>> {
    let (methods, place) = route.split_once(' ').unwrap_or(("", route));
    let (own, pattern) = place.split_at(place.find('/').unwrap());
    let mut rank = vec![match own {
        "" => 1,
        own if own == host => 0,
        _ => return None,
    }];
    let mut segments = path[1..].split('/');
    let mut parts = pattern[1..].split('/');
    loop {
        match (parts.next(), segments.next()) {
            (None, None) => break,
            (Some(part), Some(_)) if part.ends_with("...}") => {
                rank.push(2);
                break;
            }
            (Some(part), Some(segment)) if part.starts_with('{') && !segment.is_empty() => rank.push(1),
            (Some(part), Some(segment)) if part == segment => rank.push(0),
            _ => return None,
        }
    }
    rank.push(match methods {
        "" => 2,
        methods if methods.split(',').any(|own| own == method) => 0,
        methods if method == "HEAD" && methods.split(',').any(|own| own == "GET") => 1,
        _ => return None,
    });
    Some(rank)
}

proptest! {
    #[test]
    fn tables_find_what_the_model_finds(
        texts in routes(),
        host in "[hi]",
        method in prop_oneof![Just("GET"), Just("HEAD"), Just("POST"), Just("PUT")],
        path in "/([abc]?/){0,3}[abc]?",
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
        let found = builder.build().find(Some(&host), &method.parse().unwrap(), &path).map(|found| *found.value);
        let ranks = there.iter().map(|text| model(text, &host, method, &path));
        let best = ranks.enumerate().filter_map(|(number, rank)| rank.map(|rank| (rank, number))).min();
        prop_assert_eq!(found.ok(), best.map(|(_, number)| number), "{:?}", there);
    }
}
