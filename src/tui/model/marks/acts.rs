//! Marking rows, ranges and all that match.

use crate::domain::bulk::MAX_CASES;
use crate::domain::case::Rid;
use crate::domain::count::count_of;
use crate::index::Flags;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::marks::Marks;
use crate::tui::screens::Overlay;
use crate::tui::screens::ask::{About, AskBox};

impl Model {
    /// Whether a case is marked, with the range that still grows.
    pub fn is_marked(&self, rid: Rid) -> bool {
        self.marks.set.contains(&rid) || (self.marks.range_from.is_some() && self.range().contains(&rid))
    }

    /// Whether a marked case is among those that this row stands for.
    pub fn shows_marked(&self, rid: Rid) -> bool {
        self.is_marked(rid) || (!self.marks.set.is_empty() && self.list.behind(rid).iter().any(|rid| self.marks.set.contains(rid)))
    }

    /// Marked cases, and those of them that the list does not show now.
    pub fn marked(&self) -> (usize, usize) {
        let mut all = self.marks.set.clone();
        all.extend(self.range());
        (all.len(), self.list.hidden_of(all))
    }

    /// In the order of the list, those that it does not show behind them.
    pub(in crate::tui) fn marked_rids(&self) -> Vec<Rid> {
        let mut all = self.marks.set.clone();
        all.extend(self.range());
        let mut rids: Vec<Rid> =
            if all.is_empty() { Vec::new() } else { self.list.rows().iter().copied().filter(|rid| all.remove(rid)).collect() };
        rids.extend(all);
        rids
    }

    /// From where the range began to the cursor; empty when none is growing or its start has left the list.
    pub(in crate::tui) fn range(&self) -> &[Rid] {
        let order = self.list.order();
        let start = self.marks.range_from.and_then(|from| order.iter().position(|rid| *rid == from));
        start.map_or(&[], |start| {
            let at = self.list.at().min(order.len().saturating_sub(1));
            order.get(start.min(at)..=start.max(at)).unwrap_or(&[])
        })
    }

    /// The range stops growing and stays.
    pub(in crate::tui) fn end_range(&mut self, cx: &mut Cx) -> bool {
        if self.marks.range_from.is_none() {
            return false;
        }
        let range = self.range().to_vec();
        self.marks.range_from = None;
        self.add(range, cx);
        true
    }

    pub(in crate::tui) fn add(&mut self, rids: impl IntoIterator<Item = Rid>, cx: &mut Cx) {
        for rid in rids {
            if self.marks.set.len() >= MAX_CASES {
                cx.say(Grade::Warning, format!("{MAX_CASES} cases are marked, which is the most; narrow the filter"));
                return;
            }
            self.marks.set.insert(rid);
            self.list.flag(rid, Flags::MARKED, true);
        }
    }

    pub(in crate::tui) fn clear_marks(&mut self) {
        let marked: Vec<Rid> = self.marks.set.iter().copied().collect();
        self.unmark(&marked);
        self.marks = Marks::default();
    }

    /// Cases that are gone are not marked any more.
    pub(in crate::tui) fn unmark(&mut self, rids: &[Rid]) {
        for rid in rids {
            self.marks.set.remove(rid);
            self.list.flag(*rid, Flags::MARKED, false);
        }
    }

    /// These and no others.
    pub(in crate::tui) fn mark_only(&mut self, rids: impl IntoIterator<Item = Rid>, cx: &mut Cx) {
        self.clear_marks();
        self.add(rids, cx);
    }

    pub(in crate::tui) fn mark_left(&mut self, cx: &mut Cx) {
        self.end_range(cx);
        let left: Vec<Rid> = self.list.left().collect();
        self.add(left, cx);
        self.say_marks(cx);
    }

    fn say_marks(&mut self, cx: &mut Cx) {
        let held = self.list.held().len();
        let held = if held == 0 { String::new() } else { format!("; {held} held are not, {} lets them in", cx.key(Action::Refresh)) };
        let words = match self.marked() {
            (0, 0) => "no case is marked".to_owned(),
            (marked, 0) => format!("{} marked", count_of(marked, "case is", "cases are")),
            (1, _) => "1 case is marked, and the list does not show it".to_owned(),
            (marked, hidden) => format!("{} marked, {hidden} of them hidden", count_of(marked, "case is", "cases are")),
        };
        cx.say(Grade::Info, format!("{words}{held}"));
    }
}

impl Marks {
    /// Marked for good; a range that still grows is not.
    pub(in crate::tui) fn marked_set(&self) -> impl Iterator<Item = Rid> {
        self.set.iter().copied()
    }

    pub fn has_marks(&self) -> bool {
        !self.set.is_empty() || self.range_from.is_some()
    }

    /// `Esc` drops a range that grows.
    pub(in crate::tui) fn drop_range(&mut self) -> bool {
        self.range_from.take().is_some()
    }
}

pub(in crate::tui) fn act_on_marks(action: Action, times: usize, model: &mut Model, cx: &mut Cx) -> bool {
    match action {
        Action::Mark => {
            model.end_range(cx);
            for _ in 0..times {
                let Some(rid) = model.list.cursor() else { break };
                if model.marks.set.contains(&rid) {
                    model.unmark(&[rid]);
                } else {
                    model.add([rid], cx);
                }
                let at = model.list.at();
                model.list.down(1);
                if model.list.at() == at {
                    break;
                }
            }
        }
        Action::MarkRange => {
            if model.end_range(cx) {
                model.say_marks(cx);
            } else {
                model.marks.range_from = model.list.cursor();
                let (range, back) = (cx.key(Action::MarkRange), cx.key(Action::Back));
                cx.say(Grade::Info, format!("move to the other end; {range} again or a command takes the range, {back} drops it"));
            }
        }
        Action::MarkAll => mark_all(model, cx),
        Action::MarkInvert => {
            model.end_range(cx);
            let (marked, unmarked): (Vec<Rid>, Vec<Rid>) = model.list.left().partition(|rid| model.marks.set.contains(rid));
            model.unmark(&marked);
            model.add(unmarked, cx);
            model.say_marks(cx);
        }
        Action::ClearMarks => {
            model.clear_marks();
            cx.say(Grade::Info, "no case is marked");
        }
        _ => return false,
    }
    true
}

/// All that the filter leaves; where not every case is known, only after it was said that this is fine.
fn mark_all(model: &mut Model, cx: &mut Cx) {
    let known = model.known(cx);
    if known.is_complete() {
        model.mark_left(cx);
        return;
    }
    let why = model.worth(&known, u16::MAX, cx);
    let lines = vec![
        format!("{} in the list, but not every case is known: {why}.", count_of(model.list.left().count(), "case is", "cases are")),
        "Type partial to mark what is known all the same.".into(),
    ];
    cx.push(Overlay::Ask(Box::new(AskBox::new("Mark everything in the filter?", lines, About::Consent))));
}
