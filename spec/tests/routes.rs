//! Patterns of paths: what is written is read again, the more specific one is never in doubt, and nothing panics.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

use std::cmp::Ordering;

use dayfly_spec::model::{RoutePattern, RouteSegment};
use dayfly_spec::{Options, Source, read};
use proptest::prelude::*;

/// A text that may be a pattern.
fn any_route() -> impl Strategy<Value = String> {
    prop_oneof![
        "/[ -~]{0,24}",
        "(/[a-c%{}.:*,]{0,6}){1,6}",
        "\\PC{0,16}",
        "(/(%[0-9a-fA-F]{2}){0,4}|/é| ){1,4}"
    ]
}

/// A pattern of few words, so that two of them often match the same path.
fn small_route() -> impl Strategy<Value = RoutePattern> {
    let segment = prop_oneof![3 => "[ab]", 2 => Just("{}".to_owned())];
    let end = prop_oneof![4 => Just(""), 1 => Just("/"), 2 => Just("/{rest...}")];
    (prop::collection::vec(segment, 0..4), end).prop_map(|(segments, end)| {
        let named = segments.iter().enumerate().map(|(index, segment)| match segment.as_str() {
            "{}" => format!("/{{p{index}}}"),
            text => format!("/{text}"),
        });
        let text: String = named.chain([end.to_owned()]).collect();
        RoutePattern::parse(if text.is_empty() { "/" } else { &text }).unwrap()
    })
}

fn small_path() -> impl Strategy<Value = String> {
    "(/[ab]){0,4}/?".prop_map(|path| if path.is_empty() { "/".to_owned() } else { path })
}

/// A pattern by the words of its explanation: as a regular expression would have it.
fn model_matches(pattern: &RoutePattern, path: &str) -> bool {
    let parts: Vec<_> = path.split('/').skip(1).collect();
    let segments = pattern.segments();
    let rest = matches!(segments.last(), Some(RouteSegment::Rest(_)));
    let fixed = segments.len() - usize::from(rest);
    let length = if rest { parts.len() >= fixed } else { parts.len() == fixed };
    length
        && segments[..fixed].iter().zip(&parts).all(|(segment, part)| match segment {
            RouteSegment::Literal(text) => text == part,
            RouteSegment::Name(_) => !part.is_empty(),
            RouteSegment::Rest(_) => false,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(text in any_route()) {
        if let Ok(pattern) = RoutePattern::parse(&text) {
            let written = pattern.to_string();
            prop_assert_eq!(RoutePattern::parse(&written), Ok(pattern.clone()), "{}", written);
            prop_assert!(pattern.conflicts_with(&pattern));
            prop_assert_eq!(pattern.specificity(&pattern), Ordering::Equal);
        }
    }

    #[test]
    fn a_path_made_of_a_pattern_matches_it(text in any_route(), value in "[^/]{1,8}") {
        let Ok(pattern) = RoutePattern::parse(&text) else { return Ok(()) };
        let (mut path, mut names) = (String::new(), Vec::new());
        // A literal is the same however it is encoded: all of it, or as it is written.
        for segment in pattern.segments() {
            path.push('/');
            match segment {
                RouteSegment::Literal(text) => {
                    text.bytes().for_each(|byte| path.push_str(&format!("%{byte:02x}")));
                }
                RouteSegment::Name(name) | RouteSegment::Rest(name) => {
                    path.push_str(&value);
                    names.push((name.as_str(), value.as_str()));
                }
            }
        }
        prop_assert_eq!(pattern.matches(&path), Some(names));
    }

    #[test]
    fn a_route_of_a_job_file_is_a_pattern_or_told_where_it_is(text in any_route()) {
        let quoted = serde_json::to_string(&text).unwrap();
        let file = format!(
            "{{\"Type\": \"service\", \"Tasks\": [{{\"Name\": \"a\", \"Engine\": {{\"Type\": \"wasm\", \"Params\": \
             {{\"EntryModule\": \"a.wasm\"}}}}, \"Meta\": {{\"http.route\": {quoted}}}}}]}}"
        );
        // Two braces would begin a template.
        let parsed = read(&Source::new("job", file.as_str()), &Options::default().templates(false));
        let meta = file.find(&quoted).unwrap();
        match parsed.job {
            Some(job) if parsed.diagnostics.is_empty() => {
                let routes = &job.tasks[0].http.as_ref().unwrap().routes;
                for route in routes {
                    let span = route.origin.span.unwrap();
                    prop_assert!(span.start as usize > meta && (span.end as usize) < meta + quoted.len());
                }
                prop_assert_eq!(routes.len(), text.split(|c: char| c == ',' || c.is_whitespace()).filter(|part| !part.is_empty()).count());
            }
            _ => {
                let found = &parsed.diagnostics[0];
                prop_assert!(["E0254", "E0205", "E0255"].contains(&found.code.name()), "{}", found.message);
                prop_assert!(found.span.start as usize >= meta && found.span.end as usize <= meta + quoted.len());
            }
        }
    }

    #[test]
    fn a_pattern_matches_what_its_explanation_says(pattern in small_route(), path in small_path()) {
        prop_assert_eq!(pattern.matches(&path).is_some(), model_matches(&pattern, &path), "{} {}", pattern, path);
    }

    #[test]
    fn of_two_patterns_of_one_path_one_is_more_specific(
        one in small_route(),
        other in small_route(),
        path in small_path(),
    ) {
        let order = one.specificity(&other);
        prop_assert_eq!(other.specificity(&one), order.reverse());
        let both = one.matches(&path).is_some() && other.matches(&path).is_some();
        prop_assert!(!both || (order == Ordering::Equal) == one.conflicts_with(&other), "{one} {other} {path}");
        if one.conflicts_with(&other) {
            prop_assert_eq!(one.matches(&path).is_some(), other.matches(&path).is_some());
        }
    }

    #[test]
    fn the_order_of_patterns_is_one(one in small_route(), two in small_route(), three in small_route()) {
        if one.specificity(&two).is_le() && two.specificity(&three).is_le() {
            prop_assert!(one.specificity(&three).is_le(), "{one} {two} {three}");
        }
    }
}
