//! What a task's guest is granted besides its files and a network.

use super::Located;

/// What a guest may use that only components ask for, each by an interface of WASI. The default is nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Grants {
    /// Settings that it may read (`wasi:config`): their names, which are unique, and their values.
    pub config: Vec<(String, Located<String>)>,
    /// Stores of keys and values (`wasi:keyvalue`): their names, which are unique, and where they are kept.
    pub stores: Vec<(String, Located<StorePlace>)>,
    /// It may write log lines of this level and above (`wasi:logging`).
    pub log: Option<Located<LogLevel>>,
}

impl Grants {
    /// Whether nothing is granted.
    pub fn is_empty(&self) -> bool {
        let Grants { config, stores, log } = self;
        config.is_empty() && stores.is_empty() && log.is_none()
    }
}

/// Where a store of keys and values is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum StorePlace {
    /// In memory: it ends with the execution.
    Memory,
    /// In a folder of the host.
    Folder(String),
}

impl StorePlace {
    /// The word for a store in memory.
    pub const MEMORY: &str = "memory";

    /// The place that a text means: `memory`, or else a folder.
    pub fn of(text: &str) -> StorePlace {
        match text {
            StorePlace::MEMORY => StorePlace::Memory,
            folder => StorePlace::Folder(folder.to_owned()),
        }
    }

    /// The text that means this place.
    pub fn text(&self) -> &str {
        match self {
            StorePlace::Memory => StorePlace::MEMORY,
            StorePlace::Folder(folder) => folder,
        }
    }
}

/// How much a log line matters; later ones matter more.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum LogLevel {
    /// The values of variables and the flow of control.
    Trace,
    /// Of interest to who looks for a fault.
    Debug,
    /// Of interest to who watches.
    Info,
    /// Hazardous situations.
    Warn,
    /// Serious errors.
    Error,
    /// Fatal errors.
    Critical,
}

impl LogLevel {
    /// All levels and their words, the least first.
    pub const WORDS: [(&str, LogLevel); 6] = [
        ("trace", LogLevel::Trace),
        ("debug", LogLevel::Debug),
        ("info", LogLevel::Info),
        ("warn", LogLevel::Warn),
        ("error", LogLevel::Error),
        ("critical", LogLevel::Critical),
    ];

    /// The level of a word, in any case.
    pub fn named(word: &str) -> Option<LogLevel> {
        let mut words = LogLevel::WORDS.iter();
        words.find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, level)| *level)
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            LogLevel::Trace => "trace",
            LogLevel::Debug => "debug",
            LogLevel::Info => "info",
            LogLevel::Warn => "warn",
            LogLevel::Error => "error",
            LogLevel::Critical => "critical",
        }
    }
}
