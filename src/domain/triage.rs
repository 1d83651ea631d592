//! A triage run: one case after the other over a filter, each decided before the next is shown.

use std::collections::{HashMap, VecDeque};

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::case::CaseId;
use super::change_script::ChangeScript;

/// Cases of one run; more than anybody decides in a sitting, and few enough to be written down after each decision.
pub const MAX_CASES: usize = 1_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Triage {
    /// What it runs over, as it was typed; empty: the whole list.
    pub filter: String,
    pub started_at: Timestamp,
    /// Seconds of the sittings before this one.
    pub spent_s: u64,
    /// Cases that it began with.
    pub of: usize,
    /// Not decided yet, the one in sight first. What was put off stands at the end.
    pub queue: VecDeque<Waiting>,
    /// In the order of deciding.
    pub decided: Vec<Decided>,
}

/// A case that is to be decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub case: CaseId,
    pub key: String,
    /// Who had it when the run began.
    pub had: Vec<String>,
    /// It was put off before.
    #[serde(default)]
    pub is_again: bool,
    /// How often it was decided or taken back: of two workbenches in one run, the one that has done so more often knows more.
    #[serde(default)]
    pub turn: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub waiting: Waiting,
    pub how: Decision,
    /// The outbox entry that it came to, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<CompactString>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// What it was given.
    Changed(ChangeScript),
    /// It was put aside until then, in words.
    Snoozed { until: String },
    /// It needed none of it, or nothing can be done to it from here.
    Left,
    /// A colleague took it meanwhile.
    Taken { by: String },
    /// It is not there any more.
    Gone,
}

impl Decision {
    /// Whether the person at the keys made it; the rest only happened.
    fn is_a_persons(&self) -> bool {
        !matches!(self, Self::Taken { .. } | Self::Gone)
    }
}

impl Waiting {
    fn turned(self) -> Self {
        Self { turn: self.turn.saturating_add(1), ..self }
    }
}

impl Triage {
    /// The case in sight; None: all are decided.
    pub fn current(&self) -> Option<&Waiting> {
        self.queue.front()
    }

    /// The one in sight is decided.
    pub fn decide(&mut self, how: Decision) {
        if let Some(waiting) = self.queue.pop_front() {
            self.decided.push(Decided { waiting: waiting.turned(), how, entry: None });
        }
    }

    /// The one in sight comes again at the end.
    pub fn put_off(&mut self) {
        if let Some(waiting) = self.queue.pop_front() {
            self.queue.push_back(Waiting { is_again: true, ..waiting });
        }
    }

    /// What a person decided last.
    pub fn last_decided(&self) -> Option<&Decided> {
        self.decided.iter().rfind(|decided| decided.how.is_a_persons())
    }

    /// A case that waits comes into sight. False: it does not wait.
    pub fn bring(&mut self, case: &CaseId) -> bool {
        let Some(waiting) = self.queue.iter().position(|waiting| waiting.case == *case).and_then(|at| self.queue.remove(at)) else {
            return false;
        };
        self.queue.push_front(waiting);
        true
    }

    /// What decided this case is forgotten: it is in sight again. False: nobody decided it.
    pub fn take_back(&mut self, case: &CaseId) -> bool {
        let is_it = |decided: &Decided| decided.waiting.case == *case && decided.how.is_a_persons();
        let Some(at) = self.decided.iter().rposition(is_it) else { return false };
        self.queue.push_front(self.decided.remove(at).waiting.turned());
        true
    }

    /// The edit that decided a case came to nothing: the case comes next, and the one in sight stays. Its key; None: this edit
    /// decided none.
    pub fn ask_again(&mut self, entry: &str) -> Option<String> {
        let at = self.decided.iter().position(|decided| decided.entry.as_deref() == Some(entry))?;
        let waiting = self.decided.remove(at).waiting.turned();
        let key = waiting.key.clone();
        self.queue.insert(self.queue.len().min(1), waiting);
        Some(key)
    }

    /// Whether both are one run, as two workbenches know it.
    pub fn is_same(&self, other: &Self) -> bool {
        self.started_at == other.started_at && self.filter == other.filter
    }

