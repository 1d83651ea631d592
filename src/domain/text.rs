//! `Clean`: the only form in which a vendor's text exists past `providers`.
//!
//! Case titles are written by attackers. What could steer a terminal, reorder a line or hide in it is replaced by
//! something that a reader can see: `^[` for an escape, `<U+202E>` for a bidi override.

use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize};

/// Combining marks kept on one base character; real scripts stack fewer, "zalgo" piles stack dozens.
pub const MAX_MARKS: usize = 4;
/// Columns a tab stands for in a block of text.
const TAB: &str = "    ";

/// Text without control, bidi or zero-width characters. A line holds no line break; a block may hold `\n` only.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Clean(CompactString);

impl Clean {
    /// One line: line breaks and tabs become single blanks.
    pub fn line(raw: &str) -> Self {
        Self::with(raw, false)
    }

    /// Several lines: `\n` stays, `\r\n` and Unicode separators become `\n`, a tab becomes blanks.
    pub fn block(raw: &str) -> Self {
        Self::with(raw, true)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn with(raw: &str, block: bool) -> Self {
        if is_plain(raw.as_bytes(), block) {
            return Self(raw.into());
        }
        let mut out = Writer { text: CompactString::with_capacity(raw.len()), block, marks: 0, hidden: None, before: ' ' };
        let mut chars = raw.chars().peekable();
        while let Some(c) = chars.next() {
            if c == '\r' && chars.peek() == Some(&'\n') {
                continue;
            }
            out.push(c);
        }
        out.flush();
        Self(out.text)
    }
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
struct Writer {
    text: CompactString,
    block: bool,
    marks: usize,
    hidden: Option<(char, usize)>,
    before: char,
}

impl Writer {
    fn push(&mut self, c: char) {
        match kind(c) {
            // An emoji's joiner or variation selector says nothing that its parts do not.
            Kind::Joiner if is_pictograph(self.before) => return,
            Kind::Hidden | Kind::Joiner => {
                match &mut self.hidden {
                    Some((same, count)) if *same == c => *count += 1,
                    _ => {
                        self.flush();
                        self.hidden = Some((c, 1));
                    }
                }
                self.before = c;
                return;
            }
            _ => self.flush(),
        }
        match kind(c) {
            Kind::Break if self.block => self.text.push('\n'),
            Kind::Break => self.text.push(' '),
            Kind::Tab => self.text.push_str(if self.block { TAB } else { " " }),
            Kind::Control => {
                self.text.push('^');
                self.text.push(char::from((c as u8) ^ 0x40));
            }
            Kind::Mark => {
                self.marks += 1;
                if self.marks <= MAX_MARKS {
                    self.text.push(c);
                }
                return;
            }
            _ => self.text.push(c),
        }
        self.marks = 0;
        self.before = c;
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
        f.pad(&self.0)
    }
}

impl fmt::Debug for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl AsRef<str> for Clean {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// What comes back from disk is cleaned again: a file is no more trusted than a vendor.
impl<'de> Deserialize<'de> for Clean {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Ok(Self::block(&raw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(raw in any::<String>()) {
            let once = Clean::block(&raw);
            prop_assert_eq!(&Clean::block(once.as_str()), &once);
            prop_assert!(is_safe(Clean::line(&raw).as_str(), false));
        }
    }
}
