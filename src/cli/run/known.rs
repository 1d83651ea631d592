//! What the cases of a run are worth, in the words of the command line, and the exit code that follows.

use jiff::Timestamp;

use crate::cli::print::table::age;
use crate::cli::run::desk::{Desk, Found, ids};
use crate::cli::run::fetch::Reading;
use crate::cli::run::stop::{Exit, note, words};
use crate::domain::case::SourceId;
use crate::domain::count::count;
use crate::export::{SourceStamp, Stamp};
use crate::index::Index;
use crate::protocol::{Counted, Coverage, Doubt, Gap, Known, SourceFacts, hidden_words, known};
use crate::query::{Asker, Query};
use crate::store::Mark;
use crate::sync::SourceSetup;

/// A count of a run, and why it may not be the whole truth.
pub(in crate::cli) struct Worth {
    pub(in crate::cli) known: Known,
    /// Codes of the sources that failed, of how many that the query is about.
    failed: Vec<Exit>,
    of: usize,
    /// By source id: what the rows on disk of those that failed are.
    ages: Vec<String>,
}

/// What was found is worth so much.
pub(in crate::cli) fn worth(reading: &Reading, desk: &Desk, query: &Query, asker: &Asker, found: &Found) -> Worth {
    let scope = Index::scope(query, asker);
    let facts: Vec<SourceFacts<'_>> = (0..=u8::MAX).map(SourceId).zip(&reading.states).map(|(id, _)| facts(reading, desk, id)).collect();
    let counted = Counted {
        count: found.rids.len(),
        unexamined: found.unexamined.clone(),
        undescribed: found.undescribed.clone(),
        uncut: (found.rids.len() < found.total).then_some(found.total),
        ..Counted::default()
    };
    let concerned = facts.iter().filter(|source| scope.concerns(source.id));
    let (mut failed, mut of) = (Vec::new(), 0);
    for source in concerned {
        of += 1;
        failed.extend(source.state.fault.as_ref().filter(|_| !reading.is_from_disk).map(Exit::of));
    }
    let ages = facts.iter().map(|source| on_disk(desk, source.id)).collect();
    Worth { ages, known: known(&counted, &scope, &facts, reading.is_from_disk), failed, of }
}

/// How a source stands. What this run has not read is old.
pub(in crate::cli) fn facts<'a>(reading: &'a Reading, desk: &Desk, id: SourceId) -> SourceFacts<'a> {
    let state = &reading.states[usize::from(id.0)];
    let rows_at = match state.coverage {
        Coverage::Full { at, .. } => Some(at),
        _ => None,
    };
    let is_old = !reading.lately.contains(&id) && rows_at.is_some_and(|at| at < reading.began_at);
    SourceFacts { id, state, rows_at, is_old, has_directory: desk.has_directory(id) }
}

impl Worth {
    /// How complete the list is, source by source.
    pub(in crate::cli) fn stamp(&self, query: &str, reading: &Reading, desk: &Desk) -> Stamp {
        let of = |(id, source): (SourceId, &SourceSetup)| {
            let facts = facts(reading, desk, id);
            let coverage = SourceStamp::coverage(&self.known, &facts);
            SourceStamp { name: source.name.clone(), vendor: source.vendor, coverage, read_at: facts.rows_at }
        };
        let sources = ids(&desk.sources).map(of).collect();
        let (complete, doubts) = (self.known.is_complete(), self.told(reading));
        Stamp { exported_at: Timestamp::now(), query: query.to_owned(), complete, doubts, sources }
    }

    /// Says beside the output what it is not.
    pub(in crate::cli) fn say(&self, reading: &Reading) {
        for (name, state) in reading.names.iter().zip(&reading.states) {
            if let Coverage::Full { hidden, .. } = state.coverage
                && let Some(words) = hidden_words(hidden)
            {
                note(format!("{name}: {words}"));
            }
            for remark in &state.remarks {
                note(format!("{name}: {remark}"));
            }
        }
        let lately = (0..=u8::MAX).map(SourceId).zip(&reading.states).filter_map(|(id, state)| match state.coverage {
            Coverage::Full { at, .. } if reading.lately.contains(&id) && at < reading.began_at && state.fault.is_none() => {
                Some(format!("{} {} ago", reading.name(id), age(at, reading.began_at)))
            }
            _ => None,
        });
        let lately: Vec<String> = lately.collect();
        if !lately.is_empty() {
            let words = "now only for what has changed\n  a case deleted since then is still listed: add --full to read every case again";
            note(format!("read completely {}; {words}", lately.join(", ")));
        }
        for doubt in &self.known.doubts {
            // The ages of what is on disk are said before.
            let is_said = reading.is_from_disk && matches!(doubt, Doubt::FromDisk { .. } | Doubt::Unread { .. } | Doubt::Partial { .. });
            match (doubt, self.sentence(doubt, reading)) {
                (Doubt::Failing { source, .. } | Doubt::Down { source, .. }, _) => {
                    if let Some(fault) = &reading.states[usize::from(source.0)].fault {
                        note(format!("{}: {}", reading.name(*source), words(fault)));
                        note(format!("{}: {}", reading.name(*source), self.ages[usize::from(source.0)]));
                    }
                }
                (_, Some((words, Some(next)))) if !is_said => note(format!("{words}\n  {next}")),
                (_, Some((words, None))) if !is_said => note(words),
                _ => {}
            }
        }
    }

