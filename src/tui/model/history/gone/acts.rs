//! What an entry that has left the outbox means for what can be taken back.

use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::history::Own;
use crate::tui::model::history::gone::Gone;
use crate::tui::model::outbox::Queued;
use crate::tui::screens::review::is_typed;

impl Model {
    /// What was typed in it is offered again.
    fn say_taken_back(&mut self, what: &str, own: &Own, cx: &mut Cx) {
        let (edit, redo) = (cx.key(Action::Edit), cx.key(Action::Redo));
        // A choice is made again with one key; only what was typed is worth keeping as text.
        let was_typed = own.is_typed && own.edit.changes.iter().any(is_typed);
        let offered = if was_typed && self.offer_again(own.rid, &own.edit, cx) {
            format!("your text is kept, {edit} or {redo} brings it back")
        } else {
            format!("{redo} brings it back")
        };
        cx.say(Grade::Good, format!("{what}: taken back, nothing was sent; {offered}"));
    }
}

/// An entry is gone unsent: a line says so, and how it comes back where it does.
pub(in crate::tui) fn forget_entry(queued: &Queued, model: &mut Model, cx: &mut Cx) {
    let gone = model.history.dropped(&queued.entry.id);
    let what = format!("{} {}", queued.key, queued.wishes(model));
    let key = match gone {
        Gone::TakenBack(own) => return model.say_taken_back(&what, &own, cx),
        Gone::Replaced => return cx.say(Grade::Info, format!("{what}: the edit you have just sent takes its place")),
        Gone::Own => Some(Action::Redo),
        Gone::Back => Some(Action::Undo),
        Gone::Other => None,
    };
    let offered = key.map(|key| format!("; {} brings it back", cx.key(key))).unwrap_or_default();
    cx.say(Grade::Info, format!("{what}: dropped, nothing more is sent{offered}"));
}
