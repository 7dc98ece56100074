//! `print`, `printf` and `println`.

use super::super::value::Value;
use super::{Answer, Problem, push, sprint};

/// The widest that a value is padded to, as in Go.
const WIDEST: usize = 1_000_000;

pub(super) fn print(values: &[Value]) -> Answer {
    sprint(values).map(Value::text)
}

pub(super) fn println(values: &[Value]) -> Answer {
    let mut text = String::new();
    for (index, value) in values.iter().enumerate() {
        push(&mut text, if index > 0 { " " } else { "" })?;
        push(&mut text, &value.print())?;
    }
    push(&mut text, "\n")?;
    Ok(Value::text(text))
}

/// How a value is to be written: `%-08.3f`.
#[derive(Default)]
struct Verb {
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
    letter: char,
}

pub(super) fn printf(values: &[Value]) -> Answer {
    let Some((Value::Text(format), mut rest)) = values.split_first() else {
        let found = values.first().unwrap_or(&Value::Nil);
        let says = format!("wrong type for value; expected string; got {}", found.type_name());
        let message = format!("`printf` takes a text with the form first, found {}", found.describe());
        return Err(Problem::new(message, says));
    };
    let mut text = String::new();
    let mut form: &str = format;
    while let Some((before, after)) = form.split_once('%') {
        push(&mut text, before)?;
        let Some((verb, after)) = verb(after, &mut rest) else {
            push(&mut text, "%!(NOVERB)")?;
            form = "";
            continue;
        };
        form = after;
        if verb.letter == '%' {
            push(&mut text, "%")?;
        } else if let Some((value, others)) = rest.split_first() {
            rest = others;
            let written = write(&verb, value)
                .unwrap_or_else(|| format!("%!{}({}={})", verb.letter, value.type_name(), value.print()));
            push(&mut text, &pad(&verb, value, written))?;
        } else {
            push(&mut text, &format!("%!{}(MISSING)", verb.letter))?;
        }
    }
    push(&mut text, form)?;
    if !rest.is_empty() {
        let extra: Vec<_> =
            rest.iter().map(|value| format!("{}={}", value.type_name(), value.print())).collect();
        push(&mut text, &format!("%!(EXTRA {})", extra.join(", ")))?;
    }
    Ok(Value::text(text))
}

/// Reads what stands between `%` and a letter. `*` takes a width or a precision from the values.
fn verb<'f>(mut form: &'f str, values: &mut &[Value]) -> Option<(Verb, &'f str)> {
    let mut verb = Verb::default();
    while let Some(flag) = form.chars().next() {
        match flag {
            '-' => verb.minus = true,
            '+' => verb.plus = true,
            '#' => verb.sharp = true,
            ' ' => verb.space = true,
            '0' => verb.zero = true,
            _ => break,
        }
        form = &form[1..];
    }
    verb.width = number(&mut form, values);
    if let Some(after) = form.strip_prefix('.') {
        form = after;
        verb.precision = Some(number(&mut form, values).unwrap_or(0));
    }
    let letter = form.chars().next()?;
    Some((Verb { letter, ..verb }, &form[letter.len_utf8()..]))
}

fn number(form: &mut &str, values: &mut &[Value]) -> Option<usize> {
    if let Some(after) = form.strip_prefix('*') {
        *form = after;
        let (first, others) = values.split_first()?;
        *values = others;
        let Value::Int(number) = first else { return None };
        return usize::try_from(*number).ok().filter(|number| *number <= WIDEST);
    }
    let digits = form.len() - form.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (digits, after) = form.split_at(digits);
    let number = digits.parse().ok().filter(|number| *number <= WIDEST);
    // Go gives up reading the form at a number that is too large.
    *form = if number.is_none() && !digits.is_empty() { "" } else { after };
    number
}

/// A value by a verb; none where the verb isn't for such values.
fn write(verb: &Verb, value: &Value) -> Option<String> {
    Some(match (verb.letter, value) {
        ('T', value) => value.type_name().to_owned(),
        ('v', Value::Text(text)) if verb.sharp => quoted(text),
        ('v', Value::Int(number)) => signed(verb, *number < 0, number.unsigned_abs().to_string()),
        ('v', Value::Nil) => "<nil>".to_owned(),
        ('v', value) => value.print(),
        ('t', Value::Bool(value)) => value.to_string(),
        ('s', Value::Text(text)) => cut(text, verb.precision),
        ('q', Value::Text(text)) if verb.sharp && !text.contains('`') => format!("`{text}`"),
        ('q', Value::Text(text)) => quoted(&cut(text, verb.precision)),
        ('x', Value::Text(text)) => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
        ('X', Value::Text(text)) => text.bytes().map(|byte| format!("{byte:02X}")).collect(),
        (_, Value::Int(number)) => return integer(verb, *number),
        (_, Value::Float(number)) => return float(verb, *number),
        _ => return None,
    })
}

