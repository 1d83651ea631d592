//! What others changed in the case while it was edited.

use crate::tui::scene::Scene;
use crate::tui::screens::form::Form;

/// Changed fields that are named; the rest is counted.
pub(in crate::tui) const MAX_NAMED: usize = 3;
/// Below this width what is known of the form is said in a word each.
pub(in crate::tui) const NARROW: u16 = 60;

/// Who changed what since the form was opened: `m.lee changed status, title at 12:04Z`.
pub(in crate::tui) fn moved_words(scene: Scene<'_>, form: &Form, columns: u16) -> Option<String> {
    let Some(moved) = form.moved.as_ref() else { return scene.model.busy_words(form.rid, scene.cx) };
    let who = moved.by.as_deref().unwrap_or("somebody");
    if columns < NARROW {
        let first = moved.fields.first().map_or("it", String::as_str);
        let more = match moved.fields.len() {
            0 | 1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        return Some(format!("! {who} changed {first}{more}; your text is untouched"));
    }
    let at = moved.at.map(|at| format!(" at {}", scene.cx.clock.time_of_day(at))).unwrap_or_default();
    let fields = moved.fields.iter().take(MAX_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = match moved.fields.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!("! {who} changed {fields}{more}{at}; your text is untouched, sending compares first"))
}
