//! `dayfly new`: projects to begin with.

mod template;

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::cli::{NewArguments, NewHttpArguments, NewVerb};
use crate::exit;
use crate::new_file::NewFile;
use crate::say::{print, say, visible_line};

/// The longest name of a project.
const LONGEST: usize = 64;

pub(crate) fn new(arguments: &NewArguments) -> ExitCode {
    match &arguments.verb {
        NewVerb::Http(arguments) => http(arguments),
    }
}

fn http(arguments: &NewHttpArguments) -> ExitCode {
    let folder = &arguments.folder;
    let shown = visible_line(&folder.display().to_string());
    let Some(name) = folder.file_name().and_then(|name| name.to_str()).filter(|name| is_name(name)) else {
        say(&format!(
            "{shown} is no name of a project: it has letters, digits, `-` and `_`, starts with a letter, and has at \
             most {LONGEST} of them"
        ));
        return ExitCode::from(exit::USAGE);
    };
    let template = template::of(arguments.language);
    if let Err(why) = write(folder, name, template.files) {
        say(&format!("{shown} can't be written: {why}"));
        return ExitCode::from(exit::UNWRITABLE);
    }
    let steps: String =
        [&format!("cd {shown}"), template.build, "dayfly serve ."].map(|step| format!("  {step}\n")).concat();
    match print(&format!("{shown} answers requests once it is built:\n{steps}")) {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(exit::UNWRITABLE),
    }
}

/// What is the name of a folder, a job and a package in every language.
fn is_name(name: &str) -> bool {
    name.len() <= LONGEST
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Writes a project's files into a folder that is not there, or empty.
fn write(folder: &Path, name: &str, files: &[(&str, &str)]) -> Result<(), String> {
    let because = |error: io::Error| error.to_string();
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err("there is something in it already".to_owned());
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(because(error)),
    }
    for (file, text) in files {
        let path = folder.join(file);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(because)?;
        }
        let text = text.replace(template::NAME, name);
        NewFile::at(&path, false)?.write(text.as_bytes()).map_err(because)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Language;
    use clap::ValueEnum as _;
    use dayfly::spec::{Options, Source, read};

    #[test]
    fn every_template_is_whole() {
        for language in Language::value_variants() {
            let template = template::of(*language);
            let file = |name: &str| {
                let found = template.files.iter().find(|(file, _)| *file == name);
                found
                    .unwrap_or_else(|| panic!("{language:?} has no {name}"))
                    .1
                    .replace(template::NAME, "hello")
            };
            let readme = file("README.md");
            assert!(readme.contains(template.build) && readme.contains("dayfly serve ."), "{readme}");
            assert!(file(".gitignore").ends_with('\n'));
            let parsed = read(&Source::new("job.yaml", file("job.yaml")), &Options::default());
            assert!(parsed.diagnostics.is_empty(), "{language:?}: {:?}", parsed.diagnostics);
            assert!(parsed.job.unwrap().tasks[0].http.is_some());
        }
    }

    #[test]
    fn names_are_plain() {
        for (name, fits) in [
            ("hello", true),
            ("a-1_b", true),
            ("", false),
            ("1a", false),
            ("a b", false),
            ("é", false),
            ("-a", false),
        ] {
            assert_eq!(is_name(name), fits, "{name}");
        }
        assert!(is_name(&"a".repeat(LONGEST)) && !is_name(&"a".repeat(LONGEST + 1)));
    }
}
