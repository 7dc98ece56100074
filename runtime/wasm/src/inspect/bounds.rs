//! How much an inspection holds at most: a module decides how much there is to say of it.

/// The most entries of a list; what is beyond is only counted.
pub const MAX_ITEMS: usize = 10_000;
/// The longest name, in bytes; what is beyond is cut.
pub const MAX_NAME: usize = 1_000;
/// The longest type, in bytes: a few bytes of an import may refer to a type with a thousand parameters.
pub const MAX_TYPE: usize = 500;
/// The largest text that is read, in bytes: it takes many times its size in memory.
pub const MAX_TEXT_MODULE: usize = 16 << 20;

/// A text of at most `limit` bytes; what was cut shows as `…`.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let end = (0..=limit).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default();
    format!("{}…", &text[..end])
}

/// A name as it is kept.
pub(super) fn name(name: &str) -> String {
    cut(name, MAX_NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "abc…");
        assert_eq!(cut("aéé", 2), "a…");
    }
}
