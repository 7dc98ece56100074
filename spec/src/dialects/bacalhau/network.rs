//! What a task may reach.

mod ports;

pub(super) use ports::{PORT, add as add_ports, of_docker as docker_ports};

use std::net::IpAddr;

use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown, unknown_word};
use crate::model::{Egress, Located, Network, NetworkKind, Route};
use crate::reader::Kind;
use crate::units::{self, Domain};
use crate::{Code, Diagnostic};

pub(super) static NETWORK: Object = Object {
    what: "the network",
    fields: &[
        Field::new("Type")
            .shape(Shape::Words(&KINDS))
            .doc("How much of the network is open.")
            .default("none")
            .blank(),
        Field::new("Domains")
            .shape(Shape::List(&Shape::Domain))
            .doc("Domains, addresses and address ranges that may be reached, for `http`."),
        Field::new("Ports")
            .shape(Shape::List(&Shape::Object(&ports::PORT)))
            .doc("Ports of the host that lead to the guest, for `host` and `bridge`."),
        Field::new("EnableIPv6").shape(Shape::Boolean).doc("Whether addresses of version 6 may be used."),
        Field::new("DNS").shape(Shape::List(&Shape::Address)).doc("Resolvers of the job's choice."),
        Field::new("Policies").shape(Shape::Object(&POLICIES)).doc("What may leave."),
        Field::new("AllowLoopback")
            .shape(Shape::Boolean)
            .doc("Whether the guest may reach services on this machine's loopback addresses."),
        Field::new("Routes").shape(Shape::List(&Shape::Object(&ROUTE))).doc("Hosts that lead elsewhere."),
    ],
    unknown: Unknown::Skipped,
};

static POLICIES: Object = Object {
    what: "the policies",
    fields: &[Field::new("Egress").shape(Shape::Object(&EGRESS)).doc("What may leave.")],
    unknown: Unknown::Skipped,
};

static EGRESS: Object = Object {
    what: "the egress policy",
    fields: &[Field::new("Ports")
        .shape(Shape::List(&Shape::PortText))
        .doc("The ports that may be reached; all where it is missing.")],
    unknown: Unknown::Skipped,
};

static ROUTE: Object = Object {
    what: "a route",
    fields: &[
        Field::new("Match")
            .shape(Shape::Text)
            .doc("The host that the guest asks for, also with `*.` or `.` before it.")
            .required(),
        Field::new("Target").shape(Shape::Text).doc("The host that it leads to.").required(),
    ],
    unknown: Unknown::Skipped,
};

static KINDS: [(&str, NetworkKind); 6] = [
    ("none", NetworkKind::None),
    ("default", NetworkKind::Default),
    ("http", NetworkKind::Http),
    ("bridge", NetworkKind::Bridge),
    ("host", NetworkKind::Full),
    ("full", NetworkKind::Full),
];

/// Lowers the network of a task.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Network {
    let Some(at) = fields.get("Network") else { return Network::default() };
    let Some(fields) = Fields::open(&at, &NETWORK, context) else { return Network::default() };
    let kind = kind(&fields, context);
    idle(&fields, kind.as_ref(), context);
    Network {
        domains: domains(&fields, kind.as_ref(), context),
        ipv6: fields.get("EnableIPv6").and_then(|at| context.boolean(&at)),
        dns: dns(&fields, context),
        egress: egress(&fields, context),
        loopback: fields.get("AllowLoopback").and_then(|at| context.boolean(&at)),
        routes: routes(&fields, context),
        ports: ports::lower(&fields, kind.as_ref(), context),
        kind,
    }
}

