//! A look at the text of a shader before anything compiles it.
//!
//! The compiler calls itself for what is nested, so that a few kilobytes of `!` take more stack than a thread has. This
//! finds such text in one pass, without a stack of its own. It is no parser: what it lets through may be wrong, and is
//! compiled on a thread whose stack is large enough for any text of that length.

use super::{Errno, Error};

/// The most prefix operators in a row.
const MAX_PREFIXES: usize = 64;
/// The most binary operators in one expression.
const MAX_CHAIN: usize = 1_000;
/// The deepest nesting of parentheses, brackets and braces.
const MAX_DEPTH: usize = 128;

/// Checks that a text can be given to the compiler.
///
/// # Errors
/// It is too deeply nested.
pub(super) fn scan(text: &str) -> Result<(), Error> {
    let (mut prefixes, mut line) = (0_usize, 1_usize);
    // How many operators the expression of each level has so far.
    let mut chains = vec![0_usize];
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' => line += 1,
            '/' if characters.peek() == Some(&'/') => {
                while characters.next_if(|&next| next != '\n').is_some() {}
                continue;
            }
            '/' if characters.peek() == Some(&'*') => {
                skip_comment(&mut characters, &mut line);
                continue;
            }
            _ => {}
        }
        match character {
            '!' | '-' | '~' | '*' | '&' | '+' | '/' | '%' | '|' | '^' | '<' | '>' | '=' => {
                prefixes += 1;
                if let Some(chain) = chains.last_mut() {
                    *chain += 1;
                    if *chain > MAX_CHAIN {
                        return Err(refused(line, "more than 1,000 operators in one expression"));
                    }
                }
                if prefixes > MAX_PREFIXES {
                    return Err(refused(line, "more than 64 operators in a row"));
                }
            }
            '(' | '[' | '{' => {
                prefixes = 0;
                chains.push(0);
                if chains.len() > MAX_DEPTH {
                    return Err(refused(line, "nested more than 128 levels deep"));
                }
            }
            ')' | ']' | '}' => {
                prefixes = 0;
                // One that closes nothing is the compiler's to complain of.
                if chains.len() > 1 {
                    chains.pop();
                }
                if let (Some(chain), '}') = (chains.last_mut(), character) {
                    *chain = 0;
                }
            }
            ';' | ',' => {
                prefixes = 0;
                if let Some(chain) = chains.last_mut() {
                    *chain = 0;
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
    for character in characters.by_ref() {
        match (before, character) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            (_, '\n') => *line += 1,
            _ => {
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
        ];
        for text in &refused {
            let error = scan(&expression(text)).unwrap_err();
            assert_eq!(error.errno, Errno::Compile);
            assert!(error.text.starts_with("line 2 "), "{}", error.text);
        }
    }

    #[test]
    fn ordinary_text_passes() {
        let long = "let a = 1 + 2 * (3 - b[4]);\n".repeat(2_000);
        scan(&format!("fn f() {{ {long} }}")).unwrap();
        scan(&format!("fn f() {{ {} }}", "if a < b { c = d; } ".repeat(2_000))).unwrap();
        scan(&format!("// {}\n/* /* {0} */ {0} */ fn f() {{}}", "!".repeat(100))).unwrap();
        scan(&format!("// ----------{}\nfn f() {{ a = -b; }}", "-".repeat(100))).unwrap();
        scan(")]}").unwrap();
        scan("/*/ ").unwrap();
    }
}
