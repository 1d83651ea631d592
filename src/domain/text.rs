//! `Clean`: the only form in which a vendor's text exists past `providers`.
//!
//! Case titles are written by attackers. What could steer a terminal, reorder a line or hide in it is replaced by
//! something that a reader can see: `^[` for an escape, `<U+202E>` for a bidi override. That is for showing, searching
//! and printing. What is written back, compared and merged is the raw text, which is kept beside it.

mod retype;

use std::fmt;

use compact_str::CompactString;
use serde::de::{
    SeqAccess, Visitor, {self},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Combining marks kept on one base character; real scripts stack fewer, "zalgo" piles stack dozens.
pub const MAX_MARKS: usize = 4;
/// Columns a tab stands for in a block of text.
const TAB: &str = "    ";

/// Text without control, bidi or zero-width characters, and the raw text that it shows. A line shows no line break; a
/// block may show `\n` only. Two are equal when their raw texts are, and show the same.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Clean {
    shown: CompactString,
    /// As it came; None: it is what is shown.
    raw: Option<Box<CompactString>>,
}

impl Clean {
    /// One line: line breaks and tabs become single blanks.
    pub fn line(raw: &str) -> Self {
        Self::with(raw, false)
    }

    /// Several lines: `\n` stays, `\r\n` and Unicode separators become `\n`, a tab becomes blanks.
    pub fn block(raw: &str) -> Self {
        Self::with(raw, true)
    }

    /// For a terminal, a file, a log: harmless.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// As it came, byte for byte: for a vendor, and for comparing. Never for a terminal.
    pub fn raw(&self) -> &str {
        self.raw.as_ref().map_or(&self.shown, |raw| raw)
    }

    /// Whether the raw text is what is shown.
    pub fn is_verbatim(&self) -> bool {
        self.raw.is_none()
    }

    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// The raw text once somebody has changed what is shown into `typed`: what they left alone keeps its bytes, what they
    /// typed is taken as it is.
    pub fn retyped(&self, typed: &str) -> String {
        if self.shown == typed {
            self.raw().to_owned()
        } else if self.is_verbatim() {
            typed.to_owned()
        } else {
            retype::retype(&self.shown, self.raw(), &self.cuts(), typed)
        }
    }

    fn with(raw: &str, block: bool) -> Self {
        if is_plain(raw.as_bytes(), block) {
            return Self { shown: raw.into(), raw: None };
        }
        let shown = Writer::new(raw, block, None).written(raw);
        let raw = (shown != raw).then(|| Box::new(raw.into()));
        Self { shown, raw }
    }

    /// Places, in the shown and in the raw text, before which both say the same. Every break of what is shown is one.
    fn cuts(&self) -> Vec<(usize, usize)> {
        let mut cuts = Vec::new();
        // Only a block differs from its line, and then by its breaks.
        let is_block = Self::line(self.raw()).shown != self.shown;
        Writer::new(self.raw(), is_block, Some(&mut cuts)).written(self.raw());
        cuts.push((self.shown.len(), self.raw().len()));
        cuts
    }
}

/// Each as it came.
pub fn raws(texts: &[Clean]) -> Vec<String> {
    texts.iter().map(|text| text.raw().to_owned()).collect()
}

/// Nothing but printable ASCII (and line breaks in a block). Whole runs are judged at once: lists hold mostly such text.
fn is_plain(raw: &[u8], block: bool) -> bool {
    const RUN: usize = 16;
    let is_plain = |byte: &&u8| matches!(**byte, 0x20..=0x7e) || (block && **byte == b'\n');
    // Counting instead of stopping early lets the compiler look at a run in one step.
    let judge = |run: &[u8; RUN]| run.iter().filter(is_plain).count() == RUN;
    match raw.last_chunk::<RUN>() {
        Some(last) => raw.as_chunks::<RUN>().0.iter().all(judge) && judge(last),
        None => raw.iter().all(|byte| is_plain(&byte)),
    }
}

