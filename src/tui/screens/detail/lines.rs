//! Text laid out in lines of a given width: what the tabs of a case are made of before they are painted.

use compact_str::CompactString;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::domain::case::CaseId;

/// What a piece of text is; `ui` gives each a style that also holds without colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Text,
    /// Secondary: times, rules, remarks.
    Dim,
    /// Names of fields, column titles.
    Label,
    Heading,
    Strong,
    Emphasis,
    Code,
    Link,
    Good,
    Warning,
    Danger,
}

/// What Enter leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A record: table and row, by their places among what is loaded.
    Record(usize, usize),
    /// Another case of the same source, with the words it goes by.
    Case(CaseId, CompactString),
    /// A page, with the words it goes by.
    Page(CompactString, CompactString),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub tone: Tone,
    pub text: CompactString,
}

impl Span {
    pub fn new(tone: Tone, text: impl Into<CompactString>) -> Self {
        Self { tone, text: text.into() }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub spans: Vec<Span>,
    pub target: Option<Target>,
    /// What it stands for and does not show: find looks there, too.
    pub beyond: CompactString,
}

impl Line {
    pub fn of(tone: Tone, text: impl Into<CompactString>) -> Self {
        Self { spans: vec![Span::new(tone, text)], ..Self::default() }
    }

    pub fn width(&self) -> usize {
        self.spans.iter().map(|span| width(&span.text)).sum()
    }

    pub fn push(&mut self, tone: Tone, text: impl AsRef<str>) {
        let text = text.as_ref();
        match self.spans.last_mut() {
            Some(last) if last.tone == tone => last.text.push_str(text),
            _ => self.spans.push(Span::new(tone, text)),
        }
    }

    /// Fills up with blanks to `columns`.
    pub fn pad(&mut self, columns: usize) {
        let blanks = columns.saturating_sub(self.width());
        if blanks > 0 {
            self.push(Tone::Text, " ".repeat(blanks));
        }
    }

    /// Whether it holds the needle, which is in lower case and not empty, in sight or not.
    pub fn holds(&self, needle: &str) -> bool {
        !matches(&self.text(), needle).is_empty() || !matches(&self.beyond, needle).is_empty()
    }

    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// Columns that text takes on the screen.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// The start of `text` that fits in `columns`, never half a character; `~` says that something was cut off.
pub fn cut(text: &str, columns: usize) -> CompactString {
    // Never looked at beyond what fits: a cell may hold megabytes.
    if split_at_width(text, columns).1.is_empty() {
        return text.into();
    }
    let mut kept = CompactString::from(split_at_width(text, columns.saturating_sub(1)).0);
    if columns > 0 {
        kept.push('~');
    }
    kept
}

/// `text` in exactly `columns`: cut, or filled up with blanks.
pub fn fit(text: &str, columns: usize) -> CompactString {
    let mut kept = cut(text, columns);
    for _ in width(&kept)..columns {
        kept.push(' ');
    }
    kept
}

/// Columns that text takes, at most so many.
pub fn width_up_to(text: &str, most: usize) -> usize {
    let (head, rest) = split_at_width(text, most);
    if rest.is_empty() { width(head) } else { most }
}

/// What fits into so many columns, and the rest. Looks at little more than what fits: long lines are taken apart by
/// calling it once per line.
fn split_at_width(text: &str, columns: usize) -> (&str, &str) {
    let head = &text.as_bytes()[..text.len().min(columns.saturating_add(1))];
    if head.is_ascii() {
        return text.split_at(columns.min(text.len()));
    }
    text.split_at(end_within(text.grapheme_indices(true), columns).unwrap_or(text.len()))
}

/// Where the first grapheme begins that does not fit; None: all of them do.
fn end_within<'a>(graphemes: impl Iterator<Item = (usize, &'a str)>, columns: usize) -> Option<usize> {
    let mut used = 0;
    for (at, grapheme) in graphemes {
        used += grapheme.width();
        if used > columns {
            return Some(at);
        }
    }
    None
}

/// What stands in front of the first line of a paragraph and of those that follow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lead<'a> {
    pub first: &'a str,
    pub next: &'a str,
}

