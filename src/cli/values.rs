//! Values on the command line that are more than a word.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use dayfly::spec::Dialect;
use dayfly::spec::model::{Fuel, LogLevel, NetworkKind};
use regex_lite::Regex;

/// Takes the name of a dialect.
pub(crate) fn dialect() -> impl TypedValueParser<Value = Dialect> {
    let names = Dialect::ALL.iter().map(|dialect| dialect.name());
    PossibleValuesParser::new(names).try_map(|name| Dialect::from_name(&name).ok_or("no such dialect"))
}

/// How many GPUs are wanted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum GpuWish {
    Count(u32),
    All,
}

/// Takes a number of GPUs, or `all`.
pub(crate) fn gpus(text: &str) -> Result<GpuWish, String> {
    match text {
        "all" => Ok(GpuWish::All),
        _ => text.parse().map(GpuWish::Count).map_err(|_| "expected a number, or all".to_owned()),
    }
}

/// `KEY=VALUE`
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl FromStr for Variable {
    type Err = String;

    fn from_str(text: &str) -> Result<Variable, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                Ok(Variable { name: name.to_owned(), value: value.to_owned() })
            }
            _ => Err("expected KEY=VALUE".to_owned()),
        }
    }
}

/// `SRC:DST[:rw]`
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Volume {
    /// As it was typed, without the `:rw`.
    pub(crate) typed: String,
    pub(crate) source: PathBuf,
    pub(crate) target: String,
    pub(crate) writable: bool,
}

impl FromStr for Volume {
    type Err = String;

    fn from_str(text: &str) -> Result<Volume, String> {
        let (typed, writable) = access(text);
        // The destination begins at the last colon that a slash follows: sources may hold colons.
        match typed.rsplit_once(":/") {
            Some((source, target)) if !source.is_empty() => {
                let (source, target) = (source.into(), format!("/{target}"));
                Ok(Volume { typed: typed.to_owned(), source, target, writable })
            }
            _ => Err("expected SRC:DST[:rw] with an absolute DST".to_owned()),
        }
    }
}

/// `NEW=OLD`
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Rename {
    pub(crate) to: String,
    pub(crate) from: String,
}

impl FromStr for Rename {
    type Err = String;

    fn from_str(text: &str) -> Result<Rename, String> {
        match text.split_once('=') {
            Some((to, from)) if !to.is_empty() && !from.is_empty() => {
                Ok(Rename { to: to.to_owned(), from: from.to_owned() })
            }
            _ => Err("expected NEW=OLD".to_owned()),
        }
    }
}

/// `DIR[:rw]`
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct AllowedFolder {
    pub(crate) path: PathBuf,
    pub(crate) writable: bool,
}

impl FromStr for AllowedFolder {
    type Err = String;

    fn from_str(text: &str) -> Result<AllowedFolder, String> {
        let (path, writable) = access(text);
        if path.is_empty() {
            return Err("expected a folder".to_owned());
        }
        Ok(AllowedFolder { path: path.into(), writable })
    }
}

/// Takes `:rw` or `:ro` off the end.
fn access(text: &str) -> (&str, bool) {
    match text.strip_suffix(":rw") {
        Some(rest) => (rest, true),
        None => (text.strip_suffix(":ro").unwrap_or(text), false),
    }
}

/// A regular expression for names of variables; `*` alone matches all, as it does for Bacalhau's command.
pub(crate) fn pattern(text: &str) -> Result<Regex, String> {
    Regex::new(if text == "*" { "" } else { text }).map_err(|error| error.to_string())
}

/// A size in bytes, as job files write it.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    dayfly::spec::parse_size(text)
}

/// A share of a processor core in thousandths, as job files write it.
pub(crate) fn cpu(text: &str) -> Result<u64, String> {
    match dayfly::spec::parse_cpu(text)? {
        0 => Err("no processor at all".to_owned()),
        share => Ok(share),
    }
}

/// What is done about fuel: it is counted, or limited by a count.
pub(crate) fn fuel(text: &str) -> Result<Fuel, String> {
    match text {
        "count" => Ok(Fuel::Counted),
        number => match number.parse() {
            Ok(0) => Err("no fuel at all".to_owned()),
            Ok(most) => Ok(Fuel::AtMost(most)),
            Err(_) => Err("expected a whole number".to_owned()),
        },
    }
}

