//! A file that gives a finding, and how it is mended.

use super::{Code, Diagnostic};
use crate::{Dialect, Format, Options, Source, convert, read};

/// Divides the two halves of a file of `examples/`.
const DIVIDER: &str = "=== right ===\n";

/// A job file with one kind of mistake, and the same without it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Example {
    /// What gives the finding and nothing else. Not always UTF-8.
    pub wrong: &'static [u8],
    /// What gives no finding at all.
    pub right: &'static str,
}

impl Example {
    /// A name for the file that fits what it holds: `job.json` or `job.yaml`.
    pub fn file_name(&self) -> &'static str {
        if self.wrong.starts_with(b"{") { "job.json" } else { "job.yaml" }
    }

    /// The file of what is wrong, and what is found in it: when it is read, and when it is converted then.
    pub fn findings(&self) -> (Source, Vec<Diagnostic>) {
        let source = Source::new(self.file_name(), self.wrong);
        let parsed = read(&source, &options(source.text()));
        let mut findings = parsed.diagnostics;
        if let Some(Err(more)) = parsed.job.map(|job| convert(&job, Dialect::Bacalhau, Format::default())) {
            findings.extend(more);
        }
        (source, findings)
    }
}

/// What the comment `# --var NAME=VALUE` at the start of an example asks for.
fn options(text: &str) -> Options {
    let variable = text.lines().next().and_then(|line| line.strip_prefix("# --var ")?.split_once('='));
    match variable {
        Some((name, value)) => Options::default().variable(name, value),
        None => Options::default(),
    }
}

impl Code {
    /// A file that gives this finding; none for those that only a very large file gives.
    ///
    /// ```
    /// use dayfly_spec::{Code, Options, Source, read};
    ///
    /// let example = Code::MissingField.example().unwrap();
    /// let source = Source::new(example.file_name(), example.wrong);
    /// assert_eq!(read(&source, &Options::default()).diagnostics[0].code, Code::MissingField);
    /// ```
    pub fn example(self) -> Option<Example> {
        let (_, bytes) = EXAMPLES.iter().find(|(code, _)| *code == self.name())?;
        let divider = DIVIDER.as_bytes();
        let at = bytes.windows(divider.len()).position(|window| window == divider)?;
        let right = std::str::from_utf8(bytes.get(at + divider.len()..)?).ok()?;
        Some(Example { wrong: bytes.get(..at)?, right })
    }
}

macro_rules! examples {
    ($($code:ident)*) => {
        /// The files of `examples/`, each called after its code.
        static EXAMPLES: &[(&str, &[u8])] =
            &[$((stringify!($code), include_bytes!(concat!("examples/", stringify!($code), ".txt")))),*];
    };
}

// A code that is added gets a file in `examples/` and its name here; a test tells which are missing.
examples! {
    E0001 E0003 E0004 E0005 E0006 E0007 E0008 E0009 E0010 E0011 E0012
    W0014 W0015 W0016 W0018 W0019
    E0100 E0101 E0102 E0103 W0104 E0105 E0106 E0107 W0109 W0110 E0111 W0112
    E0200 E0201 E0202 E0203 E0204 E0205 E0206 E0208 E0209 E0210 E0211 E0212 E0213 E0214 E0215 E0216 E0217 E0218 E0219
    E0220 E0221 W0222 W0223 W0224 W0225 W0226 N0227
    E0230 E0231 E0232 E0233 E0234 W0235
    E0240
    E0250 W0251 W0252 W0253 E0254 E0255 E0256
    W0301 W0302 W0303 W0304 W0310 N0311 N0312 W0313 W0314 W0315
}
