//! What vouches for an entry.

use dayfly_core::Digest;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error as ValueError, StrDeserializer};

use super::identity::Identity;
use super::name::Nonce;
use super::secret::Secret;

/// The most that a seal takes, in bytes.
pub(super) const MAX_BYTES: usize = 1024;
const MAGIC: &[u8; 8] = b"dayseal1";
const CODE_BYTES: usize = 32;

/// What dayfly says of a code file that it wrote, or checked. On disk, a keyed hash over all of it follows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Seal {
    /// What the code is kept under.
    pub(super) key: [u8; 32],
    /// The module that it was compiled from.
    pub(super) module: Digest,
    /// The engine profile that it was compiled for.
    pub(super) profile: String,
    /// The version of wasmtime that compiled it.
    pub(super) wasmtime: [u8; 32],
    /// Which of the entry's code files is meant.
    pub(super) nonce: Nonce,
    /// The keyed hash of the code.
    pub(super) hash: [u8; 32],
    /// Whether the file may be mapped without a further look while it is the same.
    pub(super) in_place: bool,
    /// The file when it was checked.
    pub(super) identity: Identity,
}

impl Seal {
    /// The seal as it stands on disk. None if a text is too long for it.
    pub(super) fn encode(&self, secret: &Secret) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(MAX_BYTES);
        bytes.extend(MAGIC);
        bytes.extend(self.key);
        for text in [self.module.as_str(), &self.profile] {
            bytes.push(u8::try_from(text.len()).ok()?);
            bytes.extend(text.as_bytes());
        }
        bytes.extend(self.wasmtime);
        bytes.extend(self.nonce);
        bytes.extend(self.hash);
        bytes.push(self.in_place.into());
        let Identity { device, inode, size, modified, changed } = self.identity;
        for number in [device, inode, size] {
            bytes.extend(number.to_le_bytes());
        }
        for number in [modified.0, modified.1, changed.0, changed.1] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(secret.seal_code(&bytes).as_bytes());
        Some(bytes)
    }

    /// The seal that bytes are. None unless this secret made it.
    pub(super) fn decode(bytes: &[u8], secret: &Secret) -> Option<Seal> {
        let (fields, code) = bytes.split_at_checked(bytes.len().checked_sub(CODE_BYTES)?)?;
        let code: [u8; CODE_BYTES] = code.try_into().ok()?;
        // Hashes are compared in constant time, and nothing is parsed before.
        if secret.seal_code(fields) != blake3::Hash::from_bytes(code) {
            return None;
        }
        let mut fields = Fields(fields);
        if fields.array::<8>()? != *MAGIC {
            return None;
        }
        let key = fields.array()?;
        let module: StrDeserializer<'_, ValueError> = fields.text()?.into_deserializer();
        let seal = Seal {
            key,
            module: Digest::deserialize(module).ok()?,
            profile: fields.text()?.to_owned(),
            wasmtime: fields.array()?,
            nonce: fields.array()?,
            hash: fields.array()?,
            in_place: fields.array::<1>()? == [1],
            identity: Identity {
                device: u64::from_le_bytes(fields.array()?),
                inode: u64::from_le_bytes(fields.array()?),
                size: u64::from_le_bytes(fields.array()?),
                modified: (i64::from_le_bytes(fields.array()?), i64::from_le_bytes(fields.array()?)),
                changed: (i64::from_le_bytes(fields.array()?), i64::from_le_bytes(fields.array()?)),
            },
        };
        fields.0.is_empty().then_some(seal)
    }
}

/// What is left of a seal's fields.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    fn text(&mut self) -> Option<&'a str> {
        let [length] = self.array()?;
        std::str::from_utf8(self.bytes(length.into())?).ok()
    }

    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Seal {
        let identity =
            Identity { device: 1, inode: 2, size: 3, modified: (-4, 5), changed: (6, i64::from(u32::MAX)) };
        Seal {
            key: [7; 32],
            module: Digest::of(b"m"),
            profile: "batch".to_owned(),
            wasmtime: [8; 32],
            nonce: [9; 16],
            hash: [10; 32],
            in_place: true,
            identity,
        }
    }

    #[test]
    fn a_seal_is_read_as_it_was_written_and_by_its_own_secret_alone() {
        let (seal, secret) = (example(), Secret::from_bytes(&[1; 32]));
        let bytes = seal.encode(&secret).unwrap();
        assert!(bytes.len() <= MAX_BYTES);
        assert_eq!(Seal::decode(&bytes, &secret), Some(seal));
        assert_eq!(Seal::decode(&bytes, &Secret::from_bytes(&[2; 32])), None);
    }

    #[test]
    fn no_bit_and_no_length_of_it_can_change() {
        let secret = Secret::from_bytes(&[1; 32]);
        let bytes = example().encode(&secret).unwrap();
        for bit in 0..8 * bytes.len() {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Seal::decode(&changed, &secret), None, "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert_eq!(Seal::decode(&bytes[..length], &secret), None, "{length} bytes");
        }
        assert_eq!(Seal::decode(&[&bytes[..], b"\0"].concat(), &secret), None);
    }

    #[test]
    fn what_does_not_fit_is_not_sealed() {
        let seal = Seal { profile: "p".repeat(256), ..example() };
        assert_eq!(seal.encode(&Secret::from_bytes(&[1; 32])), None);
        let largest = Seal { profile: "p".repeat(255), ..example() };
        assert!(largest.encode(&Secret::from_bytes(&[1; 32])).unwrap().len() <= MAX_BYTES);
    }
}
