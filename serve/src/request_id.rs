//! What a request is called, in logs here and elsewhere.

use std::cell::RefCell;
use std::str;

use http::HeaderMap;
use uuid::{Builder, Uuid};

/// The field in which a client may say it.
pub(crate) const FIELD: &str = "x-request-id";

/// More than this is no identifier.
const LONGEST: usize = 128;

/// How many bytes the system is asked for at a time.
const ONCE: usize = 1024;

/// A source of names, which asks the system for the chance in them once for many.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// What the system gave, and where it is used up to.
    chance: RefCell<(Vec<u8>, usize)>,
}

/// What a request is called.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum RequestId {
    Own(Uuid),
    Clients(http::HeaderValue),
}

impl Names {
    /// What the client says, where it is one printable word, or a name that nothing else has.
    pub(crate) fn of(&self, fields: &HeaderMap) -> RequestId {
        match fields.get(FIELD) {
            Some(name) if is_valid(name.as_bytes()) => RequestId::Clients(name.clone()),
            _ => RequestId::Own(self.own()),
        }
    }

    fn own(&self) -> Uuid {
        self.chance().map_or_else(Uuid::new_v4, |bytes| Builder::from_random_bytes(bytes).into_uuid())
    }

    /// So many bytes by chance, which are not all zero; none where the system gives none.
    pub(crate) fn chance<const N: usize>(&self) -> Option<[u8; N]> {
        let (chance, used) = &mut *self.chance.borrow_mut();
        if *used + N > chance.len() {
            chance.resize(ONCE.max(N), 0);
            *used = 0;
            if getrandom::fill(chance).is_err() {
                chance.clear();
                return None;
            }
        }
        let mut bytes = [0; N];
        bytes.copy_from_slice(&chance[*used..*used + N]);
        *used += N;
        // Once in 2⁶⁴ times at the most.
        bytes.iter().any(|&byte| byte != 0).then_some(bytes)
    }
}

impl RequestId {
    /// Calls `with` with the name as text.
    pub(crate) fn with<T>(&self, with: impl FnOnce(&str) -> T) -> T {
        match self {
            Self::Own(name) => with(name.hyphenated().encode_lower(&mut Uuid::encode_buffer())),
            // It is ASCII: `is_valid`.
            Self::Clients(name) => with(str::from_utf8(name.as_bytes()).unwrap_or_default()),
        }
    }
}

/// Words of letters, digits and the marks of identifiers: nothing that a log or a terminal reads as more than text.
fn is_valid(name: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=@".contains(byte);
    (1..=LONGEST).contains(&name.len()) && name.iter().all(allowed)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_request_has_its_own() {
        let names = Names::default();
        let all: HashSet<_> = (0..1000).map(|_| names.own()).collect();
        assert_eq!(all.len(), 1000);
        assert!(all.iter().all(|name| name.get_version_num() == 4));
    }

    #[test]
    fn clients_may_say_it_in_one_word() {
        let names = Names::default();
        let of = |name: &[u8]| {
            let name = http::HeaderValue::from_bytes(name).unwrap();
            names.of(&[(http::HeaderName::from_static(FIELD), name)].into_iter().collect())
        };
        assert_eq!(of(b"a-1/B_2.c:d+e=@").with(str::to_owned), "a-1/B_2.c:d+e=@");
        for other in [&b""[..], b"a b", b"\xff", b"a\tb", b"\"", &[b'x'; 129]] {
            assert!(matches!(of(other), RequestId::Own(_)));
        }
    }
}
