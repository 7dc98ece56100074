//! `dayfly gpu`: the GPUs of this machine, and whether guests may have them.

mod bench;

use std::fmt::Write as _;
use std::process::ExitCode;

use dayfly::gpu::{AdapterReport, Survey};
use serde_json::{Map, Value, json};

use crate::cli::{GpuArguments, GpuVerb};
use crate::say::{print, say, visible};
use crate::{exit, home, human};

pub(crate) fn gpu(arguments: &GpuArguments) -> ExitCode {
    let gpus = match home::gpus() {
        Ok(gpus) => gpus,
        Err(error) => {
            say(&error.why);
            return ExitCode::from(error.status);
        }
    };
    if let Some(GpuVerb::Bench(_)) = arguments.verb {
        return bench::bench(&gpus, arguments.json);
    }
    let survey = gpus.survey();
    let text = if arguments.json { format!("{:#}\n", as_json(&survey)) } else { text(&survey) };
    if !print(&text) {
        return ExitCode::from(exit::UNWRITABLE);
    }
    if survey.adapters.iter().any(|adapter| adapter.usable) {
        return ExitCode::SUCCESS;
    }
    none()
}

fn none() -> ExitCode {
    say("guests may have no GPU here");
    ExitCode::from(exit::UNAVAILABLE)
}

fn text(survey: &Survey) -> String {
    let mut text = String::new();
    for adapter in &survey.adapters {
        let AdapterReport { name, kind, driver, bus, memory_bytes, usable, note, features, limits, .. } =
            adapter;
        // Writing to a String can't fail.
        let _ = writeln!(text, "{}", visible(name));
        let mut row = |name: &str, value: &str| {
            let _ = writeln!(text, "  {name:<10} {}", visible(value));
        };
        row("kind", kind);
        row("guests", if *usable { "may have it" } else { "may not have it" });
        row("driver", driver);
        row("bus", bus.as_deref().unwrap_or_default());
        row("memory", &memory_bytes.map_or_else(|| "not told".to_owned(), human::bytes));
        row("features", &features.join(", "));
        row("note", note.unwrap_or_default());
        row("limits", "");
        for (name, value) in limits {
            let _ = writeln!(text, "    {name:<48} {value}");
        }
    }
    for why in &survey.missing {
        let _ = writeln!(text, "missing: {}", visible(why));
    }
    // A row without a value says nothing.
    text.lines()
        .filter(|line| !is_empty_row(line))
        .fold(String::new(), |text, line| text + line.trim_end() + "\n")
}

fn is_empty_row(line: &str) -> bool {
    ["bus", "note", "features"].contains(&line.trim())
}

fn as_json(survey: &Survey) -> Value {
    let adapters: Vec<Value> = survey
        .adapters
        .iter()
        .map(|adapter| {
            let limits = adapter.limits.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
            let limits: Map<String, Value> = limits.collect();
            json!({
                "name": adapter.name,
                "kind": adapter.kind,
                "usable": adapter.usable,
                "driver": adapter.driver,
                "vendor": adapter.vendor,
                "device": adapter.device,
                "bus": adapter.bus,
                "memory_bytes": adapter.memory_bytes,
                "note": adapter.note,
                "features": adapter.features,
                "limits": limits,
            })
        })
        .collect();
    json!({"adapters": adapters, "missing": survey.missing})
}
