//! Hands an edit to the outbox and watches it until it is confirmed, stuck, or left for later.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use compact_str::CompactString;

use crate::cli::run::session::Session;
use crate::cli::run::stop::{Exit, Stop, note, words};
use crate::domain::count::{count, count_of};
use crate::domain::edit::{Edit, OutboxEntry, Progress};
use crate::domain::fault::Fault;
use crate::domain::merge::{Conflict, Outcome};
use crate::domain::turn;
use crate::protocol::{Order, Report};

/// What an edit may take to be confirmed before it is left to itself: several calls, each with its time limit.
const PATIENCE: Duration = Duration::from_mins(2);
/// The same when the vendor could not be reached a moment ago.
const LITTLE_PATIENCE: Duration = Duration::from_secs(3);

/// How the vendor was met when the case was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Met {
    Well,
    /// It could not be reached.
    Away,
    /// Nobody may ask it.
    Offline,
}

/// Saves the edit, synced, then follows it.
pub(in crate::cli) fn submit(session: &mut Session, edit: &Edit, met: Met) -> Result<Exit, Stop> {
    let mut outcome = None;
    let mut watch = Watch { edit, earlier: session.entries.clone(), id: None, was_out: false };
    session.order(Order::Submit { edit: edit.clone(), delay_ms: 0, undoes: None }, |report| {
        outcome = outcome.take().or_else(|| watch.judge(report));
    })?;
    let patience = match met {
        Met::Offline if outcome.is_some() => LITTLE_PATIENCE,
        Met::Offline => {
            note("saved and queued\n  it is sent by the next caseload that may use the network");
            return Ok(Exit::Queued);
        }
        Met::Away => LITTLE_PATIENCE,
        Met::Well => PATIENCE,
    };
    if outcome.is_none() {
        outcome = session.until(Some(Instant::now() + patience), |report| watch.judge(report))?;
    }
    Ok(outcome.unwrap_or_else(|| {
        note("saved and queued, not confirmed yet\n  it goes on with the next caseload, or now with `caseload outbox flush`");
        Exit::Queued
    }))
}

/// Follows one edit through its reports.
struct Watch<'a> {
    edit: &'a Edit,
    /// Entries that were there before are somebody else's, though they may wish the same. Not by their time: a clock may be set.
    earlier: BTreeSet<CompactString>,
    /// Known once it is saved; what it wishes may be merged on the way.
    id: Option<CompactString>,
    was_out: bool,
}

impl Watch<'_> {
    /// How it ended, once it has.
    fn judge(&mut self, report: &Report) -> Option<Exit> {
        let entry = match report {
            Report::Outbox(entry) => entry,
            Report::Dropped { entry } if self.id.as_deref() == Some(entry) => {
                note("another caseload has dropped it");
                return Some(Exit::Conflict);
            }
            _ => return None,
        };
        // What was seen may have moved on already, with an edit of one's own that has landed.
        let is_it = entry.edit.case == self.edit.case && entry.edit.changes == self.edit.changes;
        if self.id.is_none() && is_it && !self.earlier.contains(&entry.id) {
            self.id = Some(entry.id.clone());
        }
        if self.id.as_ref() != Some(&entry.id) {
            return None;
        }
        match &entry.progress {
            Progress::Verified => {
                if entry.unsent().is_some() || entry.unread.is_some() {
                    note(settled(entry));
                }
                Some(Exit::Done)
            }
            Progress::Queued if entry.is_held => {
                note(format!("saved and held\n  let it go with `caseload outbox release {}`", entry.id));
                Some(Exit::Queued)
            }
            Progress::Queued if entry.is_behind() => {
                let reason = turn::behind().message;
                note(format!("saved and queued: it {reason}\n  `caseload outbox flush {}` sends it before that one", entry.id));
                Some(Exit::Queued)
            }
            Progress::Queued if self.was_out => {
                if let Some(fault) = &entry.delayed_by {
                    note(words(fault));
                }
                note("saved and queued\n  it is sent by the next caseload that reaches the vendor, or now with `caseload outbox flush`");
                Some(Exit::Queued)
            }
            Progress::Queued => None,
            Progress::Sending { .. } | Progress::Sent => {
                self.was_out = true;
                None
            }
            Progress::Parked { .. } | Progress::Unknown { .. } => Some(stuck(entry, None)),
        }
    }
}

/// What is said of an entry that the vendor's answers alone prove.
pub(in crate::cli) fn unread(entry: &OutboxEntry) -> Option<String> {
    let fault = entry.unread.as_ref()?;
    Some(format!("sent, the vendor's answer is proof of it; reading it back failed: {fault}"))
}

