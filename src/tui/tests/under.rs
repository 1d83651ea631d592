//! A queue that is refreshed ten thousand times between and within the keys of one sitting: whatever is asked for is about
//! the case that was under the cursor when its key went down.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use fastrand::Rng;

use super::verbs::directory;
use super::*;
use crate::domain::case::Case;
use crate::protocol::{Order, Ticket};
use crate::tui::areas::scope;
use crate::tui::screens::Overlay;

const REFRESHES: u32 = 10_000;
/// Rows that may exist; half of them come later.
const CASES: u32 = 80;
/// What a key asks for, and the least number of times that it has to have been asked for: a storm that stops every
/// change would prove nothing.
const VERBS: [(&str, usize); 12] = [
    ("i", 20),
    ("s", 20),
    ("p", 20),
    ("x", 20),
    ("t", 20),
    ("a", 20),
    ("c", 20),
    ("e", 20),
    ("w", 20),
    ("b", 20),
    ("Enter", 20),
    ("Space", 20),
];
const MOVES: [&str; 14] = ["j", "k", "G", "g g", "Ctrl-d", "Ctrl-u", "r", "/ a Enter", "Ctrl-x", "S 2", "S 1", "5 j", "z t", "g n"];
const TITLES: [&str; 4] = ["a", "b", "ab", "case of a"];

struct Storm {
    sitting: Sitting,
    rng: Rng,
    refreshes: u32,
    /// Orders by the key that led to them.
    asked: BTreeMap<&'static str, usize>,
    /// The key that is followed, and the case that was under the cursor when it went down.
    under: Option<(&'static str, Rid)>,
    entries: VecDeque<OutboxEntry>,
    entry: u32,
}

impl Storm {
    pub(in crate::tui) fn new(seed: u64) -> Self {
        let mut sitting = Sitting::with(rows(0..CASES / 2));
        sitting.report(Report::Directory(SourceId(0), Arc::new(directory())));
        sitting.press("j j");
        let rng = Rng::with_seed(seed);
        Self { sitting, rng, refreshes: 0, asked: BTreeMap::new(), under: None, entries: VecDeque::new(), entry: 0 }
    }

    fn case(&mut self, n: u32) -> Case {
        let mut case = sample::case(Vendor::Tines, n);
        case.row = self.row(n).1;
        case
    }

    fn row(&mut self, n: u32) -> (Rid, Row) {
        let title = TITLES[self.rng.usize(..TITLES.len())];
        let mut row = row(n, self.rng.u8(..5), title);
        row.1.updated_at = Some(at_ms(self.sitting.now_ms));
        row
    }

    /// What comes by itself. Nothing of it moves the cursor to another case, and no change is asked for.
    fn refresh(&mut self) {
        self.refreshes += 1;
        let before = self.sitting.cursor();
        let effects = match self.rng.u8(..12) {
            0..=5 => {
                let count = 1 + self.rng.usize(..12);
                let rows = (0..count).map(|_| self.rng.u32(..CASES)).collect::<BTreeSet<_>>();
                let rows = rows.into_iter().map(|n| self.row(n)).collect();
                self.sitting.report(Report::Rows { rows, from: if self.rng.bool() { From::Network } else { From::Disk } })
            }
            6 => {
                let n = self.rng.u32(..CASES);
                // What a person has just put the finger on may be gone, too; then its key says so, and nothing is asked for.
                self.sitting.report(Report::Gone(vec![Rid(n)]))
            }
            7 | 8 => {
                let n = self.rng.u32(..CASES);
                self.came(n)
            }
            9 => {
                self.sitting.full();
                Vec::new()
            }
            10 => self.settle_one(),
            _ => {
                let ms = self.rng.i64(1..3_000);
                self.sitting.wait(ms)
            }
        };
        if before.is_some() {
            assert_eq!(self.sitting.cursor(), before, "refresh {}", self.refreshes);
        }
        for effect in &effects {
            let is_change = matches!(effect, Effect::Send(_, Order::Submit { .. } | Order::SubmitBulk { .. } | Order::PlanBulk { .. }));
            assert!(!is_change, "nobody pressed a key: {effect:?}");
        }
        self.answer(effects);
    }