fn integer(verb: &Verb, number: i64) -> Option<String> {
    let size = number.unsigned_abs();
    let character =
        || u32::try_from(number).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
    let mark = |mark: &str, digits: String| if verb.sharp { format!("{mark}{digits}") } else { digits };
    let digits = match verb.letter {
        'd' => size.to_string(),
        'b' => mark("0b", format!("{size:b}")),
        'o' => mark("0", format!("{size:o}")),
        'O' => format!("0o{size:o}"),
        'x' => mark("0x", format!("{size:x}")),
        'X' => mark("0X", format!("{size:X}")),
        'c' => return Some(character().to_string()),
        'q' => return Some(format!("{:?}", character())),
        'U' => return Some(format!("U+{size:04X}")),
        _ => return None,
    };
    let missing = verb.precision.unwrap_or(0).saturating_sub(digits.len());
    Some(signed(verb, number < 0, "0".repeat(missing) + &digits))
}

fn float(verb: &Verb, number: f64) -> Option<String> {
    // Beyond this a double has no digits of its own.
    let precision = verb.precision.map(|precision| precision.min(1100));
    let size = number.abs();
    let digits = match verb.letter {
        'f' | 'F' => format!("{size:.*}", precision.unwrap_or(6)),
        'e' | 'E' => {
            let text = format!("{size:.*e}", precision.unwrap_or(6));
            let (digits, power) = text.split_once('e')?;
            let power: i32 = power.parse().ok()?;
            let sign = if power < 0 { '-' } else { '+' };
            let text = format!("{digits}e{sign}{:02}", power.abs());
            if verb.letter == 'E' { text.to_uppercase() } else { text }
        }
        'g' | 'G' => match precision {
            None => Value::Float(size).print(),
            Some(precision) => {
                // Rounded to that many digits, and then as short as can be.
                let rounded: f64 = format!("{size:.*e}", precision.max(1) - 1).parse().ok()?;
                Value::Float(rounded).print()
            }
        },
        _ => return None,
    };
    Some(signed(verb, number.is_sign_negative(), digits))
}

fn signed(verb: &Verb, negative: bool, digits: String) -> String {
    match (negative, verb.plus, verb.space) {
        (true, ..) => format!("-{digits}"),
        (_, true, _) => format!("+{digits}"),
        (_, _, true) => format!(" {digits}"),
        _ => digits,
    }
}

fn cut(text: &str, most: Option<usize>) -> String {
    text.chars().take(most.unwrap_or(usize::MAX)).collect()
}

/// A text in double quotes, with Go's escapes.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if u32::from(c) < 0x80 && c.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn pad(verb: &Verb, value: &Value, written: String) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(written.chars().count());
    if missing == 0 {
        return written;
    }
    let number = matches!(value, Value::Int(_) | Value::Float(_));
    match (verb.minus, verb.zero) {
        (true, _) => written + &" ".repeat(missing),
        (_, true) if number && written.starts_with(['-', '+', ' ']) => {
            format!("{}{}{}", &written[..1], "0".repeat(missing), &written[1..])
        }
        (_, true) => "0".repeat(missing) + &written,
        _ => " ".repeat(missing) + &written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_those_of_go() {
        let text = |text: &str| Value::text(text);
        for (form, values, expected) in [
            ("%s-%v", vec![text("a"), Value::Int(3)], "a-3"),
            ("%q %#q", vec![text("a\"\n"), text("b")], r#""a\"\n" `b`"#),
            (
                "%04x|%-4d|%+d|%4d",
                vec![Value::Int(127), Value::Int(5), Value::Int(5), Value::Int(-5)],
                "007f|5   |+5|  -5",
            ),
            ("a%1000001d|b", vec![Value::Int(1)], "a%!(NOVERB)%!(EXTRA int=1)"),
            ("%05d %05s", vec![Value::Int(-42), text("ab")], "-0042 000ab"),
            (
                "%.2f %e %g",
                vec![Value::Float(1.005), Value::Float(1500.0), Value::Float(3.5)],
                "1.00 1.500000e+03 3.5",
            ),
            ("%.1s %5.1f%%", vec![text("äb"), Value::Float(0.25)], "ä   0.2%"),
            (
                "%t %T %c %U",
                vec![Value::Bool(true), Value::Int(1), Value::Int(228), Value::Int(228)],
                "true int ä U+00E4",
            ),
            (
                "%x %#x %b %o",
                vec![text("hi"), Value::Int(255), Value::Int(5), Value::Int(8)],
                "6869 0xff 101 10",
            ),
            ("%d", vec![text("hi")], "%!d(string=hi)"),
            ("%d %d", vec![Value::Int(1)], "1 %!d(MISSING)"),
            ("%d", vec![Value::Int(1), text("x")], "1%!(EXTRA string=x)"),
            ("100%", vec![], "100%!(NOVERB)"),
            ("%*d", vec![Value::Int(4), Value::Int(7)], "   7"),
            ("%v %s", vec![Value::Nil, Value::Nil], "<nil> %!s(nil=<nil>)"),
        ] {
            let mut arguments = vec![Value::text(form)];
            arguments.extend(values);
            let found = printf(&arguments).map(|value| value.print()).unwrap_or_default();
            assert_eq!(found, expected, "{form}");
        }
    }
}
