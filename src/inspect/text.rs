//! What was found, for people.

use std::fmt::Write as _;

use dayfly::inspect::{Fit, Form, Giver, ImportGroup, Inspection, Item, Kind, Memory, Role, Table, Tool};

use crate::human;
use crate::lists::{Columns, MAX_LINES, rest, wrapped};
use crate::words::{count, grouped, name};

/// The columns of the longest bar.
const BAR: usize = 24;

/// All of it, in sections. Names are a module's own: nothing of them can move the cursor or be endless.
pub(super) fn text(found: &Inspection) -> String {
    let mut text = head(found);
    made_with(&mut text, found);
    if !found.proposals.is_empty() {
        let proposals = wrapped(&found.proposals, 2);
        let _ = write!(text, "\nNeeds of WebAssembly\n  {proposals}\n");
    }
    imports(&mut text, found);
    exports(&mut text, found);
    parts(&mut text, found);
    holds(&mut text, found);
    bytes(&mut text, found);
    world(&mut text, found);
    text
}

fn head(found: &Inspection) -> String {
    // What is no name of a file needs no quotes.
    let own = if found.name == super::STDIN { super::STDIN.to_owned() } else { name(&found.name) };
    let mut text = format!("{own}\n  {}\n", what(found));
    let _ = match found.form {
        Form::Binary => writeln!(text, "  {}", bytes_of(found.bytes)),
        Form::Text { binary_bytes } => {
            writeln!(text, "  {} of text, {} in binary form", bytes_of(found.bytes), grouped(binary_bytes))
        }
    };
    let _ = writeln!(text, "  {}", found.digest);
    let verdict = match found.verdict.fit {
        Fit::Runs => "dayfly runs it",
        Fit::NeedsModules => "dayfly runs it together with import modules",
        Fit::DoesNotRun => "dayfly does not run it",
    };
    let _ = match &found.verdict.reasons[..] {
        [] => writeln!(text, "  {verdict}"),
        _ => writeln!(text, "  {verdict}:"),
    };
    for reason in &found.verdict.reasons {
        let _ = writeln!(text, "    {}", crate::say::visible_line(reason));
    }
    text
}

/// `WebAssembly module, a command for WASI preview 1`
fn what(found: &Inspection) -> String {
    let kind = match found.kind {
        Kind::Module => "WebAssembly module",
        Kind::Component => "WebAssembly component",
    };
    let role = match found.role {
        Role::Command => "a command",
        Role::Reactor => "a reactor: initialized once, then called",
        Role::HttpHandler => "a handler of HTTP requests",
        Role::Library => "neither command nor reactor",
    };
    let wasi: Vec<String> = found
        .wasi
        .iter()
        .map(|version| match version.as_str() {
            "preview1" => "WASI preview 1".to_owned(),
            "unstable" => "WASI of 2019 (unstable)".to_owned(),
            version => format!("WASI {}", name(version)),
        })
        .collect();
    let wasi = if wasi.is_empty() { "without WASI".to_owned() } else { format!("for {}", wasi.join(", ")) };
    format!("{kind}, {role}, {wasi}")
}

fn made_with(text: &mut String, found: &Inspection) {
    let made = &found.toolchain;
    if made.is_empty() {
        return;
    }
    text.push_str("\nMade with\n");
    let tools = |tools: &[Tool]| -> Vec<String> {
        tools
            .iter()
            .map(|tool| match tool.version.as_str() {
                "" => crate::say::visible_line(&tool.name),
                version => {
                    format!("{} {}", crate::say::visible_line(&tool.name), crate::say::visible_line(version))
                }
            })
            .collect()
    };
    let lists = [
        ("language", tools(&made.languages)),
        ("tools", tools(&made.processed_by)),
        ("sdk", tools(&made.sdks)),
        ("features", made.target_features.iter().map(|feature| name(feature)).collect()),
        ("as", made.name.iter().map(|own| name(own)).collect()),
    ];
    for (label, words) in lists.into_iter().filter(|(_, words)| !words.is_empty()) {
        let _ = writeln!(text, "  {label:<10}{}", wrapped(&words, 12));
    }
}

fn imports(text: &mut String, found: &Inspection) {
    let _ = writeln!(text, "\nImports: {}", grouped(found.import_count));
    let mut shown = 0;
    for group in &found.imports {
        if shown == MAX_LINES {
            break;
        }
        if !group.module.is_empty() || found.kind == Kind::Module {
            let _ = writeln!(text, "  {}", name(&group.module));
        }
        let items = &group.items[..group.items.len().min(MAX_LINES - shown)];
        shown += items.len();
        text.push_str(&table_of(items, "    "));
    }
    if let Some(rest) = rest(found.import_count, shown) {
        let _ = writeln!(text, "  {rest}{}", modules_left(&found.imports));
    }
}

/// Which modules a cut list of imports comes from all the same.
fn modules_left(groups: &[ImportGroup]) -> String {
    format!(" of {}", count(groups.len() as u64, "module"))
}

fn exports(text: &mut String, found: &Inspection) {
    let _ = writeln!(text, "\nExports: {}", grouped(found.export_count));
    let items = &found.exports[..found.exports.len().min(MAX_LINES)];
    text.push_str(&table_of(items, "  "));
    if let Some(rest) = rest(found.export_count, items.len()) {
        let _ = writeln!(text, "  {rest}");
    }
}

