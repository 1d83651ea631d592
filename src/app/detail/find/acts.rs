//! Keys in the find bar of a case.

use crate::app::action::{Action, Scope};
use crate::app::detail::find::FindBar;
use crate::app::detail::lines::Line;
use crate::app::detail::tab::Tab;
use crate::app::detail::{records, timeline};
use crate::app::message::Chord;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::{App, text};

impl App {
    pub(in crate::app) fn open_find(&mut self) {
        let bar =
            FindBar { area: text::line(""), before: self.panes.detail.needle.clone(), top: self.panes.detail.top(), is_cleared: false };
        self.push(Overlay::Find(bar));
    }

    /// An action while the find bar is open.
    pub(in crate::app) fn act_in_find(&mut self, action: Action) {
        match action {
            Action::KeepFilter => {
                // Nothing typed: what was looked for last is looked for again.
                if self.find_is_empty() && !self.model.left.find.is_empty() {
                    let again = self.model.left.find.clone();
                    self.paste_in_find(&again);
                }
                self.keep_find();
                self.pop();
                if !self.panes.detail.needle.is_empty() && self.panes.detail.body.marks.is_empty() {
                    self.find_elsewhere(true);
                }
            }
            Action::RestoreFilter => {
                self.keep_find();
                if let Some(Overlay::Find(bar)) = self.pop() {
                    self.panes.detail.needle = bar.before;
                    self.panes.detail.set_top(bar.top);
                }
            }
            Action::ClearFilter => {
                if let Some(Overlay::Find(bar)) = self.cx.overlays.last_mut() {
                    bar.area = text::line("");
                    bar.is_cleared = true;
                }
                self.look();
            }
            _ => {}
        }
    }

    fn find_is_empty(&self) -> bool {
        matches!(self.cx.overlays.last(), Some(Overlay::Find(bar)) if !bar.is_cleared && text::line_text(&bar.area).is_empty())
    }

    /// What is typed is offered again by an empty bar, whether it was looked for or left.
    fn keep_find(&mut self) {
        if let Some(Overlay::Find(bar)) = self.cx.overlays.last()
            && !text::line_text(&bar.area).trim().is_empty()
        {
            text::line_text(&bar.area).clone_into(&mut self.model.left.find);
        }
    }

    /// What Enter in an empty find bar looks for.
    pub fn find_again(&self) -> Option<&str> {
        Some(self.model.left.find.as_str()).filter(|words| !words.is_empty() && self.find_is_empty())
    }

    /// A key typed into the find bar.
    pub(in crate::app) fn type_in_find(&mut self, chord: Chord) {
        let Some(Overlay::Find(bar)) = self.cx.overlays.last_mut() else { return };
        if text::type_in_line(&mut bar.area, chord) {
            self.look();
        }
    }

    pub(in crate::app) fn paste_in_find(&mut self, pasted: &str) {
        let Some(Overlay::Find(bar)) = self.cx.overlays.last_mut() else { return };
        text::paste_in_line(&mut bar.area, pasted);
        self.look();
    }

    /// Looks for what is typed, from where the looking began.
    fn look(&mut self) {
        let Some(Overlay::Find(bar)) = self.cx.overlays.last() else { return };
        let (needle, from) = (text::line_text(&bar.area).to_lowercase(), bar.top);
        self.panes.detail.body.mark(needle.as_str());
        self.panes.detail.needle = needle;
        let marks = &self.panes.detail.body.marks;
        if let Some(line) = marks.iter().find(|line| **line >= from).or(marks.first()).copied() {
            self.bring(line);
        }
    }

    /// The next or previous line that is marked, around the ends.
    pub(in crate::app) fn find_next(&mut self, forward: bool, count: usize) {
        let marks = &self.panes.detail.body.marks;
        if marks.is_empty() {
            return self.find_elsewhere(forward);
        }
        let here = self.panes.detail.found.unwrap_or(self.panes.detail.top());
        let after = marks.partition_point(|line| if forward { *line <= here } else { *line < here });
        let runs_out = if forward { after + count > marks.len() } else { after < count };
        if runs_out && let Some(tab) = self.other_tab(forward) {
            return self.find_in(tab, forward);
        }
        let marks = &self.panes.detail.body.marks;
        let step = (count - 1) % marks.len();
        let at = if forward { (after + step) % marks.len() } else { (after + 2 * marks.len() - 1 - step) % marks.len() };
        let line = marks[at];
        self.bring(line);
    }

