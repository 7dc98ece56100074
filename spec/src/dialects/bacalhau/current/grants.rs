//! Grants in a task's free data: what components of WASI ask for and Bacalhau has no field for.

use super::own_keys::OwnKey;
use crate::decode::Context;
use crate::dialects::bacalhau::secret;
use crate::model::{Data, Grants, Located, LogLevel, StorePlace};
use crate::{Code, Diagnostic};

/// What the keys begin with that say grants.
const PREFIX: &str = "wasi.";
const CONFIG: &str = "wasi.config.";
const STORE: &str = "wasi.keyvalue.";
const LOG: &str = "wasi.logging";

/// Takes the grants from the free data of a task. They stay there too, so that nothing of it is lost.
pub(super) fn lower(meta: &[(String, Located<Data>)], context: &mut Context<'_>) -> Grants {
    let mut grants = Grants::default();
    for (key, value) in meta.iter().filter(|(key, _)| key.starts_with(PREFIX)) {
        let mut grant = OwnKey { key, value, context };
        if let Some(name) = key.strip_prefix(CONFIG) {
            let setting = grant.read(|text| Ok(text.to_owned()), Code::WrongType, "put the value in quotes");
            if let Some(setting) = setting.filter(|_| is_name(name, &mut grant)) {
                check_secret(name, &setting, context);
                grants.config.push((name.to_owned(), setting));
            }
        } else if let Some(name) = key.strip_prefix(STORE) {
            let help = "write `memory`, or a folder of the host";
            let place = grant.read(place, Code::BadPath, help);
            if let Some(place) = place.filter(|_| is_name(name, &mut grant)) {
                grants.stores.push((name.to_owned(), place));
            }
        } else if key == LOG {
            let words = LogLevel::WORDS.map(|(word, _)| format!("`{word}`")).join(", ");
            let help = format!("the lowest level that is written: {words}");
            grants.log = grant.read(level, Code::UnknownWord, &help);
        } else {
            grant.is_none_of("grant", &[LOG, CONFIG, STORE]);
        }
    }
    grants
}

/// Whether a name follows the words of a key. If none does, that is reported.
fn is_name(name: &str, grant: &mut OwnKey<'_, '_>) -> bool {
    if name.is_empty() {
        let help = format!("write `{}NAME`, with the name that the guest asks for", grant.key);
        grant.refuse(Code::BadName, "the name is missing", &help);
    }
    !name.is_empty()
}

fn place(text: &str) -> Result<StorePlace, String> {
    match text {
        "" => Err("no place at all".to_owned()),
        _ if text.contains('\0') => Err("paths hold no NUL character".to_owned()),
        text => Ok(StorePlace::of(text)),
    }
}

fn level(text: &str) -> Result<LogLevel, String> {
    LogLevel::named(text.trim()).ok_or_else(|| "no such level".to_owned())
}

/// Warns of a setting that is a secret by its name.
fn check_secret(name: &str, setting: &Located<String>, context: &mut Context<'_>) {
    if secret::is_secret_name(name) && secret::is_literal(&setting.value) {
        let message = format!("the value of `{name}` is a secret in plain text");
        let place = setting.origin.place().unwrap_or_default();
        let help =
            "the `Env` of a task takes `env:NAME`, a variable of the host that --allow-env NAME allows";
        context.report(Diagnostic::warning(Code::PlainSecret, place, message).help(help));
    }
}
