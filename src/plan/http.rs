//! The requests that a function answers, for people.

use std::fmt::Write as _;

use dayfly::plan::HttpPlan;

use super::text::line;
use crate::lists::{Columns, MAX_LINES, rest, wrapped};
use crate::say::visible_line;
use crate::words::{count, grouped, name};

/// Which requests would be answered, how many at a time, and whether one leaves something to the next.
pub(super) fn http(text: &mut String, function: &HttpPlan) {
    let mut columns = Columns::default();
    for route in function.routes.iter().take(MAX_LINES) {
        columns.line([name(&route.pattern), visible_line(&route.change)]);
    }
    let _ = write!(text, "  answers\n{}", columns.text("    "));
    if let Some(rest) = rest(function.routes.len() as u64, MAX_LINES) {
        let _ = writeln!(text, "    {rest}");
    }
    line(text, "methods", &all("every method", &function.methods));
    line(text, "hosts", &all("every host", &function.hosts));
    let most = match function.concurrency {
        Some(most) => format!("at most {} at a time", grouped(most.into())),
        None => "as many at a time as the server allows".to_owned(),
    };
    let instance = match function.reuse {
        1 => "each has an instance of its own".to_owned(),
        several => {
            format!("one instance answers {}, which are not isolated", count(several.into(), "request"))
        }
    };
    line(text, "requests", &format!("{most}; {instance}"));
}

fn all(every: &str, names: &[String]) -> String {
    if names.is_empty() {
        return every.to_owned();
    }
    let names: Vec<String> = names.iter().map(|own| name(own)).collect();
    wrapped(&names, 14)
}
