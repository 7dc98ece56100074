//! Colours, where somebody sees them.

use std::env;
use std::io::IsTerminal;

use dayfly::spec::Severity;

/// Whether text is coloured.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Colour {
    On,
    Off,
}

/// What a part of the text is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Style {
    Error,
    Warning,
    Note,
    /// Line numbers, bars and second places.
    Frame,
    /// What is to be read first.
    Strong,
}

impl Colour {
    /// Colours for a terminal that knows them, unless `NO_COLOR` forbids them.
    pub(crate) fn of(stream: &impl IsTerminal) -> Colour {
        let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_none_or(|term| term == "dumb");
        Colour::choose(stream.is_terminal(), set("NO_COLOR"), dumb)
    }

    fn choose(terminal: bool, forbidden: bool, dumb: bool) -> Colour {
        if terminal && !forbidden && !dumb { Colour::On } else { Colour::Off }
    }

    /// The text in its colour. It must not hold escapes of its own.
    pub(super) fn paint(self, style: Style, text: &str) -> String {
        let code = match style {
            Style::Error => "1;31",
            Style::Warning => "1;33",
            Style::Note => "1;32",
            Style::Frame => "1;34",
            Style::Strong => "1",
        };
        match self {
            Colour::On if !text.is_empty() => format!("\x1b[{code}m{text}\x1b[0m"),
            _ => text.to_owned(),
        }
    }
}

impl Style {
    pub(super) fn of(severity: Severity) -> Style {
        match severity {
            Severity::Error => Style::Error,
            Severity::Warning => Style::Warning,
            _ => Style::Note,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_that_want_them() {
        assert_eq!(Colour::choose(true, false, false), Colour::On);
        for (terminal, forbidden, dumb) in [(false, false, false), (true, true, false), (true, false, true)] {
            assert_eq!(Colour::choose(terminal, forbidden, dumb), Colour::Off);
        }
    }

    #[test]
    fn text_is_the_same_without_its_colours() {
        assert_eq!(Colour::Off.paint(Style::Error, "x"), "x");
        assert_eq!(Colour::On.paint(Style::Error, "x"), "\x1b[1;31mx\x1b[0m");
        assert_eq!(Colour::On.paint(Style::Frame, ""), "");
    }
}
