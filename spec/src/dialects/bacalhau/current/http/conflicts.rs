//! Two functions for one request.

use std::collections::HashMap;

use crate::decode::Context;
use crate::model::{HostPattern, Located, RoutePattern, Task};
use crate::{Code, Diagnostic};

/// The most combinations of a route, a host and a method that the functions of a job answer.
const MOST: usize = 100_000;

/// Of which host, and the shape of which pattern.
type Paths<'t> = (Option<&'t HostPattern>, Vec<(u8, &'t str)>);

/// A function's route.
#[derive(Clone, Copy)]
struct Answer<'t> {
    task: &'t Task,
    route: &'t Located<RoutePattern>,
}

/// Who answers requests of one route and one host.
#[derive(Default)]
struct Answers<'t> {
    every_method: Option<Answer<'t>>,
    by_method: HashMap<&'t str, Answer<'t>>,
}

/// Reports routes that no path, host or method tells from an earlier one: one of each task.
pub(super) fn check(tasks: &[Task], context: &mut Context<'_>) {
    let mut known: HashMap<Paths<'_>, Answers<'_>> = HashMap::new();
    let mut combinations = 0;
    'tasks: for task in tasks {
        let Some(http) = &task.http else { continue };
        let hosts: Vec<_> = match http.hosts.as_slice() {
            [] => vec![None],
            hosts => hosts.iter().map(|host| Some(&host.value)).collect(),
        };
        for route in &http.routes {
            let answer = Answer { task, route };
            for host in &hosts {
                combinations += http.methods.len().max(1);
                if combinations > MOST {
                    let message =
                        format!("the job answers more than {MOST} combinations of routes, hosts and methods");
                    let place = route.origin.place().unwrap_or_default();
                    return context.report(Diagnostic::error(Code::BadRoute, place, message));
                }
                let answers = known.entry((*host, route.value.shape())).or_default();
                let methods = http.methods.iter().map(|method| method.value.as_str());
                if let Some(earlier) = answers.add(answer, methods) {
                    report(earlier, answer, *host, context);
                    continue 'tasks;
                }
            }
        }
    }
}

impl<'t> Answers<'t> {
    /// Adds a route; gives an earlier one that names one of the methods too, or that answers every method as it does.
    /// One that names a method comes before one for all.
    fn add(
        &mut self,
        answer: Answer<'t>,
        methods: impl ExactSizeIterator<Item = &'t str>,
    ) -> Option<Answer<'t>> {
        if methods.len() == 0 {
            return self.every_method.replace(answer);
        }
        methods.filter_map(|method| self.by_method.insert(method, answer)).next()
    }
}

fn report(earlier: Answer<'_>, later: Answer<'_>, host: Option<&HostPattern>, context: &mut Context<'_>) {
    let [first, second] = [earlier, later].map(|answer| answer.task.name.value.as_str());
    let of = match earlier.task.name.origin == later.task.name.origin {
        true => format!("two routes of `{first}` match"),
        false => format!("`{first}` and `{second}` both answer"),
    };
    let on = host.map(|host| format!(" of {host}")).unwrap_or_default();
    let message = format!("{of} the paths `{}`{on}", later.route.value);
    // What the job says for all of its functions stands at one place, and so does what it does not say.
    let [first, second] = [earlier, later].map(|answer| match answer.route.origin.place() {
        Some(place) if earlier.route.origin != later.route.origin => place,
        _ => answer.task.name.origin.place().unwrap_or_default(),
    });
    context.report(
        Diagnostic::error(Code::RoutesConflict, second, message)
            .related(first, "the first one")
            .help("`http.route`, `http.host` or `http.methods` may tell them apart"),
    );
}