    /// Takes in what another workbench has decided, or taken back, in the same run. What both have decided stays as it is here.
    pub fn unite(&mut self, other: &Self) {
        let waiting = other.queue.iter().map(|waiting| (&waiting.case, (waiting, None)));
        let decided = other.decided.iter().map(|decided| (&decided.waiting.case, (&decided.waiting, Some(decided))));
        let theirs: HashMap<&CaseId, (&Waiting, Option<&Decided>)> = waiting.chain(decided).collect();
        let (mut decided, mut back) = (Vec::new(), Vec::new());
        self.queue.retain(|mine| match theirs.get(&mine.case) {
            Some((their, Some(theirs))) if their.turn >= mine.turn => {
                decided.push((*theirs).clone());
                false
            }
            _ => true,
        });
        self.decided.retain(|mine| match theirs.get(&mine.waiting.case) {
            Some((their, None)) if their.turn > mine.waiting.turn => {
                back.push((*their).clone());
                false
            }
            _ => true,
        });
        for mine in &mut self.decided {
            if let Some((their, Some(theirs))) = theirs.get(&mine.waiting.case)
                && their.turn > mine.waiting.turn
            {
                mine.clone_from(theirs);
            }
        }
        for mine in &mut self.queue {
            mine.turn = theirs.get(&mine.case).map_or(mine.turn, |(their, _)| their.turn.max(mine.turn));
        }
        self.decided.append(&mut decided);
        self.queue.extend(back);
        self.spent_s = self.spent_s.max(other.spent_s);
    }

    /// Seconds that what is left takes at the pace so far; None: nothing was decided yet, or no second of it is known.
    pub fn left_s(&self, sitting_s: u64) -> Option<u64> {
        let paced = u64::try_from(self.decided.iter().filter(|decided| decided.how.is_a_persons()).count()).ok()?;
        let left = u64::try_from(self.queue.len()).ok()?;
        let left_s = (self.spent_s + sitting_s).saturating_mul(left).checked_div(paced)?;
        (left_s > 0).then_some(left_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::SourceId;

    fn run(count: usize) -> Triage {
        let waiting = |n: usize| Waiting {
            case: CaseId { source: SourceId(0), id: n.to_string().into() },
            key: format!("#{n}"),
            had: vec![],
            is_again: false,
            turn: 0,
        };
        Triage {
            filter: String::new(),
            started_at: Timestamp::UNIX_EPOCH,
            spent_s: 0,
            of: count,
            queue: (1..=count).map(waiting).collect(),
            decided: vec![],
        }
    }

    #[test]
    fn what_is_put_off_comes_again_and_what_is_taken_back_is_in_sight() {
        let mut run = run(3);
        run.put_off();
        assert_eq!(run.current().unwrap().key, "#2");
        run.decide(Decision::Changed(ChangeScript::default()));
        run.decide(Decision::Taken { by: "m.lee".into() });
        assert_eq!((run.current().unwrap().key.as_str(), run.current().unwrap().is_again), ("#1", true));
        let case = |n: &str| CaseId { source: SourceId(0), id: n.into() };
        assert!(!run.take_back(&case("3")), "a colleague's decision is not taken back");
        assert!(run.take_back(&case("2")));
        assert_eq!(run.current().unwrap().key, "#2");
        assert!(!run.take_back(&case("2")));
    }

    /// What each has, by key: what waits, and what is decided.
    fn keys(run: &Triage) -> (Vec<&str>, Vec<&str>) {
        let decided = run.decided.iter().map(|decided| decided.waiting.key.as_str());
        (run.queue.iter().map(|waiting| waiting.key.as_str()).collect(), decided.collect())
    }

    #[test]
    fn two_workbenches_in_one_run_lose_no_decision_of_each_other() {
        let case = |n: &str| CaseId { source: SourceId(0), id: n.into() };
        let (mut one, mut two) = (run(4), run(4));
        one.decide(Decision::Left);
        one.decide(Decision::Changed(ChangeScript::default()));
        two.put_off();
        two.put_off();
        two.decide(Decision::Left);
        two.unite(&one);
        assert_eq!(keys(&two), (vec!["#4"], vec!["#3", "#1", "#2"]), "also of what was put off here");
        one.unite(&two);
        assert_eq!(keys(&one), (vec!["#4"], vec!["#1", "#2", "#3"]));
        let before = one.clone();
        one.unite(&two);
        assert_eq!(one, before, "once more changes nothing");

        // Taken back by one: the other does not bring the decision in again, whoever speaks first.
        assert!(one.take_back(&case("2")));
        let (stale, mut disk) = (two.clone(), one.clone());
        disk.unite(&stale);
        assert_eq!(keys(&disk), (vec!["#2", "#4"], vec!["#1", "#3"]));
        two.unite(&disk);
        assert_eq!(keys(&two), (vec!["#4", "#2"], vec!["#3", "#1"]), "behind the case in sight");
        // And decided anew, it is decided for both.
        one.decide(Decision::Left);
        two.unite(&one);
        assert_eq!(keys(&two), (vec!["#4"], vec!["#3", "#1", "#2"]));
        assert_eq!(two.decided[2].how, Decision::Left);
    }

    #[test]
    fn the_time_left_is_the_pace_so_far() {
        let mut run = run(4);
        assert_eq!(run.left_s(10), None);
        run.decide(Decision::Left);
        assert_eq!(run.left_s(0), None, "gone on with right after a kill, which kept no time");
        assert_eq!(run.left_s(20), Some(60));
        run.spent_s = 20;
        assert_eq!(run.left_s(20), Some(120));
    }
}
