//! `dayfly man`: manual pages, made from the table of the command line.

mod page;
mod section;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use clap::{Command, CommandFactory as _};

use crate::cli::{Cli, ManArguments};
use crate::exit;
use crate::say::{print, say};

pub(crate) fn man(arguments: &ManArguments) -> ExitCode {
    let pages = match pages() {
        Ok(pages) => pages,
        Err(error) => {
            say(&format!("the manual can't be made: {error}"));
            return ExitCode::from(exit::FAULT);
        }
    };
    let written = match &arguments.folder {
        None => pages.first().is_none_or(|page| print(&page.text)),
        Some(folder) => write(folder, &pages),
    };
    if written { ExitCode::SUCCESS } else { ExitCode::from(exit::UNWRITABLE) }
}

/// A manual page.
struct Page {
    /// The name of its file: `dayfly-run.1`.
    file: String,
    text: String,
}

/// dayfly(1), then a page for each verb and for the verbs of a verb.
fn pages() -> std::io::Result<Vec<Page>> {
    let mut command = Cli::command().disable_help_subcommand(true);
    // Without this the verbs don't know what they belong to.
    command.build();
    let mut pages = Vec::new();
    let mut to_do = vec![(command, None)];
    while let Some((command, above)) = to_do.pop() {
        let name = title(&command);
        let text = page::render(&command, above.as_deref())?;
        pages.push(Page { file: format!("{name}.1"), text });
        let verbs = command.get_subcommands().filter(|verb| !verb.is_hide_set()).cloned();
        to_do.extend(verbs.map(|verb| (verb, Some(name.clone()))));
    }
    Ok(pages)
}

/// What a page is called: `dayfly`, `dayfly-run`.
fn title(command: &Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned()
}

/// Writes every page; false, and a word about it, at the first that can't be written.
fn write(folder: &Path, pages: &[Page]) -> bool {
    let failed = |path: &Path, error: std::io::Error| {
        say(&format!("can't write {}: {error}", path.display()));
        false
    };
    if let Err(error) = fs::create_dir_all(folder) {
        return failed(folder, error);
    }
    for page in pages {
        let path = folder.join(&page.file);
        if let Err(error) = fs::write(&path, &page.text) {
            return failed(&path, error);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::each_verb;

    #[test]
    fn every_verb_has_a_page_with_every_flag_and_every_section_of_its_help() {
        let pages = pages().unwrap();
        each_verb(|verb| {
            let file = format!("{}.1", title(verb));
            let page = &pages.iter().find(|page| page.file == file).unwrap().text;
            for flag in verb.get_arguments().filter_map(|argument| argument.get_long()) {
                let roff = format!("\\-\\-{}", flag.replace('-', "\\-"));
                assert!(page.contains(&roff), "{file}: --{flag} is missing");
            }
            for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "\"EXIT STATUS\"", "EXAMPLES"] {
                assert!(page.contains(&format!(".SH {section}\n")), "{file}: {section} is missing");
            }
            assert!(page.contains(".SH \"SEE ALSO\"\n"), "{file}");
        });
        for section in ["COMMANDS", "ENVIRONMENT", "FILES"] {
            assert!(pages[0].text.contains(&format!(".SH {section}\n")), "{section} is missing");
        }
    }
}
