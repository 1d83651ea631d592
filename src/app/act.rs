//! What each action does, by the scope it was pressed in.

use jiff::SignedDuration;

use crate::app::action::{Action, Scope};
use crate::app::available::unavailable;
use crate::app::cx::Cx;
use crate::app::detail::json;
use crate::app::effect::Effect;
use crate::app::list::List;
use crate::app::model::Model;
use crate::app::notice::Grade;
use crate::app::outbox::{OutboxPane, Queued};
use crate::app::overlay::{BEING_WRITTEN, OnYes, Overlay};
use crate::app::pending::Ask;
use crate::app::{App, Pane};
use crate::domain::case::Rid;
use crate::domain::change::Part;
use crate::domain::count::count_of;
use crate::index::Seen;
use crate::protocol::Order;
use crate::query::Column;

/// A second Ctrl-c within this quits.
const TWICE_WITHIN: SignedDuration = SignedDuration::from_secs(1);
/// Edits that the question before quitting names; more would push its answers off a small screen.
const MAX_NAMED: usize = 4;

impl App {
    /// Carries an action out, or says why it cannot act now. `count`: as typed before it; the digit of a choice.
    pub(in crate::app) fn act(&mut self, scope: Scope, action: Action, count: Option<u32>) {
        if let Some(reason) = unavailable(self, scope, action) {
            self.cx.say(Grade::Info, reason);
            return;
        }
        if matches!(scope, Scope::List | Scope::Detail) && self.hand_back(action) {
            return;
        }
        let times = count.map_or(1, |count| count.max(1) as usize);
        if self.act_anywhere(action) || (matches!(scope, Scope::List | Scope::Detail) && self.act_on_views(action, count)) {
            return;
        }
        match scope {
            Scope::List => self.act_in_list(action, count),
            Scope::Detail if self.act_on_case(action) => {}
            Scope::Detail => self.act_from_detail(action, times),
            Scope::Filter if matches!(self.cx.overlays.last(), Some(Overlay::Filter(_))) => self.act_in_filter(action),
            Scope::Filter => self.act_in_find(action),
            Scope::Rewrite => self.act_in_rewrite(action),
            Scope::Form => self.act_in_form(action),
            Scope::Conflict => self.act_in_conflict(action, times),
            Scope::Help | Scope::Palette => self.run_chosen(scope, action),
            Scope::Prompt => self.act_in_prompt(action),
            Scope::Confirm if matches!(self.cx.overlays.last(), Some(Overlay::Review(_))) => self.act_in_review(action, times),
            Scope::Confirm => self.act_in_confirm(action),
            Scope::Picker => self.act_in_picker(action, count),
            Scope::Outbox => self.act_in_outbox(action, times),
            Scope::Bulk => self.act_in_bulk(action, count),
            Scope::Batch => self.act_in_batch(action, times),
            Scope::Triage => self.act_in_triage(action),
            Scope::Explain => self.act_in_explain(action, times),
            Scope::Sources => self.act_in_sources(action, count),
            Scope::FirstRun => self.act_in_first_run(action, count),
            Scope::Views => self.act_in_views(action),
            Scope::Name => self.act_in_name(action),
            Scope::Facets => self.act_in_facets(action),
            Scope::Columns => self.act_in_columns(action),
        }
    }

    /// Help and the palette choose a command for the place that they were opened from.
    fn run_chosen(&mut self, scope: Scope, action: Action) {
        let chosen = if scope == Scope::Help { self.act_in_help(action) } else { self.act_in_palette(action) };
        if let Some((about, action)) = chosen {
            self.act(about, action, None);
        }
    }