/// Breaks spans into lines of at most `columns`, at blanks where there are any. `\n` in the text ends a line.
pub fn wrap(spans: &[Span], lead: Lead<'_>, columns: usize, out: &mut Vec<Line>) {
    let mut wrapper = Wrapper::new(lead, columns.max(1));
    for span in spans {
        for (n, row) in span.text.split('\n').enumerate() {
            if n > 0 {
                wrapper.word_end();
                wrapper.break_line();
            }
            for piece in row.split_inclusive(' ') {
                let word = piece.trim_end_matches(' ');
                wrapper.word(span.tone, word);
                if word.len() < piece.len() {
                    wrapper.word_end();
                    wrapper.blanks += piece.len() - word.len();
                }
            }
        }
    }
    wrapper.word_end();
    wrapper.break_line();
    out.append(&mut wrapper.lines);
}

struct Wrapper<'a> {
    lead: Lead<'a>,
    columns: usize,
    lines: Vec<Line>,
    line: Line,
    used: usize,
    lead_used: usize,
    /// The line holds nothing but its lead.
    empty: bool,
    /// Blanks before the word under way; they vanish at the end of a line.
    blanks: usize,
    word: Line,
    word_width: usize,
}

impl<'a> Wrapper<'a> {
    pub(in crate::tui) fn new(lead: Lead<'a>, columns: usize) -> Self {
        let mut wrapper = Self {
            lead,
            columns,
            lines: Vec::new(),
            line: Line::default(),
            used: 0,
            lead_used: 0,
            empty: true,
            blanks: 0,
            word: Line::default(),
            word_width: 0,
        };
        wrapper.start(lead.first);
        wrapper
    }

    fn start(&mut self, lead: &str) {
        self.line = Line::default();
        // A lead that leaves no room for text would never let the text out.
        let lead = split_at_width(lead, self.columns / 2).0;
        if !lead.is_empty() {
            self.line.push(Tone::Dim, lead);
        }
        self.lead_used = width(lead);
        self.used = self.lead_used;
        self.empty = true;
        self.blanks = 0;
    }

    fn break_line(&mut self) {
        self.lines.push(std::mem::take(&mut self.line));
        self.start(self.lead.next);
    }

    fn word(&mut self, tone: Tone, text: &str) {
        if !text.is_empty() {
            self.word_width += width(text);
            self.word.push(tone, text);
        }
    }

    fn word_end(&mut self) {
        if self.word.spans.is_empty() {
            return;
        }
        let word = std::mem::take(&mut self.word);
        let wanted = std::mem::take(&mut self.word_width);
        if !self.empty && self.used + self.blanks + wanted > self.columns {
            self.break_line();
        }
        if self.blanks > 0 {
            // Indentation at the start of a paragraph counts; it may fill half a line.
            let blanks = if self.empty { self.blanks.min(self.columns / 2) } else { self.blanks };
            let tone = self.line.spans.last().map_or(Tone::Text, |last| last.tone);
            self.line.push(tone, " ".repeat(blanks));
            self.used += blanks;
            self.blanks = 0;
        }
        for span in word.spans {
            self.put(span.tone, &span.text);
        }
        self.empty = false;
    }

    /// A word, or the part of one, broken where even a whole line is too short for it.
    fn put(&mut self, tone: Tone, mut text: &str) {
        loop {
            let (mut fits, mut rest) = split_at_width(text, self.columns.saturating_sub(self.used));
            if fits.is_empty() && self.used == self.lead_used {
                // One character is wider than the line: it goes out alone, and is cut by the painter.
                (fits, rest) = text.split_at(text.graphemes(true).next().map_or(text.len(), str::len));
            }
            if !fits.is_empty() {
                self.used += width(fits);
                self.line.push(tone, fits);
            }
            if rest.is_empty() {
                return;
            }
            self.break_line();
            text = rest;
        }
    }
}

/// Byte ranges of `needle` in `text`, without regard to case. `needle` is in lower case and not empty.
pub fn matches(text: &str, needle: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].char_indices().map(|(at, _)| from + at).find(|at| starts_with(&text[*at..], needle).is_some()) {
        let end = start + starts_with(&text[start..], needle).unwrap_or(1);
        found.push(start..end);
        from = end;
    }
    found
}

