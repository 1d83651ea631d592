//! What each action does, by the scope it was pressed in.

use jiff::SignedDuration;

use crate::domain::case::Rid;
use crate::domain::count::count_of;
use crate::domain::part::Part;
use crate::index::Seen;
use crate::protocol::Order;
use crate::query::Column;
use crate::tui::app::App;
use crate::tui::areas::{areas, scope};
use crate::tui::available::unavailable;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::cx::stack::{BEING_WRITTEN, case_in_sight};
use crate::tui::follow_cursor::acts::{reopen_case, scroll_preview};
use crate::tui::io::effect::Effect;
use crate::tui::keys::action::{
    Action, Scope, {self},
};
use crate::tui::model::Model;
use crate::tui::model::aside::acts::meant;
use crate::tui::model::baseline::acts::begin_look;
use crate::tui::model::draft::acts::{hand_back, once_kept};
use crate::tui::model::history::keys::{redo, undo};
use crate::tui::model::list::List;
use crate::tui::model::marks::acts::act_on_marks;
use crate::tui::model::outbox::Queued;
use crate::tui::panes::{Pane, Panes};
use crate::tui::screen::Press;
use crate::tui::screens::Overlay;
use crate::tui::screens::ask::macros::{open_macros, record};
use crate::tui::screens::batch::acts::open_batch;
use crate::tui::screens::bulk::acts::start_bulk_verb;
use crate::tui::screens::columns::acts::open_columns;
use crate::tui::screens::confirm::OnYes;
use crate::tui::screens::detail::acts::act_in_detail;
use crate::tui::screens::detail::json;
use crate::tui::screens::detail::text::show_case;
use crate::tui::screens::explain::acts::open_explain;
use crate::tui::screens::facets::acts::{open_facets, open_more_like};
use crate::tui::screens::filter::acts::open_filter;
use crate::tui::screens::form::editor::edit_whole;
use crate::tui::screens::form::open::acts::open_form;
use crate::tui::screens::help::acts::open_help;
use crate::tui::screens::palette::acts::{open_palette, open_palette_at};
use crate::tui::screens::picker::acts::{open_group_menu, open_sort_menu};
use crate::tui::screens::review::acts::pick_value;
use crate::tui::screens::review::verbs::start_verb;
use crate::tui::screens::snooze::acts::open_snooze_menu;
use crate::tui::screens::sources::acts::open_sources;
use crate::tui::screens::triage::keys::open_triage;
use crate::tui::screens::views::acts::act_on_views;
use crate::tui::shell::back::{back, leave_detail_layer, leave_overlay};

/// A second Ctrl-c within this quits.
const TWICE_WITHIN: SignedDuration = SignedDuration::from_secs(1);
/// Edits that the question before quitting names; more would push its answers off a small screen.
pub(in crate::tui) const MAX_NAMED: usize = 4;

impl App {
    /// Carries an action out, or says why it cannot act now. `count`: as typed before it; the digit of a choice.
    pub(in crate::tui) fn act(&mut self, scope: Scope, action: Action, count: Option<u32>) {
        if let Some(reason) = unavailable(scope, action, &self.model, &self.panes, &self.cx) {
            self.cx.say(Grade::Info, reason);
            return;
        }
        if matches!(scope, Scope::List | Scope::Detail) && hand_back(action, &self.model, &self.panes, &mut self.cx) {
            return;
        }
        if self.act_anywhere(action)
            || (matches!(scope, Scope::List | Scope::Detail) && act_on_views(action, count, &mut self.model, &mut self.cx))
        {
            return;
        }
        let press = Press { action, count };
        match scope {
            Scope::List => self.act_in_list(action, count),
            Scope::Detail if self.act_on_case(action) => {}
            Scope::Detail => act_from_detail(action, press.times(), &mut self.model, &mut self.panes, &mut self.cx),
            _ => {
                if let Some(act) = self.cx.overlays.last().map(Overlay::act) {
                    act(press, &mut self.model, &mut self.panes, &mut self.cx);
                }
            }
        }
        if let Some((about, action)) = self.cx.chosen.take() {
            self.act(about, action, None);
        }
    }