    fn came(&mut self, n: u32) -> Vec<Effect> {
        let case = Arc::new(self.case(n));
        let read_at = at_ms(self.sitting.now_ms);
        self.sitting.report(Report::Case { rid: Rid(n), case, read_at, from: From::Network })
    }

    /// The oldest own edit is read back.
    fn settle_one(&mut self) -> Vec<Effect> {
        let Some(mut entry) = self.entries.pop_front() else { return Vec::new() };
        entry.progress = Progress::Verified;
        self.sitting.report(Report::Outbox(Box::new(entry)))
    }

    fn some_refreshes(&mut self) {
        for _ in 0..self.rng.u8(..4) {
            self.refresh();
        }
    }

    /// A key goes down; what it asks for is looked at and answered.
    fn key(&mut self, key: &str) {
        let effects = self.sitting.press(key);
        for effect in &effects {
            if let Effect::Send(_, order) = effect {
                self.check(order);
            }
        }
        self.answer(effects);
    }

    fn count(&mut self) {
        if let Some((key, _)) = self.under {
            *self.asked.entry(key).or_default() += 1;
        }
    }

    /// An order that a key led to is about the case that was under the cursor.
    fn check(&mut self, order: &Order) {
        let Some((key, under)) = self.under else { return };
        let about: Vec<Rid> = match order {
            Order::Plan { edit } | Order::Submit { edit, .. } => vec![rid_of(&edit.case)],
            Order::KeepDraft(draft) => vec![rid_of(&draft.case)],
            // What woke by itself since the last order is written down with it.
            Order::SetAside(moves) => moves
                .iter()
                .map(|moved| &moved.after)
                .filter(|aside| rid_of(&aside.case) == under || aside.snooze.is_some())
                .map(|aside| rid_of(&aside.case))
                .collect(),
            Order::Open { rid } => vec![*rid],
            _ => return,
        };
        assert_eq!(about, [under], "{key} after {} refreshes: {order:?}", self.refreshes);
        if matches!(order, Order::Submit { .. } | Order::SetAside(_)) || (key == "Enter" && matches!(order, Order::Open { .. })) {
            self.count();
        }
    }

    /// The worker's answers, some of them after more has come by itself.
    fn answer(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let Effect::Send(ticket, order) = effect else { continue };
            let mut next = match order {
                Order::Open { rid } => self.came(rid.0),
                Order::Plan { .. } | Order::PlanDecided { .. } => self.sitting.report(Report::Planned { ticket, plan: Plan::default() }),
                Order::Submit { edit, undoes, .. } => self.saved(edit, undoes),
                _ => Vec::new(),
            };
            next.extend(self.done(ticket));
            self.answer(next);
        }
    }

    fn done(&mut self, ticket: Ticket) -> Vec<Effect> {
        self.sitting.report(Report::Done { ticket, result: Ok(()) })
    }

    fn saved(&mut self, edit: Edit, undoes: Option<compact_str::CompactString>) -> Vec<Effect> {
        self.entry += 1;
        let mut entry = OutboxEntry::queued(self.entry.to_string().as_str(), edit, Plan::default(), at_ms(self.sitting.now_ms));
        entry.undoes = undoes;
        self.entries.push_back(entry.clone());
        self.sitting.report(Report::Outbox(Box::new(entry)))
    }