    /// What means the same everywhere; false: not one of these.
    fn act_anywhere(&mut self, action: Action) -> bool {
        match action {
            Action::Back => self.back(),
            Action::Close => self.close_layer(),
            Action::Quit => self.quit(),
            Action::Interrupt => self.interrupt(),
            Action::Suspend => self.once_kept(Effect::Suspend, true),
            Action::Redraw => self.cx.effects.push(Effect::Redraw),
            Action::Help => self.open_help(),
            Action::Palette => self.open_palette(),
            Action::Export => self.open_palette_at("export "),
            Action::KeyTable => {
                self.cx.effects.push(Effect::PrintAtExit(self.cx.keymap.table()));
                self.cx.say(Grade::Info, "the key table is printed when you quit");
            }
            Action::Times => {
                self.cx.clock.style = self.cx.clock.style.next();
                self.cx.say(Grade::Info, format!("times: {}", self.cx.clock.style.name()));
            }
            Action::Preview => self.panes.preview = !self.panes.preview,
            Action::Maximise => self.panes.maximised = !self.panes.maximised,
            Action::Outbox => self.push(Overlay::Outbox(OutboxPane::default())),
            Action::Sources => self.open_sources(),
            Action::Undo => self.undo(),
            Action::Macros => self.open_macros(),
            Action::Record => self.record(),
            Action::Explain => self.open_explain(),
            Action::Batch => self.open_batch(None),
            Action::Redo => self.redo(),
            Action::Refresh => self.refresh_and_admit(),
            Action::RefreshAll => {
                self.model.refresh(None, true, &mut self.cx);
                self.cx.say(Grade::Info, "reading every source completely");
            }
            _ => return false,
        }
        true
    }

    fn act_in_list(&mut self, action: Action, count: Option<u32>) {
        let times = count.map_or(1, |count| count.max(1) as usize);
        let page = self.areas().list_rows().max(1);
        let half = (page / 2).max(1);
        match action {
            Action::Down => self.model.list.down(times),
            Action::Up => self.model.list.up(times),
            Action::HalfDown => self.model.list.down(half * times),
            Action::HalfUp => self.model.list.up(half * times),
            Action::PageDown => self.model.list.down(page * times),
            Action::PageUp => self.model.list.up(page * times),
            Action::First => self.model.list.go(0),
            Action::Last => self.model.list.go(count.map_or(usize::MAX, |row| (row.max(1) - 1) as usize)),
            Action::RowTop => self.model.list.put_line(0),
            Action::RowMiddle => self.model.list.put_line(page / 2),
            Action::RowBottom => self.model.list.put_line(page - 1),
            Action::NextUnseen | Action::PreviousUnseen => self.model.go_unseen(action, times, &mut self.cx),
            Action::Open | Action::NextPane | Action::PreviousPane => self.focus_detail(),
            Action::OtherDown | Action::OtherUp if self.areas().detail.is_empty() => {
                self.scroll_preview(times, action == Action::OtherDown);
            }
            Action::Triage => self.open_triage(),
            Action::OtherDown | Action::OtherUp => self.act_in_detail(action, times),
            Action::Filter => self.open_filter(),
            Action::ClearFilter => {
                self.model.note_place();
                self.model.list.set_filter("");
                self.cx.say(Grade::Info, format!("filter cleared; {} brings it back", self.cx.key(Action::Return)));
            }
            Action::Return => self.model.go_back_a_place(&mut self.cx),
            Action::Sort => self.open_sort_menu(),
            Action::FindNext | Action::FindPrevious => self.model.go_to_match(action == Action::FindNext, times, &mut self.cx),
            _ if self.act_on_marks(action, times) => {}
            _ => {
                if !self.act_on_case(action) {
                    self.arrange_list(action);
                }
            }
        }
    }

    /// Groups, folds, columns and tables of the list.
    fn arrange_list(&mut self, action: Action) {
        let has_changed = match action {
            Action::FoldOpen => self.model.list.fold(Some(false)),
            Action::FoldClose => self.model.list.fold(Some(true)),
            Action::FoldToggle => self.model.list.fold(None),
            Action::FoldsOpen => self.model.list.fold_all(false),
            Action::FoldsClose => self.model.list.fold_all(true),
            Action::LookAlikes => return self.model.list.toggle_look_alikes(&mut self.cx),
            Action::Group => return self.open_group_menu(),
            Action::Columns => return self.open_columns(),
            Action::MoreLike => return self.open_more_like(),
            Action::FacetStatus => return self.open_facets(Column::Status),
            Action::FacetPriority => return self.open_facets(Column::Priority),
            Action::FacetAssignee => return self.open_facets(Column::Assignee),
            Action::FacetTag => return self.open_facets(Column::Tags),
            Action::FacetSource => return self.open_facets(Column::Source),
            Action::FacetAge => return self.open_facets(Column::Age),
            Action::FacetSla => return self.open_facets(Column::Sla),
            Action::Facets => return self.open_facets(Column::Team),
            _ => true,
        };
        if !has_changed {
            let (group, fold) = (self.cx.key(Action::Group), self.cx.key(Action::LookAlikes));
            self.cx.say(Grade::Info, format!("nothing to fold here; {group} groups, {fold} folds look-alikes"));
        }
    }