    /// What means the same everywhere; false: not one of these.
    fn act_anywhere(&mut self, action: Action) -> bool {
        match action {
            Action::Back => back(&mut self.model, &mut self.panes, &mut self.cx),
            Action::Close => close_layer(&mut self.model, &mut self.panes, &mut self.cx),
            Action::Quit => quit(&mut self.model, &mut self.cx),
            Action::Interrupt => self.interrupt(),
            Action::Suspend => once_kept(Effect::Suspend, true, &mut self.model, &mut self.cx),
            Action::Redraw => self.cx.effects.push(Effect::Redraw),
            Action::Help => open_help(&mut self.model, &self.panes, &mut self.cx),
            Action::Palette => open_palette(&mut self.model, &self.panes, &mut self.cx),
            Action::Export => open_palette_at("export ", &mut self.model, &self.panes, &mut self.cx),
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
            Action::Outbox => self.cx.push(Overlay::Outbox(Box::default())),
            Action::Sources => open_sources(&self.model, &mut self.cx),
            Action::Undo => undo(&mut self.model, &mut self.cx),
            Action::Macros => open_macros(&self.model, &mut self.cx),
            Action::Record => record(&mut self.model, &mut self.cx),
            Action::Explain => open_explain(&mut self.cx),
            Action::Batch => open_batch(None, &mut self.model, &mut self.cx),
            Action::Redo => redo(&mut self.model, &mut self.cx),
            Action::Refresh => refresh_and_admit(&mut self.model, &self.panes, &mut self.cx),
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
        let page = areas(&self.model, &self.panes, &self.cx).list_rows().max(1);
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
            Action::Open | Action::NextPane | Action::PreviousPane => focus_detail(&mut self.model, &mut self.panes, &mut self.cx),
            Action::OtherDown | Action::OtherUp if areas(&self.model, &self.panes, &self.cx).detail.is_empty() => {
                scroll_preview(times, action == Action::OtherDown, &mut self.model, &self.panes, &self.cx);
            }
            Action::Triage => open_triage(&mut self.model, &mut self.cx),
            Action::OtherDown | Action::OtherUp => act_in_detail(action, times, &self.model, &mut self.panes, &mut self.cx),
            Action::Filter => open_filter(&mut self.model, &mut self.cx),
            Action::ClearFilter => {
                self.model.note_place();
                self.model.list.set_filter("");
                self.cx.say(Grade::Info, format!("filter cleared; {} brings it back", self.cx.key(Action::Return)));
            }
            Action::Return => self.model.go_back_a_place(&mut self.cx),
            Action::Sort => open_sort_menu(&self.model, &mut self.cx),
            Action::FindNext | Action::FindPrevious => self.model.go_to_match(action == Action::FindNext, times, &mut self.cx),
            _ if act_on_marks(action, times, &mut self.model, &mut self.cx) => {}
            _ => {
                if !self.act_on_case(action) {
                    arrange_list(action, &mut self.model, &mut self.cx);
                }
            }
        }
    }

    /// Actions on the case in sight; false: not one of these.
    fn act_on_case(&mut self, action: Action) -> bool {
        if self.model.marks.has_marks() && action.is_change() {
            start_bulk_verb(action, &mut self.model, &self.panes, &mut self.cx);
            return true;
        }
        if act_aside(action, &mut self.model, &self.panes, &mut self.cx) {
            return true;
        }
        let Some(rid) = case_in_sight(&self.model, &self.panes) else { return false };
        // A change that is made again may be about what no list tells.
        let is_old = action == Action::Repeat && self.model.cached.is_behind(rid) && !self.model.is_offline(&self.cx);
        if action.is_change() && (is_old || self.model.cached.case_to_edit(rid).is_none()) {
            self.await_case(rid, action);
            return true;
        }
        match action {
            Action::Edit => open_form(rid, Part::Title, &mut self.model, &mut self.cx),
            Action::EditWhole => edit_whole(rid, &mut self.model, &mut self.cx),
            Action::Comment => open_form(rid, Part::Comment, &mut self.model, &mut self.cx),
            Action::Status => pick_value(rid, Part::Status, &self.model, &mut self.cx),
            Action::Priority => pick_value(rid, Part::Priority, &self.model, &mut self.cx),
            _ if action.is_verb() => start_verb(rid, action, &mut self.model, &mut self.cx),
            Action::Browse => {
                if let Some(url) = self.model.list.row(rid).and_then(|row| row.url()) {
                    self.cx.effects.push(Effect::Browse(url));
                }
            }
            Action::CopyKey => copy(self.model.list.row_text(rid, |row| Some(row.key)), "key", &self.model, &self.panes, &mut self.cx),
            Action::CopyUrl => copy(self.model.list.row(rid).and_then(|row| row.url()), "URL", &self.model, &self.panes, &mut self.cx),
            Action::CopyTitle => {
                copy(self.model.list.row_text(rid, |row| Some(row.title)), "title", &self.model, &self.panes, &mut self.cx);
            }
            Action::CopyJson => {
                let json = self.model.cached.get(rid).map(|loaded| json::pretty(&loaded.case.raw.0).join("\n"));
                copy(json, "JSON", &self.model, &self.panes, &mut self.cx);
            }
            _ => return false,
        }
        true
    }

