//! Limits in a task's free data: what dayfly limits and Bacalhau has no field for.

use crate::decode::{Context, shorten, suggest};
use crate::model::{Data, Egress, Fuel, Located, Resources};
use crate::units::{self, Fault};
use crate::{Code, Diagnostic, Span};

/// What the keys begin with that say limits.
const PREFIX: &str = "limits.";
const CPU_TIME: &str = "limits.cpu-time";
const FUEL: &str = "limits.fuel";
const SENT: &str = "limits.send";
const SEND_RATE: &str = "limits.send-rate";
const KEYS: [&str; 4] = [CPU_TIME, FUEL, SENT, SEND_RATE];

/// Takes the limits from the free data of a task. They stay there too, so that nothing of it is lost.
pub(super) fn lower(
    meta: &[(String, Located<Data>)],
    resources: &mut Resources,
    egress: &mut Egress,
    context: &mut Context<'_>,
) {
    for (key, value) in meta.iter().filter(|(key, _)| key.starts_with(PREFIX)) {
        let mut limit = Limit { key, value, context };
        match key.as_str() {
            CPU_TIME => {
                let help = "write a time with its unit, such as `30s` or `1m 30s`";
                resources.cpu_time = limit.read(units::time, Code::BadTime, help);
            }
            FUEL => {
                let help = "write `count` to have it counted, or a whole number that may not be exceeded";
                resources.fuel = limit.read(fuel, Code::BadNumber, help);
            }
            SENT => egress.sent = limit.read(units::size, Code::BadSize, SIZE),
            SEND_RATE => egress.rate = limit.read(rate, Code::BadSize, SIZE),
            _ => limit.is_none(),
        }
    }
}

const SIZE: &str = "write a number and a unit, such as `64MB` or `1GiB`";

/// One of the keys, and what it is given.
struct Limit<'a, 's> {
    key: &'a str,
    value: &'a Located<Data>,
    context: &'a mut Context<'s>,
}

impl Limit<'_, '_> {
    /// Its value. What can't be read is reported.
    fn read<T>(
        &mut self,
        parse: impl FnOnce(&str) -> Result<T, Fault>,
        code: Code,
        help: &str,
    ) -> Option<Located<T>> {
        let read = match &self.value.value {
            Data::Text(text) => parse(text).map_err(|fault| fault.message),
            _ => Err("it takes a text".to_owned()),
        };
        match read {
            Ok(value) => Some(Located::new(value, self.value.origin.clone())),
            Err(why) => {
                let message = format!("`{}`: {why}", self.key);
                self.context.report(Diagnostic::error(code, self.place(), message).help(help));
                None
            }
        }
    }

    /// There is no such limit.
    fn is_none(&mut self) {
        let message = format!("`{}` is no limit that `Meta` can set", shorten(self.key));
        let mut diagnostic = Diagnostic::warning(Code::UnknownField, self.place(), message);
        if let Some(near) = suggest(self.key, KEYS.into_iter()) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        self.context.report(diagnostic);
    }

    fn place(&self) -> Span {
        self.value.origin.place().unwrap_or_default()
    }
}

/// Bytes in a second. With none at all a guest that sends would wait for ever.
fn rate(text: &str) -> Result<u64, Fault> {
    match units::size(text)? {
        0 => Err(Fault::new(0..text.len(), "nothing at all would be waiting for ever")),
        rate => Ok(rate),
    }
}

fn fuel(text: &str) -> Result<Fuel, Fault> {
    if text.trim().eq_ignore_ascii_case("count") {
        return Ok(Fuel::Counted);
    }
    units::count(text).map(Fuel::AtMost)
}
