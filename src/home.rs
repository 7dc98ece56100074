//! The runtime that all verbs use, as the environment wants it.

use std::env;
use std::path::PathBuf;

use dayfly::gpu::{Allowed, Gpus, Isolation, Program, Quotas};
use dayfly::{BuildError, Kept, Retention, Runtime, RuntimeBuilder};

use crate::cli::Variable;
use crate::exit;

/// How many executions are kept, and for how long.
const KEEP: &str = "DAYFLY_KEEP";

/// Which GPUs guests may have: `hardware`, `software` or `none`.
const GPU: &str = "DAYFLY_GPU";

/// How often an invocation of a shader may go round, in all its loops: a number, or `unlimited`.
const GPU_LOOPS: &str = "DAYFLY_GPU_LOOPS";

/// Where the drivers of GPUs run: `process` for a process of their own for each device, or `none`.
const GPU_ISOLATION: &str = "DAYFLY_GPU_ISOLATION";

/// What the environment says that makes no sense, and the exit status that says so.
#[derive(Debug)]
pub(crate) struct Unusable {
    pub(crate) status: u8,
    pub(crate) why: String,
}

/// What this machine is like besides what it knows of itself: `KEY=VALUE,KEY=VALUE`.
const LABELS: &str = "DAYFLY_LABELS";

/// A runtime with the home, the retention and the labels that the environment names, and the labels of the command
/// line, which win.
pub(crate) fn runtime(labels: &[Variable]) -> Result<RuntimeBuilder, Unusable> {
    let mut builder = Runtime::builder().retention(retention()?).gpus(gpus()?);
    for label in self::labels()?.iter().chain(labels) {
        builder = builder.label(&label.name, &label.value);
    }
    Ok(builder)
}

/// The GPUs that guests may have, as the environment says.
pub(crate) fn gpus() -> Result<Gpus, Unusable> {
    let allowed = match env::var_os(GPU).filter(|text| !text.is_empty()) {
        None => Ok(Allowed::default()),
        Some(text) => text.to_string_lossy().parse(),
    };
    let allowed =
        allowed.map_err(|error| Unusable { status: exit::USAGE, why: format!("{GPU}: {error}") })?;
    let quotas = Quotas { loops: gpu_loops()?, ..Quotas::default() };
    Ok(Gpus::isolated(allowed, quotas, gpu_isolation()?))
}

fn gpu_isolation() -> Result<Isolation, Unusable> {
    let text = env::var_os(GPU_ISOLATION).unwrap_or_default();
    match &*text.to_string_lossy() {
        // What a person runs is that person's own.
        "" | "none" => Ok(Isolation::None),
        "process" => Program::this().map(Isolation::Process).map_err(|error| Unusable {
            status: exit::FAULT,
            why: format!("{GPU_ISOLATION}: it is not known where this program is: {error}"),
        }),
        other => Err(Unusable {
            status: exit::USAGE,
            why: format!("{GPU_ISOLATION}: `{other}` is neither `process` nor `none`"),
        }),
    }
}

fn gpu_loops() -> Result<Option<u32>, Unusable> {
    let Some(text) = env::var_os(GPU_LOOPS).filter(|text| !text.is_empty()) else {
        return Ok(Quotas::default().loops);
    };
    let text = text.to_string_lossy();
    match text.parse() {
        _ if text == "unlimited" => Ok(None),
        Ok(rounds) if rounds > 0 => Ok(Some(rounds)),
        _ => Err(Unusable {
            status: exit::USAGE,
            why: format!("{GPU_LOOPS}: `{text}` is neither a number from 1 to {} nor `unlimited`", u32::MAX),
        }),
    }
}

/// The executions that are kept.
pub(crate) fn kept() -> Result<Kept, Unusable> {
    folder().map(Kept::of)
}

/// The folder that state lives in.
pub(crate) fn folder() -> Result<PathBuf, Unusable> {
    let why = || BuildError::NoHome.to_string();
    // As `run` ends where there is none.
    dayfly::default_home().ok_or_else(|| Unusable { status: exit::FAULT, why: why() })
}

fn labels() -> Result<Vec<Variable>, Unusable> {
    let Some(text) = env::var_os(LABELS).filter(|text| !text.is_empty()) else { return Ok(Vec::new()) };
    let text = text.to_string_lossy();
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    words
        .map(|word| {
            let why = |error| Unusable { status: exit::USAGE, why: format!("{LABELS}: `{word}`: {error}") };
            word.parse().map_err(why)
        })
        .collect()
}

fn retention() -> Result<Retention, Unusable> {
    let Some(text) = env::var_os(KEEP).filter(|text| !text.is_empty()) else {
        return Ok(Retention::default());
    };
    // Text that is not Unicode is no retention either, and is shown as well as can be.
    text.to_string_lossy()
        .parse()
        .map_err(|error| Unusable { status: exit::USAGE, why: format!("{KEEP}: {error}") })
}
