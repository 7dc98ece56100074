//! What holds for every job file, whatever is in it.

use dayfly_spec::{Options, Parsed, Source, read};

/// Reads a file in both ways there are. It is a job, or has a reason not to be one; every place lies in the file as
/// written; and what is an error when lenient is one when strict.
pub fn read_soundly(source: &Source, options: Options) -> Parsed {
    let lenient = checked(source, &options.clone().lenient(true));
    let strict = checked(source, &options);
    assert!(lenient.job.is_some() || strict.job.is_none(), "{}: strict finds less", source.text());
    strict
}

fn checked(source: &Source, options: &Options) -> Parsed {
    let parsed = read(source, options);
    assert!(parsed.job.is_some() != parsed.has_errors(), "no job and no reason, or both");
    for found in &parsed.diagnostics {
        let places = std::iter::once(&found.span).chain(found.related.iter().map(|(span, _)| span));
        for span in places {
            let (start, end) = (span.start as usize, span.end as usize);
            let inside = start <= end && source.text().get(start..end).is_some();
            assert!(inside, "{} {start}..{end}: no place in the text", found.headline(source));
        }
    }
    parsed
}

/// A file of one form with a hole in it, which the bytes fill: the first one says which hole, the others are what is
/// written there. None where they are no text.
pub fn filled(bytes: &[u8], holes: &[(&str, &str)]) -> Option<Source> {
    let (first, rest) = bytes.split_first()?;
    let (before, after) = holes[usize::from(*first) % holes.len()];
    let text = std::str::from_utf8(rest).ok()?;
    Some(Source::new("job", format!("{before}{text}{after}")))
}
