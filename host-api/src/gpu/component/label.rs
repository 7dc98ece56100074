//! Labels: what a guest calls its things.

/// The most bytes of a label that are kept.
const MOST: usize = 256;

/// A label; what is too long of it is cut.
#[derive(Clone, Debug, Default)]
pub(super) struct Label(String);

impl Label {
    pub(super) fn new(text: Option<String>) -> Label {
        let mut text = text.unwrap_or_default();
        if text.len() > MOST {
            let end = (0..=MOST).rev().find(|&end| text.is_char_boundary(end)).unwrap_or_default();
            text.truncate(end);
            text.shrink_to_fit();
        }
        Label(text)
    }

    pub(super) fn text(&self) -> String {
        self.0.clone()
    }
}

/// The functions that all things with labels have.
macro_rules! labelled {
    ($thing:ty) => {
        fn label(&mut self, thing: Resource<$thing>) -> Result<String> {
            Ok(self.get(&thing)?.label.text())
        }

        fn set_label(&mut self, thing: Resource<$thing>, label: String) -> Result<()> {
            self.get_mut(&thing)?.label = Label::new(Some(label));
            Ok(())
        }
    };
}

/// The function that all things have.
macro_rules! dropped {
    ($thing:ty) => {
        fn drop(&mut self, thing: Resource<$thing>) -> Result<()> {
            self.table().delete(thing)?;
            Ok(())
        }
    };
}

pub(super) use {dropped, labelled};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_labels_are_cut_between_characters() {
        assert_eq!(Label::new(Some("é".repeat(MOST))).text().len(), MOST);
        assert_eq!(Label::new(Some(format!("a{}", "é".repeat(MOST)))).text().len(), MOST - 1);
        assert_eq!(Label::new(None).text(), "");
    }
}
