//! Ports of the host that lead to the guest.

mod words;

use std::collections::HashMap;

use super::address;
use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown};
use crate::model::{Located, Network, NetworkKind, Origin, PortMapping};
use crate::reader::Kind;
use crate::{Code, Diagnostic, Span};

pub(in super::super) static PORT: Object = Object {
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
        refuse(first.span(), kind, context);
    }
    let mut ports = Unique::default();
    for item in &items {
        let Some(port) = port(item, context) else { continue };
        if let (Some(NetworkKind::Full), Some(guest)) = (kind.map(|kind| kind.value), &port.guest) {
            let message = "in the host's own network a guest's port is the host's";
            let span = guest.origin.place().unwrap_or_default();
            context.report(
                Diagnostic::error(Code::BadPort, span, message)
                    .help("remove `Target`, or write `Type: bridge`")
                    .bacalhau_says("target ports cannot be set for Host network mode"),
            );
        }
        ports.push(port, context);
    }
    ports.ports
}

/// Lowers the ports of a container: objects as those of a network, or numbers and texts as Docker's own command
/// takes them (`80`, `8080:80`, `127.0.0.1:8080:80`). Those without a name are called by the guest's port.
pub(in super::super) fn of_docker(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<PortMapping> {
    let items = super::list(fields, "Ports", context);
    let lower = |item: &At<'_>| match &item.node.kind {
        Kind::Map(_) => port(item, context),
        _ => words::lower(item, context),
    };
    items.iter().filter_map(lower).collect()
}

/// Adds a container's ports to its network's.
pub(in super::super) fn add(network: &mut Network, ports: Vec<PortMapping>, context: &mut Context<'_>) {
    let fits = |kind: &Located<NetworkKind>| !matches!(kind.value, NetworkKind::None | NetworkKind::Http);
    if let (Some(first), Some(false)) = (ports.first(), network.kind.as_ref().map(fits)) {
        refuse(first.name.origin.place().unwrap_or_default(), network.kind.as_ref(), context);
    }
    if ports.is_empty() {
        return;
    }
    let mut all = Unique::default();
    // What is twice among these was told about.
    for port in network.ports.drain(..) {
        all.names.insert(port.name.value.clone(), port.name.origin.clone());
        all.hosts.extend(port.host.iter().map(|host| (host.value, host.origin.clone())));
        all.ports.push(port);
    }
    ports.into_iter().for_each(|port| all.push(port, context));
    network.ports = all.ports;
}

fn refuse(span: Span, kind: Option<&Located<NetworkKind>>, context: &mut Context<'_>) {
    let message = "only a network of type `host` or `bridge` has ports";
    let mut diagnostic = Diagnostic::error(Code::Conflict, span, message)
        .help("write `Type: bridge`")
        .bacalhau_says("ports can only be set for Host or Bridge network modes");
    if let Some(span) = kind.and_then(|kind| kind.origin.place()) {
        diagnostic = diagnostic.related(span, "the type");
    }
    context.report(diagnostic);
}

/// Mappings none of which may have another one's name or port of the host.
#[derive(Default)]
struct Unique {
    ports: Vec<PortMapping>,
    names: HashMap<String, Origin>,
    hosts: HashMap<u16, Origin>,
}

impl Unique {
    fn push(&mut self, port: PortMapping, context: &mut Context<'_>) {
        let name = &port.name;
        if let Some(first) = self.names.insert(name.value.clone(), name.origin.clone()) {
            let says = format!("duplicate port mapping name {:?}", name.value);
            twice(&name.value, &name.origin, &first, says, context);
        }
        if let Some(host) = &port.host
            && let Some(first) = self.hosts.insert(host.value, host.origin.clone())
        {
            let says = format!("duplicate port mapping static port {}", host.value);
            twice(&host.value.to_string(), &host.origin, &first, says, context);
        }
        self.ports.push(port);
    }
}

fn twice(text: &str, this: &Origin, first: &Origin, says: String, context: &mut Context<'_>) {
    let (Some(span), Some(first)) = (this.place(), first.place()) else { return };
    let message = format!("two port mappings have `{text}`");
    let diagnostic = Diagnostic::error(Code::DuplicateName, span, message);
    context.report(diagnostic.related(first, "the first one").bacalhau_says(says));
}

fn port(at: &At<'_>, context: &mut Context<'_>) -> Option<PortMapping> {
    let fields = Fields::open(at, &PORT, context)?;
    let name = fields.require("Name", "port mapping name is required", context);
    let name = name.and_then(|at| name_of(&at, context));
    let host = number(&fields, "Static", context);
    let guest = number(&fields, "Target", context);
    let bound = fields.get("HostNetwork").filter(|bound| !bound.is_empty_text());
    let bound = bound.and_then(|bound| address(&bound, "invalid host network IP address", context));
    Some(PortMapping { name: name?, host, guest, address: bound })
}

fn name_of(at: &At<'_>, context: &mut Context<'_>) -> Option<Located<String>> {
    let name = context.string(at)?;
    let text = &name.value;
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let inner = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !starts || !inner || text.len() > LONGEST_NAME {
        let message = format!("{} can't be part of a variable's name", at.name());
        let says = match text.is_empty() {
            true => "port mapping name is required".to_owned(),
            false => format!("port name must be a valid environment variable name: {text}"),
        };
        context.report(
            Diagnostic::error(Code::BadPort, at.span(), message)
                .help(format!(
                    "use letters, digits and `_`, no digit in front, at most {LONGEST_NAME} of them"
                ))
                .bacalhau_says(says),
        );
    }
    Some(name)
}

/// A port; 0 and nothing mean that one is chosen.
fn number(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Located<u16>> {
    let at = fields.get(field)?;
    let number = context.integer(&at, i64::MIN..=i64::MAX)?;
    if number.value == 0 {
        return None;
    }
    let port = valid(&at, number.value, field == "Static", at.span(), context)?;
    Some(number.map(|_| port))
}

/// A port's number, which on the host (`host`) must not be one of those for the system.
fn valid(at: &At<'_>, number: i64, host: bool, span: Span, context: &mut Context<'_>) -> Option<u16> {
    let least = if host { 1024 } else { 1 };
    let port = u16::try_from(number).ok().filter(|port| *port >= least);
    if port.is_none() {
        let says = match (host, number) {
            (true, ..1024) => format!("static port {number} is in privileged port range (1-1023)"),
            (true, _) => format!("static port {number} is above maximum valid port 65535"),
            (false, _) => format!("invalid target port {number}"),
        };
        let message = format!("{}: a port here is {least} to 65535, found {number}", at.name());
        context.report(Diagnostic::error(Code::BadPort, span, message).bacalhau_says(says));
    }
    port
}
