//! A look at the text of a shader before anything compiles it.
//!
//! The compiler calls itself for what is nested, so that a few kilobytes of `!` take more stack than a thread has. This
//! finds such text in one pass, without a stack of its own. It is no parser: what it lets through may be wrong, and is
//! compiled on a thread whose stack is large enough for any text of that length.

use std::mem;

use crate::gpu::{Errno, Error};

/// The most prefix operators in a row.
const MAX_PREFIXES: usize = 64;
/// The most binary operators in one expression.
const MAX_CHAIN: usize = 1_000;
/// The deepest nesting of parentheses, brackets and braces.
const MAX_DEPTH: usize = 128;

/// The most `else` that follow each other: for the compiler each is nested in the one before.
const MAX_ELSES: usize = 128;

/// What is between two brackets, as far as it was looked at.
#[derive(Clone, Copy, Default)]
struct Level {
    /// How many operators the expression has so far.
    operators: usize,
    /// How many `else` follow each other.
    elses: usize,
    /// Whether a block has just ended, which an `else` may follow.
    after_block: bool,
}

/// Checks that a text can be given to the compiler.
///
/// # Errors
/// It is too deeply nested.
pub(in crate::gpu) fn scan(text: &str) -> Result<(), Error> {
    let (mut prefixes, mut line) = (0_usize, 1_usize);
    let mut levels = vec![Level::default()];
    // Of all levels.
    let mut elses = 0_usize;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            end if is_line_end(end) => line += usize::from(ends(end, characters.peek())),
            '/' if characters.peek() == Some(&'/') => {
                while characters.next_if(|&next| !is_line_end(next)).is_some() {}
                continue;
            }
            '/' if characters.peek() == Some(&'*') => {
                skip_comment(&mut characters, &mut line);
                continue;
            }
            _ => {}
        }
        if let Some(level) = levels.last_mut().filter(|_| !character.is_whitespace()) {
            let is_else = character.is_alphabetic() && is_word(character, &mut characters, "else");
            if is_else {
                (level.elses, elses) = (level.elses + 1, elses + 1);
                if elses > MAX_ELSES {
                    return Err(refused(line, "more than 128 `else` that follow or hold each other"));
                }
            } else if mem::take(&mut level.after_block) || character == ';' {
                elses -= mem::take(&mut level.elses);
            }
            level.after_block = false;
        }
        match character {
            '!' | '-' | '~' | '*' | '&' | '+' | '/' | '%' | '|' | '^' | '<' | '>' | '=' => {
                prefixes += 1;
                if let Some(level) = levels.last_mut() {
                    level.operators += 1;
                    if level.operators > MAX_CHAIN {
                        return Err(refused(line, "more than 1,000 operators in one expression"));
                    }
                }
                if prefixes > MAX_PREFIXES {
                    return Err(refused(line, "more than 64 operators in a row"));
                }
            }
            '(' | '[' | '{' => {
                prefixes = 0;
                levels.push(Level::default());
                if levels.len() > MAX_DEPTH {
                    return Err(refused(line, "nested more than 128 levels deep"));
                }
            }
            ')' | ']' | '}' => {
                prefixes = 0;
                // One that closes nothing is the compiler's to complain of.
                if levels.len() > 1 {
                    elses -= levels.pop().map_or(0, |level| level.elses);
                }
                if let (Some(level), '}') = (levels.last_mut(), character) {
                    (level.operators, level.after_block) = (0, true);
                }
            }
            ';' | ',' => {
                prefixes = 0;
                if let Some(level) = levels.last_mut() {
                    level.operators = 0;
                }
            }
            blank if blank.is_whitespace() => {}
            _ => prefixes = 0,
        }
    }
    Ok(())
}

