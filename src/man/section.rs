//! The sections that a help text ends with: a title and a colon at the start of a line, and indented lines below.

/// The order that manuals have sections in. One of another name comes before the examples.
const ORDER: [&str; 4] = ["Exit status", "Environment", "Files", "Examples"];

/// A section: `Examples:` and what stands below it.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Section<'a> {
    pub(super) title: &'a str,
    /// Without the indentation that all of them have.
    pub(super) lines: Vec<&'a str>,
}

/// The sections of a help text, in the order of a manual.
pub(super) fn in_order(help: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for line in help.lines() {
        match (line.strip_suffix(':'), sections.last_mut()) {
            (Some(title), _) if !line.starts_with(' ') => sections.push(Section { title, lines: Vec::new() }),
            (_, Some(section)) => section.lines.push(line.strip_prefix("  ").unwrap_or(line)),
            (_, None) => {}
        }
    }
    for section in &mut sections {
        while section.lines.last().is_some_and(|line| line.is_empty()) {
            section.lines.pop();
        }
    }
    let place = |title| ORDER.iter().position(|known| *known == title).unwrap_or(ORDER.len() - 1);
    sections.sort_by_key(|section| place(section.title));
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_help_text_is_taken_apart_at_its_titles() {
        let help = "Examples:\n  One thing:\n    do it\n\n  do more\n\nExit status:\n  0 done\n   65 not";
        let sections = in_order(help);
        let titles: Vec<_> = sections.iter().map(|section| section.title).collect();
        assert_eq!(titles, ["Exit status", "Examples"]);
        assert_eq!(sections[0].lines, ["0 done", " 65 not"]);
        assert_eq!(sections[1].lines, ["One thing:", "  do it", "", "do more"]);
    }
}
