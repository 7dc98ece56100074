//! Limits in a task's free data: what dayfly limits and Bacalhau has no field for.

use super::own_keys::{OwnKey, said};
use crate::Code;
use crate::decode::Context;
use crate::model::{Data, Egress, Fuel, Located, Resources};
use crate::units::{self, Fault};

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
        let mut limit = OwnKey { key, value, context };
        match key.as_str() {
            CPU_TIME => {
                let help = "write a time with its unit, such as `30s` or `1m 30s`";
                resources.cpu_time = limit.read(said(units::time), Code::BadTime, help);
            }
            FUEL => {
                let help = "write `count` to have it counted, or a whole number that may not be exceeded";
                resources.fuel = limit.read(said(fuel), Code::BadNumber, help);
            }
            SENT => egress.sent = limit.read(said(units::size), Code::BadSize, SIZE),
            SEND_RATE => egress.rate = limit.read(said(rate), Code::BadSize, SIZE),
            _ => limit.is_none_of("limit", &KEYS),
        }
    }
}

const SIZE: &str = "write a number and a unit, such as `64MB` or `1GiB`";

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
