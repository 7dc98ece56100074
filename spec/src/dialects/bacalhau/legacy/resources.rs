//! What a legacy job may use.

use super::blank::set;
use crate::decode::{Context, Field, Fields, Object, Shape, Unknown};
use crate::dialects::bacalhau::quantity;
use crate::model::{Gpu, Located, Resources};
use crate::units::{self, Fault, LegacySize};
use crate::{Code, Diagnostic};

pub(super) static RESOURCES: Object = Object {
    what: "the resources",
    fields: &[
        Field::new("CPU").shape(QUANTITY).doc("Share of processor cores.").examples(&["0.5", "500m"]),
        Field::new("Memory").shape(QUANTITY).doc("Memory; units count in 1024s.").examples(&["512Mb", "1Gi"]),
        Field::new("Disk")
            .shape(QUANTITY)
            .doc("Writable disk space; units count in 1024s.")
            .examples(&["10Gb"]),
        Field::new("GPU").shape(QUANTITY).doc("Graphics processors.").examples(&["1"]),
    ],
    unknown: Unknown::Skipped,
};

/// What is no quantity is told about and sets no limit.
const QUANTITY: Shape = Shape::Set(&Shape::Text);

/// Lowers the resources of a spec. What is empty or zero says nothing.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Resources {
    let Some(at) = fields.get("Resources") else { return Resources::default() };
    let Some(fields) = Fields::open(&at, &RESOURCES, context) else { return Resources::default() };
    let gpu = quantity(&fields, "GPU", units::gpu, "write a whole number, such as `1`", context);
    Resources {
        cpu: quantity(&fields, "CPU", units::cpu, "write `0.5` or `500m`", context),
        memory: size(&fields, "Memory", context),
        disk: size(&fields, "Disk", context),
        gpu: gpu.map(|gpu| gpu.map(|count| Gpu { count: Some(count), memory: None })),
        cpu_time: None,
        fuel: None,
    }
}

fn size(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Located<u64>> {
    let help = "write a whole number and a unit, such as `512Mb` or `1Gi`; units count in 1024s";
    let size = quantity(fields, field, units::legacy_size, help, context)?;
    let LegacySize { bytes, known } = size.value;
    if !known && let Some(at) = fields.get(field) {
        let message = format!("{} is {bytes} bytes here, and nothing for Bacalhau", at.name());
        context.report(
            Diagnostic::warning(Code::NoQuantity, at.span(), message)
                .help(help)
                .note("Bacalhau takes it for 0, which sets no limit"),
        );
    }
    Some(Located::new(bytes, size.origin))
}

/// A quantity; what is none is reported, and sets no limit.
fn quantity<T: Default + PartialEq>(
    fields: &Fields<'_>,
    field: &str,
    parse: impl FnOnce(&str) -> Result<T, Fault>,
    help: &str,
    context: &mut Context<'_>,
) -> Option<Located<T>> {
    let at = set(fields, field)?;
    let bad = |span, why: &str, _: &str| {
        let message = format!("{} sets no limit: {why}", at.name());
        Diagnostic::warning(Code::NoQuantity, span, message)
            .help(help)
            .note("Bacalhau takes it for 0, which sets no limit")
    };
    quantity::lower(&at, parse, bad, context)
}
