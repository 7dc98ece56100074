//! What a guest made use of: from the host API's words to the core's.

use dayfly_core::{Observed, PlaceUse};
use dayfly_host_api::fs::preview1;

use crate::egress::Network;

/// What a guest made use of; none unless its files were asked to remember it.
pub(crate) fn observed(wasi: &preview1::Context, network: &Network) -> Option<Observed> {
    let touched = wasi.files().touched()?;
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