fn table_of(items: &[Item], indent: &str) -> String {
    let mut columns = Columns::default();
    for item in items {
        columns.line([item.kind.word().to_owned(), name(&item.name), item.ty.clone()]);
    }
    columns.text(indent)
}

/// The components that it is put together from, and who satisfies what among them.
fn parts(text: &mut String, found: &Inspection) {
    if found.parts.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nPut together from: {}", count(found.parts.len() as u64, "component"));
    let mut shown = 0;
    for part in &found.parts {
        if shown >= MAX_LINES {
            break;
        }
        let _ = writeln!(text, "  {}", name(&part.name));
        let mut columns = Columns::default();
        let given = &part.given[..part.given.len().min(MAX_LINES - shown)];
        shown += given.len() + 1;
        for given in given {
            let by = match &given.by {
                Giver::Import { import } if *import == given.name => "imported".to_owned(),
                Giver::Import { import } => format!("imported as {}", name(import)),
                Giver::Part { part } => {
                    let part = found.parts.get(*part).map(|part| name(&part.name));
                    format!("by {}", part.unwrap_or_default())
                }
                Giver::Whole => "made here".to_owned(),
            };
            columns.line([name(&given.name), by]);
        }
        text.push_str(&columns.text("    "));
    }
}

/// The world of a component, line by line as WIT writes it.
fn world(text: &mut String, found: &Inspection) {
    let Some(wit) = &found.wit else { return };
    text.push_str("\nWorld\n");
    for line in wit.lines() {
        let _ = match line {
            "" => writeln!(text),
            line => writeln!(text, "  {}", crate::say::visible_line(line)),
        };
    }
}

fn holds(text: &mut String, found: &Inspection) {
    let mut columns = Columns::default();
    let mut line = |label: &str, words: String| columns.line([label.to_owned(), words]);
    let own = found.functions;
    if own.defined > 0 {
        line(
            "functions",
            format!("{}, the largest {} bytes", grouped(own.defined), grouped(own.largest_bytes)),
        );
    }
    found.memories.iter().for_each(|memory| line("memory", memory_words(memory)));
    found.tables.iter().for_each(|table| line("table", table_words(table)));
    let globals = found.globals.defined + found.globals.imported;
    if globals > 0 {
        line("globals", format!("{}, {} of them mutable", grouped(globals), grouped(found.globals.mutable)));
    }
    for (label, segments) in [("data", found.data), ("elements", found.elements)] {
        if segments.count > 0 {
            let passive = match segments.passive {
                0 => String::new(),
                passive => format!(", {} of them passive", grouped(passive)),
            };
            line(label, format!("{}{passive}", count(segments.count, "segment")));
        }
    }
    if let Some(start) = found.start {
        line("start", format!("function {start} runs as soon as it is instantiated"));
    }
    for part in found.holds.iter().take(MAX_LINES) {
        let kind = if part.kind == Kind::Module { "core module" } else { "component" };
        line(kind, bytes_of(part.bytes));
    }
    let lines = columns.text("  ");
    if !lines.is_empty() {
        let _ = write!(text, "\nHolds\n{lines}");
    }
}

fn memory_words(memory: &Memory) -> String {
    let mut words = format!("{} at first", human::bytes(memory.minimum_bytes));
    let _ = match memory.maximum_bytes {
        Some(maximum) => write!(words, ", at most {}", human::bytes(maximum)),
        None => write!(words, ", no maximum of its own"),
    };
    for (said, word) in [
        (memory.page_bytes != 65_536, format!("pages of {} bytes", memory.page_bytes)),
        (memory.memory64, "64-bit".to_owned()),
        (memory.shared, "shared".to_owned()),
        (memory.imported, "imported".to_owned()),
    ] {
        if said {
            let _ = write!(words, ", {word}");
        }
    }
    words
}

fn table_words(table: &Table) -> String {
    let imported = if table.imported { ", imported" } else { "" };
    let maximum = table.maximum.map(|maximum| format!(", at most {}", grouped(maximum))).unwrap_or_default();
    format!("{} of {}{maximum}{imported}", count(table.minimum, "element"), table.element)
}

fn bytes(text: &mut String, found: &Inspection) {
    if found.sections.is_empty() {
        return;
    }
    text.push_str("\nBytes\n");
    let width = found.sections.first().map_or(0, |section| grouped(section.bytes).len());
    for section in &found.sections {
        let label = match section.count {
            1 => section.name.to_owned(),
            several => format!("{} ({several})", section.name),
        };
        let (bytes, bar) = (grouped(section.bytes), bar(section.percent));
        let line = format!("  {label:<20}{bytes:>width$}  {:>5.1} %  {bar}", section.percent);
        let _ = writeln!(text, "{}", line.trim_end());
        if section.name == "custom" {
            let shown = found.custom.len().min(MAX_LINES);
            for custom in &found.custom[..shown] {
                let _ = writeln!(text, "    {:<18}{:>width$}", name(&custom.name), grouped(custom.bytes));
            }
            if let Some(rest) = rest(found.custom_count, shown) {
                let _ = writeln!(text, "    {rest}");
            }
        }
    }
}

/// A share as a bar.
fn bar(percent: f64) -> String {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "between 0 and 100, so that nothing is lost that could be seen"
    )]
    let length = (percent / 100.0 * BAR as f64).round() as usize;
    "▪".repeat(length.min(BAR))
}

fn bytes_of(bytes: u64) -> String {
    if bytes < 1_000 {
        format!("{bytes} bytes")
    } else {
        format!("{} bytes ({})", grouped(bytes), human::bytes(bytes))
    }
}
