//! Data URLs.

use std::borrow::Cow;

use super::Fault;

/// Bytes that inline content holds at most.
pub(crate) const MOST: usize = 10_000_000;

/// What a data URL holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DataUrl {
    pub(crate) bytes: Vec<u8>,
    /// The media type says that the bytes are compressed with gzip: an archive.
    pub(crate) gzip: bool,
    /// The byte of a `#` in the content, at which stricter readers stop.
    pub(crate) mark: Option<usize>,
}

/// Why a data URL can't be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum DataUrlFault {
    /// It breaks the rules.
    Invalid(Fault),
    /// It holds more than [`MOST`] bytes.
    TooLarge,
}

impl From<Fault> for DataUrlFault {
    fn from(fault: Fault) -> DataUrlFault {
        DataUrlFault::Invalid(fault)
    }
}

/// Decodes a data URL. In base64, space and line ends are skipped. A `#` is part of the content.
pub(crate) fn data_url(text: &str) -> Result<DataUrl, DataUrlFault> {
    let content = text.find(',').map_or(text.len(), |comma| comma + 1);
    let mark = text[content..].find('#').map(|hash| content + hash);
    // The standard cuts off what follows; a job file that has it surely means it.
    let whole = match mark {
        Some(_) => Cow::Owned([&text[..content], &text[content..].replace('#', "%23")].concat()),
        None => Cow::Borrowed(text),
    };
    let url = data_url::DataUrl::process(&whole).map_err(|error| match error {
        data_url::DataUrlError::NotADataUrl => {
            Fault::new(0..text.find(':').map_or(text.len(), |colon| colon + 1), "expected `data:`")
        }
        data_url::DataUrlError::NoComma => Fault::new(0..text.len(), "no comma before the content"),
    })?;
    let mut bytes = Vec::new();
    let decoded = url.decode(|part| {
        if bytes.len() + part.len() > MOST {
            return Err(());
        }
        bytes.extend_from_slice(part);
        Ok(())
    });
    match decoded {
        Ok(_) => {}
        Err(data_url::forgiving_base64::DecodeError::WriteError(())) => return Err(DataUrlFault::TooLarge),
        Err(data_url::forgiving_base64::DecodeError::InvalidBase64(error)) => {
            return Err(base64_fault(text, &error.to_string()).into());
        }
    }
    let mime = url.mime_type();
    let gzip = mime.type_ == "application" && matches!(mime.subtype.as_str(), "gzip" | "x-gzip");
    Ok(DataUrl { bytes, gzip, mark })
}

/// The first character that is none of base64, or the last of the content.
fn base64_fault(text: &str, message: &str) -> Fault {
    let content = text.find(',').map_or(0, |comma| comma + 1);
    let is_base64 =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '%') || c.is_ascii_whitespace();
    match text[content..].char_indices().find(|(_, c)| !is_base64(*c)) {
        Some((at, c)) => {
            let at = content + at;
            Fault::new(at..at + c.len_utf8(), format!("`{c}` is no character of base64"))
        }
        None => {
            let end = text.trim_end();
            let last = end.chars().next_back().map_or(0, char::len_utf8);
            Fault::new(end.len() - last..end.len(), format!("the base64 is damaged: {message}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        data_url(text).unwrap().bytes
    }

    #[test]
    fn content_is_decoded() {
        assert_eq!(bytes("data:,Hello%20World"), b"Hello World");
        assert_eq!(bytes("data:text/plain;base64,SGVs\n  bG8="), b"Hello");
        assert_eq!(bytes("data:,"), b"");
        assert_eq!(bytes("data:,a,%23b#%41#"), b"a,#b#A#");
        assert_eq!(data_url("data:,a#b#").unwrap().mark, Some(7));
        assert!(data_url("data:application/gzip;base64,AAAA").unwrap().gzip);
        assert!(data_url("DATA:Application/X-GZIP;base64,AAAA").unwrap().gzip);
        assert!(!data_url("data:application/wasm;base64,AAAA").unwrap().gzip);
    }

    #[test]
    fn faults_name_their_place() {
        for (text, range) in [
            ("http://x", 0..5),
            ("nothing", 0..7),
            ("data:text/plain", 0..15),
            ("data:;base64,SG!s", 15..16),
            ("data:;base64,SGVsb", 17..18),
            ("data:;base64,SG#s", 15..16),
            ("data:text#plain,a", 0..17),
        ] {
            match data_url(text) {
                Err(DataUrlFault::Invalid(fault)) => assert_eq!(fault.range, range, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn more_than_ten_megabytes_are_refused() {
        let text = format!("data:,{}", "x".repeat(MOST + 1));
        assert_eq!(data_url(&text), Err(DataUrlFault::TooLarge));
        assert_eq!(bytes(&text[..text.len() - 1]).len(), MOST);
    }
}