    /// Ctrl-c: cancels what runs; twice within a second it quits.
    fn interrupt(&mut self) {
        let twice = self.interrupted_at.is_some_and(|at| self.cx.steady.duration_since(at) <= TWICE_WITHIN);
        self.interrupted_at = Some(self.cx.steady);
        if twice {
            self.interrupted_at = None;
            quit(&mut self.model, &mut self.cx);
            return;
        }
        if !self.cx.overlays.is_empty() && !matches!(self.cx.overlays.last(), Some(Overlay::FirstRun(_))) {
            leave_overlay(&mut self.model, &mut self.cx);
        }
        let reads = |ask: &Ask| matches!(ask, Ask::Refresh { .. } | Ask::Open(_) | Ask::More { .. });
        let open: Vec<_> = self.cx.pending.iter().filter(|(_, ask)| reads(ask)).map(|(ticket, _)| ticket).collect();
        let what = match open.len() {
            0 if self.cx.overlays.last().is_some_and(Overlay::is_saving) => BEING_WRITTEN,
            0 => "nothing is running",
            _ => "calling off what is being read",
        };
        for ticket in open {
            self.cx.send(Ask::Cancel, Order::Cancel(ticket));
        }
        self.cx.say(Grade::Info, format!("{what}; {} once more quits", self.cx.key(Action::Interrupt)));
    }

    /// A verb waits for its case to be read.
    pub(in crate::tui) fn await_case(&mut self, rid: Rid, action: Action) {
        self.model.follow.open_case(rid, &mut self.cx);
        self.awaited = Some((rid, action));
        let words =
            action::bindings(scope(&self.panes, &self.cx)).find(|binding| binding.action == action).map_or("", |binding| binding.words);
        self.cx.say(Grade::Info, format!("{words}: as soon as the case is read; another key calls it off"));
    }

