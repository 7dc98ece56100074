//! Bytes as base64.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes bytes as base64, with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0, |group, at| group << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for digit in 0..4 {
            let index = group >> (18 - 6 * digit) & 63;
            text.push(if digit <= chunk.len() { char::from(DIGITS[index as usize]) } else { '=' });
        }
    }
    text
}

/// The bytes that base64 stands for, by the rules of the web: padding may be missing. None where it is damaged.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    data_url::forgiving_base64::decode_to_vec(text.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::data_url;

    #[test]
    fn what_is_written_is_read_as_the_same() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        let bytes: Vec<u8> = (0..=255).collect();
        let url = data_url(&format!("data:;base64,{}", base64(&bytes))).unwrap();
        assert_eq!(url.bytes, bytes);
        assert_eq!(decode_base64(&base64(&bytes)), Some(bytes));
        assert_eq!(decode_base64("a!=="), None);
    }
}
