//! Ports of the host that lead to the guest.

use std::collections::HashMap;

use super::address;
use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown};
use crate::model::{Located, NetworkKind, PortMapping};
use crate::{Code, Diagnostic, Span};

pub(super) static PORT: Object = Object {
    what: "a port mapping",
    fields: &[
        Field::new("Name")
            .shape(Shape::PortName)
            .doc("The mapping's name; `BACALHAU_PORT_<name>` and `BACALHAU_HOST_PORT_<name>` are made from it.")
            .required()
            .examples(&["http"]),
        Field::new("Static")
            .shape(Shape::HostPort)
            .doc("The port of the host; 0 or nothing lets one be chosen.")
            .examples(&["8080"]),
        Field::new("Target")
            .shape(Shape::Whole { least: 0, most: 65_535 })
            .doc("The port inside the guest; 0 or nothing is the host's.")
            .examples(&["80"]),
        Field::new("HostNetwork")
            .shape(Shape::Address)
            .doc("The host's address that it is bound to.")
            .blank()
            .examples(&["127.0.0.1"]),
    ],
    unknown: Unknown::Skipped,
};

/// Names become a part of variables' names.
const LONGEST_NAME: usize = 64;

/// Lowers the port mappings of a network.
pub(super) fn lower(
    fields: &Fields<'_>,
    kind: Option<&Located<NetworkKind>>,
    context: &mut Context<'_>,
) -> Vec<PortMapping> {
    let items = super::list(fields, "Ports", context);
    let fits = match kind {
        Some(kind) => matches!(kind.value, NetworkKind::Full | NetworkKind::Bridge),
        None => fields.get("Type").is_some_and(|kind| !kind.is_empty_text()),
    };
    if let (Some(first), false) = (items.first(), fits) {
        let message = "only a network of type `host` or `bridge` has ports";
        context.report(
            Diagnostic::error(Code::Conflict, first.span(), message)
                .help("write `Type: bridge`")
                .bacalhau_says("ports can only be set for Host or Bridge network modes"),
        );
    }
    let (mut names, mut statics) = (HashMap::new(), HashMap::new());
    let mut ports = Vec::new();
    for item in &items {
        let Some(port) = port(item, context) else { continue };
        let name = port.name.value.clone();
        let says = format!("duplicate port mapping name {name:?}");
        unique(&mut names, name, port.name.origin.span, says, context);
        if let Some(host) = &port.host {
            let says = format!("duplicate port mapping static port {}", host.value);
            unique(&mut statics, host.value.to_string(), host.origin.span, says, context);
        }
        ports.push(port);
    }
    ports
}

fn unique(
    seen: &mut HashMap<String, Span>,
    text: String,
    span: Option<Span>,
    says: String,
    context: &mut Context<'_>,
) {
    let Some(span) = span else { return };
    let message = format!("two port mappings have `{text}`");
    if let Some(first) = seen.insert(text, span) {
        let diagnostic = Diagnostic::error(Code::DuplicateName, span, message);
        context.report(diagnostic.related(first, "the first one").bacalhau_says(says));
    }
}

fn port(at: &At<'_>, context: &mut Context<'_>) -> Option<PortMapping> {
    let fields = Fields::open(at, &PORT, context)?;
    let name = fields.require("Name", "port mapping name is required", context);
    let name = name.and_then(|at| name_of(&at, context));
    let host = number(&fields, "Static", 1024, context);
    let guest = number(&fields, "Target", 1, context);
    let bound = fields.get("HostNetwork").filter(|bound| !bound.is_empty_text());
    let bound = bound.and_then(|bound| address(&bound, context));
    Some(PortMapping { name: name?, host, guest, address: bound })
}

fn name_of(at: &At<'_>, context: &mut Context<'_>) -> Option<Located<String>> {
    let name = context.string(at)?;
    let text = &name.value;
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let inner = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !starts || !inner || text.len() > LONGEST_NAME {
        let message = format!("{} can't be part of a variable's name", at.name());
        context.report(
            Diagnostic::error(Code::BadPort, at.span(), message)
                .help("use letters, digits and `_`, and no digit in front")
                .bacalhau_says("port name must be a valid environment variable name"),
        );
    }
    Some(name)
}

/// A port; 0 and nothing mean that one is chosen.
fn number(fields: &Fields<'_>, field: &str, least: u16, context: &mut Context<'_>) -> Option<Located<u16>> {
    let at = fields.get(field)?;
    let number = context.integer(&at, i64::MIN..=i64::MAX)?;
    match u16::try_from(number.value) {
        Ok(0) => None,
        Ok(port) if port >= least => Some(number.map(|_| port)),
        _ => {
            let message = format!("{} must be from {least} to 65535, found {}", at.name(), number.value);
            context.report(Diagnostic::error(Code::BadPort, at.span(), message));
            None
        }
    }
}