    fn act_from_detail(&mut self, action: Action, times: usize) {
        match action {
            Action::ToList | Action::NextPane | Action::PreviousPane => self.panes.focus = Pane::List,
            Action::OtherDown => {
                self.model.list.down(times);
                self.begin_look();
            }
            Action::OtherUp => {
                self.model.list.up(times);
                self.begin_look();
            }
            Action::NextUnseen | Action::PreviousUnseen => {
                self.model.go_unseen(action, times, &mut self.cx);
                self.begin_look();
            }
            Action::ClearMarks => drop(self.act_on_marks(action, times)),
            _ => self.act_in_detail(action, times),
        }
    }

    /// Actions on the case in sight; false: not one of these.
    fn act_on_case(&mut self, action: Action) -> bool {
        if self.model.marks.has_marks() && action.is_change() {
            self.start_bulk_verb(action);
            return true;
        }
        if self.act_aside(action) {
            return true;
        }
        let Some(rid) = self.case_in_sight() else { return false };
        // A change that is made again may be about what no list tells.
        let is_old = action == Action::Repeat && self.model.cached.is_behind(rid) && !self.model.is_offline(&self.cx);
        if action.is_change() && (is_old || self.model.cached.case_to_edit(rid).is_none()) {
            self.await_case(rid, action);
            return true;
        }
        match action {
            Action::Edit => self.open_form(rid, Part::Title),
            Action::EditWhole => self.edit_whole(rid),
            Action::Comment => self.open_form(rid, Part::Comment),
            Action::Status => self.pick_value(rid, Part::Status),
            Action::Priority => self.pick_value(rid, Part::Priority),
            _ if action.is_verb() => self.start_verb(rid, action),
            Action::Browse => {
                if let Some(url) = self.model.list.row(rid).and_then(|row| row.url()) {
                    self.cx.effects.push(Effect::Browse(url));
                }
            }
            Action::CopyKey => self.copy(self.model.list.row_text(rid, |row| Some(row.key)), "key"),
            Action::CopyUrl => self.copy(self.model.list.row(rid).and_then(|row| row.url()), "URL"),
            Action::CopyTitle => self.copy(self.model.list.row_text(rid, |row| Some(row.title)), "title"),
            Action::CopyJson => {
                let json = self.model.cached.get(rid).map(|loaded| json::pretty(&loaded.case.raw.0).join("\n"));
                self.copy(json, "JSON");
            }
            _ => return false,
        }
        true
    }

    /// What only this machine knows of cases: on the marks where there are any. False: not one of these.
    fn act_aside(&mut self, action: Action) -> bool {
        match action {
            Action::Snooze => {
                let rids = self.meant();
                self.open_snooze_menu(&rids);
            }
            Action::Wake => {
                let rids = self.meant();
                self.model.wake_by_hand(&rids, &mut self.cx);
            }
            Action::Pin => {
                let rids = self.meant();
                self.model.pin(&rids, &mut self.cx);
            }
            _ => return false,
        }
        true
    }

    pub(in crate::app) fn copy(&mut self, text: Option<String>, part: &str) {
        let key = self.case_in_sight().and_then(|rid| self.model.list.row_text(rid, |row| Some(row.key))).unwrap_or_default();
        if let Some(text) = text {
            let what = if part == "key" { format!("key {key}") } else { format!("{part} of {key}") };
            self.cx.effects.push(Effect::Copy { text, what });
        }
    }

