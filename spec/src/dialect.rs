//! The dialects of job files, by name.

use std::fmt;

/// A dialect of job files, which may have several forms.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Dialect {
    /// Bacalhau's. What is written is its current form (`Name`, `Type`, `Tasks`).
    Bacalhau,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: &'static [Dialect] = &[Dialect::Bacalhau];

    /// Its name on a command line: `bacalhau`.
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::Bacalhau => "bacalhau",
        }
    }

    /// The dialect of a name, exactly as [`Dialect::name`] has it.
    ///
    /// ```
    /// use dayfly_spec::Dialect;
    ///
    /// assert_eq!(Dialect::from_name("bacalhau"), Some(Dialect::Bacalhau));
    /// assert_eq!(Dialect::from_name("cobol"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Dialect> {
        Dialect::ALL.iter().copied().find(|dialect| dialect.name() == name)
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