/// Passes the rest of a comment, in which there may be others.
fn skip_comment(characters: &mut std::iter::Peekable<std::str::Chars<'_>>, line: &mut usize) {
    let mut depth = 0_usize;
    let mut before = '/';
    while let Some(character) = characters.next() {
        match (before, character) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                if is_line_end(character) {
                    *line += usize::from(ends(character, characters.peek()));
                }
                before = character;
                continue;
            }
        }
        if depth == 0 {
            return;
        }
        // The end of one mark is not the beginning of another.
        before = ' ';
    }
}

/// Whether a line ends there, and with it a comment, as WGSL has it.
fn is_line_end(character: char) -> bool {
    matches!(character, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether that is all of the end of a line: the first of two characters that are one is not.
fn ends(character: char, next: Option<&char>) -> bool {
    (character, next) != ('\r', Some(&'\n'))
}

/// Passes the rest of a word; true where it is this one.
fn is_word(first: char, characters: &mut std::iter::Peekable<std::str::Chars<'_>>, word: &str) -> bool {
    let mut expected = word.chars();
    let mut is = expected.next() == Some(first);
    while let Some(next) = characters.next_if(|next| next.is_alphanumeric() || *next == '_') {
        is = is && expected.next() == Some(next);
    }
    is && expected.next().is_none()
}

fn refused(line: usize, what: &str) -> Error {
    Error::new(Errno::Compile, format!("line {line} of the shader: {what}; no such shader is compiled"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_much_stack_is_refused() {
        let expression = |text: &str| format!("fn f() {{\n let a = {text}; }}");
        let refused = [
            "!".repeat(65) + "true",
            "! ".repeat(65) + "true",
            "-".repeat(5_000) + "1",
            "(".repeat(200) + "1" + &")".repeat(200),
            "1".to_owned() + &"+a".repeat(1_001),
            "!/* ! */".repeat(65) + "true",
            "1; if a { } ".to_owned() + &"else if a { }\t".repeat(129),
            "1; ".to_owned() + &"if a { } else if b { } else { ".repeat(70) + &"}".repeat(70),
        ];
        for text in &refused {
            let error = scan(&expression(text)).unwrap_err();
            assert_eq!(error.errno, Errno::Compile);
            assert!(error.text.starts_with("line 2 "), "{}", error.text);
        }
    }

    #[test]
    fn a_comment_ends_where_its_line_does() {
        let bang = "!".repeat(65);
        for end in ['\n', '\u{b}', '\u{c}', '\r', '\u{85}', '\u{2028}', '\u{2029}'] {
            let error = scan(&format!("// {end} {bang}")).unwrap_err();
            assert!(error.text.starts_with("line 2 "), "{end:?}: {}", error.text);
            let error = scan(&format!("/* {end} */ {bang}")).unwrap_err();
            assert!(error.text.starts_with("line 2 "), "{end:?}: {}", error.text);
        }
        assert!(scan(&format!("// \r\n {bang}")).unwrap_err().text.starts_with("line 2 "));
        scan(&format!("// \t\u{a0} {bang}")).unwrap();
    }

    #[test]
    fn ordinary_text_passes() {
        let long = "let a = 1 + 2 * (3 - b[4]);\n".repeat(2_000);
        scan(&format!("fn f() {{ {long} }}")).unwrap();
        scan(&format!("fn f() {{ {} }}", "if a < b { c = d; } ".repeat(2_000))).unwrap();
        scan(&format!("// {}\n/* /* {0} */ {0} */ fn f() {{}}", "!".repeat(100))).unwrap();
        scan(&format!("// ----------{}\nfn f() {{ a = -b; }}", "-".repeat(100))).unwrap();
        scan(")]}").unwrap();
        let chain = format!("if a {{ }} {} else {{ b = c; }} ", "else if a { } ".repeat(126));
        scan(&format!("fn f() {{ {} }}", chain.repeat(100))).unwrap();
        scan(&format!("fn f() {{ {} }}", "if a { } else { b(); } elsewhere = 1; c_else = 2; ".repeat(200)))
            .unwrap();
        scan("/*/ ").unwrap();
    }
}
