//! Where the spans of requests go.

use std::env;

use dayfly::serve::{Traces, TracesBuilder, TracesError};

use crate::cli::ServeArguments;
use crate::run::Refused;

/// What `--traces` and OpenTelemetry's variables say together; nothing, where neither names a collector.
pub(super) fn traces(arguments: &ServeArguments) -> Result<Option<Traces>, Refused> {
    let variable = |name: &str| env::var(name).ok();
    let builder = match &arguments.traces {
        Some(endpoint) => Traces::to(endpoint).variables(variable).map(Some),
        None => TracesBuilder::from_variables(variable),
    };
    let started = builder.and_then(|builder| builder.map(TracesBuilder::start).transpose());
    started.map_err(|error| match error {
        TracesError::Thread(_) => Refused::fault(error.to_string()),
        _ => Refused::invalid(error.to_string()),
    })
}
