//! Methods of requests.

use super::Fault;
use crate::decode::{shorten, suggest};

/// The methods that every client knows.
const USUAL: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

/// The longest method.
const LONGEST: usize = 32;

/// Reads a method, in capitals. Any is taken but what is most likely misspelt.
pub(crate) fn method(text: &str) -> Result<String, Fault> {
    let all = 0..text.len();
    let method = text.to_ascii_uppercase();
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'+-.^_`|~".contains(&byte);
    if matches!(method.as_str(), "*" | "ANY" | "ALL") {
        return Err(Fault::new(all, "every method is answered where nothing is said"));
    }
    if method.is_empty() || method.len() > LONGEST || !method.bytes().all(token) {
        return Err(Fault::new(all, format!("`{}` is no method", shorten(text))));
    }
    match suggest(&method, USUAL.into_iter()).filter(|near| *near != method) {
        Some(near) => {
            Err(Fault::new(all, format!("`{}` is no method: did you mean `{near}`?", shorten(text))))
        }
        None => Ok(method),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_words_in_capitals() {
        for (text, word) in
            [("get", "GET"), ("PROPFIND", "PROPFIND"), ("m-search", "M-SEARCH"), ("Copy", "COPY")]
        {
            assert_eq!(method(text).as_deref(), Ok(word));
        }
        for (text, message) in [
            ("", "`` is no method"),
            ("G(T", "`G(T` is no method"),
            ("GTE", "`GTE` is no method: did you mean `GET`?"),
            ("*", "every method is answered where nothing is said"),
            ("any", "every method is answered where nothing is said"),
        ] {
            assert_eq!(method(text).unwrap_err().message, message);
        }
    }
}