/// What has been written so far, and the run of hidden characters that is still being counted.
struct Writer<'c> {
    text: CompactString,
    block: bool,
    marks: usize,
    hidden: Option<(char, usize)>,
    before: char,
    cuts: Option<&'c mut Vec<(usize, usize)>>,
}

impl<'c> Writer<'c> {
    fn new(raw: &str, block: bool, cuts: Option<&'c mut Vec<(usize, usize)>>) -> Self {
        Self { text: CompactString::with_capacity(raw.len()), block, marks: 0, hidden: None, before: ' ', cuts }
    }

    fn written(mut self, raw: &str) -> CompactString {
        let mut chars = raw.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            // Both are one line break.
            if c == '\r' && chars.next_if(|(_, next)| *next == '\n').is_some() {
                self.push(at, '\n');
            } else {
                self.push(at, c);
            }
        }
        self.flush();
        self.text
    }

    fn push(&mut self, at: usize, c: char) {
        match kind(c) {
            // An emoji's joiner or variation selector says nothing that its parts do not.
            Kind::Joiner if is_pictograph(self.before) => return,
            Kind::Hidden | Kind::Joiner => {
                match &mut self.hidden {
                    Some((same, count)) if *same == c => *count += 1,
                    _ => {
                        self.flush();
                        self.cut(at);
                        self.hidden = Some((c, 1));
                    }
                }
                self.before = c;
                return;
            }
            _ => self.flush(),
        }
        if kind(c) == Kind::Mark {
            // What stands on a character stays with it; a break is none.
            if self.text.is_empty() || self.text.ends_with('\n') {
                self.cut(at);
            }
            self.marks += 1;
            if self.marks <= MAX_MARKS {
                self.text.push(c);
            }
            return;
        }
        self.cut(at);
        match kind(c) {
            Kind::Break if self.block => self.text.push('\n'),
            Kind::Break => self.text.push(' '),
            Kind::Tab => self.text.push_str(if self.block { TAB } else { " " }),
            Kind::Control => {
                self.text.push('^');
                self.text.push(char::from((c as u8) ^ 0x40));
            }
            _ => self.text.push(c),
        }
        self.marks = 0;
        self.before = c;
    }

    fn cut(&mut self, at: usize) {
        let shown = self.text.len();
        if let Some(cuts) = &mut self.cuts {
            cuts.push((shown, at));
        }
    }

    fn flush(&mut self) {
        if let Some((c, count)) = self.hidden.take() {
            let code = u32::from(c);
            self.text.push_str(&if count == 1 { format!("<U+{code:04X}>") } else { format!("<U+{code:04X} x{count}>") });
            self.marks = 0;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Break,
    Tab,
    /// C0 and DEL, shown in caret notation as `less` does.
    Control,
    /// Invisible or reordering: shown by its code point.
    Hidden,
    /// Invisible, but ordinary inside an emoji.
    Joiner,
    Mark,
}

/// Whether a character sits on the one before it.
pub fn is_mark(c: char) -> bool {
    kind(c) == Kind::Mark
}

fn kind(c: char) -> Kind {
    match c {
        ' '..='~' => Kind::Plain,
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Kind::Break,
        '\t' => Kind::Tab,
        '\0'..='\u{1f}' | '\u{7f}' => Kind::Control,
        '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => Kind::Joiner,
        // C1; soft hyphen and grapheme joiner; bidi controls; zero-width; fillers that draw nothing; interlinear
        // and musical format controls; tags and the selectors beyond the BMP; noncharacters.
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{fffe}'..='\u{ffff}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => Kind::Hidden,
        c if u32::from(c) & 0xfffe == 0xfffe => Kind::Hidden,
        c if u32::from(c) >= 0x300 && unicode_width::UnicodeWidthChar::width(c) == Some(0) => Kind::Mark,
        _ => Kind::Plain,
    }
}

fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c), 0x23 | 0x2a | 0x30..=0x39 | 0xa9 | 0xae | 0x203c..=0x3299 | 0x1f000..=0x1faff)
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.shown)
    }
}

