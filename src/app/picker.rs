//! A short numbered menu: the digit chooses, so does Enter on the highlighted line. Nothing is sent from a menu.

use crate::app::App;
use crate::app::action::Action;
use crate::app::list::{Order, Sort};
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::domain::aside::Until;
use crate::domain::case::Rid;
use crate::domain::edit::{Change, Part};

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
    /// Until when these cases shall sleep; None: to be typed.
    Snooze(Vec<Rid>, Vec<Option<Until>>),
    /// What each choice would change about this case.
    Wish(Rid, Vec<Vec<Change>>),
}

impl App {
    pub(super) fn open_sort_menu(&mut self) {
        let chosen = Order::ALL.iter().position(|order| *order == self.list.sort().order).unwrap_or(0);
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
            Purpose::SortRecords => self.sort_records(picker.chosen, reversed),
            Purpose::Follow => self.follow_choice(picker.chosen),
            Purpose::SortList => {
                let Some(order) = Order::ALL.get(picker.chosen).copied() else { return };
                let was = self.list.sort();
                // The minus key turns the order round that is on already, else it starts the other way round.
                let reversed = reversed && !(was.order == order && was.reversed);
                self.list.set_sort(Sort { order, reversed });
                let way = if reversed { ", the other way round" } else { "" };
                self.say(Grade::Info, format!("sorted by {}{way}", order.title()));
            }
        }
    }
}
