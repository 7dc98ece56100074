//! What components ask for by interfaces that have to be granted: from the core's words to the host API's, and refusals
//! back.

use dayfly_core::{Denied, Grants, Refusal};
use dayfly_host_api::component::key_value::{self, RefusalKind};
use dayfly_host_api::component::{Builder, Context, LogLevel, Need};
use dayfly_spec::model::LogLevel as Level;

/// Which of these interfaces a guest has, and why not.
#[derive(Clone, Debug)]
pub(crate) struct Interfaces {
    config: Result<(), Denied>,
    stores: Result<(), Denied>,
    log: Result<(), Denied>,
}

/// What would grant a store.
const STORE: &str = "`wasi.keyvalue.NAME: memory`, or a folder, in the `Meta` of the task, or --keyvalue NAME=memory, would grant one";

impl Interfaces {
    /// What a guest has that is granted this much.
    pub(crate) fn by(grants: &Grants) -> Interfaces {
        let granted = |is_granted: bool, what: &str, remedy: &str| match is_granted {
            true => Ok(()),
            false => Err(Denied { what: what.to_owned(), remedy: Some(remedy.to_owned()) }),
        };
        let files = cfg!(feature = "keyvalue") || grants.stores.iter().all(|store| store.folder.is_none());
        Interfaces {
            config: granted(
                !grants.config.is_empty(),
                "no settings are granted to the guest",
                "`wasi.config.NAME: VALUE` in the `Meta` of the task, or --config NAME=VALUE, would grant one",
            ),
            stores: granted(!grants.stores.is_empty(), "no store is granted to the guest", STORE).and(
                granted(
                    files,
                    "this build keeps no stores in folders",
                    "one with the feature `keyvalue` does",
                ),
            ),
            log: granted(
                grants.log.is_some(),
                "no log is granted to the guest",
                "`wasi.logging: trace` in the `Meta` of the task, or --logging, would grant one",
            ),
        }
    }

    /// Whether a guest has interfaces with such a need.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn check(&self, need: Need) -> Result<(), &Denied> {
        let granted = match need {
            Need::Nothing | Need::Network => return Ok(()),
            Need::Config => &self.config,
            Need::Stores => &self.stores,
            Need::Log => &self.log,
        };
        granted.as_ref().copied()
    }
}

/// Gives a guest what it is granted.
pub(crate) fn give(builder: Builder, grants: Grants) -> Builder {
    let Grants { config, stores, log, gpus: _ } = grants;
    let builder = stores.into_iter().fold(builder.config(config), |builder, store| match store.folder {
        None => builder.store(key_value::Store::in_memory(store.name)),
        #[cfg(feature = "keyvalue")]
        Some(folder) => builder.store(key_value::Store::in_folder(store.name, folder.folder, folder.path)),
        // No component that asks for stores runs then.
        #[cfg(not(feature = "keyvalue"))]
        Some(_) => builder,
    });
    match log {
        Some(lowest) => builder.log(level(lowest)),
        None => builder,
    }
}

fn level(level: Level) -> LogLevel {
    match level {
        Level::Trace => LogLevel::Trace,
        Level::Debug => LogLevel::Debug,
        Level::Info => LogLevel::Info,
        Level::Warn => LogLevel::Warn,
        Level::Error => LogLevel::Error,
        Level::Critical => LogLevel::Critical,
    }
}

/// What was refused to a guest, in words.
pub(crate) fn refusals(context: &Context) -> Vec<Refusal> {
    let in_words = |refusal: key_value::Refusal| {
        let key_value::Refusal { kind, store, count } = refusal;
        let (why, remedy) = match kind {
            RefusalKind::Unknown => ("no store of that name is granted to it", Some(STORE.to_owned())),
            RefusalKind::Memory => ("its stores in memory hold all that they may", None),
            _ => ("it is not allowed", None),
        };
        let tried = match kind {
            RefusalKind::Unknown => "open",
            _ => "keep more in",
        };
        Refusal { what: format!("the guest may not {tried} the store `{store}`: {why}"), remedy, count }
    };
    context.refused_of_stores().into_iter().map(in_words).collect()
}