    fn focus_detail(&mut self) {
        self.panes.focus = Pane::Detail;
        if let Some(rid) = self.model.list.cursor() {
            self.show_case(Some(rid));
        }
        self.begin_look();
    }

    /// What is held comes in, and the vendors are asked for more.
    fn refresh_and_admit(&mut self) {
        let before = self.model.list.cursor().and_then(|rid| self.model.list.row_text(rid, |row| Some(row.key)));
        let cursor = self.model.list.cursor();
        let (came, left) = self.model.list.admit();
        self.model.ahead.try_again();
        let lost = before.filter(|_| cursor != self.model.list.cursor()).map(|key| format!("{key} left the list; "));
        let moved = match (came, left) {
            (0, 0) => String::new(),
            (came, 0) => format!("{came} came in; "),
            (0, left) => format!("{left} left; "),
            (came, left) => format!("{came} came in, {left} left; "),
        };
        let asks = if self.cx.setup.offline { "started with --offline, so nothing is read" } else { "looking for changes" };
        self.cx.say(Grade::Info, format!("{}{moved}{asks}", lost.unwrap_or_default()));
        if !self.cx.setup.offline {
            self.model.refresh(None, false, &mut self.cx);
            if self.panes.focus == Pane::Detail {
                self.reopen_case();
            }
        }
    }

    /// Back one layer: a question, an overlay, the case, a notice, a fault that is shown. Never quits.
    pub(in crate::app) fn back(&mut self) {
        if matches!(self.cx.overlays.last(), Some(Overlay::FirstRun(_))) {
            self.cx.say(Grade::Info, format!("nothing is written yet; {} quits", self.cx.key(Action::Quit)));
        } else if self.cx.overlays.is_empty() {
            if self.model.marks.drop_range() || self.leave_detail_layer() || self.cx.notices.acknowledge() || self.model.put_problem_away()
            {
                return;
            }
            let (quit, clear) = (self.cx.key(Action::Close), self.cx.key(Action::ClearFilter));
            self.cx.say(Grade::Info, format!("this is the list; {quit} quits, {clear} clears a filter"));
        } else {
            self.leave_overlay();
        }
    }

    /// The overlay on top goes; what it stood for is told, and what was typed in it is kept.
    fn leave_overlay(&mut self) {
        if self.is_being_written() {
            return self.cx.say(Grade::Info, BEING_WRITTEN);
        }
        if matches!(self.cx.overlays.last(), Some(Overlay::Triage(_))) {
            return self.pause_triage();
        }
        self.keep_line();
        match self.pop() {
            Some(Overlay::Batch(pane)) => self.model.left_batch(&pane.id, &mut self.cx),
            Some(Overlay::Conflict(pane)) => self.model.left_conflict(&pane, &mut self.cx),
            _ => {}
        }
    }

    fn leave_detail_layer(&mut self) -> bool {
        let was_there = self.panes.focus == Pane::Detail || self.panes.maximised;
        if self.panes.focus == Pane::Detail && self.close_find() {
            return true;
        }
        self.panes.focus = Pane::List;
        self.panes.maximised = false;
        was_there
    }

    /// `q`: back one layer; at the list it quits.
    fn close_layer(&mut self) {
        if matches!(self.cx.overlays.last(), Some(Overlay::FirstRun(_))) {
            self.quit();
        } else if !self.cx.overlays.is_empty() {
            self.leave_overlay();
        } else if !self.leave_detail_layer() {
            self.quit();
        }
    }

