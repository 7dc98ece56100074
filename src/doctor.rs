//! `dayfly doctor`: what this machine can do, and what it lacks.

use std::fmt::Write as _;
use std::process::ExitCode;

use dayfly::{Finding, Health};

use crate::cli::DoctorArguments;
use crate::say::{print, say, visible};
use crate::{exit, home};

pub(crate) fn doctor(arguments: &DoctorArguments) -> ExitCode {
    let home = match home::folder() {
        Ok(home) => home,
        Err(error) => {
            say(&error.why);
            return ExitCode::from(error.status);
        }
    };
    let gpus = match home::gpus() {
        Ok(gpus) => gpus,
        Err(error) => {
            say(&error.why);
            return ExitCode::from(error.status);
        }
    };
    let mut findings = dayfly::doctor(&home);
    findings.push(dayfly::gpu_finding(&gpus));
    let text = if arguments.json {
        serde_json::to_string_pretty(&findings).map(|json| format!("{json}\n"))
    } else {
        Ok(findings.iter().map(line).collect())
    };
    match text {
        Ok(text) if print(&text) => {}
        Ok(_) => return ExitCode::from(exit::UNWRITABLE),
        Err(error) => {
            say(&format!("the findings can't be printed: {error}"));
            return ExitCode::from(exit::FAULT);
        }
    }
    let in_the_way: Vec<&str> =
        findings.iter().filter(|finding| finding.prevents()).map(|finding| finding.name).collect();
    if in_the_way.is_empty() {
        return ExitCode::SUCCESS;
    }
    say(&format!("no job can run here until this is there: {}", in_the_way.join(", ")));
    ExitCode::from(exit::UNAVAILABLE)
}

/// A finding, and below it what would change it.
fn line(finding: &Finding) -> String {
    let health = match finding.health {
        Health::Ok => "ok",
        Health::Note => "note",
        Health::Missing => "missing",
    };
    let mut text = String::new();
    // Writing to a String can't fail.
    let _ = writeln!(text, "{health:<8} {:<14} {}", finding.name, indented(&finding.says));
    if let Some(remedy) = &finding.remedy {
        let _ = writeln!(text, "{:24}{}", "", indented(remedy));
    }
    text
}

/// What may hold a path that somebody else named, with further lines below the first.
fn indented(text: &str) -> String {
    visible(text).replace('\n', &format!("\n{:24}", ""))
}
