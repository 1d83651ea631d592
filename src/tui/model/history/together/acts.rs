//! Taking back and making again what was done to several cases at once.

use crate::domain::bulk::{Target, Wanted};
use crate::domain::case::{CaseId, Rid};
use crate::domain::change::Change;
use crate::domain::count::{count, counted};
use crate::domain::edit::Edit;
use crate::domain::moved::Moved;
use crate::protocol::SettleBatch;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::model::history::History;
use crate::tui::model::history::acts::offer_the_one_before;
use crate::tui::model::history::kinds::{Together, Undone, WayBack};
use crate::tui::screens::batch::acts::batch_in_sight;
use crate::tui::screens::bulk::Course;
use crate::tui::screens::bulk::acts::start_bulk;
use crate::tui::screens::triage::acts::is_in_triage;
use crate::tui::screens::triage::back::{leave_again, undecide};

impl Model {
    fn redo_asides(&mut self, moves: &[Moved], cx: &mut Cx) {
        self.history.undone_together.pop();
        let (again, words) = self.take_asides_back(moves, cx);
        if again.is_empty() {
            return cx.say(Grade::Info, words);
        }
        self.history.push_together(Together::Asides(again));
        let undo = cx.key(Action::Undo);
        cx.say(Grade::Good, format!("{words}; {undo} takes it back"));
    }

    /// What the key that takes back would do to a bulk change that is over, in words.
    pub fn undo_of_batch(&self, id: &str, cx: &Cx) -> String {
        let [undo, redo] = [Action::Undo, Action::Redo].map(|action| cx.keymap.key(Scope::Batch, action));
        let takes_back = |what: &Undone| matches!(what, Undone::Batch { by: Some(by), .. } if by == id);
        if self.history.last_undone_together().is_some_and(takes_back) {
            return format!("{redo} makes it again after all");
        }
        if !self.history.is_last(id) {
            let is_it = |what: &Undone| matches!(what, Undone::Batch { id: known, .. } if known == id);
            return if self.history.takes_back(id) {
                format!("{undo} takes back what you did since, then this")
            } else if self.history.last_undone_together().is_some_and(is_it) {
                format!("it was taken back; {redo} makes it again")
            } else if self.history.batches.iter().any(|(own, _)| own == id) {
                "there is nothing left of it to take back".into()
            } else {
                format!("{undo} does not take it back: it is not of this sitting")
            };
        }
        let Some(way) = self.batch(id).map(WayBack::of) else { return String::new() };
        let (back, stays) = (way.landed.len(), way.stays());
        let stays = if stays.is_empty() { String::new() } else { format!("; {stays}") };
        match (back, way.lost.len()) {
            (0, 0) => "nothing of it was sent".into(),
            (0, _) => format!("nothing takes it back: {}", counted(way.lost)),
            (_, 0) => format!("{undo} takes it back{stays}"),
            (_, lost) => format!("{undo} takes back {back} of {}{stays}", count(back + lost, "case")),
        }
    }

    /// A comment that was taken back from all of its cases before it left is offered again where it was typed.
    fn offer_comment_again(&mut self, edits: &[(Rid, Edit)], cx: &mut Cx) {
        let mut comments = edits.iter().flat_map(|(_, edit)| &edit.changes).filter_map(|change| match change {
            Change::Comment(text) => Some(text),
            _ => None,
        });
        let Some(text) = comments.next().filter(|text| comments.all(|other| other == *text)) else { return };
        let rids: Vec<Rid> = edits.iter().map(|(rid, _)| *rid).collect();
        self.keep_comment_of_marks(&rids, text, cx);
    }
}

impl History {
    /// Whether a bulk change is the last that was done, so that it is what is taken back next.
    pub fn is_last(&self, id: &str) -> bool {
        matches!(self.last_together(), Some(Together::Batch(last)) if last == id)
    }
}

/// Takes back what was done together last; false: a single change came after it.
pub(in crate::tui) fn undo_together(model: &mut Model, cx: &mut Cx) -> bool {
    match model.history.last_together().cloned() {
        None => return false,
        Some(Together::Batch(id)) => undo_batch(&id, model, cx),
        Some(Together::Asides(moves)) => undo_asides(&moves, model, cx),
        Some(Together::Left { case, key }) if undecide(&case, model, cx) => {
            model.history.together.pop();
            let [on, redo] = [cx.key(Action::Triage), cx.key(Action::Redo)];
            let place = if is_in_triage(cx) { String::new() } else { format!(", {on} goes on with it") };
            cx.say(Grade::Good, format!("{key} is to be decided again{place}; {redo} leaves it as it is after all"));
            model.history.push_undone_together(Undone::Left { case, key });
        }
        Some(Together::Left { key, .. }) => {
            offer_the_one_before(&format!("{key}: another workbench has taken up its decision"), model, cx);
        }
    }
    true
}