    /// Quits, unless something is not sent yet: that is asked about.
    fn quit(&mut self) {
        let is_offline = self.model.is_offline(&self.cx);
        let words = |queued: &Queued| format!("{} {}: {}", queued.key, queued.wishes(self), queued.progress(is_offline));
        let unsent = self.model.unsent();
        let elsewhere = self.model.kept.elsewhere.iter().filter(|of| of.edits > 0);
        let lost = self.model.lost_by_quitting(&self.cx);
        if unsent + self.model.kept.edits_elsewhere() == 0 && self.model.kept.fault().is_none() && lost.is_empty() {
            self.once_kept(Effect::Quit, false);
            return;
        }
        let mut details = Vec::new();
        if let Some(fault) = self.model.kept.fault() {
            details.push(format!("What you typed last is NOT on disk and is lost: {}.", fault.message));
        }
        if unsent > 0 {
            // First, because a small screen cuts the end.
            let edits = count_of(unsent, "edit is", "edits are");
            let waits = self.model.outbox.iter().filter(|queued| queued.waits_for_person()).count();
            let then = match waits {
                0 => "; the next start sends it".into(),
                waits if waits == unsent => ", where it waits for you".into(),
                waits => format!("; the next start sends it, but for {waits}: what is stopped or held waits for you"),
            };
            details.push(format!("{edits} not sent. What is unsent stays on disk{then}."));
            details.extend(self.model.outbox.iter().take(MAX_NAMED).map(words));
        }
        details.extend(elsewhere.map(|of| format!("{}.", of.words())));
        let named = self.model.outbox.len().min(MAX_NAMED);
        if unsent > named {
            let place = self.cx.key(if self.model.batches_unsent() > 0 { Action::Batch } else { Action::Outbox });
            details.push(format!("and {} more: {place} lists them", unsent - named));
        }
        details.extend(lost);
        self.ask("Quit now?".into(), details, OnYes::Quit);
    }

    /// Ctrl-c: cancels what runs; twice within a second it quits.
    fn interrupt(&mut self) {
        let twice = self.interrupted_at.is_some_and(|at| self.cx.steady.duration_since(at) <= TWICE_WITHIN);
        self.interrupted_at = Some(self.cx.steady);
        if twice {
            self.interrupted_at = None;
            self.quit();
            return;
        }
        if !self.cx.overlays.is_empty() && !matches!(self.cx.overlays.last(), Some(Overlay::FirstRun(_))) {
            self.leave_overlay();
        }
        let reads = |ask: &Ask| matches!(ask, Ask::Refresh { .. } | Ask::Open(_) | Ask::More { .. });
        let open: Vec<_> = self.cx.pending.iter().filter(|(_, ask)| reads(ask)).map(|(ticket, _)| ticket).collect();
        let what = match open.len() {
            0 if self.is_being_written() => BEING_WRITTEN,
            0 => "nothing is running",
            _ => "calling off what is being read",
        };
        for ticket in open {
            self.cx.send(Ask::Cancel, Order::Cancel(ticket));
        }
        self.cx.say(Grade::Info, format!("{what}; {} once more quits", self.cx.key(Action::Interrupt)));
    }

    /// The case of a verb that waits for it has come.
    pub(in crate::app) fn resume_verb(&mut self, rid: Rid) {
        let Some((_, action)) = self.awaited.take_if(|(waits, _)| *waits == rid) else { return };
        if self.cx.overlays.is_empty() && self.case_in_sight() == Some(rid) {
            self.act(self.scope(), action, None);
        }
    }
}

impl List {
    fn toggle_look_alikes(&mut self, cx: &mut Cx) {
        self.toggle_folds();
        let words = match (self.folds(), self.closed_folds()) {
            (false, _) => "every case on a line of its own".into(),
            (true, _) if self.is_too_long_to_fold() => "too many cases to find look-alikes among; filter first".into(),
            (true, 0) => "no look-alike cases here".into(),
            (true, 1) => format!("1 fold of look-alike cases; {} opens it", cx.key(Action::FoldOpen)),
            (true, folds) => format!("{folds} folds of look-alike cases; {} opens one", cx.key(Action::FoldOpen)),
        };
        cx.say(Grade::Info, words);
    }

    fn row_text(&self, rid: Rid, part: impl Fn(Seen<'_>) -> Option<&str>) -> Option<String> {
        self.row(rid).and_then(|row| part(row).map(str::to_owned))
    }
}

impl Model {
    fn go_unseen(&mut self, action: Action, times: usize, cx: &mut Cx) {
        let forward = action == Action::NextUnseen;
        let mut moved = false;
        for _ in 0..times {
            if !self.list.go_unseen(forward) {
                break;
            }
            moved = true;
        }
        if !moved {
            let way = if forward { "below" } else { "above" };
            cx.say(Grade::Info, format!("no unseen change {way}"));
        }
    }
}
