//! How long executions are kept.

use std::str::FromStr;
use std::time::Duration;

/// How many executions are kept in the home folder, and for how long. The oldest go first. This is looked after now
/// and then, when runs end, so that for a while there may be some more.
///
/// As text: `executions=1000,age=30d,size=10GB` in any order, each as good as its default where it is left out;
/// `any` for no limit; `all` keeps everything.
///
/// ```
/// use std::time::Duration;
/// # fn main() -> Result<(), String> {
/// let retention: dayfly_core::Retention = "executions=50,age=1week".parse()?;
/// assert_eq!(retention.max_executions, Some(50));
/// assert_eq!(retention.max_age, Some(Duration::from_secs(7 * 24 * 3600)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Retention {
    /// How many executions are kept; none for any number. 1,000 by default.
    pub max_executions: Option<usize>,
    /// For how long after their end; none for ever. 30 days by default.
    pub max_age: Option<Duration>,
    /// How many bytes of disk they may take together; none, the default, for any number. To know, every folder
    /// that is kept is walked over.
    pub max_bytes: Option<u64>,
}

impl Retention {
    /// Keeps everything.
    pub const ALL: Retention = Retention { max_executions: None, max_age: None, max_bytes: None };
}

impl Default for Retention {
    fn default() -> Retention {
        Retention {
            max_executions: Some(1_000),
            max_age: Some(Duration::from_secs(30 * 24 * 3600)),
            max_bytes: None,
        }
    }
}

impl FromStr for Retention {
    type Err = String;

    fn from_str(text: &str) -> Result<Retention, String> {
        if text.trim() == "all" {
            return Ok(Retention::ALL);
        }
        let mut retention = Retention::default();
        for part in text.split(',') {
            let Some((key, value)) = part.split_once('=') else {
                return Err(format!("`{part}`: expected `all`, or executions=N, age=TIME, size=BYTES"));
            };
            let value = value.trim();
            match key.trim() {
                "executions" => retention.max_executions = limit(value, |value| value.parse().ok())?,
                "age" => retention.max_age = limit(value, |value| humantime::parse_duration(value).ok())?,
                "size" => retention.max_bytes = limit(value, |value| dayfly_spec::parse_size(value).ok())?,
                other => return Err(format!("`{other}` is none of executions, age and size")),
            }
        }
        Ok(retention)
    }
}

/// A limit: `any` is none.
fn limit<T>(value: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, String> {
    if value == "any" {
        return Ok(None);
    }
    let expected =
        || format!("`{value}`: expected a number, a time such as 30d, or a size such as 10GB; or `any`");
    read(value).map(Some).ok_or_else(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retention_is_read_or_refused() {
        let read = |text: &str| text.parse::<Retention>();
        assert_eq!(read("all"), Ok(Retention::ALL));
        let three = read("size=1GiB, age=90m ,executions=0").unwrap();
        assert_eq!(three.max_executions, Some(0));
        assert_eq!(three.max_age, Some(Duration::from_secs(5400)));
        assert_eq!(three.max_bytes, Some(1 << 30));
        assert_eq!(read("age=any").unwrap(), Retention { max_age: None, ..Retention::default() });
        for wrong in
            ["", "10", "executions", "executions=", "executions=-1", "age=30", "size=much", "keep=1", "all,"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
