//! How long a task may take.

use std::time::Duration;

use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown};
use crate::model::{JobKind, Located, Timeouts};
use crate::reader::Kind;
use crate::{Code, Diagnostic};

pub(super) static TIMEOUTS: Object = Object {
    what: "the timeouts",
    fields: &[
        Field::new("ExecutionTimeout")
            .shape(SECONDS)
            .doc("How long one execution may take, in seconds; 0 is no limit.")
            .examples(&["3600"]),
        Field::new("QueueTimeout")
            .shape(SECONDS)
            .doc("How long to wait for a turn, in seconds; 0 is not at all.")
            .examples(&["300"]),
        Field::new("TotalTimeout")
            .shape(SECONDS)
            .doc("How long waiting and all executions may take together, in seconds; 0 is no limit.")
            .examples(&["4000"]),
    ],
    unknown: Unknown::Skipped,
};

const SECONDS: Shape = Shape::Whole { least: 0, most: i64::MAX };

/// Lowers the timeouts of a task, all in seconds. An execution or total timeout of 0 means no limit, and gives
/// none; a queue timeout of 0 means not to wait at all, and is kept.
pub(super) fn lower(fields: &Fields<'_>, kind: JobKind, context: &mut Context<'_>) -> Timeouts {
    let Some(at) = fields.get("Timeouts") else { return Timeouts::default() };
    let Some(fields) = Fields::open(&at, &TIMEOUTS, context) else { return Timeouts::default() };
    let execution = seconds(&fields, "ExecutionTimeout", "execution", context);
    let queue = seconds(&fields, "QueueTimeout", "queue", context);
    let total = seconds(&fields, "TotalTimeout", "total", context);
    let value = |timeout: &Option<Located<u64>>| timeout.as_ref().map_or(0, |timeout| timeout.value);
    let (run, wait, all) = (value(&execution), value(&queue), value(&total));
    match fields.get("TotalTimeout").filter(|_| all > 0) {
        // What runs until it is stopped has no timeouts in the real system, which does not compare them then.
        Some(at) if matches!(kind, JobKind::Service | JobKind::Daemon) => {
            if let (true, Some(run)) = (run > all, fields.get("ExecutionTimeout")) {
                let message = format!("{} has no effect: {all} s are all there is", run.name());
                let warning = Diagnostic::warning(Code::Ineffective, run.span(), message);
                context.report(warning.related(at.span(), "the total"));
            }
        }
        Some(at) if run.saturating_add(wait) > all => disagree(&fields, &at, [run, wait, all], context),
        _ => {}
    }
    let time = |timeout: Option<Located<u64>>| timeout.map(|timeout| timeout.map(Duration::from_secs));
    let limit = |timeout| time(timeout).filter(|timeout| !timeout.value.is_zero());
    Timeouts { execution: limit(execution), queue: time(queue), total: limit(total) }
}

fn disagree(fields: &Fields<'_>, total: &At<'_>, [run, wait, all]: [u64; 3], context: &mut Context<'_>) {
    let message = format!("running for {run} s and waiting for {wait} s is more than {all} s in all");
    let says = format!(
        "execution timeout {} and queue timeout {} should be less than total timeout {}",
        go_duration(run),
        go_duration(wait),
        go_duration(all)
    );
    let mut diagnostic = Diagnostic::error(Code::TimeoutsDisagree, total.span(), message)
        .help(format!("write at least {}", run.saturating_add(wait)))
        .bacalhau_says(says);
    for (field, seconds, what) in
        [("ExecutionTimeout", run, "the time to run"), ("QueueTimeout", wait, "the time to wait")]
    {
        if let Some(at) = fields.get(field).filter(|_| seconds > 0) {
            diagnostic = diagnostic.related(at.span(), what);
        }
    }
    context.report(diagnostic);
}

fn seconds(fields: &Fields<'_>, field: &str, name: &str, context: &mut Context<'_>) -> Option<Located<u64>> {
    let at = fields.get(field)?;
    if let Kind::Text(text, _) = &at.node.kind
        && let Some(seconds) = duration(text.trim())
    {
        context.wrong_type_help(&at, "a whole number of seconds", format!("write `{seconds}`"));
        return None;
    }
    let number = context.integer(&at, i64::MIN..=i64::MAX)?;
    match u64::try_from(number.value) {
        Ok(seconds) => Some(number.map(|_| seconds)),
        Err(_) => {
            let message = format!("{} takes a whole number of at least 0, found {}", at.name(), number.value);
            let says = format!("invalid {name} timeout value: -{}", go_duration(number.value.unsigned_abs()));
            context.report(Diagnostic::error(Code::BadNumber, at.span(), message).bacalhau_says(says));
            None
        }
    }
}

/// The seconds that a text with units means: `30m`, `1h30m`.
fn duration(text: &str) -> Option<u64> {
    let (mut rest, mut seconds) = (text, 0_u64);
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = (rest[..digits].parse::<u64>().ok()?, &rest[digits..]);
        let unit = match behind.chars().next()? {
            'd' => 86_400,
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        seconds = number.checked_mul(unit)?.checked_add(seconds)?;
        rest = &behind[1..];
        if rest.is_empty() {
            return Some(seconds);
        }
    }
}

/// Seconds as Go writes them: `1h0m5s`.
fn go_duration(seconds: u64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{rest}s"),
        (0, _) => format!("{minutes}m{rest}s"),
        _ => format!("{hours}h{minutes}m{rest}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_with_units_are_counted_in_seconds() {
        for (text, seconds) in [("30m", 1800), ("1h30m5s", 5405), ("2d", 172_800)] {
            assert_eq!(duration(text), Some(seconds));
        }
        for no in ["", "60", "h", "1w", "1h5", "1 h", "99999999999999999999s", "999999999999999999d", "1ü"] {
            assert_eq!(duration(no), None, "{no}");
        }
    }

    #[test]
    fn durations_are_written_as_go_writes_them() {
        assert_eq!(go_duration(0), "0s");
        assert_eq!(go_duration(60), "1m0s");
        assert_eq!(go_duration(3605), "1h0m5s");
    }
}
