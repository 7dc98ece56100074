//! What a guest made use of: from the host API's words to the core's.

use dayfly_core::{Observed, PlaceUse};

use crate::egress::Network;
use crate::guest::Wasi;

/// What a guest made use of; none unless its files were asked to remember it.
pub(crate) fn observed<W: Wasi>(wasi: &W, network: &Network) -> Option<Observed> {
    let touched = wasi.with_files(|files| files.touched().cloned())?;
    let place = |used: &dayfly_host_api::fs::Use| PlaceUse {
        listed: used.listed,
        written: used.written,
        rearranged: used.rearranged,
    };
    Some(Observed {
        places: touched.places.iter().map(|(path, used)| (path.clone(), place(used))).collect(),
        incomplete: touched.incomplete,
        environment: wasi.asked_for_environment(),
        destinations: network.destinations(),
    })
}