/// Warns about what has nothing to do in a network of this type.
fn idle(fields: &Fields<'_>, kind: Option<&Located<NetworkKind>>, context: &mut Context<'_>) {
    // What stays on this machine goes by the policies too.
    let policies = (!fields.is_meant("AllowLoopback", context)).then_some("Policies");
    let idle: Vec<_> = ["EnableIPv6", "DNS", "Routes"]
        .into_iter()
        .chain(policies)
        .filter_map(|field| fields.get(field))
        .collect();
    let place = fields.get("Type");
    let lists = |field| {
        let list = fields.get(field).map(|at| &at.node.kind);
        matches!(list, Some(Kind::List(items)) if !items.is_empty())
    };
    let warn = |at: &At<'_>, why: &str, context: &mut Context<'_>| {
        let message = format!("{} has no effect: {why}", at.name());
        let mut warning = Diagnostic::warning(Code::Ineffective, at.span(), message);
        if let Some(place) = place.as_ref().filter(|place| place.span() != at.span()) {
            warning = warning.related(place.span(), "the type");
        }
        context.report(warning);
    };
    match kind.map(|kind| kind.value) {
        // A type that is wrong was told about, and so is one that is missing where it can't be.
        None if place.as_ref().map_or(fields.is_meant("Type", context), |place| !place.is_empty_text()) => {}
        None if lists("Domains") || lists("Ports") => {}
        None => {
            if let [first, others @ ..] = idle.as_slice() {
                let message =
                    format!("{} has no effect: the network has no `Type`, and so is `none`", first.name());
                let mut warning = Diagnostic::warning(Code::Ineffective, first.span(), message)
                    .help("write `Type: http` or `Type: full`");
                for other in others {
                    warning = warning.related(other.span(), "likewise");
                }
                context.report(warning);
            }
        }
        Some(NetworkKind::None) => {
            for at in &idle {
                warn(at, "nothing leaves a network of type `none`", context);
            }
        }
        Some(NetworkKind::Http) => {
            let named = ["Domains", "Routes", "AllowLoopback"];
            let named = named.iter().any(|field| fields.is_meant(field, context));
            if let (Some(at), false) = (&place, named) {
                let message = "a network of type `http` without `Domains` reaches nothing";
                let help = "list the domains that the task may reach, or write `Type: full`";
                context.report(Diagnostic::warning(Code::Ineffective, at.span(), message).help(help));
            }
        }
        Some(_) => {}
    }
}

fn kind(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Located<NetworkKind>> {
    let mut named = fields.get("Type");
    let needs_one = fields.get("Domains").is_some() || fields.get("Ports").is_some();
    if named.is_none() && needs_one && fields.misspelt("Type").is_some() {
        // What is wrong is that the others are there without it, as where it is not misspelt.
        let conflict = |missing| Diagnostic { code: Code::Conflict, ..missing };
        named = fields.missing("Type", conflict, context);
    }
    let at = named.filter(|kind| !kind.is_empty_text())?;
    let text = context.text(&at)?;
    let Some((_, kind)) = KINDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim())) else {
        let says = format!("models.Network: unknown type '{text}'");
        context.report(unknown_word(&at, text, KINDS.iter().map(|(word, _)| *word)).bacalhau_says(says));
        return None;
    };
    Some(at.locate(*kind))
}

fn list<'n>(fields: &Fields<'n>, field: &str, context: &mut Context<'_>) -> Vec<At<'n>> {
    fields.get(field).map_or_else(Vec::new, |at| context.list(&at))
}

/// What may be reached, from the field `Domains`.
pub(super) fn domains(
    fields: &Fields<'_>,
    kind: Option<&Located<NetworkKind>>,
    context: &mut Context<'_>,
) -> Vec<Located<String>> {
    let items = list(fields, "Domains", context);
    // A type that is wrong was told about; what it would have allowed isn't known.
    let fits = match kind {
        Some(kind) => kind.value == NetworkKind::Http,
        None => match fields.get("Type") {
            Some(kind) => !kind.is_empty_text(),
            None => fields.is_meant("Type", context),
        },
    };
    if let (Some(first), false) = (items.first(), fits) {
        let message = "only a network of type `http` has domains";
        let mut diagnostic = Diagnostic::error(Code::Conflict, first.span(), message)
            .help("write `Type: http`")
            .bacalhau_says("domains can only be set for HTTP network mode");
        if let Some(span) = kind.and_then(|kind| kind.origin.place()) {
            diagnostic = diagnostic.related(span, "the type");
        }
        context.report(diagnostic);
    }
    let mut domains = Vec::new();
    for item in &items {
        let Some(text) = context.text(item) else { continue };
        match units::domain(text) {
            Ok(domain) => {
                only_host(item, text, &domain, context);
                domains.push(item.locate(domain.name));
            }
            Err(fault) => {
                let span = context.part(item.node, fault.range);
                let message = format!("{}: {}", item.name(), fault.message);
                let diagnostic = Diagnostic::error(Code::BadDomain, span, message)
                    .help("write a domain such as `api.example.com` or `*.example.com`, or an address");
                context.report(match units::holds_domain(text) {
                    true => diagnostic,
                    false => diagnostic.bacalhau_says(format_args!("invalid domain {text:?}")),
                });
            }
        }
    }
    domains
}

