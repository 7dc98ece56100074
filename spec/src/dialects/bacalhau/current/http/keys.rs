//! The keys of free data that say which requests a function answers.

use std::collections::HashSet;
use std::ops::Range;

use crate::decode::{Context, Fields};
use crate::dialects::bacalhau::current::own_keys::{OwnKey, said};
use crate::model::{Data, HostPattern, Located, RoutePattern};
use crate::reader::Kind;
use crate::units::{self, Fault};
use crate::{Code, Diagnostic};

/// What the keys begin with that make a function.
const PREFIX: &str = "http.";
pub(super) const ROUTE: &str = "http.route";
const METHODS: &str = "http.methods";
const HOST: &str = "http.host";
const CONCURRENCY: &str = "http.concurrency";
const REUSE: &str = "http.reuse";
const KEYS: [&str; 5] = [ROUTE, METHODS, HOST, CONCURRENCY, REUSE];

/// The most routes, methods or hosts of a function.
const MOST: usize = 64;

/// What a task, or a job for all of its tasks, says of requests.
#[derive(Clone, Default)]
pub(super) struct Keys {
    pub(super) routes: Option<Vec<Located<RoutePattern>>>,
    pub(super) methods: Option<Vec<Located<String>>>,
    pub(super) hosts: Option<Vec<Located<HostPattern>>>,
    pub(super) concurrency: Option<Located<u32>>,
    pub(super) reuse: Option<Located<u32>>,
    /// The first key that is there, also one that is unknown, and the place of its value.
    pub(super) first: Option<Located<String>>,
}

impl Keys {
    /// Reads them from free data.
    pub(super) fn read(
        fields: &Fields<'_>,
        meta: &[(String, Located<Data>)],
        context: &mut Context<'_>,
    ) -> Keys {
        let mut keys = Keys::default();
        for (key, value) in meta.iter().filter(|(key, _)| key.starts_with(PREFIX)) {
            keys.first.get_or_insert_with(|| Located::new(key.clone(), value.origin.clone()));
            let mut own = OwnKey { key, value, context };
            match key.as_str() {
                ROUTE => keys.routes = list(&mut own, fields, units::route, Code::BadRoute, A_ROUTE),
                METHODS => keys.methods = list(&mut own, fields, units::method, Code::UnknownWord, A_METHOD),
                HOST => keys.hosts = list(&mut own, fields, units::host, Code::BadHost, A_HOST),
                CONCURRENCY => keys.concurrency = own.read(said(count), Code::BadNumber, A_NUMBER),
                REUSE => keys.reuse = own.read(said(count), Code::BadNumber, A_NUMBER),
                _ => own.is_none_of("rule for requests", &KEYS),
            }
        }
        keys
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// These, and for what they don't say others.
    pub(super) fn or(self, others: &Keys) -> Keys {
        Keys {
            routes: self.routes.or_else(|| others.routes.clone()),
            methods: self.methods.or_else(|| others.methods.clone()),
            hosts: self.hosts.or_else(|| others.hosts.clone()),
            concurrency: self.concurrency.or_else(|| others.concurrency.clone()),
            reuse: self.reuse.or_else(|| others.reuse.clone()),
            first: self.first.or_else(|| others.first.clone()),
        }
    }
}

const A_ROUTE: &str = "write paths such as `/`, `/users/{id}` or `/files/{rest...}`";
const A_METHOD: &str = "write methods such as `GET, POST`, or leave the key out for every method";
const A_HOST: &str =
    "write hosts such as `api.example.com` or `*.example.com`, or leave the key out for every host";
const A_NUMBER: &str = "write a whole number in quotes, such as \"16\"";

/// A whole number of at least 1.
fn count(text: &str) -> Result<u32, Fault> {
    let count = units::count(text)?;
    u32::try_from(count).map_err(|_| Fault::new(0..text.len(), "too large a number"))
}

/// The values of a key that takes several, each with a place of its own. Without a fault there is one at least.
fn list<T: ToString>(
    own: &mut OwnKey<'_, '_>,
    fields: &Fields<'_>,
    parse: impl Fn(&str) -> Result<T, Fault>,
    code: Code,
    help: &str,
) -> Option<Vec<Located<T>>> {
    let text = own.read(Ok, code, help)?.value;
    let meta = fields.get("Meta")?;
    let Kind::Map(entries) = &meta.node.kind else { return None };
    let entry = entries.iter().find(|entry| entry.key.name == own.key)?;
    let at = meta.child(&entry.value, own.key);
    let (mut values, mut known) = (Vec::new(), HashSet::new());
    for range in parts(text) {
        if values.len() == MOST {
            own.refuse(code, &format!("more than {MOST} of them"), help);
            return None;
        }
        let part = &text[range.clone()];
        let parsed = parse(part).map_err(|fault| (code, fault.moved(range.start)));
        let parsed = parsed.and_then(|value| match known.insert(value.to_string()) {
            true => Ok(value),
            false => {
                Err((Code::DuplicateName, Fault::new(range.clone(), format!("`{part}` is there twice"))))
            }
        });
        match parsed {
            Ok(value) => values.push(Located::new(value, at.origin_at(own.context.part(at.node, range)))),
            Err((code, fault)) => {
                let message = format!("{}: {}", at.name(), fault.message);
                let place = own.context.part(at.node, fault.range);
                own.context.report(Diagnostic::error(code, place, message).help(help));
                return None;
            }
        }
    }
    if values.is_empty() {
        own.refuse(code, "nothing stands there", help);
        return None;
    }
    Some(values)
}

/// Where the values of a text stand, which have spaces or commas between them.
fn parts(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split_inclusive(is_between).filter_map(move |part| {
        let at = start;
        start += part.len();
        let value = part.trim_end_matches(is_between);
        (!value.is_empty()).then_some(at..at + value.len())
    })
}

fn is_between(c: char) -> bool {
    c == ',' || c.is_whitespace()
}
