//! Ports as Docker's own command takes them.

use std::ops::Range;

use super::valid;
use crate::decode::{At, Context, shorten};
use crate::model::{Located, PortMapping};
use crate::{Code, Diagnostic};

/// Lowers `[[address:]host:]guest[/tcp]`, or a number alone. The mapping is called by the guest's port.
pub(super) fn lower(at: &At<'_>, context: &mut Context<'_>) -> Option<PortMapping> {
    let text = context.text(at)?;
    let words = match text.split_once('/') {
        Some((words, protocol)) if protocol.eq_ignore_ascii_case("tcp") => words,
        Some((words, protocol)) => {
            let span = context.part(at.node, words.len() + 1..text.len());
            let message = format!("{}: ports of `{protocol}` are not mapped", at.name());
            context.report(Diagnostic::error(Code::BadPort, span, message).help("only those of `tcp` are"));
            return None;
        }
        None => text,
    };
    let (outside, guest) = match words.rfind(':') {
        Some(colon) => (Some(0..colon), colon + 1..words.len()),
        None => (None, 0..words.len()),
    };
    let guest = port(at, words, guest, false, context);
    let (mut host, mut address) = (None, None);
    if let Some(outside) = outside {
        let (place, number) = match words[outside.clone()].rfind(':') {
            Some(colon) => (Some(0..colon), colon + 1..outside.end),
            None => (None, outside),
        };
        if let Some(place) = place {
            let bare = words[place.clone()].trim_start_matches('[').trim_end_matches(']');
            let Ok(parsed) = bare.parse() else {
                return refuse(at, words, place, "is no IP address", context);
            };
            address = Some(Located::new(parsed, at.origin()));
        }
        // Docker chooses a port where there is an address and nothing behind it.
        if !number.is_empty() {
            host = Some(port(at, words, number, true, context)?);
        }
    }
    let guest = guest?;
    Some(PortMapping { name: at.locate(guest.value.to_string()), host, guest: Some(guest), address })
}

fn port(
    at: &At<'_>,
    words: &str,
    range: Range<usize>,
    host: bool,
    context: &mut Context<'_>,
) -> Option<Located<u16>> {
    let Ok(number) = words[range.clone()].trim().parse() else {
        return refuse(at, words, range, "is no port", context);
    };
    let span = context.part(at.node, range);
    valid(at, number, host, span, context).map(|port| at.locate(port))
}

fn refuse<T>(
    at: &At<'_>,
    words: &str,
    range: Range<usize>,
    why: &str,
    context: &mut Context<'_>,
) -> Option<T> {
    let message = format!("{}: `{}` {why}", at.name(), shorten(&words[range.clone()]));
    let span = context.part(at.node, range);
    let help = "write `80`, `8080:80` or `127.0.0.1:8080:80`";
    context.report(Diagnostic::error(Code::BadPort, span, message).help(help));
    None
}
