//! GPUs for guests.

use dayfly_wasm::gpus::{AdapterReport, Gpus};

use super::Finding;

/// Which of these GPUs guests may have, or why they have none. Drivers are loaded to find out.
pub fn gpu_finding(gpus: &Gpus) -> Finding {
    let survey = gpus.survey();
    let usable: Vec<_> = survey.adapters.iter().filter(|adapter| adapter.usable).map(words).collect();
    let why = survey.missing.join("\n");
    if usable.is_empty() {
        let says = "guests may have none: jobs that ask for one are refused (69)";
        let finding = Finding::note("gpu", says);
        return if why.is_empty() { finding } else { finding.remedy(why) };
    }
    Finding::ok("gpu", usable.join("\n"))
}

fn words(adapter: &AdapterReport) -> String {
    let AdapterReport { name, kind, driver, note, .. } = adapter;
    let note = note.map(|note| format!(": {note}")).unwrap_or_default();
    format!("{name}, {kind}, {driver}{note}")
}