/// What is said of an entry that has come to its end.
pub(in crate::cli) fn settled(entry: &OutboxEntry) -> String {
    let unsent = entry.unsent().map(|why| format!("nothing was sent: {why}"));
    unsent.or_else(|| unread(entry)).unwrap_or_else(|| "sent, read back ok".to_owned())
}

/// Says why an entry waits for a person; where several may, the first line names it.
pub(in crate::cli) fn stuck(entry: &OutboxEntry, name: Option<&str>) -> Exit {
    let named = |words: String| name.map_or_else(|| words.clone(), |name| format!("{name}: {words}"));
    match &entry.progress {
        Progress::Parked { fault, done } => {
            if let Some(conflict) = &entry.conflict {
                note(named(who(conflict)));
                return differs(entry, conflict, *done);
            }
            note(named(words(fault)));
            parked(entry, fault, *done)
        }
        Progress::Unknown { fault, done } => {
            note(named(words(fault)));
            let (call, calls) = (done + 1, entry.calls.len());
            note(format!(
                "whether call {call} of {calls} has happened is not known\n  look at the case; then settle the edit in `caseload`"
            ));
            Exit::Conflict
        }
        _ => Exit::Queued,
    }
}

fn parked(entry: &OutboxEntry, fault: &Fault, done: usize) -> Exit {
    let calls = entry.calls.len();
    if calls > 1 || done > 0 {
        note(format!("{done} of {} landed", count_of(calls, "call has", "calls have")));
    }
    note(format!("the edit is kept\n  correct it in `caseload`, or give it up with `caseload outbox drop {}`", entry.id));
    match Exit::of(fault) {
        Exit::Usage if done > 0 => Exit::Partial,
        exit => exit,
    }
}

fn differs(entry: &OutboxEntry, conflict: &Conflict, done: usize) -> Exit {
    for line in overlaps(conflict) {
        note(format!("  {line}"));
    }
    let sent = if done == 0 {
        "nothing was sent".into()
    } else {
        format!("{done} of {} landed", count_of(entry.calls.len(), "call has", "calls have"))
    };
    note(format!("{sent}; the edit is kept\n  decide in `caseload`, or give it up with `caseload outbox drop {}`", entry.id));
    Exit::Conflict
}

/// Who has come between, as far as the vendor says.
pub(in crate::cli) fn who(conflict: &Conflict) -> String {
    let at = conflict.at.map(|at| format!(" at {at}")).unwrap_or_default();
    format!("{} changed the same case{at}", conflict.who())
}

/// One line per overlap: what was seen, what is there now, what is wanted.
pub(in crate::cli) fn overlaps(conflict: &Conflict) -> Vec<String> {
    let undecided = conflict.merges.iter().filter(|merge| matches!(merge.outcome, Outcome::Overlap(_)));
    let shown = |text: String| match text.lines().count() {
        0 => "--".into(),
        1 => format!("`{text}`"),
        lines => format!("a text of {}", count(lines, "line")),
    };
    let line = |merge: &crate::domain::merge::Merge| {
        let [base, theirs, mine] = [&merge.base, &merge.theirs, &merge.mine].map(|value| shown(value.shown()));
        format!("{}: you saw {base}, it is {theirs} now, you want {mine}", merge.aspect.name())
    };
    undecided.map(line).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::case::Vendor;
    use crate::domain::change::Change;
    use crate::domain::edit::Plan;
    use crate::domain::sample;

    #[test]
    fn its_own_entry_is_told_from_an_older_one_whatever_the_clock_was_set_to() {
        let edit = Edit::new(&sample::case(Vendor::Tines, 7), vec![Change::Comment("the same words".into())]);
        let told = |id: &str, progress: Progress, second: i64| {
            let saved_at = Timestamp::from_second(second).unwrap();
            Report::Outbox(Box::new(OutboxEntry { progress, ..OutboxEntry::queued(id, edit.clone(), Plan::default(), saved_at) }))
        };
        let mut watch = Watch { edit: &edit, earlier: ["old".into()].into(), id: None, was_out: false };
        // Saved by the clock of tomorrow, which was set back since.
        assert_eq!(watch.judge(&told("old", Progress::Verified, 90_000)), None);
        assert_eq!(watch.judge(&told("new", Progress::Sent, 100)), None);
        assert_eq!(watch.judge(&told("old", Progress::Verified, 90_000)), None);
        assert_eq!(watch.judge(&told("new", Progress::Verified, 100)), Some(Exit::Done));
    }
}