/// A size in bytes that is not nothing.
pub(crate) fn rate(text: &str) -> Result<u64, String> {
    match size(text)? {
        0 => Err("nothing at all would wait for ever; --network none closes the network".to_owned()),
        rate => Ok(rate),
    }
}

/// Takes the type of a network, in the words of job files.
pub(crate) fn network() -> impl TypedValueParser<Value = NetworkKind> {
    const KINDS: [(&str, NetworkKind); 5] = [
        ("none", NetworkKind::None),
        ("http", NetworkKind::Http),
        ("full", NetworkKind::Full),
        ("host", NetworkKind::Full),
        ("bridge", NetworkKind::Bridge),
    ];
    PossibleValuesParser::new(KINDS.map(|(name, _)| name)).try_map(|name| {
        KINDS.iter().find(|(word, _)| *word == name).map(|(_, kind)| *kind).ok_or("no such type")
    })
}

/// Takes a level of log lines, in the words of job files.
pub(crate) fn log_level() -> impl TypedValueParser<Value = LogLevel> {
    PossibleValuesParser::new(LogLevel::WORDS.map(|(word, _)| word))
        .try_map(|word| LogLevel::named(&word).ok_or("no such level"))
}

/// Seconds: a number, or a number with a unit.
pub(crate) fn time(text: &str) -> Result<Duration, String> {
    let time = match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?,
        Err(_) => humantime::parse_duration(text)
            .map_err(|_| format!("`{text}` is no time: write seconds, or 500ms, 90s, 1m 30s, 2h"))?,
    };
    if time.is_zero() { Err("no time at all".to_owned()) } else { Ok(time) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_are_split_where_the_destination_begins() {
        let volume = |text: &str| text.parse::<Volume>();
        let plain = volume("data:/in").unwrap();
        assert_eq!(
            (plain.source.to_str(), plain.target.as_str(), plain.writable),
            (Some("data"), "/in", false)
        );
        let colon = volume("/a:b:/c d:rw").unwrap();
        assert_eq!(
            (colon.source.to_str(), colon.target.as_str(), colon.writable),
            (Some("/a:b"), "/c d", true)
        );
        assert_eq!(volume(".:/").unwrap().target, "/");
        for wrong in ["data", "data:in", ":/in", "", ":rw"] {
            assert!(volume(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn patterns_match_a_part_of_a_name_or_all() {
        assert!(pattern("*").is_ok_and(|all| all.is_match("X")));
        assert!(pattern("B.$").is_ok_and(|part| part.is_match("ABC") && !part.is_match("ABCD")));
        assert!(pattern("(").is_err());
    }

    #[test]
    fn shares_and_fuel_are_read_or_refused() {
        assert_eq!((cpu("0.5"), cpu("250m"), cpu("2")), (Ok(500), Ok(250), Ok(2_000)));
        assert!(cpu("0").is_err() && cpu("half").is_err() && cpu("-1").is_err());
        assert_eq!((fuel("count"), fuel("10")), (Ok(Fuel::Counted), Ok(Fuel::AtMost(10))));
        assert!(fuel("0").is_err() && fuel("-1").is_err() && fuel("all").is_err());
    }

    #[test]
    fn variables_and_times_are_read_or_refused() {
        assert_eq!("A=b=c".parse::<Variable>().unwrap().value, "b=c");
        assert!("=x".parse::<Variable>().is_err() && "x".parse::<Variable>().is_err());
        assert_eq!("a=b.c".parse(), Ok(Rename { to: "a".to_owned(), from: "b.c".to_owned() }));
        assert!(["a", "a=", "=b", ""].iter().all(|wrong| wrong.parse::<Rename>().is_err()));
        assert_eq!(time("90"), Ok(Duration::from_secs(90)));
        assert_eq!(time("0.5"), Ok(Duration::from_millis(500)));
        assert!(time("NaN").is_err() && time("inf").is_err() && time("1e300").is_err());
        assert_eq!(time("1m 30s"), Ok(Duration::from_secs(90)));
        assert_eq!((rate("1kB"), size("0")), (Ok(1_000), Ok(0)));
        assert!(rate("0").is_err() && rate("fast").is_err());
        assert!(time("0").is_err() && time("-1").is_err() && time("soon").is_err());
    }
}
