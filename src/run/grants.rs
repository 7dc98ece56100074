//! What the command line grants a bare module that asks by interfaces of WASI.

use std::path::Path;

use dayfly::HostPolicy;
use dayfly::spec::model::{Grants, Located, Origin, StorePlace};

use super::Refused;
use crate::cli::GrantArguments;

/// The grants, and what of the host they take. Of several of one name the last one counts.
pub(super) fn grants(
    arguments: &GrantArguments,
    mut policy: HostPolicy,
) -> Result<(Grants, HostPolicy), Refused> {
    let mut grants = Grants::default();
    for setting in &arguments.config {
        let value = Located::new(setting.value.clone(), Origin::unwritten("--config"));
        put(&mut grants.config, &setting.name, value);
    }
    for store in &arguments.keyvalue {
        let place = match &store.place {
            StorePlace::Memory => StorePlace::Memory,
            StorePlace::Folder(folder) => {
                // The flag is itself the grant.
                policy = policy.allow_folder(folder, true);
                let path = std::path::absolute(Path::new(folder));
                let path = path.map_err(|error| Refused::invalid(error.to_string()))?;
                let path = path
                    .to_str()
                    .ok_or_else(|| Refused::invalid(format!("the path {} is not UTF-8", path.display())))?;
                StorePlace::Folder(path.to_owned())
            }
        };
        let origin = Origin::unwritten(format!("--keyvalue {}", store.name));
        put(&mut grants.stores, &store.name, Located::new(place, origin));
    }
    grants.log = arguments.logging.map(|level| Located::new(level, Origin::unwritten("--logging")));
    Ok((grants, policy))
}

fn put<T>(named: &mut Vec<(String, T)>, name: &str, value: T) {
    named.retain(|(known, _)| known != name);
    named.push((name.to_owned(), value));
}