impl fmt::Debug for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl AsRef<str> for Clean {
    fn as_ref(&self) -> &str {
        &self.shown
    }
}

/// For a program: as it came. Only [`super::exact`] prints it; what goes to the disk and comes back is written by [`kept`].
impl Serialize for Clean {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.raw())
    }
}

/// `#[serde(with = "kept")]`, for the disk: the raw text stands beside what is shown where they differ.
pub mod kept {
    use super::{Clean, Deserialize, Deserializer, Serialize, Serializer};

    struct Kept<'a>(&'a Clean);

    impl Serialize for Kept<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match &self.0.raw {
                None => serializer.serialize_str(&self.0.shown),
                Some(raw) => (self.0.shown.as_str(), raw.as_str()).serialize(serializer),
            }
        }
    }

    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(text: &Clean, serializer: S) -> Result<S::Ok, S::Error> {
        Kept(text).serialize(serializer)
    }

    /// # Errors
    /// It is no text.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Clean, D::Error> {
        Clean::deserialize(deserializer)
    }

    /// As [`kept`](super::kept), for several.
    pub mod list {
        use super::{Clean, Deserialize, Deserializer, Kept, Serializer};

        /// # Errors
        /// The serializer's.
        pub fn serialize<S: Serializer>(texts: &[Clean], serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(texts.iter().map(Kept))
        }

        /// # Errors
        /// One is no text.
        pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Clean>, D::Error> {
            Vec::deserialize(deserializer)
        }
    }
}

/// What comes back from disk is cleaned again: a file is no more trusted than a vendor.
impl<'de> Deserialize<'de> for Clean {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeptText)
    }
}

struct KeptText;

