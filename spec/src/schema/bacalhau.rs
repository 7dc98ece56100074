//! The schema of Bacalhau's job files.

use super::Definitions;
use super::data::{any_of, list, map, text};
use super::object::exists;
use super::pattern::any_case;
use crate::dialects::FORMS;
use crate::model::Data;

/// Everything that a job file of Bacalhau may be. The form is told by the fields by which the reader tells it.
pub(super) fn schema() -> Data {
    let mut definitions = Definitions::default();
    let forms = [
        (exists("Tasks", &[]), definitions.object(FORMS.current)),
        (exists("Spec", &[]), definitions.object(FORMS.legacy)),
        (map([("allOf", list([exists("with", &[]), exists("do", &[])]))]), definitions.object(FORMS.ipvm)),
        (
            enclosed(),
            map([("patternProperties", map([(any_case(["Job"]).as_str(), older(&mut definitions))]))]),
        ),
        (
            any_of((FORMS.spec_names)().into_iter().map(|field| exists(field, &[])).collect()),
            definitions.object(FORMS.spec),
        ),
        (exists("APIVersion", &["api_version"]), definitions.object(FORMS.legacy)),
    ];
    // What is none of them is the beginning of a job of the current form.
    let root =
        forms.into_iter().rev().fold(definitions.object(FORMS.current), |otherwise, (condition, form)| {
            map([("if", condition), ("then", form), ("else", otherwise)])
        });
    let head = [
        ("$schema", text("https://json-schema.org/draft/2020-12/schema")),
        ("title", text("A job file of Bacalhau")),
        (
            "description",
            text(
                "What dayfly reads. Names of fields match in any case. Written by `dayfly schema bacalhau`.",
            ),
        ),
        ("type", text("object")),
    ];
    let mut entries: Vec<_> = head.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    if let Data::Map(root) = root {
        entries.extend(root);
    }
    entries.push(("$defs".to_owned(), definitions.into_data()));
    Data::Map(entries)
}

/// The job in an answer about it. Of one of the current form a server says more than its author may.
fn older(definitions: &mut Definitions) -> Data {
    let forms = [
        (exists("Tasks", &[]), map([])),
        (exists("Spec", &[]), definitions.object(FORMS.legacy)),
        (
            any_of((FORMS.spec_names)().into_iter().map(|field| exists(field, &[])).collect()),
            definitions.object(FORMS.spec),
        ),
    ];
    let form = forms.into_iter().rev().fold(map([]), |otherwise, (condition, form)| {
        map([("if", condition), ("then", form), ("else", otherwise)])
    });
    map([("type", text("object")), ("allOf", list([form]))])
}

/// A job in an answer about it, or in a request that submits it, which is made by programs and left to the reader.
fn enclosed() -> Data {
    let request = list([
        exists("Payload", &["job_create_payload", "JobCreatePayload", "data"]),
        any_of(vec![
            exists("Signature", &["client_signature", "ClientSignature"]),
            exists("ClientPublicKey", &["client_public_key"]),
        ]),
    ]);
    any_of(vec![exists("Job", &[]), map([("allOf", request)])])
}
