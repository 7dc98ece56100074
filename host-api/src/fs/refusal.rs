//! What was refused to a guest, for who wants to know why it failed.

use super::MountId;
use super::display::shortened;

/// The most refusals that are told apart.
const MOST: usize = 64;

/// Something that was refused to a guest.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// Why.
    pub kind: RefusalKind,
    /// What the guest tried: `write`, `unlink`.
    pub operation: &'static str,
    /// The path, as far as it is known: of a long one only the beginning, with `…` at its end.
    pub path: String,
    /// The mount whose rule it was.
    pub mount: Option<MountId>,
    /// How often.
    pub count: u64,
}

/// Why something was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RefusalKind {
    /// The mount is read-only.
    ReadOnly,
    /// The path leads out of the folder that it starts from.
    Escape,
    /// The bytes that the guest may keep are used up.
    Bytes,
    /// The files that the guest may keep are used up.
    Files,
    /// The files that the guest may have open are used up.
    Handles,
    /// It is neither a file, nor a folder, nor a link.
    Special,
}

/// The refusals so far. A guest that tries for ever costs a counter, no memory.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    list: Vec<Refusal>,
}

impl Refusals {
    pub(super) fn list(&self) -> &[Refusal] {
        &self.list
    }

    pub(super) fn add(
        &mut self,
        kind: RefusalKind,
        operation: &'static str,
        path: &str,
        mount: Option<MountId>,
    ) {
        let path = shortened(path);
        let same = |refusal: &&mut Refusal| {
            refusal.kind == kind && refusal.operation == operation && refusal.path == path
        };
        if let Some(refusal) = self.list.iter_mut().find(same) {
            refusal.count += 1;
        } else if self.list.len() < MOST {
            self.list.push(Refusal { kind, operation, path, mount, count: 1 });
        } else if let Some(last) = self.list.iter_mut().rfind(|refusal| refusal.kind == kind) {
            // Too many different ones: the kind's last one counts for the rest.
            last.count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_refusal_is_counted_and_many_take_no_more_memory() {
        let mut refusals = Refusals::default();
        for attempt in 0..10_000 {
            refusals.add(RefusalKind::Escape, "open", "../x", None);
            refusals.add(RefusalKind::ReadOnly, "write", &format!("/in/{attempt}"), Some(MountId(1)));
        }
        assert_eq!(refusals.list().len(), MOST);
        assert_eq!(refusals.list()[0].count, 10_000);
        assert_eq!(refusals.list().iter().map(|refusal| refusal.count).sum::<u64>(), 20_000);
        refusals.add(RefusalKind::Escape, "open", &"ä".repeat(1000), None);
    }
}
