//! `dayfly gpu bench`: how fast the GPUs are that guests may have.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use dayfly::gpu::{AdapterReport, Error, Gpus, Speed};
use serde_json::{Value, json};

use super::none;
use crate::say::{print, say, visible};
use crate::{exit, human};

/// One of them, and what came of it.
type Measured = (AdapterReport, Result<Speed, Error>);

pub(super) fn bench(gpus: &Gpus, as_json: bool) -> ExitCode {
    let adapters: Vec<_> = gpus.survey().adapters.into_iter().filter(|adapter| adapter.usable).collect();
    if adapters.is_empty() {
        gpus.why_no_more().iter().for_each(|why| say(why));
        return none();
    }
    let shows = io::stderr().is_terminal();
    let speeds = gpus.measure(|name, what| {
        if shows {
            say(&format!("{name}: {what}"));
        }
    });
    let Ok(speeds) = speeds else {
        say("others have a GPU that would be measured");
        return ExitCode::from(exit::UNAVAILABLE);
    };
    let all: Vec<Measured> = adapters.into_iter().zip(speeds).collect();
    let text = if as_json { format!("{:#}\n", json(&all)) } else { text(&all) };
    if !print(&text) {
        return ExitCode::from(exit::UNWRITABLE);
    }
    let mut is_well = true;
    for (adapter, speed) in &all {
        if let Err(error) = speed {
            say(&format!("{}: {error}", adapter.name));
            is_well = false;
        }
    }
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn text(all: &[Measured]) -> String {
    let mut text = String::new();
    for (adapter, speed) in all {
        // Writing to a String can't fail.
        let _ = writeln!(text, "{}", visible(&adapter.name));
        let mut row = |name: &str, value: &str| {
            let _ = writeln!(text, "  {name:<10} {value}");
        };
        if let Some(note) = adapter.note {
            row("note", note);
        }
        if let Ok(Speed { upload, download, memory, flops, launch, dispatch, .. }) = speed {
            row("upload", &human::rate(*upload, "B"));
            row("download", &human::rate(*download, "B"));
            row("memory", &human::rate(*memory, "B"));
            row("f32", &human::rate(*flops, "FLOP"));
            row("launch", &human::time(*launch));
            row("dispatch", &human::time(*dispatch));
        }
    }
    text
}

fn json(all: &[Measured]) -> Value {
    let one = |(adapter, speed): &Measured| {
        let mut value = json!({"name": adapter.name, "kind": adapter.kind, "note": adapter.note});
        let more = match speed {
            Ok(Speed { upload, download, memory, flops, launch, dispatch, .. }) => json!({
                "upload_bytes_per_second": upload,
                "download_bytes_per_second": download,
                "memory_bytes_per_second": memory,
                "f32_operations_per_second": flops,
                "launch_ns": launch.as_nanos() as u64,
                "dispatch_ns": dispatch.as_nanos() as u64,
            }),
            Err(error) => json!({"error": error.text}),
        };
        if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
            value.extend(more);
        }
        value
    };
    json!({"adapters": all.iter().map(one).collect::<Vec<_>>()})
}
