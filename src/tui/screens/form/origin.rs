//! What a field of text shows, and the raw text behind it. Pure.

use crate::domain::text::Clean;

/// Texts remembered per field: the base, and those that came since from a draft or an editor. More, and the oldest of
/// these leaves.
const MAX_TEXTS: usize = 8;

/// The texts that a field began with: what is left alone of one keeps the bytes that it has there.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Origin(Vec<Clean>);

impl Origin {
    pub(in crate::tui) fn of(base: Clean) -> Self {
        Self(vec![base])
    }

    /// The field was given another text.
    pub(in crate::tui) fn add(&mut self, text: Clean) {
        if self.0.len() == MAX_TEXTS {
            self.0.remove(1);
        }
        self.0.push(text);
    }

    /// The raw text behind what the field shows.
    pub(in crate::tui) fn raw(&self, shown: &str) -> String {
        let alike = |text: &&Clean| {
            let same = |(a, b): &(char, char)| a == b;
            let head = text.as_str().chars().zip(shown.chars()).take_while(same).count();
            head + text.as_str().chars().rev().zip(shown.chars().rev()).take_while(same).count()
        };
        let odd = || self.0.iter().rev().filter(|text| !text.is_verbatim());
        let exact = odd().find(|text| text.as_str() == shown);
        // Of several, the one that most is left of; the base where they are equal.
        exact.or_else(|| odd().max_by_key(alike)).map_or_else(|| shown.to_owned(), |text| text.retyped(shown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_editor_brought_keeps_its_bytes_and_so_does_the_base_when_it_is_undone() {
        let mut origin = Origin::of(Clean::block("a\tb\r\nc"));
        assert_eq!(origin.raw("a    b\nc!"), "a\tb\r\nc!");
        origin.add(Clean::block("quite\u{200c}another"));
        assert_eq!(origin.raw("quite<U+200C>another text"), "quite\u{200c}another text");
        assert_eq!(origin.raw("a    b\nc"), "a\tb\r\nc");
        assert_eq!(origin.raw("x"), "x");
    }

    #[test]
    fn many_texts_are_remembered_up_to_a_bound_and_the_base_always() {
        let mut origin = Origin::of(Clean::block("base\t1"));
        for number in 0..100 {
            origin.add(Clean::block(&format!("{number}\tx")));
        }
        assert_eq!(origin.0.len(), MAX_TEXTS);
        assert_eq!(origin.raw("base    12"), "base\t12");
    }
}
