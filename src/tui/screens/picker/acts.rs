//! Keys in a menu, and carrying out what was chosen.

use crate::query::Column;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::list::{List, Order, sort_words};
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::ask::macros::start_macro_named;
use crate::tui::screens::bulk::acts::apply_to_marks;
use crate::tui::screens::detail::acts::{go_to_target, sort_records};
use crate::tui::screens::picker::{Does, Picker};
use crate::tui::screens::review::verbs::picked_change;
use crate::tui::screens::snooze::acts::picked_snooze;
use crate::tui::screens::triage::acts::resume_triage;
use crate::tui::screens::triage::keys::begin_triage;

impl List {
    /// Sorts by one order of the menu. Reversed: the other way round than it says, or than it is on already.
    fn sort_list(&mut self, order: Order, reversed: bool, cx: &mut Cx) {
        let usual = order.key().descending;
        let now = self.query().sort.first().cloned().unwrap_or_else(|| Order::default().key());
        let is_turned = now.column == order.key().column && now.descending != usual;
        self.sort_by_order(order, reversed && !is_turned, cx);
    }

    pub(in crate::tui) fn sort_by_order(&mut self, order: Order, reversed: bool, cx: &mut Cx) {
        let mut key = order.key();
        key.descending ^= reversed;
        let way = if reversed { ", the other way round" } else { "" };
        // The list's own order needs no words in the filter.
        let sort = if key == Order::default().key() { Vec::new() } else { vec![key] };
        self.sort_by(sort);
        cx.say(Grade::Info, format!("sorted by {}{way}", order.title()));
    }

    fn group_by(&mut self, column: Option<Column>, cx: &mut Cx) {
        let mut query = self.query().clone();
        let words = column.as_ref().map_or_else(
            || "not grouped".to_owned(),
            |column| format!("grouped by {column}; {} folds a group", cx.key(Action::FoldToggle)),
        );
        query.group = column;
        self.set_directives(&query);
        cx.say(Grade::Info, words);
    }
}

pub(in crate::tui) fn open_sort_menu(model: &Model, cx: &mut Cx) {
    let chosen = Order::ALL
        .iter()
        .position(|order| model.list.query().sort.first().is_some_and(|key| key.column == order.key().column))
        .unwrap_or(0);
    let choices = Order::ALL.into_iter().map(|order| (order.title().to_owned(), Does::SortList(order)));
    cx.push(Overlay::Picker(Box::new(Picker::new("Sort by", choices).at(chosen))));
}

pub(in crate::tui) fn act_in_picker(action: Action, number: Option<u32>, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    let Some(Overlay::Picker(picker)) = cx.overlays.last_mut() else { return };
    let count = picker.choices.len().max(1);
    match action {
        Action::Down => picker.chosen = (picker.chosen + 1) % count,
        Action::Up => picker.chosen = (picker.chosen + count - 1) % count,
        Action::Choose => match number.and_then(|number| usize::try_from(number).ok()?.checked_sub(1)) {
            Some(at) if at < picker.choices.len() => {
                picker.chosen = at;
                pick(false, model, panes, cx);
            }
            _ => cx.say(Grade::Info, "no choice has this number"),
        },
        Action::Pick => pick(false, model, panes, cx),
        Action::Reverse => pick(true, model, panes, cx),
        Action::Further => sort_further(model, cx),
        _ => {}
    }
}

fn pick(reversed: bool, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    let Some(Overlay::Picker(picker)) = cx.pop() else { return };
    let Some(does) = picker.chosen().cloned() else { return };
    match does {
        Does::Change(rid, changes) => picked_change(rid, changes, model, cx),
        Does::Snooze(rids, until) => picked_snooze(rids, until, model, panes, cx),
        Does::ChangeScript(script) => apply_to_marks(script, model, panes, cx),
        Does::Macro(name) => start_macro_named(&name, model, panes, cx),
        Does::ResumeTriage => resume_triage(model, cx),
        Does::BeginTriage => begin_triage(model, cx),
        Does::SortRecords(column) => sort_records(column, reversed, panes),
        Does::GoTo(target) => go_to_target(target, model, panes, cx),
        Does::MoreLike(node) => model.narrow_by(if reversed { node.negated() } else { node }, cx),
        Does::Group(column) => model.list.group_by(column, cx),
        Does::SortList(order) => model.list.sort_list(order, reversed, cx),
    }
}

/// The order of the highlighted line as one more key behind those that are on; when it is on, the other way round.
fn sort_further(model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Picker(picker)) = cx.overlays.last() else { return };
    let Some(Does::SortList(order)) = picker.chosen().cloned() else { return };
    cx.pop();
    let mut sort = model.list.query().sort.clone();
    if sort.is_empty() {
        sort.push(Order::default().key());
    }
    match sort.iter_mut().find(|key| key.column == order.key().column) {
        Some(known) => known.descending = !known.descending,
        None => sort.push(order.key()),
    }
    let words = sort_words(&sort);
    model.list.sort_by(sort);
    cx.say(Grade::Info, format!("sorted by {words}"));
}

pub(in crate::tui) fn open_group_menu(model: &Model, cx: &mut Cx) {
    let columns = [
        Column::Source,
        Column::Status,
        Column::Priority,
        Column::Assignee,
        Column::Sla,
        Column::Created,
        Column::Team,
        Column::Project,
        Column::Type,
    ];
    let mut columns: Vec<Option<Column>> = std::iter::once(None).chain(columns.into_iter().map(Some)).collect();
    let now = model.list.query().group.clone();
    if now.is_some() && !columns.contains(&now) {
        columns.push(now.clone());
    }
    let chosen = columns.iter().position(|column| *column == now).unwrap_or(0);
    let words = |column: &Option<Column>| column.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string);
    let choices = columns.into_iter().map(|column| (words(&column), Does::Group(column)));
    cx.push(Overlay::Picker(Box::new(Picker::new("Group by", choices).at(chosen))));
}
