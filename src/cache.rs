//! `dayfly cache`: what is kept of compiled code.

use std::io;
use std::process::ExitCode;
use std::time::SystemTime;

use dayfly::{CodeCache, CodeEntry, Verified};
use serde_json::json;

use crate::cli::{CacheArguments, CacheVerb, GcArguments};
use crate::say::{print, say, visible_line};
use crate::table::Table;
use crate::{exit, human};

/// How many characters of an entry's name, and of the hash in a digest, tell one from another.
const SHORT: usize = 12;

/// What a verb prints, and whether all is well.
struct Report {
    text: String,
    status: u8,
}

pub(crate) fn cache(arguments: &CacheArguments) -> ExitCode {
    let Some(cache) = dayfly::default_code_cache() else {
        say("there is no folder for a cache: set DAYFLY_HOME");
        return ExitCode::from(exit::UNAVAILABLE);
    };
    let report = match &arguments.verb {
        CacheVerb::Ls(arguments) => list(&cache, arguments.json),
        CacheVerb::Gc(arguments) => collect(&cache, arguments),
        CacheVerb::Verify(arguments) => verify(&cache, arguments.json),
    };
    match report {
        Ok(report) if print(&report.text) => ExitCode::from(report.status),
        Ok(_) => ExitCode::from(exit::UNWRITABLE),
        Err(error) => {
            say(&error.to_string());
            ExitCode::from(exit::UNAVAILABLE)
        }
    }
}

fn list(cache: &CodeCache, as_json: bool) -> io::Result<Report> {
    let entries = cache.entries()?;
    let bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
    let text = if as_json {
        let entry = |entry: &CodeEntry| {
            json!({
                "name": entry.name, "module": entry.module, "profile": entry.profile, "bytes": entry.bytes,
                "used": human::moment(entry.used, false), "stale": !entry.current,
            })
        };
        let entries: Vec<_> = entries.iter().map(entry).collect();
        format!("{:#}\n", json!({"folder": folder(cache), "bytes": bytes, "entries": entries}))
    } else {
        let now = SystemTime::now();
        let mut table = Table::new(["ENTRY", "MODULE", "PROFILE", ">SIZE", "USED"]);
        for entry in &entries {
            let stale = if entry.current { "" } else { ", stale" };
            table.row([
                short(&entry.name),
                short_digest(entry.module.as_str()),
                visible_line(&entry.profile),
                human::bytes(entry.bytes),
                format!("{}{stale}", human::ago(entry.used, now)),
            ]);
        }
        let rows = if entries.is_empty() { String::new() } else { table.text() };
        let (count, place) = (counted(entries.len(), "entry", "entries"), visible_line(&folder(cache)));
        format!("{rows}{count}, {}, in {place}\n", human::bytes(bytes))
    };
    Ok(Report { text, status: 0 })
}

fn collect(cache: &CodeCache, arguments: &GcArguments) -> io::Result<Report> {
    let max_bytes = if arguments.all { Some(0) } else { arguments.max_size };
    let done = cache.gc(max_bytes)?;
    let text = if arguments.json {
        let object = json!({
            "folder": folder(cache), "removed": done.removed, "leftovers": done.leftovers,
            "freed_bytes": done.freed_bytes, "kept": done.kept, "kept_bytes": done.kept_bytes,
        });
        format!("{object:#}\n")
    } else {
        let leftovers = match done.leftovers {
            0 => String::new(),
            count => format!(" and {}", counted(count, "unfinished file", "unfinished files")),
        };
        let (removed, freed) = (counted(done.removed, "entry", "entries"), human::bytes(done.freed_bytes));
        let (kept, left) = (counted(done.kept, "entry", "entries"), human::bytes(done.kept_bytes));
        format!("removed {removed}{leftovers}, {freed}; kept {kept}, {left}\n")
    };
    Ok(Report { text, status: 0 })
}

fn verify(cache: &CodeCache, as_json: bool) -> io::Result<Report> {
    let entries = cache.verify()?;
    let removed = entries.iter().filter(|entry| entry.refused.is_some()).count();
    let text = if as_json {
        let entry = |entry: &Verified| {
            json!({
                "name": entry.name, "module": entry.module,
                "sound": entry.refused.is_none(), "reason": entry.refused,
            })
        };
        let entries: Vec<_> = entries.iter().map(entry).collect();
        format!("{:#}\n", json!({"folder": folder(cache), "entries": entries}))
    } else {
        let mut text = String::new();
        for entry in &entries {
            if let Some(why) = &entry.refused {
                let module =
                    entry.module.as_ref().map(|module| format!(" of {}", short_digest(module.as_str())));
                let (name, module) = (short(&entry.name), module.unwrap_or_default());
                text.push_str(&format!("removed {name}{module}: {}\n", visible_line(why)));
            }
        }
        let sound = counted(entries.len() - removed, "entry is", "entries are");
        format!("{text}{sound} sound, {removed} removed\n")
    };
    Ok(Report { text, status: if removed == 0 { 0 } else { exit::INVALID } })
}

fn folder(cache: &CodeCache) -> String {
    cache.folder().to_string_lossy().into_owned()
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn short(name: &str) -> String {
    name.chars().take(SHORT).collect()
}

fn short_digest(digest: &str) -> String {
    digest.chars().take("sha256:".len() + SHORT).collect()
}
