//! Text areas as the form sets them up.

use tui_textarea::{TextArea, WrapMode};

pub fn text_of(area: &TextArea<'_>) -> String {
    area.lines().join("\n")
}

#[expect(clippy::default_trait_access, reason = "the style is ratatui's, and its names stay with the views")]
pub(in crate::tui) fn text_area(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_wrap_mode(WrapMode::WordOrGlyph);
    area.set_cursor_line_style(Default::default());
    area
}

/// One line scrolls sideways; wrapped, it would hide all but its last part.
pub(in crate::tui) fn line_area(text: &str) -> TextArea<'static> {
    let mut area = text_area(text);
    area.set_wrap_mode(WrapMode::None);
    area
}
