//! The parser counts characters; spans count bytes.

/// Characters between two remembered places.
const STEP: usize = 64;

/// Finds the byte at which a character starts.
pub(super) struct Offsets<'t> {
    text: &'t str,
    /// The byte of every [`STEP`]th character; empty for ASCII, where both counts are the same.
    steps: Vec<u32>,
}

impl<'t> Offsets<'t> {
    pub(super) fn new(text: &'t str) -> Offsets<'t> {
        let steps = if text.is_ascii() {
            Vec::new()
        } else {
            let bytes = text.char_indices().step_by(STEP).map(|(byte, _)| byte);
            bytes.map(|byte| u32::try_from(byte).unwrap_or(u32::MAX)).collect()
        };
        Offsets { text, steps }
    }

    /// The byte at which the character of this number (from 0) starts; the text's end for those past it.
    pub(super) fn byte(&self, character: usize) -> usize {
        if self.steps.is_empty() {
            return character.min(self.text.len());
        }
        let Some(&step) = self.steps.get(character / STEP) else { return self.text.len() };
        let rest = &self.text[step as usize..];
        rest.char_indices().nth(character % STEP).map_or(self.text.len(), |(byte, _)| step as usize + byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_found_in_any_text() {
        let text: String = (0..300).map(|n| if n % 3 == 0 { 'ä' } else { 'x' }).collect();
        let offsets = Offsets::new(&text);
        for (number, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(offsets.byte(number), byte);
        }
        assert_eq!(offsets.byte(300), text.len());
        assert_eq!(offsets.byte(9999), text.len());
        assert_eq!(Offsets::new("abc").byte(2), 2);
    }
}