    /// Turns to the next tab that holds what is looked for; says so where none does.
    fn find_elsewhere(&mut self, forward: bool) {
        match self.other_tab(forward) {
            Some(tab) => self.find_in(tab, forward),
            None if self.panes.detail.needle.is_empty() => self.cx.say(Grade::Info, "nothing is looked for yet"),
            None => {
                let words = self.left_out().unwrap_or_else(|| "not in what is loaded of this case".to_owned());
                self.cx.say(Grade::Info, words);
            }
        }
    }

    /// The next tab, one way, that holds what is looked for.
    fn other_tab(&self, forward: bool) -> Option<Tab> {
        let needle = self.panes.detail.needle.as_str();
        let ground = self.ground(usize::from(self.detail_parts().body.width));
        let tabs = Tab::ALL.len();
        let step = if forward { 1 } else { tabs - 1 };
        let mut others = (1..tabs).map(|n| Tab::ALL[(self.panes.detail.tab as usize + n * step) % tabs]);
        others.find(|tab| !needle.is_empty() && crate::app::detail::laid::holds(&self.panes.detail, *tab, needle, ground))
    }

    /// Where what is looked for stands in what is loaded and not shown, and how to get there; None: nowhere.
    fn left_out(&self) -> Option<String> {
        let (detail, ground) = (&self.panes.detail, self.ground(usize::from(self.detail_parts().body.width)));
        let holds = |lines: Vec<Line>| lines.iter().any(|line| line.holds(&detail.needle));
        let records = |only| records::lay_out(&detail.records, only, None, ground).0;
        let key = |action| self.cx.keymap.key(Scope::Detail, action);
        if detail.open_record.is_some() && holds(records(detail.record_type)) {
            return Some(format!("not in this record, but in another one: {} goes back to all of them", key(Action::Follow)));
        }
        if detail.topic.is_some() && holds(timeline::lay_out(&detail.activities, None, true, ground)) {
            let shown = timeline::topic_name(detail.topic);
            return Some(format!(
                "not in what is shown, but in Activity, where only {shown} are: {} shows others",
                key(Action::EntryKinds)
            ));
        }
        let only = detail.record_type.and_then(|number| detail.records.items.get(number)).map(records::name)?;
        let words = || format!("not in what is shown, but in Records, where only {only} are: {} shows others", key(Action::EntryKinds));
        holds(records(None)).then(words)
    }

    fn find_in(&mut self, tab: Tab, forward: bool) {
        self.panes.detail.open_record = None;
        self.panes.detail.tab = tab;
        self.settle_detail();
        let marks = &self.panes.detail.body.marks;
        if let Some(line) = if forward { marks.first() } else { marks.last() }.copied() {
            self.bring(line);
        }
        self.cx.say(Grade::Info, format!("found in {}", tab.title()));
    }

    /// Puts a line in sight, a third from the top, and the table's cursor on it.
    pub(in crate::app) fn bring(&mut self, line: usize) {
        self.panes.detail.found = Some(line);
        if self.panes.detail.is_table()
            && let Some(record) = self.panes.detail.body.record_from(line, true)
        {
            self.panes.detail.chosen = Some(record);
        }
        let height = usize::from(self.detail_parts().body.height).max(1);
        let top = self.panes.detail.top();
        if line < top || line >= top + height {
            self.panes.detail.set_top(line.saturating_sub(height / 3));
        }
    }

    /// Closes what lies over the tab: a record by itself, then what find marks; false: nothing did.
    pub(in crate::app) fn close_find(&mut self) -> bool {
        if self.panes.detail.open_record.is_some() {
            self.close_record();
            return true;
        }
        self.panes.detail.found = None;
        !std::mem::take(&mut self.panes.detail.needle).is_empty()
    }
}
