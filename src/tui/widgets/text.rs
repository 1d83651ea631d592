//! Fields of one line: the filter, a search.

use tui_textarea::TextArea;

use crate::domain::text::Clean;
use crate::tui::io::message::{Chord, Key};

/// What fits into a line that a person types: a filter, a search. Pastes beyond are cut.
const MAX_LINE_CHARS: usize = 1_000;

/// A field of one line, the cursor behind its text.
pub fn line(text: &str) -> TextArea<'static> {
    let mut area = TextArea::default();
    area.insert_str(text);
    area
}

pub fn line_text<'a>(area: &'a TextArea<'static>) -> &'a str {
    area.lines().first().map_or("", String::as_str)
}

/// A key into a field of one line; true when the text changed.
pub fn type_in_line(area: &mut TextArea<'static>, chord: Chord) -> bool {
    let breaks = matches!(chord.key, Key::Enter | Key::Tab) || (chord.ctrl && chord.key == Key::Char('m'));
    match chord {
        Chord { key: Key::Char('u'), ctrl: true, .. } => return area.delete_line_by_head(),
        Chord { key: Key::Char('w'), ctrl: true, .. } => return rub_out(area),
        _ => {}
    }
    let is_full = matches!(chord.key, Key::Char(_)) && !chord.ctrl && line_text(area).chars().count() >= MAX_LINE_CHARS;
    !breaks && !is_full && area.input(chord) && area.lines().len() == 1
}

/// Deletes back to the blank before the cursor, as shells do: a whole term of a filter.
fn rub_out(area: &mut TextArea<'static>) -> bool {
    let before: Vec<char> = line_text(area).chars().take(area.cursor().1).collect();
    let blanks = before.iter().rev().take_while(|c| c.is_whitespace()).count();
    let letters = before.iter().rev().skip(blanks).take_while(|c| !c.is_whitespace()).count();
    (0..blanks + letters).fold(false, |has_changed, _| area.delete_char() || has_changed)
}

/// Pasted text into a field of one line: line breaks become blanks, what could steer a terminal becomes visible.
pub fn paste_in_line(area: &mut TextArea<'static>, text: &str) {
    let room = MAX_LINE_CHARS.saturating_sub(line_text(area).chars().count());
    let cut: String = text.trim_end_matches(['\r', '\n']).chars().take(room).collect();
    area.insert_str(Clean::line(&cut).as_str());
}

/// Pasted text for several lines: its line breaks and tabs stay, other control characters do not.
pub fn pasted(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line() {
        let mut area = line("phish");
        for chord in ["Enter", "Ctrl-m", "Tab"] {
            assert!(!type_in_line(&mut area, Chord::parse(chord).unwrap()));
        }
        paste_in_line(&mut area, " two\r\nlines\x1b[2J\n");
        assert_eq!(area.lines(), ["phish two lines^[[2J"]);
        assert!(type_in_line(&mut area, Chord::parse("Ctrl-w").unwrap()));
        assert_eq!(area.lines(), ["phish two "]);
        area = line("a tag:x-y.z");
        assert!(type_in_line(&mut area, Chord::parse("Ctrl-w").unwrap()));
        assert_eq!(area.lines(), ["a "]);
        assert!(type_in_line(&mut area, Chord::parse("Ctrl-u").unwrap()));
        assert!(!type_in_line(&mut area, Chord::parse("Ctrl-w").unwrap()));
        assert_eq!(area.lines(), [""]);
        paste_in_line(&mut area, &"x".repeat(5_000));
        assert!(!type_in_line(&mut area, Chord::char('y')));
        assert_eq!(line_text(&area).chars().count(), MAX_LINE_CHARS);
    }
}
