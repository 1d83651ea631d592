//! Keys in a menu, and carrying out what was chosen.

use crate::app::App;
use crate::app::action::Action;
use crate::app::cx::Cx;
use crate::app::list::{List, Order, sort_words};
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::picker::{Does, Picker};
use crate::query::Column;

impl App {
    pub(in crate::app) fn open_sort_menu(&mut self) {
        let chosen = Order::ALL
            .iter()
            .position(|order| self.model.list.query().sort.first().is_some_and(|key| key.column == order.key().column))
            .unwrap_or(0);
        let choices = Order::ALL.into_iter().map(|order| (order.title().to_owned(), Does::SortList(order)));
        self.push(Overlay::Picker(Picker::new("Sort by", choices).at(chosen)));
    }

    pub(in crate::app) fn act_in_picker(&mut self, action: Action, number: Option<u32>) {
        let Some(Overlay::Picker(picker)) = self.cx.overlays.last_mut() else { return };
        let count = picker.choices.len().max(1);
        match action {
            Action::Down => picker.chosen = (picker.chosen + 1) % count,
            Action::Up => picker.chosen = (picker.chosen + count - 1) % count,
            Action::Choose => match number.and_then(|number| usize::try_from(number).ok()?.checked_sub(1)) {
                Some(at) if at < picker.choices.len() => {
                    picker.chosen = at;
                    self.pick(false);
                }
                _ => self.cx.say(Grade::Info, "no choice has this number"),
            },
            Action::Pick => self.pick(false),
            Action::Reverse => self.pick(true),
            Action::Further => self.sort_further(),
            _ => {}
        }
    }

    fn pick(&mut self, reversed: bool) {
        let Some(Overlay::Picker(picker)) = self.pop() else { return };
        let Some(does) = picker.chosen().cloned() else { return };
        match does {
            Does::Change(rid, changes) => self.picked_change(rid, changes),
            Does::Snooze(rids, until) => self.picked_snooze(rids, until),
            Does::ChangeScript(script) => self.apply_to_marks(script),
            Does::Macro(name) => self.start_macro_named(&name),
            Does::ResumeTriage => self.resume_triage(),
            Does::BeginTriage => self.begin_triage(),
            Does::SortRecords(column) => self.sort_records(column, reversed),
            Does::GoTo(target) => self.go_to_target(target),
            Does::MoreLike(node) => self.model.narrow_by(if reversed { node.negated() } else { node }, &mut self.cx),
            Does::Group(column) => self.model.list.group_by(column, &mut self.cx),
            Does::SortList(order) => self.model.list.sort_list(order, reversed, &mut self.cx),
        }
    }

    /// The order of the highlighted line as one more key behind those that are on; when it is on, the other way round.
    fn sort_further(&mut self) {
        let Some(Overlay::Picker(picker)) = self.cx.overlays.last() else { return };
        let Some(Does::SortList(order)) = picker.chosen().cloned() else { return };
        self.pop();
        let mut sort = self.model.list.query().sort.clone();
        if sort.is_empty() {
            sort.push(Order::default().key());
        }
        match sort.iter_mut().find(|key| key.column == order.key().column) {
            Some(known) => known.descending = !known.descending,
            None => sort.push(order.key()),
        }
        let words = sort_words(&sort);
        self.model.list.sort_by(sort);
        self.cx.say(Grade::Info, format!("sorted by {words}"));
    }

    pub(in crate::app) fn open_group_menu(&mut self) {
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
        let now = self.model.list.query().group.clone();
        if now.is_some() && !columns.contains(&now) {
            columns.push(now.clone());
        }
        let chosen = columns.iter().position(|column| *column == now).unwrap_or(0);
        let words = |column: &Option<Column>| column.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string);
        let choices = columns.into_iter().map(|column| (words(&column), Does::Group(column)));
        self.push(Overlay::Picker(Picker::new("Group by", choices).at(chosen)));
    }
}

impl List {
    /// Sorts by one order of the menu. Reversed: the other way round than it says, or than it is on already.
    fn sort_list(&mut self, order: Order, reversed: bool, cx: &mut Cx) {
        let usual = order.key().descending;
        let now = self.query().sort.first().cloned().unwrap_or_else(|| Order::default().key());
        let is_turned = now.column == order.key().column && now.descending != usual;
        self.sort_by_order(order, reversed && !is_turned, cx);
    }

    pub(in crate::app) fn sort_by_order(&mut self, order: Order, reversed: bool, cx: &mut Cx) {
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
