//! What a component may ask for by interfaces of WASI.

use std::str::FromStr;

use clap::Args;
use dayfly::spec::model::{LogLevel, StorePlace};

use super::{Variable, values};

#[allow(
    missing_docs,
    reason = "the verbs are explained by what stands above them; a comment here would take its place"
)]
#[derive(Args, Clone, Debug)]
pub(crate) struct GrantArguments {
    /// Let a component read this setting by wasi:config (modules only; repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) config: Vec<Variable>,

    /// Give a component a store of keys and values by wasi:keyvalue (modules only; repeatable)
    ///
    /// It is kept in memory, and ends with the execution, or in a file in a folder of the host. The component opens it by
    /// its name; the one that is called default is opened by no name too.
    #[arg(long, value_name = "NAME=memory|DIR")]
    pub(crate) keyvalue: Vec<NamedStore>,

    /// Write what a component logs by wasi:logging to its standard error (modules only)
    ///
    /// LEVEL is the lowest that is written: trace (all of it), debug, info, warn, error, critical.
    #[arg(long, value_name = "LEVEL", value_parser = values::log_level(), num_args = 0..=1, require_equals = true,
          default_missing_value = "trace")]
    pub(crate) logging: Option<LogLevel>,
}

/// `NAME=memory|DIR`
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct NamedStore {
    pub(crate) name: String,
    pub(crate) place: StorePlace,
}

impl FromStr for NamedStore {
    type Err = String;

    fn from_str(text: &str) -> Result<NamedStore, String> {
        match text.split_once('=') {
            Some((name, place)) if !name.is_empty() && !place.is_empty() => {
                Ok(NamedStore { name: name.to_owned(), place: StorePlace::of(place) })
            }
            _ => Err("expected NAME=memory, or NAME=DIR".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_has_a_name_and_a_place() {
        let store = |text: &str| text.parse::<NamedStore>();
        assert_eq!(store("a=memory").unwrap().place, StorePlace::Memory);
        assert_eq!(store("a=./memory").unwrap().place, StorePlace::Folder("./memory".to_owned()));
        assert_eq!(store("a=b=c").unwrap().place, StorePlace::Folder("b=c".to_owned()));
        for wrong in ["a", "a=", "=memory", ""] {
            assert!(store(wrong).is_err(), "{wrong}");
        }
    }
}