    /// The same, a sentence each, for whoever reads the output later.
    pub(in crate::cli) fn told(&self, reading: &Reading) -> Vec<String> {
        self.known.doubts.iter().filter_map(|doubt| self.sentence(doubt, reading)).map(|(words, _)| words).collect()
    }

    /// A doubt in words, and what to do about it.
    fn sentence(&self, doubt: &Doubt, reading: &Reading) -> Option<(String, Option<&'static str>)> {
        let name = |source: &SourceId| reading.name(*source);
        let again = Some("run it again for the rest");
        Some(match doubt {
            Doubt::FromDisk { at: Some(at) } => (format!("from disk, as of {at}"), None),
            Doubt::FromDisk { at: None } => ("from disk".into(), None),
            Doubt::Unread { source } => (format!("{}: never read", name(source)), again),
            Doubt::Failing { source, .. } => (format!("{}: cannot be read", name(source)), again),
            Doubt::Down { source, .. } => {
                let age = &self.ages[usize::from(source.0)];
                (format!("{}: cannot be read now; {age}", name(source)), Some("run it again for what has changed since"))
            }
            Doubt::Partial { source, seen, of, gap } => {
                let count = of.map_or_else(String::new, |of| format!("{seen} of {} were read; ", count(of, "case")));
                let why = gap.as_ref().map_or_else(|| "not every page was read".to_owned(), Gap::words);
                let next = gap.as_ref().filter(|gap| **gap != Gap::Moved).map(Gap::next_step);
                (format!("{}: {count}{why}", name(source)), next.or(again))
            }
            Doubt::Reading { source, .. } | Doubt::Old { source, .. } => (format!("{}: not every page was read", name(source)), again),
            Doubt::Malformed { source, rows } => {
                (format!("{}: {rows} of its rows could not be read and were left out", name(source)), None)
            }
            Doubt::Me { source, is_final: true } => (
                format!("{}: it does not tell who you are, so `me` is nobody there", name(source)),
                Some("write me = in its section of the configuration"),
            ),
            Doubt::Me { source, is_final: false } => (
                format!("{}: it has not told yet who you are, so `me` is nobody there", name(source)),
                Some("run it once with the network"),
            ),
            Doubt::Unexamined { source, cases } => (
                format!("{}: {} not examined: the filter asks for what was never read", name(source), count(*cases, "case")),
                if reading.is_from_disk { Some("run it with the network, without --cached or --offline, to read them") } else { again },
            ),
            Doubt::Undescribed { source, cases } => (
                format!("{}: the descriptions of {} were not read: its list does not send them", name(source), count(*cases, "case")),
                Some("`description:WORD` reads them case by case"),
            ),
            Doubt::Cut { of } => {
                let known = if self.known.doubts.iter().all(is_asked_for) { "" } else { " that are known" };
                (format!("showing {} of {of}{known}", self.known.count), None)
            }
            // Nothing waits in a tray here, and the filter is judged to its end.
            Doubt::Looking | Doubt::Held { .. } => return None,
        })
    }

    /// How it ends as far as reading is concerned. A limit is as it was asked for, and so is the age of what is on disk.
    pub(in crate::cli) fn exit(&self) -> Exit {
        match self.failed.first() {
            // All of them: what they have in common, or that nothing came.
            Some(first) if self.failed.len() == self.of => {
                if self.failed.iter().all(|exit| exit == first) {
                    *first
                } else {
                    Exit::Network
                }
            }
            _ if self.known.doubts.iter().all(is_asked_for) => Exit::Done,
            _ => Exit::Partial,
        }
    }
}

/// What was asked for is no doubt.
fn is_asked_for(doubt: &Doubt) -> bool {
    matches!(doubt, Doubt::Cut { .. } | Doubt::FromDisk { .. })
}

/// How old the rows of a source are that could not be read now.
fn on_disk(desk: &Desk, id: SourceId) -> String {
    match desk.mark(id).unwrap_or_default() {
        Mark { complete_at: Some(at), .. } => format!("its cases are from disk, read completely {} ago", age(at, Timestamp::now())),
        Mark { seen, .. } if seen > 0 => "its cases are from disk, and were never read completely".into(),
        Mark { .. } => "nothing of it is on disk".into(),
    }
}
