//! Filter text: what a person types to narrow the list. Total: any text is a query.
//!
//! `word` must occur, `-word` must not, `"two words"` is one word with a blank in it (`-"two words"` likewise). All words
//! must hold. Case and accents make no difference. Half-typed pieces (`-`, `"`) ask for nothing yet.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A page pasted into the filter by mistake must not make every keystroke slow.
const MAX_WORDS: usize = 32;
/// No title is searched for by more than this.
const MAX_WORD_CHARS: usize = 256;

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word {
    /// Folded, never empty.
    pub text: String,
    /// The text must not occur.
    pub exclude: bool,
}

/// What the rows are judged by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Query {
    words: Vec<Word>,
}

impl Query {
    /// Reads any text. At most [`MAX_WORDS`] words of [`MAX_WORD_CHARS`] characters count.
    pub fn parse(text: &str) -> Self {
        let mut words = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() && words.len() < MAX_WORDS {
            let (exclude, body) = match rest.strip_prefix('-') {
                Some(body) => (true, body),
                None => (false, rest),
            };
            let (word, behind) = match body.strip_prefix('"') {
                // A quote that is not closed yet reaches to the end.
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => body.split_once(char::is_whitespace).unwrap_or((body, "")),
            };
            let cut = word.char_indices().nth(MAX_WORD_CHARS).map_or(word, |(end, _)| &word[..end]);
            let text = fold(cut);
            if !text.trim().is_empty() {
                words.push(Word { text, exclude });
            }
            rest = behind.trim_start();
        }
        Self { words }
    }

    /// Whether it asks for nothing, so that every row holds.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// All of them must hold.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// Whether every word that must occur in `older` must occur here too, by itself or inside a longer one. Then nothing that
    /// lacks them needs to be judged again.
    pub fn includes_all_of(&self, older: &Self) -> bool {
        let mut old = older.words.iter().filter(|word| !word.exclude);
        old.all(|old| self.words.iter().any(|new| !new.exclude && new.text.contains(&old.text)))
    }
}

/// Text as it is compared: compatibility forms unified (NFKD), accents and other marks stripped, case folded. Control
/// characters become blanks, so none of them can occur in folded text.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Appends the folded text.
pub fn fold_into(text: &str, folded: &mut String) {
    // Without an exit inside a chunk, so that it is compared many bytes at a time.
    let is_plain = |chunk: &[u8]| chunk.iter().fold(true, |all, byte| all & matches!(byte, 0x20..=0x7e));
    if text.as_bytes().chunks(32).all(is_plain) {
        let start = folded.len();
        folded.push_str(text);
        folded[start..].make_ascii_lowercase();
        return;
    }
    let plain = |c: &char| !is_combining_mark(*c);
    for c in text.nfkd().filter(plain) {
        match c {
            _ if c.is_ascii() => folded.push(if c.is_ascii_control() { ' ' } else { c.to_ascii_lowercase() }),
            _ if c.is_control() => folded.push(' '),
            // Lower, upper, lower: `ẞ` and `ß` become `ss`, `ς` becomes `σ`. What that composes is taken apart again.
            _ => {
                let cased = c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
                folded.extend(cased.nfkd().filter(plain));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<String> {
        Query::parse(text).words().iter().map(|word| format!("{}{}", if word.exclude { "-" } else { "+" }, word.text)).collect()
    }

    #[test]
    fn words_exclusions_and_phrases() {
        assert_eq!(read("  Phish -NOISE  \"two Words\" -\"no  such\" x-y"), ["+phish", "-noise", "+two words", "-no  such", "+x-y"]);
        assert_eq!(read("\"half typed"), ["+half typed"]);
        assert_eq!(read("\"a\"b"), ["+a", "+b"]);
        assert_eq!(read("--x a\"b"), ["--x", "+a\"b"]);
        for nothing in ["", " ", "-", "\"", "-\"", "\"\"", "- - \" \"", "\u{301}"] {
            assert!(Query::parse(nothing).is_empty(), "{nothing:?}");
        }
    }

    #[test]
    fn a_pasted_page_is_bounded() {
        let page = format!("{} {}", "x".repeat(9_000), "word ".repeat(9_000));
        let query = Query::parse(&page);
        assert_eq!(query.words().len(), MAX_WORDS);
        assert_eq!(query.words()[0].text.len(), MAX_WORD_CHARS);
    }

    #[test]
    fn case_accents_and_compatibility_forms_make_no_difference() {
        for (one, other) in [
            ("Ärger", "arger"),
            ("STRASSE", "straße"),
            ("ẞ", "ss"),
            ("ΟΔΟΣ", "οδος"),
            ("ﬁle", "FILE"),
            ("Ｋ８ｓ", "k8s"),
            ("İstanbul", "istanbul"),
            ("が", "か"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_eq!(fold("a\tb\u{0}\u{85}"), "a b  ");
    }

    #[test]
    fn folding_twice_changes_nothing_for_any_character() {
        for c in (0..=0x0010_ffff).filter_map(char::from_u32) {
            let once = fold(&c.to_string());
            assert_eq!(fold(&once), once, "U+{:04X}", u32::from(c));
            assert!(!once.chars().any(char::is_control), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn a_query_that_grows_includes_what_it_was() {
        let includes = |new: &str, old: &str| Query::parse(new).includes_all_of(&Query::parse(old));
        assert!(includes("phish", "phi"));
        assert!(includes("phish mail", "mail"));
        assert!(includes("x", ""));
        assert!(includes("x -a", "x -abc -d"));
        assert!(!includes("phi", "phish"));
        assert!(!includes("-x", "x"));
        assert!(!includes("a", "a b"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_query_and_folding_is_piecewise(a in any::<String>(), b in any::<String>()) {
            for word in Query::parse(&a).words() {
                prop_assert!(!word.text.is_empty());
                prop_assert_eq!(fold(&word.text), word.text.clone());
            }
            prop_assert_eq!(fold(&format!("{a} {b}")), format!("{} {}", fold(&a), fold(&b)));
        }
    }
}
