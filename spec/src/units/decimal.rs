//! Decimal numbers with a unit behind them, counted exactly.

use super::Fault;
use crate::decode::shorten;

/// A number without a sign, cut from the start of a text.
#[derive(Debug)]
pub(super) struct Decimal {
    digits: u128,
    /// How many of the digits stand behind the point.
    scale: u32,
}

/// What is wrong with a text that does not start with a number, and whose digits, if any, end where they say.
fn no_number(text: &str, digits: usize) -> Fault {
    // A word ends where a number starts.
    let word = text.find(|c: char| c.is_ascii_digit()).filter(|at| text[..*at] != *"-");
    let end = if digits == 0 { word.unwrap_or(text.len()) } else { digits };
    let found = shorten(&text[..end]);
    let below = text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let message = match end {
        0 => "expected a number".to_owned(),
        _ if below => format!("`{found}` is below 0"),
        _ => format!("`{found}` is no number"),
    };
    Fault::new(0..end, message)
}

/// More digits than any quantity has.
const DIGITS: usize = 24;

impl Decimal {
    /// Cuts the number from a text; gives it and where the rest of the text starts. Commas between digits may
    /// divide thousands.
    pub(super) fn cut(text: &str) -> Result<(Decimal, usize), Fault> {
        let end = text.find(|c: char| !matches!(c, '0'..='9' | '.' | ',')).unwrap_or(text.len());
        let number = &text[..end];
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits: String = whole.chars().filter(|c| *c != ',').chain(fraction.chars()).collect();
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || whole.starts_with(',') {
            return Err(no_number(text, end));
        }
        let parsed = if digits.len() <= DIGITS { digits.parse().ok() } else { None };
        match (parsed, u32::try_from(fraction.len())) {
            (Some(digits), Ok(scale)) => Ok((Decimal { digits, scale }, end)),
            _ => Err(Fault::new(0..end, "too many digits")),
        }
    }

    /// The number times a factor, without a fraction; none where it is too large.
    pub(super) fn times(&self, factor: u64) -> Option<u64> {
        let product = self.digits.checked_mul(u128::from(factor))?;
        u64::try_from(product / 10u128.checked_pow(self.scale)?).ok()
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits == 0
    }
}
