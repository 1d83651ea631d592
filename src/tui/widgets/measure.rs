//! Text by its width on a screen: measured, cut between graphemes, broken at blanks.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What stands for the words that are left out.
const DOTS: &str = "..";
const DOTS_WIDTH: u16 = 2;
/// Between two hints of a line.
const GAP: &str = "  ";

/// Columns that a text takes.
pub fn width(text: &str) -> u16 {
    if text.is_ascii() { u16::try_from(text.len()).unwrap_or(u16::MAX) } else { u16::try_from(text.width()).unwrap_or(u16::MAX) }
}

/// As much of a text as fits into so many columns.
pub fn cut(text: &str, columns: u16) -> &str {
    let columns = usize::from(columns);
    // Only what may fit is looked at: a title may hold megabytes, and is painted with every key.
    if text.as_bytes()[..text.len().min(columns + 1)].is_ascii() {
        return &text[..text.len().min(columns)];
    }
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > columns {
            return &text[..at];
        }
    }
    text
}

/// A text that fits, or as much of it as ends with a word and two dots. One long word is cut where it has to be.
pub fn clipped(text: &str, columns: u16) -> Cow<'_, str> {
    if cut(text, columns).len() == text.len() {
        return Cow::Borrowed(text);
    }
    let head = cut(text, columns.saturating_sub(DOTS_WIDTH));
    let end = if text[head.len()..].starts_with(' ') { head.len() } else { head.rfind(' ').unwrap_or(head.len()) };
    // A word that would take most of the line with it is worth more than its end.
    let end = if u32::from(width(&head[..end])) * 3 < u32::from(columns) * 2 { head.len() } else { end };
    let words = head[..end].trim_end_matches([' ', ',', ';', ':', '(']);
    Cow::Owned(format!("{}{}", words, cut(DOTS, columns)))
}

/// A name that fits, or its two ends with dots between: what tells names apart is mostly at their end.
pub fn shortened(name: &str, columns: u16) -> Cow<'_, str> {
    if cut(name, columns).len() == name.len() {
        return Cow::Borrowed(name);
    }
    let left = columns.saturating_sub(DOTS_WIDTH);
    let head = cut(name, left / 2);
    let mut tail = name.len();
    for (at, _) in name.grapheme_indices(true).rev() {
        if at < head.len() || width(head) + width(&name[at..]) > left {
            break;
        }
        tail = at;
    }
    Cow::Owned(format!("{head}{}{}", cut(DOTS, columns), &name[tail..]))
}

/// Hints with a gap of blanks between them, the most important first: as many as fit, each whole.
pub fn hints(text: &str, columns: u16) -> &str {
    let mut fitting = 0;
    let ends = text.match_indices(GAP).map(|(at, _)| at).chain([text.len()]);
    for end in ends.filter(|end| width(text[..*end].trim_end()) <= columns) {
        fitting = end;
    }
    text[..fitting].trim_end()
}

/// A text in lines of at most so many columns, broken at blanks where there are any; at most `most` lines.
pub fn wrapped(text: &str, columns: u16, most: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut rest = paragraph;
        loop {
            if lines.len() == most || columns == 0 {
                return lines;
            }
            let head = cut(rest, columns);
            if head.len() == rest.len() {
                lines.push(rest);
                break;
            }
            // A grapheme wider than the whole line is left out, else this would never end.
            let head = if head.is_empty() { rest.graphemes(true).next().unwrap_or(rest) } else { head };
            let end = if rest[head.len()..].starts_with(' ') { Some(head.len()) } else { head.rfind(' ').filter(|at| *at > 0) };
            let end = end.unwrap_or(head.len());
            lines.push(&rest[..end]);
            rest = rest[end..].trim_start_matches(' ');
            if rest.is_empty() {
                break;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_graphemes_by_width() {
        assert_eq!(cut("phish", 3), "phi");
        assert_eq!(cut("漢字x", 3), "漢");
        assert_eq!(cut("e\u{301}e\u{301}", 1), "e\u{301}");
        assert_eq!(width("漢字x"), 5);
    }

    #[test]
    fn a_line_of_megabytes_is_cut_and_broken_by_what_fits() {
        let text = "x".repeat(80) + &"漢é".repeat(1_000_000);
        assert_eq!((cut(&text, 79).len(), cut(&text, 81).len(), &*clipped(&text, 4)), (79, 80, "xx.."));
        assert_eq!(wrapped(&text, 80, 20_000).len(), 20_000);
        assert_eq!(cut("ae\u{301}", 2), "ae\u{301}");
        assert_eq!(shortened(&text, 10), "xxxx..é漢é");
    }

    #[test]
    fn a_clipped_text_ends_with_a_word() {
        assert_eq!(clipped("one two three", 13), "one two three");
        assert_eq!(clipped("one two three", 10), "one two..");
        assert_eq!(clipped("one two; three", 10), "one two..");
        assert_eq!(clipped("onetwothreefour", 8), "onetwo..", "one long word");
        assert_eq!(clipped("a verylongwordindeed", 10), "a verylo..", "else hardly anything would be left");
        assert_eq!(clipped("漢字漢字漢字", 7), "漢字..");
        assert_eq!((&*clipped("abc", 2), &*clipped("abc", 1), &*clipped("abc", 0)), ("..", ".", ""));
    }

    #[test]
    fn hints_are_left_out_whole() {
        let all = "1 changes  2 all   Tab next";
        assert_eq!(hints(all, 40), all);
        assert_eq!(hints(all, 26), "1 changes  2 all");
        assert_eq!(hints(all, 15), "1 changes");
        assert_eq!(hints(all, 8), "");
        assert_eq!(hints(" Enter choose   - other way", 20), " Enter choose");
    }

    #[test]
    fn lines_break_at_blanks_and_end() {
        assert_eq!(wrapped("one two three", 7, 9), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh", 3, 9), ["abc", "def", "gh"]);
        assert_eq!(wrapped("a\n\nb", 3, 9), ["a", "", "b"]);
        assert_eq!(wrapped("漢字", 1, 9), ["漢", "字"]);
        assert_eq!(wrapped("x y z", 1, 2), ["x", "y"]);
        assert!(wrapped("x", 0, 9).is_empty());
    }
}
