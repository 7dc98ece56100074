//! What a task may use.

use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown};
use crate::dialects::bacalhau::quantity;
use crate::model::{Gpu, Located, Resources};
use crate::units::{self, Fault};
use crate::{Code, Diagnostic};

pub(super) static RESOURCES: Object = Object {
    what: "the resources",
    fields: &[
        Field::new("CPU")
            .shape(Shape::Cpu)
            .doc("The share of processor cores.")
            .blank()
            .examples(&["500m", "0.5", "2"]),
        Field::new("Memory")
            .shape(Shape::Size)
            .doc("Memory: a number and a unit. `MB` counts in thousands, `MiB` in 1024s.")
            .blank()
            .default("512MB")
            .examples(&["512MB", "1GiB"]),
        Field::new("Disk")
            .shape(Shape::Size)
            .doc("What the guest may have in files.")
            .blank()
            .default("1GB")
            .examples(&["1GB", "10GiB"]),
        Field::new("GPU")
            .shape(Shape::Gpu)
            .doc("How many graphics processors.")
            .blank()
            .default("0")
            .examples(&["1"]),
    ],
    unknown: Unknown::Skipped,
};

/// The least and the most of a resource by the document, and how it writes them. The real system takes any.
struct Range {
    least: u64,
    most: u64,
    words: &'static str,
}

const CPU: Range = Range { least: 100, most: 128_000, words: "0.1 to 128 cores" };
const MEMORY: Range = Range { least: 1_000_000, most: u64::MAX, words: "1 MB or more" };
const DISK: Range = Range { least: 10_000_000, most: u64::MAX, words: "10 MB or more" };

/// Lowers the resources of a task. An empty text and a zero mean that nothing is said, as in the real system.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Resources {
    let Some(at) = fields.get("Resources") else { return Resources::default() };
    let Some(fields) = Fields::open(&at, &RESOURCES, context) else { return Resources::default() };
    let size_help = "write a number and a unit, such as `512MB` or `1GiB`";
    let resources = Resources {
        cpu: quantity(&fields, "CPU", units::cpu, Code::BadCpu, "write `0.5` or `500m`", context),
        memory: quantity(&fields, "Memory", units::size, Code::BadSize, size_help, context),
        disk: quantity(&fields, "Disk", units::size, Code::BadSize, size_help, context),
        gpu: quantity(&fields, "GPU", units::gpu, Code::BadGpu, "write a whole number, such as `1`", context)
            .map(|gpu| gpu.map(|count| Gpu { count: Some(count), memory: None })),
        cpu_time: None,
        fuel: None,
    };
    for (field, size) in [("Memory", &resources.memory), ("Disk", &resources.disk)] {
        if let (Some(at), Some(size)) = (fields.get(field), size) {
            thousands(&at, size.value, context);
        }
    }
    within(&resources.cpu, &CPU, &fields, "CPU", context);
    within(&resources.memory, &MEMORY, &fields, "Memory", context);
    within(&resources.disk, &DISK, &fields, "Disk", context);
    resources
}

/// Warns about commas that divide no thousands: they are skipped, whatever they were meant to be.
fn thousands(at: &At<'_>, bytes: u64, context: &mut Context<'_>) {
    let Some(text) = context.text(at) else { return };
    let number = text.split(|c: char| c.is_ascii_alphabetic() || c == '.').next().unwrap_or_default();
    let mut groups = number.split(',').skip(1);
    if groups.any(|group| group.bytes().filter(u8::is_ascii_digit).count() != 3) {
        let message = format!("{} is {bytes} bytes: commas divide thousands and are skipped", at.name());
        let help = "write a point before a fraction, as in `1.5GB`";
        context.report(Diagnostic::warning(Code::OutOfRange, at.span(), message).help(help));
    }
}

/// Warns about an amount that the document does not allow.
fn within(
    amount: &Option<Located<u64>>,
    range: &Range,
    fields: &Fields<'_>,
    field: &str,
    context: &mut Context<'_>,
) {
    let (Some(amount), Some(at)) = (amount, fields.get(field)) else { return };
    if (range.least..=range.most).contains(&amount.value) {
        return;
    }
    let text = context.written(at.span()).trim_matches(['"', '\'']).trim().to_owned();
    let message = format!("{}: the documents allow {}, found `{text}`", at.name(), range.words);
    let mut diagnostic = Diagnostic::warning(Code::OutOfRange, at.span(), message);
    let bare = text.bytes().all(|byte| byte.is_ascii_digit());
    // The first unit that makes enough of it.
    let enough = |unit: &str| units::size(&format!("{text}{unit}")).is_ok_and(|size| size >= range.least);
    if range.most == u64::MAX
        && bare
        && let Some(unit) = ["MB", "GB"].into_iter().find(|unit| enough(unit))
    {
        diagnostic = diagnostic.help(format!("without a unit it is bytes: did you mean `{text}{unit}`?"));
    }
    context.report(diagnostic);
}

fn quantity<T: Default + PartialEq>(
    fields: &Fields<'_>,
    field: &str,
    parse: impl FnOnce(&str) -> Result<T, Fault>,
    code: Code,
    help: &str,
    context: &mut Context<'_>,
) -> Option<Located<T>> {
    let at = fields.get(field).filter(|at| !at.is_empty_text())?;
    let bad = |span, why: &str, text: &str| {
        let diagnostic = Diagnostic::error(code, span, format!("{}: {why}", at.name())).help(help);
        diagnostic.bacalhau_says(format_args!("invalid resources: invalid {field} value: {text}"))
    };
    quantity::lower(&at, parse, bad, context)
}