/// Makes again what was taken back together last; false: a single change was taken back after it.
pub(in crate::tui) fn redo_together(model: &mut Model, cx: &mut Cx) -> bool {
    match model.history.last_undone_together().cloned() {
        None => return false,
        Some(Undone::Batch { words, by, .. }) if by.as_ref().and_then(|by| model.batch(by)).is_some_and(|sent| !sent.tally().is_over()) => {
            let place = cx.key(Action::Batch);
            cx.say(Grade::Info, format!("{words}: taking it back is not through yet; {place} shows how far it is"));
        }
        Some(Undone::Batch { words, edits, .. }) => {
            let targets = edits.iter().map(|(rid, ..)| Target { rid: *rid, refused: None }).collect();
            let stays = edits.iter().map(|(rid, _, stays)| (*rid, stays.clone())).collect();
            let edits = edits.into_iter().map(|(_, edit, _)| edit).collect();
            start_bulk(Wanted::Again(edits), words, targets, Course::Again { stays }, model, cx);
        }
        Some(Undone::Asides(moves)) => model.redo_asides(&moves, cx),
        Some(Undone::Left { .. }) if cx.pending.any(|ask| matches!(ask, Ask::Decide)) => {
            cx.say(Grade::Info, "the decision is being written to disk");
        }
        Some(Undone::Left { case, key }) => {
            model.history.undone_together.pop();
            if leave_again(&case, model, cx) {
                let undo = cx.key(Action::Undo);
                cx.say(Grade::Good, format!("{key} is left as it is; {undo} takes it back"));
                model.history.push_together(Together::Left { case, key });
            } else {
                cx.say(Grade::Info, format!("{key} is decided already"));
            }
        }
    }
    true
}

fn undo_asides(moves: &[Moved], model: &mut Model, cx: &mut Cx) {
    let (back, words) = model.take_asides_back(moves, cx);
    // What slept by a triage run and is awake waits in it again.
    let is_awake = |moved: &&Moved| model.asides.get(&moved.before.case).is_none_or(|aside| aside.snooze.is_none());
    let awake: Vec<CaseId> = moves.iter().filter(|moved| moved.slept()).filter(is_awake).map(|moved| moved.before.case.clone()).collect();
    let undecided = awake.iter().filter(|case| undecide(case, model, cx)).count();
    if back.is_empty() && undecided == 0 {
        return offer_the_one_before(&words, model, cx);
    }
    model.history.together.pop();
    if back.is_empty() {
        return cx.say(Grade::Good, format!("{words}, and to be decided again"));
    }
    model.history.push_undone_together(Undone::Asides(back));
    let redo = cx.key(Action::Redo);
    cx.say(Grade::Good, format!("taken back: {words}; {redo} does it again"));
}

/// What of a bulk change has not left is given up, what has landed is offered for taking back.
fn undo_batch(id: &str, model: &mut Model, cx: &mut Cx) {
    let Some(sent) = model.batch(id) else {
        return offer_the_one_before("a bulk change that is no longer known here: each case can be changed back by hand", model, cx);
    };
    let (way, words) = (WayBack::of(sent), sent.batch.words.clone());
    let mut told = Vec::new();
    if way.queued > 0 {
        cx.settle_batch(id.into(), SettleBatch::Cancel);
        if model.history.was_typed(id) {
            model.offer_comment_again(&way.waiting, cx);
        }
        let waiting = way.waiting.into_iter().map(|(rid, edit)| (rid, edit, Vec::new())).collect();
        model.history.took_back(id.into(), words.clone(), waiting, None);
        let redo = cx.key(Action::Redo);
        told.push(format!("{}: taken back before anything was sent; {redo} makes it again", count(way.queued, "case")));
    }
    if way.under_way > 0 {
        // It stays what is taken back next.
        let undo = cx.key(Action::Undo);
        told.push(format!("{} being sent: {undo} takes that back once it is read back", way.under_way));
        return cx.say(Grade::Info, told.join("; "));
    }
    if way.stuck > 0 && way.landed.is_empty() {
        let place = cx.key(Action::Batch);
        told.push(format!("{words}: {} stopped, and may be there in part; {place} shows which", way.stuck));
        return cx.say(Grade::Warning, told.join("; "));
    }
    if way.queued > 0 {
        cx.say(Grade::Good, told.join("; "));
    }
    if !way.landed.is_empty() {
        let title = format!("take back: {words}");
        let course = Course::Back { batch: id.into(), words, landed: way.landed };
        start_bulk(Wanted::Edits(way.edits), title, way.targets, course, model, cx);
    } else if way.queued > 0 && way.lost.is_empty() {
        model.history.forget_batch(id);
    } else if way.queued == 0 && way.lost.is_empty() {
        offer_the_one_before(&format!("{words}: nothing of it was sent"), model, cx);
    } else if way.queued == 0 {
        offer_the_one_before(&format!("{words}: {}", counted(way.lost)), model, cx);
    }
}

/// Why the key that takes back does nothing to the bulk change in sight; None: it is taken back, after what was done since.
pub(in crate::tui) fn no_undo_of_batch(model: &Model, cx: &Cx) -> Option<String> {
    let (sent, _) = batch_in_sight(model, cx)?;
    let id = &sent.batch.id;
    (!model.history.takes_back(id)).then(|| model.undo_of_batch(id, cx))
}