/// Length in bytes of the part of `text` that is `needle` in other case.
fn starts_with(text: &str, needle: &str) -> Option<usize> {
    let mut wanted = needle.chars();
    let mut next = wanted.next();
    for (at, c) in text.char_indices() {
        if next.is_none() {
            return Some(at);
        }
        for lower in c.to_lowercase() {
            if next != Some(lower) {
                return None;
            }
            next = wanted.next();
        }
    }
    next.is_none().then_some(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wrapped(text: &str, columns: usize) -> Vec<String> {
        let mut out = Vec::new();
        wrap(&[Span::new(Tone::Text, text)], Lead::default(), columns, &mut out);
        out.iter().map(Line::text).collect()
    }

    #[test]
    fn lines_break_at_blanks_and_long_words_break_anywhere() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrapped("a\n\n  b", 8), ["a", "", "  b"]);
        assert_eq!(wrapped("漢字漢字 x", 5), ["漢字", "漢字", "x"]);
        assert_eq!(wrapped("", 5), [""]);
    }

    #[test]
    fn a_lead_hangs_and_a_word_of_two_tones_stays_together() {
        let spans = [Span::new(Tone::Text, "see "), Span::new(Tone::Strong, "bold"), Span::new(Tone::Text, "er words")];
        let mut out = Vec::new();
        wrap(&spans, Lead { first: "- ", next: "  " }, 10, &mut out);
        let texts: Vec<_> = out.iter().map(Line::text).collect();
        assert_eq!(texts, ["- see", "  bolder", "  words"]);
        assert_eq!(out[1].spans[1], Span::new(Tone::Strong, "bold"));
    }

    #[test]
    fn cutting_keeps_whole_characters_and_says_so() {
        assert_eq!(cut("漢字漢字", 5), "漢字~");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(fit("漢字漢字", 4), "漢~ ");
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn finding_disregards_case_also_where_letters_grow() {
        assert_eq!(matches("Phish phISH", "phish"), [0..5, 6..11]);
        assert_eq!(matches("İstanbul", "i\u{307}s"), std::iter::once(0..3).collect::<Vec<_>>());
        assert!(matches("", "x").is_empty());
    }

    /// A line of megabytes is taken apart by looking at each character once, not at all that is left for every line.
    #[test]
    fn what_does_not_fit_is_not_looked_at() {
        let text = "é漢".repeat(100_000);
        let mut looked_at = 0;
        let end = end_within(text.grapheme_indices(true).inspect(|_| looked_at += 1), 80);
        assert_eq!((end.map(|end| width(&text[..end])), looked_at), (Some(79), 54));
        // Behind what fits stands something else, and the answer is that of plain text all the same.
        assert_eq!(split_at_width("abcdéé", 2), ("ab", "cdéé"));
        assert_eq!(split_at_width("ae\u{301}b", 2), ("ae\u{301}", "b"));
        assert_eq!((cut(&text, 4).as_str(), width_up_to(&text, 28)), ("é漢~", 28));
    }

    #[test]
    fn one_line_of_megabytes_is_laid_out() {
        for text in ["漢é".repeat(200_000), "x".repeat(1_000_000), "ab ".repeat(300_000)] {
            let lines = wrapped(&text, 80);
            assert!(lines.len() >= text.len() / 400 && lines.iter().all(|line| line.len() <= 240));
            assert_eq!(
                lines.iter().map(|line| line.trim_end().chars().filter(|c| *c != ' ').count()).sum::<usize>(),
                text.chars().filter(|c| *c != ' ').count()
            );
        }
        assert_eq!(wrapped("漢字", 1), ["漢", "字"], "each alone, and none is lost");
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_word_is_lost(text in "[a-z漢é ]{0,80}", columns in 2usize..20) {
            let lines = wrapped(&text, columns);
            prop_assert!(lines.iter().all(|line| width(line) <= columns), "{:?}", lines);
            let bare = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(bare(&lines.concat()), bare(&text));
        }

        #[test]
        fn matches_are_real(text in any::<String>(), needle in "[a-zß]{1,3}") {
            for range in matches(&text, &needle) {
                prop_assert_eq!(text[range].to_lowercase(), needle.clone());
            }
        }
    }
}
