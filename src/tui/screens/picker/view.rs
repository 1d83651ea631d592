//! A numbered menu.

use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::scene::Scene;
use crate::tui::screens::picker::{Does, Picker};
use crate::tui::widgets::pen::{Pen, clipped};
/// A numbered menu.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, picker: &Picker) {
    let styles = pen.styles;
    pen.clear(area);
    pen.frame(area, &picker.title, "", true);
    let inner = area.inner();
    let room = inner.height.saturating_sub(1);
    let first = (picker.chosen + 1).saturating_sub(usize::from(room.max(1)));
    for (line, (n, choice)) in (0..room).zip(picker.choices.iter().enumerate().skip(first)) {
        let style = if n == picker.chosen { styles.cursor(true) } else { styles.text() };
        if n == picker.chosen {
            pen.tint(inner, line, style);
        }
        let mark = if n == picker.chosen { ">" } else { " " };
        let number = if n < 9 { (n + 1).to_string() } else { " ".into() };
        let choice = clipped(&choice.words, inner.width.saturating_sub(4));
        pen.parts(inner, line, &[(mark, style), (&number, style), ("  ", style), (&choice, style)]);
    }
    let hints = |gap, hints: &[(&[Action], &str)]| scene.cx.keymap.hints(Scope::Picker, gap, hints);
    let [pick, reverse, further] = [&[Action::Pick], &[Action::Reverse], &[Action::Further]];
    let hint = match picker.choices.first().map(|choice| &choice.does) {
        Some(Does::SortList(_)) => hints("  ", &[(pick, "choose"), (reverse, "reverse"), (further, "this, too")]),
        Some(Does::SortRecords(_)) => hints("   ", &[(pick, "choose"), (reverse, "the other way round")]),
        Some(Does::MoreLike(_)) => hints("   ", &[(pick, "only these"), (reverse, "without these")]),
        _ => {
            let [first, last] = [1, 9].map(|number| scene.cx.keymap.digit(Scope::Picker, number));
            let by_number = first.zip(last).map_or_else(String::new, |(first, last)| format!("   {first}-{last} by number"));
            format!("{}{by_number}", hints("   ", &[(pick, "choose")]))
        }
    };
    pen.hints(inner, inner.height.saturating_sub(1), &format!(" {hint}"), styles.dim());
}
