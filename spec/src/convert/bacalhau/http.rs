//! What makes a task a function.

use crate::convert::members::{Members, text};
use crate::model::{HttpFunction, Job, Located, Task};

/// Adds the keys of free data that make a task a function, where neither it nor its job has them.
pub(super) fn put(task: &Task, job: &Job, fields: &mut Members) {
    let Some(HttpFunction { routes, methods, hosts, concurrency, reuse }) = &task.http else { return };
    let there = |key: &str| task.meta.iter().chain(&job.meta).any(|(name, _)| name == key);
    let any = task.meta.iter().chain(&job.meta).any(|(name, _)| name.starts_with("http."));
    // Every path is answered where no route is said; one key must be there to make a function.
    let routes = (!any || routes.iter().any(|route| route.origin.span.is_some())).then(|| list(routes));
    let number = |number: &Option<Located<u32>>| number.as_ref().map(|number| number.value.to_string());
    for (key, value) in [
        ("http.route", routes),
        ("http.methods", (!methods.is_empty()).then(|| list(methods))),
        ("http.host", (!hosts.is_empty()).then(|| list(hosts))),
        ("http.concurrency", number(concurrency)),
        ("http.reuse", number(reuse)),
    ] {
        if let Some(value) = value.filter(|_| !there(key)) {
            fields.put(key, text(value));
        }
    }
}

fn list<T: ToString>(values: &[Located<T>]) -> String {
    values.iter().map(|value| value.value.to_string()).collect::<Vec<_>>().join(", ")
}
