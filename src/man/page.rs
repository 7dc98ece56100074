//! One manual page.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::section::{self, Section};

/// The page of a command; `above` is the page of the command that it belongs to.
pub(super) fn render(command: &Command, above: Option<&str>) -> io::Result<String> {
    let man = Man::new(command.clone());
    // The definitions that every part would bring along once more.
    let preamble = Roff::new().render();
    let mut page = preamble.clone();
    let mut add = |part: &dyn Fn(&mut Vec<u8>) -> io::Result<()>| -> io::Result<()> {
        let mut text = Vec::new();
        part(&mut text)?;
        let text = String::from_utf8_lossy(&text);
        page.push_str(text.strip_prefix(&preamble).unwrap_or(&text));
        Ok(())
    };
    add(&|out| heading(command).to_writer(out))?;
    add(&|out| man.render_name_section(out))?;
    add(&|out| man.render_synopsis_section(out))?;
    add(&|out| man.render_description_section(out))?;
    add(&|out| man.render_options_section(out))?;
    add(&|out| commands(command).to_writer(out))?;
    let help = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    for section in section::in_order(&help) {
        add(&|out| verbatim(&section).to_writer(out))?;
    }
    add(&|out| see_also(command, above).to_writer(out))?;
    Ok(page)
}

/// The line that every page begins with. It has no date: the same source gives the same page.
fn heading(command: &Command) -> Roff {
    let (name, version) = (super::title(command).to_uppercase(), env!("CARGO_PKG_VERSION"));
    let mut roff = Roff::new();
    roff.control("TH", [&*name, "1", "\"\"", &format!("dayfly {version}"), "dayfly manual"]);
    roff
}

/// The verbs of a command, with what each does.
fn commands(command: &Command) -> Roff {
    let mut roff = Roff::new();
    let mut verbs = command.get_subcommands().filter(|verb| !verb.is_hide_set()).peekable();
    if verbs.peek().is_some() {
        roff.control("SH", ["COMMANDS"]);
    }
    for verb in verbs {
        roff.control("TP", []);
        roff.text([bold(super::title(verb)), roman("(1)")]);
        roff.text([roman(verb.get_about().map(ToString::to_string).unwrap_or_default())]);
    }
    roff
}

/// A section of the help text, its lines as they are.
fn verbatim(section: &Section<'_>) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [section.title.to_uppercase().as_str()]);
    roff.control("nf", []);
    for line in &section.lines {
        roff.text([roman(*line)]);
    }
    roff.control("fi", []);
    roff
}

/// The pages of the commands above and below.
fn see_also(command: &Command, above: Option<&str>) -> Roff {
    let below = command.get_subcommands().filter(|verb| !verb.is_hide_set()).map(super::title);
    let mut pages: Vec<String> = above.map(str::to_owned).into_iter().chain(below).collect();
    pages.sort();
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    let last = pages.len().saturating_sub(1);
    for (index, page) in pages.into_iter().enumerate() {
        let comma = if index == last { "" } else { "," };
        roff.text([bold(page), roman(format!("(1){comma}"))]);
    }
    roff
}
