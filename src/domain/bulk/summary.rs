//! The dry run in figures: what goes to which source, what changes into what, and what stands in the way.

use super::pace::{Pace, READS_PER_CASE, estimate_s};
use super::row::{Row, Sends, Verdict};
use crate::domain::case::SourceId;
use crate::domain::count::count_of;
use crate::domain::part::Part;
use crate::domain::text::Clean;

/// Kinds of change that are told apart; what is rarer is counted together.
const MAX_TURNS: usize = 8;
/// A title or a comment is told by its beginning.
const VALUE_CHARS: usize = 28;

/// What a source would be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub source: SourceId,
    /// Cases of it that are meant.
    pub cases: usize,
    /// Of those, the ones that are sent something.
    pub sends: usize,
    pub calls: usize,
    /// What the calls change, in the order met.
    pub parts: Vec<Part>,
    /// Cases that are so already.
    pub nothing: usize,
    /// Cases for which it waits in the outbox already.
    pub waits: usize,
    pub cannot: usize,
    /// Left out by the person.
    pub skipped: usize,
}

impl Share {
    /// Readings around the calls.
    pub fn reads(&self) -> usize {
        self.sends * READS_PER_CASE
    }
}

/// One kind of change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub part: Part,
    pub old: String,
    pub new: String,
    pub cases: usize,
    /// The key of the first case that it happens to.
    pub first: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// By source, in the order of their ids.
    pub shares: Vec<Share>,
    /// The most frequent first.
    pub turns: Vec<Turn>,
    /// Changes beyond those.
    pub more_turns: usize,
    pub cases: usize,
    pub sends: usize,
    pub calls: usize,
    pub nothing: usize,
    pub waits: usize,
    pub cannot: usize,
    pub skipped: usize,
    pub busy: usize,
    pub objected: usize,
}

impl Summary {
    /// `is_skipped`: by the place of a row.
    pub fn of(rows: &[Row], is_skipped: impl Fn(usize) -> bool) -> Self {
        let mut out = Self { cases: rows.len(), ..Self::default() };
        for (at, row) in rows.iter().enumerate() {
            match &row.verdict {
                Verdict::Sends(_) if is_skipped(at) => {
                    out.skipped += 1;
                    out.share(row).skipped += 1;
                }
                Verdict::Sends(sends) => out.add(row, sends),
                Verdict::Nothing => {
                    out.nothing += 1;
                    out.share(row).nothing += 1;
                }
                Verdict::Waits => {
                    out.waits += 1;
                    out.share(row).waits += 1;
                }
                Verdict::Cannot(_) => {
                    out.cannot += 1;
                    out.share(row).cannot += 1;
                }
            }
        }
        out.shares.sort_by_key(|share| share.source);
        out.turns.sort_by_key(|turn| std::cmp::Reverse(turn.cases));
        let rest = out.turns.split_off(out.turns.len().min(MAX_TURNS));
        out.more_turns += rest.iter().map(|turn| turn.cases).sum::<usize>();
        out
    }

    /// Readings around the calls.
    pub fn reads(&self) -> usize {
        self.shares.iter().map(Share::reads).sum()
    }

    /// Seconds that it takes at these paces; sources are written to side by side, so the slowest one counts.
    pub fn about_s(&self, pace: impl Fn(SourceId) -> Pace) -> u64 {
        self.shares.iter().map(|share| estimate_s(share.sends, share.calls, pace(share.source))).max().unwrap_or(0)
    }

