//! What a person at a terminal sees of work that takes long.

use std::collections::HashMap;
use std::time::Duration;

use dayfly::{EventKind, Events};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::{Instant, sleep_until};

use crate::say::visible_line;

/// How long something may take before it is worth a word.
const PATIENCE: Duration = Duration::from_millis(300);
/// How often the word is written anew.
const TICK: Duration = Duration::from_millis(100);

/// Shows which modules are being compiled, until the events end; and that guests are running, in these words, if there
/// are any. Compiling a large module takes seconds.
pub(super) async fn show(mut events: Events, running: Option<&str>) {
    let mut compiling: HashMap<String, (Instant, u64)> = HashMap::new();
    let mut started: Option<Instant> = None;
    let mut bar: Option<ProgressBar> = None;
    loop {
        let first = compiling.iter().min_by_key(|(_, (since, _))| *since);
        let compiled =
            first.map(|(module, (since, bytes))| (line(module, *bytes, compiling.len()), *since + PATIENCE));
        let waiting = compiled.or_else(|| Some((running?.to_owned(), started? + PATIENCE)));
        let event = match (waiting, &bar) {
            (Some((line, at)), None) => tokio::select! {
                event = events.next() => event,
                () = sleep_until(at) => {
                    bar = Some(spinner(line));
                    continue;
                }
            },
            (Some((line, _)), Some(bar)) => {
                bar.set_message(line);
                events.next().await
            }
            (None, _) => {
                // What the guest writes now has the line for itself.
                if let Some(bar) = bar.take() {
                    bar.finish_and_clear();
                }
                events.next().await
            }
        };
        let Some(event) = event else { break };
        match event.kind {
            EventKind::Compiling { module, bytes } => {
                compiling.insert(module, (Instant::now(), bytes));
            }
            EventKind::Compiled { module, .. } => {
                compiling.remove(&module);
            }
            EventKind::Started => started = Some(Instant::now()),
            EventKind::Ended(_) => {
                compiling.clear();
                started = None;
            }
            _ => {}
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

fn line(module: &str, bytes: u64, count: usize) -> String {
    let size = indicatif::DecimalBytes(bytes);
    let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
    format!("compiling {} ({size}){more}", visible_line(module))
}

fn spinner(line: String) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(line);
    // The template is a constant that indicatif takes; its own is fine where it would not.
    bar.set_style(
        ProgressStyle::with_template("dayfly: {msg} {elapsed} {spinner}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner()),
    );
    bar.enable_steady_tick(TICK);
    bar
}