    /// The case of a verb that waits for it has come.
    pub(in crate::tui) fn resume_verb(&mut self, rid: Rid) {
        let Some((_, action)) = self.awaited.take_if(|(waits, _)| *waits == rid) else { return };
        if self.cx.overlays.is_empty() && case_in_sight(&self.model, &self.panes) == Some(rid) {
            self.act(scope(&self.panes, &self.cx), action, None);
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

/// Groups, folds, columns and tables of the list.
fn arrange_list(action: Action, model: &mut Model, cx: &mut Cx) {
    let has_changed = match action {
        Action::FoldOpen => model.list.fold(Some(false)),
        Action::FoldClose => model.list.fold(Some(true)),
        Action::FoldToggle => model.list.fold(None),
        Action::FoldsOpen => model.list.fold_all(false),
        Action::FoldsClose => model.list.fold_all(true),
        Action::LookAlikes => return model.list.toggle_look_alikes(cx),
        Action::Group => return open_group_menu(model, cx),
        Action::Columns => return open_columns(model, cx),
        Action::MoreLike => return open_more_like(model, cx),
        Action::FacetStatus => return open_facets(Column::Status, model, cx),
        Action::FacetPriority => return open_facets(Column::Priority, model, cx),
        Action::FacetAssignee => return open_facets(Column::Assignee, model, cx),
        Action::FacetTag => return open_facets(Column::Tags, model, cx),
        Action::FacetSource => return open_facets(Column::Source, model, cx),
        Action::FacetAge => return open_facets(Column::Age, model, cx),
        Action::FacetSla => return open_facets(Column::Sla, model, cx),
        Action::Facets => return open_facets(Column::Team, model, cx),
        _ => true,
    };
    if !has_changed {
        let (group, fold) = (cx.key(Action::Group), cx.key(Action::LookAlikes));
        cx.say(Grade::Info, format!("nothing to fold here; {group} groups, {fold} folds look-alikes"));
    }
}

fn act_from_detail(action: Action, times: usize, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    match action {
        Action::ToList | Action::NextPane | Action::PreviousPane => panes.focus = Pane::List,
        Action::OtherDown => {
            model.list.down(times);
            begin_look(model, panes, cx);
        }
        Action::OtherUp => {
            model.list.up(times);
            begin_look(model, panes, cx);
        }
        Action::NextUnseen | Action::PreviousUnseen => {
            model.go_unseen(action, times, cx);
            begin_look(model, panes, cx);
        }
        Action::ClearMarks => drop(act_on_marks(action, times, model, cx)),
        _ => act_in_detail(action, times, model, panes, cx),
    }
}

/// What only this machine knows of cases: on the marks where there are any. False: not one of these.
fn act_aside(action: Action, model: &mut Model, panes: &Panes, cx: &mut Cx) -> bool {
    match action {
        Action::Snooze => {
            let rids = meant(model, panes, cx);
            open_snooze_menu(&rids, model, cx);
        }
        Action::Wake => {
            let rids = meant(model, panes, cx);
            model.wake_by_hand(&rids, cx);
        }
        Action::Pin => {
            let rids = meant(model, panes, cx);
            model.pin(&rids, cx);
        }
        _ => return false,
    }
    true
}

pub(in crate::tui) fn copy(text: Option<String>, part: &str, model: &Model, panes: &Panes, cx: &mut Cx) {
    let key = case_in_sight(model, panes).and_then(|rid| model.list.row_text(rid, |row| Some(row.key))).unwrap_or_default();
    if let Some(text) = text {
        let what = if part == "key" { format!("key {key}") } else { format!("{part} of {key}") };
        cx.effects.push(Effect::Copy { text, what });
    }
}

fn focus_detail(model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    panes.focus = Pane::Detail;
    if let Some(rid) = model.list.cursor() {
        show_case(Some(rid), model, panes);
    }
    begin_look(model, panes, cx);
}

/// What is held comes in, and the vendors are asked for more.
fn refresh_and_admit(model: &mut Model, panes: &Panes, cx: &mut Cx) {
    let before = model.list.cursor().and_then(|rid| model.list.row_text(rid, |row| Some(row.key)));
    let cursor = model.list.cursor();
    let (came, left) = model.list.admit();
    model.ahead.try_again();
    let lost = before.filter(|_| cursor != model.list.cursor()).map(|key| format!("{key} left the list; "));
    let moved = match (came, left) {
        (0, 0) => String::new(),
        (came, 0) => format!("{came} came in; "),
        (0, left) => format!("{left} left; "),
        (came, left) => format!("{came} came in, {left} left; "),
    };
    let asks = if cx.setup.offline { "started with --offline, so nothing is read" } else { "looking for changes" };
    cx.say(Grade::Info, format!("{}{moved}{asks}", lost.unwrap_or_default()));
    if !cx.setup.offline {
        model.refresh(None, false, cx);
        if panes.focus == Pane::Detail {
            reopen_case(model, panes, cx);
        }
    }
}

/// `q`: back one layer; at the list it quits.
fn close_layer(model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    if matches!(cx.overlays.last(), Some(Overlay::FirstRun(_))) {
        quit(model, cx);
    } else if !cx.overlays.is_empty() {
        leave_overlay(model, cx);
    } else if !leave_detail_layer(panes) {
        quit(model, cx);
    }
}

/// Quits, unless something is not sent yet: that is asked about.
fn quit(model: &mut Model, cx: &mut Cx) {
    let is_offline = model.is_offline(cx);
    let words = |queued: &Queued| format!("{} {}: {}", queued.key, queued.wishes(model), queued.progress(is_offline));
    let unsent = model.unsent();
    let elsewhere = model.kept.elsewhere.iter().filter(|of| of.edits > 0);
    let lost = model.lost_by_quitting(cx);
    if unsent + model.kept.edits_elsewhere() == 0 && model.kept.fault().is_none() && lost.is_empty() {
        once_kept(Effect::Quit, false, model, cx);
        return;
    }
    let mut details = Vec::new();
    if let Some(fault) = model.kept.fault() {
        details.push(format!("What you typed last is NOT on disk and is lost: {}.", fault.message));
    }
    if unsent > 0 {
        // First, because a small screen cuts the end.
        let edits = count_of(unsent, "edit is", "edits are");
        let waits = model.outbox.iter().filter(|queued| queued.waits_for_person()).count();
        let then = match waits {
            0 => "; the next start sends it".into(),
            waits if waits == unsent => ", where it waits for you".into(),
            waits => format!("; the next start sends it, but for {waits}: what is stopped or held waits for you"),
        };
        details.push(format!("{edits} not sent. What is unsent stays on disk{then}."));
        details.extend(model.outbox.iter().take(MAX_NAMED).map(words));
    }
    details.extend(elsewhere.map(|of| format!("{}.", of.words())));
    let named = model.outbox.len().min(MAX_NAMED);
    if unsent > named {
        let place = cx.key(if model.batches_unsent() > 0 { Action::Batch } else { Action::Outbox });
        details.push(format!("and {} more: {place} lists them", unsent - named));
    }
    details.extend(lost);
    cx.ask("Quit now?".into(), details, OnYes::Quit);
}