    /// `2 are so already, 1 waits already, 0 cannot`.
    pub fn rest(&self) -> String {
        let waits = (self.waits > 0).then(|| format!("{} already", count_of(self.waits, "waits", "wait")));
        let parts = [Some(format!("{} so already", count_of(self.nothing, "is", "are"))), waits, Some(format!("{} cannot", self.cannot))];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn add(&mut self, row: &Row, sends: &Sends) {
        self.sends += 1;
        self.calls += sends.plan.calls.len();
        self.busy += usize::from(sends.busy.is_some());
        self.objected += usize::from(!sends.objections.is_empty());
        let share = self.share(row);
        share.sends += 1;
        share.calls += sends.plan.calls.len();
        let lines = sends.told();
        for line in &lines {
            if !share.parts.contains(&line.part) {
                share.parts.push(line.part);
            }
        }
        for line in &lines {
            let [old, new] = [&line.old, &line.new].map(|value| cut(Clean::block(value).as_str()));
            // Thousands of titles would be thousands of kinds: they are one.
            let is_it = |turn: &&mut Turn| turn.part == line.part && turn.new == new && turn.old == old;
            let is_full = self.turns.len() >= MAX_TURNS * MAX_TURNS;
            match self.turns.iter_mut().find(is_it) {
                Some(turn) => turn.cases += 1,
                None if !is_full => {
                    self.turns.push(Turn { part: line.part, old, new, cases: 1, first: row.key.to_string() });
                }
                None => self.more_turns += 1,
            }
        }
    }

    fn share(&mut self, row: &Row) -> &mut Share {
        let source = row.case.source;
        let at = self.shares.iter().position(|share| share.source == source).unwrap_or_else(|| {
            self.shares.push(Share {
                source,
                cases: 0,
                sends: 0,
                calls: 0,
                parts: Vec::new(),
                nothing: 0,
                waits: 0,
                cannot: 0,
                skipped: 0,
            });
            self.shares.len() - 1
        });
        // Every row comes by once.
        let share = &mut self.shares[at];
        share.cases += 1;
        share
    }
}

fn cut(value: &str) -> String {
    let line = value.lines().next().unwrap_or_default();
    let is_cut = line.chars().count() > VALUE_CHARS || value.lines().nth(1).is_some();
    let short: String = line.chars().take(VALUE_CHARS).collect();
    match (short.is_empty(), is_cut) {
        (true, false) => "--".into(),
        (_, true) => format!("{short}.."),
        (_, false) => short,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::{Rid, Vendor};
    use crate::domain::change::Change;
    use crate::domain::edit::{Call, Edit, Method, Plan, PlanLine};
    use crate::domain::sample;

    fn row(source: u8, number: u32, verdict: Verdict) -> Row {
        let mut case = sample::case(Vendor::Tines, number);
        case.row.id.source = SourceId(source);
        Row { rid: Rid(number), case: case.row.id.clone(), key: case.row.key.clone(), title: case.row.title, verdict }
    }

    fn sends(old: &str, calls: usize) -> Verdict {
        let edit = Edit::unguarded(sample::case(Vendor::Tines, 1).row.id, vec![Change::Priority("HIGH".into())]);
        let call = Call { method: Method::Put, path: "/".into(), body: None, makes: vec![0], lasting: None, stays: Vec::new() };
        let lines = vec![PlanLine { part: Part::Priority, old: old.into(), new: "HIGH".into() }];
        let plan = Plan { lines, calls: vec![call; calls], side_effects: Vec::new() };
        Verdict::Sends(Box::new(Sends { edit, lines: plan.lines.clone(), plan, objections: vec!["x".into()], busy: None }))
    }

    #[test]
    fn figures_are_those_of_the_rows() {
        let rows = [
            row(1, 1, sends("LOW", 2)),
            row(0, 2, sends("LOW", 1)),
            row(0, 3, sends("", 1)),
            row(0, 4, Verdict::Nothing),
            row(1, 5, Verdict::Cannot("no".into())),
            row(1, 6, sends("LOW", 1)),
            row(1, 7, Verdict::Waits),
        ];
        let summary = Summary::of(&rows, |at| at == 5);
        assert_eq!((summary.cases, summary.sends, summary.calls), (7, 3, 4));
        assert_eq!((summary.nothing, summary.cannot, summary.skipped, summary.objected), (1, 1, 1, 3));
        let shares: Vec<_> =
            summary.shares.iter().map(|share| (share.source.0, share.cases, share.sends, share.calls, share.reads())).collect();
        assert_eq!(shares, [(0, 3, 2, 2, 4), (1, 4, 1, 2, 2)]);
        assert_eq!(summary.reads(), 6);
        assert_eq!((summary.waits, summary.shares[1].waits), (1, 1));
        assert_eq!(summary.rest(), "1 is so already, 1 waits already, 1 cannot");
        let turns: Vec<_> = summary.turns.iter().map(|turn| (turn.old.as_str(), turn.cases, turn.first.as_str())).collect();
        assert_eq!(turns, [("LOW", 2, "#1"), ("--", 1, "#3")]);
    }

    #[test]
    fn tags_that_come_and_go_are_one_turn_from_what_the_case_holds() {
        let Verdict::Sends(mut sends) = sends("", 1) else { panic!() };
        let line = |old: &str, new: &str| PlanLine { part: Part::Tags, old: old.into(), new: new.into() };
        sends.lines = vec![line("a, b", "a, b, c"), line("a, b, c", "b, c")];
        let summary = Summary::of(&[row(0, 1, Verdict::Sends(sends))], |_| false);
        let turns: Vec<_> = summary.turns.iter().map(|turn| (turn.old.as_str(), turn.new.as_str())).collect();
        assert_eq!(turns, [("a, b", "b, c")]);
    }

    #[test]
    fn many_kinds_of_change_are_counted_not_listed() {
        let rows: Vec<Row> = (0..500).map(|n| row(0, n, sends(&format!("was {n}"), 1))).collect();
        let summary = Summary::of(&rows, |_| false);
        assert_eq!(summary.turns.len(), MAX_TURNS);
        assert_eq!(summary.turns.iter().map(|turn| turn.cases).sum::<usize>() + summary.more_turns, 500);
    }
}