/// Warns about what stands around a host: Bacalhau lets it pass, and nothing comes of it.
fn only_host(at: &At<'_>, text: &str, domain: &Domain, context: &mut Context<'_>) {
    let (before, after) = (text[..domain.host.start].trim(), text[domain.host.end..].trim());
    if before.is_empty() && after.is_empty() {
        return;
    }
    let name = &domain.name;
    let span = match (before, after) {
        ("", _) => context.part(at.node, domain.host.end..text.len()),
        (_, "") => context.part(at.node, 0..domain.host.start),
        _ => at.span(),
    };
    let message = format!("{}: only the host `{name}` counts", at.name());
    let ports = if domain.port { "; `Policies.Egress.Ports` says which ports may be reached" } else { "" };
    let warning = Diagnostic::warning(Code::Ineffective, span, message);
    context.report(warning.help(format!("write `{name}` alone{ports}")));
}

/// An IP address.
fn address(at: &At<'_>, says: &str, context: &mut Context<'_>) -> Option<Located<IpAddr>> {
    let text = context.text(at)?;
    match text.trim().parse() {
        Ok(address) => Some(at.locate(address)),
        Err(_) => {
            let message = format!("{} is no IP address", at.name());
            let mut diagnostic = Diagnostic::error(Code::BadAddress, at.span(), message);
            if !says.is_empty() {
                diagnostic = diagnostic.bacalhau_says(format_args!("{says}: {text}"));
            }
            context.report(diagnostic);
            None
        }
    }
}

fn dns(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<Located<IpAddr>> {
    let items = list(fields, "DNS", context);
    items.iter().filter_map(|item| address(item, "", context)).collect()
}

fn egress(fields: &Fields<'_>, context: &mut Context<'_>) -> Egress {
    let policies = fields.get("Policies").and_then(|at| Fields::open(&at, &POLICIES, context));
    let egress = policies.and_then(|fields| fields.get("Egress"));
    let Some(fields) = egress.and_then(|at| Fields::open(&at, &EGRESS, context)) else {
        return Egress::default();
    };
    let items = list(&fields, "Ports", context);
    // The document writes them as texts.
    let ports = items.iter().filter_map(|item| {
        let text = context.text(item)?;
        match text.trim().parse::<u16>() {
            Ok(port) if port > 0 => Some(item.locate(port)),
            _ => {
                let message = format!("{} is no port", item.name());
                let help = "write a whole number from 1 to 65535";
                context.report(Diagnostic::error(Code::BadPort, item.span(), message).help(help));
                None
            }
        }
    });
    Egress { ports: ports.collect(), ..Egress::default() }
}

/// An end of a route. Names of a network of one's own need no dot, and only what a guest asks for may be many names.
fn end(at: &At<'_>, many: bool, context: &mut Context<'_>) -> Option<Located<String>> {
    let text = context.text(at)?;
    let bare = text.trim();
    let bare = bare.strip_suffix('.').unwrap_or(bare);
    let fault = match units::domain(text) {
        Ok(domain) if many || !domain.name.starts_with(['*', '.']) && !domain.name.contains('/') => {
            only_host(at, text, &domain, context);
            return Some(at.locate(domain.name));
        }
        Ok(domain) => units::Fault::new(domain.host, "a route leads to one host"),
        Err(_) if units::is_host_name(bare) => return Some(at.locate(bare.to_lowercase())),
        Err(fault) => fault,
    };
    let message = format!("{}: {}", at.name(), fault.message);
    let span = if fault.range.is_empty() { at.span() } else { context.part(at.node, fault.range) };
    let help = "write a name such as `service.local`, or an address";
    context.report(Diagnostic::error(Code::BadDomain, span, message).help(help));
    None
}

fn routes(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<Route> {
    let items = list(fields, "Routes", context);
    let mut routes = Vec::new();
    for item in &items {
        let Some(fields) = Fields::open(item, &ROUTE, context) else { continue };
        let name = fields.require("Match", "", context).and_then(|at| end(&at, true, context));
        let target = fields.require("Target", "", context).and_then(|at| end(&at, false, context));
        if let (Some(name), Some(target)) = (name, target) {
            routes.push(Route { name, target });
        }
    }
    routes
}
