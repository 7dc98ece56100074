//! Regular expressions of Go.
//!
//! Only whether Go takes one is of interest here; what it matches is the business of who fetches the objects.

mod class;
mod escape;
mod group;

use std::collections::HashSet;
use std::ops::Range;

use super::Fault;

/// How often a repetition may repeat.
const MOST_TIMES: u32 = 1000;

/// Bytes within which a repetition in braces or the name of a class ends, so that each is looked at only once.
const LONGEST: usize = 64;

/// Groups inside one another.
const DEPTH: usize = 1000;

/// Checks a regular expression by the rules of Go's `regexp`. A fault's message is Go's own.
pub(crate) fn regex(text: &str) -> Result<(), Fault> {
    let mut open = Vec::new();
    let mut names = HashSet::new();
    let mut last = Last::Nothing;
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        let start = at;
        let mut now = Last::Operand;
        at = match next {
            '(' => {
                if open.len() == DEPTH {
                    return Err(fault(text, at..at + 1, "expression nests too deeply"));
                }
                let group = group::open(text, at, &mut names)?;
                // Flags alone, `(?i)`, stand for nothing that could be repeated.
                now = Last::Nothing;
                if group.opens {
                    open.push(start);
                }
                group.end
            }
            ')' => {
                if open.pop().is_none() {
                    return Err(fault(text, at..at + 1, "unexpected )"));
                }
                at + 1
            }
            '|' => {
                now = Last::Nothing;
                at + 1
            }
            '[' => class::skip(text, at)?,
            '\\' if text[at..].starts_with("\\Q") => {
                text[at..].find("\\E").map_or(text.len(), |end| at + end + 2)
            }
            '\\' => escape::outside(text, at)?,
            '*' | '+' | '?' | '{' => match repetition(text, at)? {
                Some(end) => {
                    now = last.repeated(text, start..end)?;
                    end
                }
                None => at + 1,
            },
            other => at + other.len_utf8(),
        };
        last = now;
    }
    match open.pop() {
        Some(group) => Err(fault(text, group..group + 1, "missing closing )")),
        None => Ok(()),
    }
}

/// What stands before a place, as far as it matters for a repetition.
#[derive(Clone, Copy)]
enum Last {
    /// Nothing that could be repeated.
    Nothing,
    Operand,
    /// A repetition that starts here.
    Repetition(usize),
}

impl Last {
    /// What a repetition makes of it.
    fn repeated(self, text: &str, repetition: Range<usize>) -> Result<Last, Fault> {
        match self {
            Last::Operand => Ok(Last::Repetition(repetition.start)),
            Last::Nothing => {
                let says =
                    format!("missing argument to repetition operator: `{}`", &text[repetition.clone()]);
                Err(Fault::new(repetition, says))
            }
            Last::Repetition(first) => {
                let says = format!("invalid nested repetition operator: `{}`", &text[first..repetition.end]);
                Err(Fault::new(first..repetition.end, says))
            }
        }
    }
}

/// The end of the repetition at a place; none where a brace stands for itself.
fn repetition(text: &str, at: usize) -> Result<Option<usize>, Fault> {
    let mut end = at + 1;
    if text[at..].starts_with('{') {
        let closing = text[at..].bytes().take(LONGEST).position(|byte| byte == b'}');
        let Some(length) = closing else { return Ok(None) };
        end = at + length + 1;
        let inside = &text[at + 1..end - 1];
        let (least, most) = inside.split_once(',').unwrap_or((inside, inside));
        let (Some(least), Some(most)) = (times(least), if most.is_empty() { Some(0) } else { times(most) })
        else {
            return Ok(None);
        };
        let unbounded = inside.ends_with(',');
        if least > MOST_TIMES || most > MOST_TIMES || (!unbounded && most < least) {
            let says = format!("invalid repeat count: `{}`", &text[at..end]);
            return Err(Fault::new(at..end, says));
        }
    }
    Ok(Some(end + usize::from(text[end..].starts_with('?'))))
}

/// A count in braces: digits, and no 0 before others. Those that are beyond every bound are kept beyond it.
fn times(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (plain && (digits.len() == 1 || !digits.starts_with('0'))).then(|| digits.parse().unwrap_or(u32::MAX))
}

/// A fault for which Go names the whole expression.
fn fault(text: &str, range: Range<usize>, says: &str) -> Fault {
    Fault::new(range, format!("{says}: `{}`", crate::decode::shorten(text)))
}

/// A fault for which Go names the part in which it is.
fn fault_in(text: &str, range: Range<usize>, says: &str) -> Fault {
    let says = format!("{says}: `{}`", crate::decode::shorten(&text[range.clone()]));
    Fault::new(range, says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_go_takes_is_taken() {
        for yes in [
            "",
            "^input/.*\\.csv$",
            "a{2,3}?b{,3}c{x}{",
            "a{01}",
            "(?i)x(?:y|z)*(?P<year>\\d{4})(?<m>\\pL)(?-s:.)(?i-s)",
            "[]a-z^\\]\\d[:alpha:]-]+",
            "[^]]",
            "[[]",
            "\\x41\\x{1F600}\\012\\0\\_\\-\\.\\A\\z\\b",
            "\\Q(*\\E*",
            "\\Q(",
            "()*|",
            "^*",
            "\\p{Greek}\\PN\\p{^Lu}",
            "ä+",
            "]}",
        ] {
            assert_eq!(regex(yes), Ok(()), "{yes}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused_at_its_place() {
        for (no, place, says) in [
            ("a(b", "(", "missing closing ): `a(b`"),
            ("a)b", ")", "unexpected ): `a)b`"),
            ("x[a-z", "[a-z", "missing closing ]: `[a-z`"),
            ("*.csv", "*", "missing argument to repetition operator: `*`"),
            ("(|+?)", "+?", "missing argument to repetition operator: `+?`"),
            ("(?i)*", "*", "missing argument to repetition operator: `*`"),
            ("a**", "**", "invalid nested repetition operator: `**`"),
            ("a{2}{3}", "{2}{3}", "invalid nested repetition operator: `{2}{3}`"),
            ("a{3,2}", "{3,2}", "invalid repeat count: `{3,2}`"),
            ("a{1001}", "{1001}", "invalid repeat count: `{1001}`"),
            ("[z-a]", "z-a", "invalid character class range: `z-a`"),
            ("[[:alfa:]]", "[:alfa:]", "invalid character class range: `[:alfa:]`"),
            ("(?=a)", "(?=", "invalid or unsupported Perl syntax: `(?=`"),
            ("(?P<a>b)(?P<a>c)", "a", "duplicate capture group name: `a`"),
            ("(?P<1-2>b)", "(?P<1-2>", "invalid named capture: `(?P<1-2>`"),
            ("(a)\\1", "\\1", "invalid escape sequence: `\\1`"),
            ("\\y", "\\y", "invalid escape sequence: `\\y`"),
            ("\\x{110000}", "\\x{110000}", "invalid escape sequence: `\\x{110000}`"),
            ("[\\b]", "\\b", "invalid escape sequence: `\\b`"),
            ("ab\\", "\\", "trailing backslash at end of expression: ``"),
            ("\\p{L", "\\p{L", "invalid character class range: `\\p{L`"),
        ] {
            let fault = regex(no).unwrap_err();
            assert_eq!((&no[fault.range], fault.message.as_str()), (place, says), "{no}");
        }
        assert!(regex(&"(".repeat(100_000)).unwrap_err().message.starts_with("expression nests"));
    }
}
