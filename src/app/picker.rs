//! A short numbered menu: the digit chooses, so does Enter on the highlighted line. Nothing is sent from a menu.

use crate::app::App;
use crate::app::action::Action;
use crate::app::list::{Order, sort_words};
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::domain::aside::Until;
use crate::domain::case::Rid;
use crate::domain::edit::{Change, Part};
use crate::domain::recipe::Recipe;
use crate::query::{Column, Node};

#[derive(Clone, Debug, PartialEq)]
pub struct Picker {
    pub title: String,
    pub choices: Vec<String>,
    pub chosen: usize,
    pub purpose: Purpose,
}

/// What a menu is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Purpose {
    SortList,
    /// A column of the records in sight.
    SortRecords,
    /// Where the text of the case leads.
    Follow,
    /// A new status for this case.
    Status(Rid),
    /// A new priority for this case.
    Priority(Rid),
    /// What each choice does to all that is marked.
    Recipe(Vec<Recipe>),
    Macros,
    /// Go on with a triage run, or begin anew.
    Triage,
    /// One more condition for the filter.
    MoreLike(Vec<Node>),
    /// What the list is grouped by; None: by nothing.
    Group(Vec<Option<Column>>),
    /// Until when these cases shall sleep; None: to be typed.
    Snooze(Vec<Rid>, Vec<Option<Until>>),
    /// What each choice would change about this case.
    Wish(Rid, Vec<Vec<Change>>),
}

impl App {
    pub(super) fn open_sort_menu(&mut self) {
        let chosen = Order::ALL
            .iter()
            .position(|order| self.list.query().sort.first().is_some_and(|key| key.column == order.key().column))
            .unwrap_or(0);
        let choices = Order::ALL.iter().map(|order| order.title().to_owned()).collect();
        self.push(Overlay::Picker(Picker { title: "Sort by".into(), choices, chosen, purpose: Purpose::SortList }));
    }

    pub(super) fn act_in_picker(&mut self, action: Action, number: Option<u32>) {
        let Some(Overlay::Picker(picker)) = self.overlays.last_mut() else { return };
        let count = picker.choices.len().max(1);
        match action {
            Action::Down => picker.chosen = (picker.chosen + 1) % count,
            Action::Up => picker.chosen = (picker.chosen + count - 1) % count,
            Action::Choose => match number.and_then(|number| usize::try_from(number).ok()?.checked_sub(1)) {
                Some(at) if at < picker.choices.len() => {
                    picker.chosen = at;
                    self.pick(false);
                }
                _ => self.say(Grade::Info, "no choice has this number"),
            },
            Action::Pick => self.pick(false),
            Action::Reverse => self.pick(true),
            Action::Further => self.sort_further(),
            _ => {}
        }
    }

    fn pick(&mut self, reversed: bool) {
        let Some(Overlay::Picker(picker)) = self.pop() else { return };
        match picker.purpose {
            Purpose::Status(rid) => self.picked_value(rid, Part::Status, picker.chosen),
            Purpose::Priority(rid) => self.picked_value(rid, Part::Priority, picker.chosen),
            Purpose::Snooze(rids, untils) => {
                if let Some(until) = untils.get(picker.chosen) {
                    self.picked_snooze(rids, *until);
                }
            }
            Purpose::Wish(rid, wishes) => {
                if let Some(changes) = wishes.into_iter().nth(picker.chosen) {
                    self.picked_wish(rid, changes);
                }
            }
            Purpose::Recipe(recipes) => {
                if let Some(recipe) = recipes.into_iter().nth(picker.chosen) {
                    self.apply(recipe);
                }
            }
            Purpose::Macros => self.start_macro(picker.chosen),
            Purpose::Triage if picker.chosen == 0 => self.resume_triage(),
            Purpose::Triage => self.begin_triage(),
            Purpose::SortRecords => self.sort_records(picker.chosen, reversed),
            Purpose::Follow => self.follow_choice(picker.chosen),
            Purpose::MoreLike(nodes) => {
                if let Some(node) = nodes.into_iter().nth(picker.chosen) {
                    self.narrow_by(if reversed { node.negated() } else { node });
                }
            }
            Purpose::Group(columns) => {
                if let Some(column) = columns.into_iter().nth(picker.chosen) {
                    self.group_by(column);
                }
            }
            Purpose::SortList => self.sort_list(picker.chosen, reversed),
        }
    }

    /// Sorts by one order of the menu. Reversed: the other way round than it says, or than it is on already.
    fn sort_list(&mut self, chosen: usize, reversed: bool) {
        let Some(order) = Order::ALL.get(chosen).copied() else { return };
        let usual = order.key().descending;
        let now = self.list.query().sort.first().cloned().unwrap_or_else(|| Order::default().key());
        let is_turned = now.column == order.key().column && now.descending != usual;
        self.sort_by_order(order, reversed && !is_turned);
    }

    pub(super) fn sort_by_order(&mut self, order: Order, reversed: bool) {
        let mut key = order.key();
        key.descending ^= reversed;
        let way = if reversed { ", the other way round" } else { "" };
        // The list's own order needs no words in the filter.
        let sort = if key == Order::default().key() { Vec::new() } else { vec![key] };
        self.sort_by(sort);
        self.say(Grade::Info, format!("sorted by {}{way}", order.title()));
    }

    /// The order of the highlighted line as one more key behind those that are on; when it is on, the other way round.
    pub(super) fn sort_further(&mut self) {
        let Some(Overlay::Picker(Picker { purpose: Purpose::SortList, chosen, .. })) = self.overlays.last() else { return };
        let Some(order) = Order::ALL.get(*chosen).copied() else { return };
        self.pop();
        let mut sort = self.list.query().sort.clone();
        if sort.is_empty() {
            sort.push(Order::default().key());
        }
        match sort.iter_mut().find(|key| key.column == order.key().column) {
            Some(known) => known.descending = !known.descending,
            None => sort.push(order.key()),
        }
        let words = sort_words(&sort);
        self.sort_by(sort);
        self.say(Grade::Info, format!("sorted by {words}"));
    }

    pub(super) fn open_group_menu(&mut self) {
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
        let now = self.list.query().group.clone();
        if now.is_some() && !columns.contains(&now) {
            columns.push(now.clone());
        }
        let chosen = columns.iter().position(|column| *column == now).unwrap_or(0);
        let choices = columns.iter().map(|column| column.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string)).collect();
        self.push(Overlay::Picker(Picker { title: "Group by".into(), choices, chosen, purpose: Purpose::Group(columns) }));
    }

    fn group_by(&mut self, column: Option<Column>) {
        let mut query = self.list.query().clone();
        let words = column.as_ref().map_or_else(|| "not grouped".to_owned(), |column| format!("grouped by {column}; za folds a group"));
        query.group = column;
        self.set_directives(&query);
        self.say(Grade::Info, words);
    }
}