    /// A verb, and what its boxes ask for, with refreshes between all keys, up to its order or its refusal.
    fn verb(&mut self, key: &'static str) {
        let Some(under) = self.sitting.app.model.list.cursor() else { return };
        self.under = Some((key, under));
        if key == "Space" {
            let was_marked = self.sitting.app.model.marks.marked_set().any(|rid| rid == under);
            self.key(key);
            let is_marked = self.sitting.app.model.marks.marked_set().any(|rid| rid == under);
            assert_ne!(was_marked, is_marked, "{under:?} after {} refreshes", self.refreshes);
            self.count();
        } else {
            self.key(key);
        }
        for _ in 0..8 {
            self.some_refreshes();
            let keys = match self.sitting.app.cx.overlays.last() {
                None => break,
                // The first status is the one that the case has.
                Some(Overlay::Picker(_)) if key == "s" => "2",
                Some(Overlay::Picker(_)) => "1",
                Some(Overlay::Labels(_)) => "+ n Enter",
                Some(Overlay::People(_)) => "a d a Enter",
                Some(Overlay::Form(_)) => "x Ctrl-s",
                Some(Overlay::Review(_)) => {
                    self.sitting.wait(400);
                    "y"
                }
                Some(_) => "Esc",
            };
            for key in keys.split(' ') {
                self.key(key);
                self.some_refreshes();
            }
        }
        self.under = None;
        self.put_away();
    }

    /// Back to the list.
    fn put_away(&mut self) {
        for _ in 0..12 {
            if self.sitting.app.cx.overlays.is_empty() && scope(&self.sitting.app.panes, &self.sitting.app.cx) == Scope::List {
                return;
            }
            self.sitting.wait(400);
            self.key("Esc");
            self.key("h");
        }
        panic!("{:?} is never left", scope(&self.sitting.app.panes, &self.sitting.app.cx));
    }

    /// A change of all marked cases is about exactly those that were marked, however long ago.
    fn bulk(&mut self) {
        let marked: BTreeSet<Rid> = self.sitting.app.model.marks.marked_set().collect();
        self.some_refreshes();
        self.key("p");
        self.some_refreshes();
        let effects = self.sitting.press("1");
        for effect in &effects {
            if let Effect::Send(_, Order::PlanBulk { targets, .. }) = effect {
                let targets: BTreeSet<Rid> = targets.iter().map(|target| target.rid).collect();
                // What has gone meanwhile is no longer acted on; nothing else is left out, and nothing comes in.
                let list = &self.sitting.app.model.list;
                let there = |rid: &&Rid| list.row(**rid).is_some() && !list.is_gone(**rid);
                let still: BTreeSet<Rid> = marked.iter().filter(there).copied().collect();
                assert!(targets.is_subset(&marked) && still.is_subset(&targets), "{targets:?} of {marked:?} after {}", self.refreshes);
                *self.asked.entry("bulk").or_default() += 1;
            }
        }
        self.answer(effects);
        self.put_away();
        self.key("g");
        self.key("m");
    }
}

/// Cases of this stage are named by their number.
fn rid_of(case: &CaseId) -> Rid {
    Rid(case.id.parse().unwrap())
}

#[test]
fn every_action_hits_the_case_that_was_under_the_cursor_when_the_key_went_down() {
    let mut storm = Storm::new(20_261_120);
    while storm.refreshes < REFRESHES {
        storm.some_refreshes();
        match storm.rng.u8(..10) {
            0..=3 => {
                let keys = MOVES[storm.rng.usize(..MOVES.len())];
                for key in keys.split(' ') {
                    storm.key(key);
                    storm.some_refreshes();
                }
                storm.put_away();
            }
            4 if storm.sitting.app.model.marks.has_marks() => storm.bulk(),
            _ => {
                let at = storm.rng.usize(..VERBS.len());
                let has_marks = storm.sitting.app.model.marks.has_marks();
                // With marks a verb is about them: that is `bulk`.
                storm.verb(if has_marks { "Space" } else { VERBS[at].0 });
            }
        }
    }
    for (key, least) in VERBS.into_iter().chain([("bulk", 5)]) {
        let count = storm.asked.get(key).copied().unwrap_or_default();
        assert!(count >= least, "{key} led to {count} orders only: {:?}", storm.asked);
    }
}
