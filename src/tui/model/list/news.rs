//! Rows and people that become known later: what they change of the order.

use jiff::Timestamp;

use crate::domain::case::Rid;
use crate::index::{Deep, Index};
use crate::query::Origin;
use crate::tui::model::list::{COMING, List, SHOWN};

impl List {
    /// These fell asleep or woke: those that do not belong here any more leave at once, those that do now wait in the tray.
    pub fn place_anew(&mut self, rids: &[Rid]) {
        let judge = self.judge();
        let leaving: Vec<Rid> = rids.iter().copied().filter(|rid| self.has(*rid, SHOWN | COMING) && !self.belongs(*rid, &judge)).collect();
        if !leaving.is_empty() {
            self.lay_in();
            let order = self.rows().iter().copied().filter(|rid| !leaving.contains(rid)).collect();
            self.set_order_beside_tray(order, Vec::new());
        }
        for rid in rids {
            self.place(*rid, false, &judge);
        }
        self.admit_into_empty();
    }

    /// Takes over what a reading of a case showed; rows that hold now that they are examined come in.
    pub fn learn(&mut self, rid: Rid, deep: Deep) {
        self.index.learn(rid, deep);
        if self.index.get(rid).is_some() && !self.has(rid, SHOWN) && Index::is_deep(&self.query, &self.asker) {
            let judge = self.judge();
            if self.belongs(rid, &judge) {
                self.place(rid, true, &judge);
                self.lay_in_if_many();
                self.admit_into_empty();
            }
        }
    }

    /// Takes over what the sources are and who `me` is there; whatever the filter makes of that is judged again. Rows that
    /// hold now come in as if read for the first time: they are no news.
    pub fn set_origins(&mut self, origins: Vec<Origin>) {
        if self.asker.origins == origins {
            return;
        }
        let before = self.judge();
        self.asker.origins = origins;
        self.judged.scope = self.scope_of(&self.query);
        let judge = self.judge();
        if judge == before {
            return;
        }
        if !self.touched || self.rows().is_empty() {
            self.renew();
            return;
        }
        for rid in self.all_rids() {
            self.place(rid, true, &judge);
        }
        self.lay_in();
    }

    /// Judges one slice more; true: the result is whole, and shown.
    pub fn go_on(&mut self) -> bool {
        let is_due = self.judged.is_going_on;
        if is_due && let Some(fresh) = self.select() {
            self.show(fresh);
        }
        is_due && !self.judged.is_going_on
    }

    /// Time has moved on. Where the filter goes by it, `judges` lets rows that hold now wait in the tray, and notes those that
    /// hold no more.
    pub(in crate::tui) fn set_now(&mut self, now: Timestamp, judges: bool) {
        let before = (judges && self.late.is_none() && !self.is_judging()).then(|| self.judge());
        self.asker.now = now;
        let Some(before) = before else { return };
        let judge = self.judge();
        if judge == before {
            return;
        }
        for rid in self.all_rids() {
            self.place(rid, false, &judge);
        }
        self.admit_into_empty();
    }
}
