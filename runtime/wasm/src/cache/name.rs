//! The names of the cache's files.

use std::fmt::Write as _;
use std::io;

/// The file of the secret.
pub(super) const SECRET: &str = "key";
/// The file that writers lock.
pub(super) const LOCK: &str = "lock";

const TEMPORARY: &str = "tmp-";
const ASIDE: &str = "aside-";
const SEAL: &str = ".seal";
const CODE: &str = ".code";

/// What tells the code files of one entry apart, and temporary files.
pub(super) type Nonce = [u8; 16];

/// A nonce that nothing else has.
pub(super) fn nonce() -> io::Result<Nonce> {
    let mut nonce = Nonce::default();
    getrandom::fill(&mut nonce).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(nonce)
}

/// The name of an entry.
pub(super) fn entry(key: &[u8; 32]) -> String {
    hex(key)
}

/// The seal of an entry.
pub(super) fn seal(entry: &str) -> String {
    format!("{entry}{SEAL}")
}

/// A code file of an entry. A file is never replaced under its name: each writer has a nonce of its own.
pub(super) fn code(entry: &str, nonce: &Nonce) -> String {
    format!("{entry}.{}{CODE}", hex(nonce))
}

/// A file that will get its name when it is whole.
pub(super) fn temporary() -> io::Result<String> {
    Ok(format!("{TEMPORARY}{}", hex(&nonce()?)))
}

/// What is not dayfly's, and was in the way of what is.
pub(super) fn aside() -> io::Result<String> {
    Ok(format!("{ASIDE}{}", hex(&nonce()?)))
}

/// Whether it is a name that dayfly gave to what was in the way.
pub(super) fn is_aside(name: &str) -> bool {
    name.strip_prefix(ASIDE).is_some_and(|nonce| is_hex(nonce, 32))
}

/// What a file is by its name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind<'a> {
    /// The secret, or what writers lock.
    Fixture,
    /// The seal of an entry.
    Seal { entry: &'a str },
    /// Code of an entry.
    Code { entry: &'a str },
    /// Not whole yet.
    Temporary,
    /// Nothing that dayfly would leave here.
    Foreign,
}

/// What a file is by its name.
pub(super) fn kind(name: &str) -> Kind<'_> {
    if name == SECRET || name == LOCK {
        return Kind::Fixture;
    }
    if let Some(entry) = name.strip_suffix(SEAL).filter(|entry| is_hex(entry, 64)) {
        return Kind::Seal { entry };
    }
    if let Some((entry, nonce)) = name.strip_suffix(CODE).and_then(|name| name.split_once('.'))
        && is_hex(entry, 64)
        && is_hex(nonce, 32)
    {
        return Kind::Code { entry };
    }
    match name.strip_prefix(TEMPORARY) {
        Some(nonce) if is_hex(nonce, 32) => Kind::Temporary,
        _ => Kind::Foreign,
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name_alone() {
        let entry = entry(&[0xab; 32]);
        assert_eq!(kind(&seal(&entry)), Kind::Seal { entry: &entry });
        assert_eq!(kind(&code(&entry, &[1; 16])), Kind::Code { entry: &entry });
        assert_eq!(kind(&temporary().unwrap()), Kind::Temporary);
        assert_eq!((kind("key"), kind("lock")), (Kind::Fixture, Kind::Fixture));
        let aside = aside().unwrap();
        assert!(kind(&aside) == Kind::Foreign && is_aside(&aside) && !is_aside("aside-mine"));
        let upper = seal(&entry.to_uppercase());
        for foreign in
            ["", "key2", ".seal", "notes.code", "tmp-", &upper, &seal("ab"), &format!("{entry}.code")]
        {
            assert_eq!(kind(foreign), Kind::Foreign, "{foreign}");
        }
    }
}