impl<'de> Visitor<'de> for KeptText {
    type Value = Clean;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or what it shows and the text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Clean, E> {
        Ok(Clean::block(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<Clean, A::Error> {
        let mut next = || texts.next_element::<std::borrow::Cow<'de, str>>()?.ok_or_else(|| de::Error::invalid_length(1, &self));
        let (shown, raw) = (next()?, next()?);
        let line = Clean::line(&raw);
        Ok(if line.shown == shown { line } else { Clean::block(&raw) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_safe(text: &str, block: bool) -> bool {
        text.chars().all(|c| match kind(c) {
            Kind::Plain | Kind::Mark => true,
            Kind::Break => block && c == '\n',
            _ => false,
        })
    }

    #[test]
    fn every_code_point_comes_out_safe_and_none_vanishes_unseen() {
        for c in (0..=0x0010_ffff).filter_map(char::from_u32) {
            let line = Clean::line(&format!("a{c}b"));
            assert!(is_safe(line.as_str(), false), "U+{:04X}: {line:?}", u32::from(c));
            assert!(line.as_str().len() >= 3, "U+{:04X} left no trace: {line:?}", u32::from(c));
            assert!(is_safe(Clean::block(&format!("a{c}b")).as_str(), true));
        }
    }

    #[test]
    fn attacks_are_shown_for_what_they_are() {
        assert_eq!(Clean::line("\x1b[31mred\x1b]52;c;eA==\x07").as_str(), "^[[31mred^[]52;c;eA==^G");
        assert_eq!(Clean::line("invoice\u{202e}fdp.exe").as_str(), "invoice<U+202E>fdp.exe");
        assert_eq!(Clean::line("a\u{200b}\u{200b}\u{200b}b\u{9b}").as_str(), "a<U+200B x3>b<U+009B>");
        assert_eq!(Clean::line("two\r\nlines\tand").as_str(), "two lines and");
        assert_eq!(Clean::block("two\r\nlines\tand\rthree").as_str(), "two\nlines    and\nthree");
        assert_eq!(Clean::line("👩\u{200d}💻 ⚠\u{fe0f} é 漢字 العربية").as_str(), "👩💻 ⚠ é 漢字 العربية");
        assert_eq!(Clean::line(&format!("z{}", "\u{301}".repeat(90))).as_str(), format!("z{}", "\u{301}".repeat(MAX_MARKS)));
    }

    /// Text as vendors hold it: tabs, line ends, joiners, bidi controls, marks, emoji, among words.
    fn odd() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[a-z]{1,5}",
            2 => Just(" ".to_owned()),
            3 => prop::sample::select(vec![
                "\t", "\r\n", "\r", "\n", "\u{200c}", "\u{200d}", "\u{200b}", "👩\u{200d}💻", "⚠\u{fe0f}", "\u{202e}", "\u{2066}", "e\u{301}",
                "\u{1b}[31m", "\u{85}", "\u{2028}", "می\u{200c}خواهم", "\u{7f}", "    ", "<U+200C>", "\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
            ])
            .prop_map(str::to_owned),
            1 => any::<String>().prop_map(|text| text.chars().filter(|c| !matches!(c, 'Ä' | 'Ö')).take(4).collect()),
        ];
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn the_raw_text_is_there_byte_for_byte_also_from_disk(raw in odd(), is_block: bool) {
            let clean = if is_block { Clean::block(&raw) } else { Clean::line(&raw) };
            prop_assert_eq!(clean.raw(), &raw);
            prop_assert_eq!(clean.is_verbatim(), clean.as_str() == raw);
            let mut kept = serde_json::Serializer::new(Vec::new());
            kept::serialize(&clean, &mut kept).unwrap();
            let again: Clean = serde_json::from_slice(&kept.into_inner()).unwrap();
            prop_assert_eq!(&again, &clean);
            prop_assert_eq!(serde_json::to_value(&clean).unwrap(), clean.raw(), "what a program reads is what came");
            let cuts = clean.cuts();
            prop_assert!(cuts.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1), "{cuts:?}");
            prop_assert!(cuts.iter().all(|(shown, at)| clean.as_str().is_char_boundary(*shown) && raw.is_char_boundary(*at)));
        }

        #[test]
        fn what_nobody_touched_keeps_its_bytes(before in odd(), gone in odd(), after in odd(), typed in "[A-Z]{0,6}") {
            // Marked off by letters that stand nowhere else, each part is shown as by itself.
            let raw = format!("{before}Ä{gone}Ö{after}");
            let clean = Clean::block(&raw);
            let shown = clean.as_str();
            let (from, to) = (shown.find('Ä').unwrap() + 'Ä'.len_utf8(), shown.rfind('Ö').unwrap());
            let now = format!("{}{typed}{}", &shown[..from], &shown[to..]);
            prop_assert_eq!(clean.retyped(&now), format!("{before}Ä{typed}Ö{after}"));
            prop_assert_eq!(clean.retyped(shown), raw);
        }

        #[test]
        fn what_is_typed_anew_arrives_as_it_was_typed(raw in odd(), typed in "[A-Z]{0,12}") {
            prop_assert_eq!(Clean::block(&raw).retyped(&typed), typed);
        }
    }

    #[test]
    fn a_word_changed_leaves_tabs_joiners_and_line_ends_as_they_were() {
        let raw = "ts\tsrc\tnote\r\n1\t10.0.0.1\tمی\u{200c}خواهم 👩\u{200d}💻\r\nlast ⚠\u{fe0f}";
        let clean = Clean::block(raw);
        let typed = clean.as_str().replace("note", "remark").replace("last", "the last");
        assert_eq!(clean.retyped(&typed), raw.replace("note", "remark").replace("last", "the last"));
        // Half of what stands for one character is no longer that character.
        assert_eq!(Clean::block("a\u{200c}b").retyped("a<U+20>b"), "a<U+20>b");
        assert_eq!(Clean::line("a\r\nb\tc").retyped("a b c d"), "a\r\nb\tc d");
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(raw in any::<String>()) {
            let once = Clean::block(&raw);
            let twice = Clean::block(once.as_str());
            prop_assert_eq!(twice.as_str(), once.as_str());
            prop_assert!(twice.is_verbatim());
            prop_assert!(is_safe(Clean::line(&raw).as_str(), false));
        }
    }
}
