//! A bulk change on its way: saved as one, followed until nothing of it moves any more, and told case by case.

use std::collections::HashMap;
use std::io::{
    BufWriter, Write, {self},
};
use std::time::{Duration, Instant};

use compact_str::CompactString;
use serde::Serialize;

use crate::cli::bulk::said;
use crate::cli::run::session::Session;
use crate::cli::run::stop::{Exit, Stop, note};
use crate::cli::run::submit::unread;
use crate::config::Config;
use crate::domain::batch::Batch;
use crate::domain::bulk::{Row, Tally, Verdict, WAITS_ALREADY};
use crate::domain::case::CaseId;
use crate::domain::count::count_of;
use crate::domain::edit::{OutboxEntry, Progress};
use crate::domain::text::Clean;
use crate::domain::{exact, turn};
use crate::protocol::{Order, PlannedEdit, Report, SettleBatch};

/// Without any case coming to its end for so long, the rest is left to the next run. A vendor may ask for minutes.
const PATIENCE: Duration = Duration::from_mins(5);

/// The entries of one batch as they were told last.
struct Watch {
    batch: CompactString,
    of: usize,
    entries: HashMap<CaseId, OutboxEntry>,
    /// It holds itself back.
    is_stopped: bool,
    /// Cases that have come to an end so far.
    ended: usize,
}

fn has_ended(entry: &OutboxEntry) -> bool {
    entry.progress.is_settled() || entry.progress.needs_person()
}

impl Watch {
    /// True: a case has come to its end, or all stands still.
    fn take(&mut self, report: &Report) -> bool {
        match report {
            Report::Outbox(entry) if entry.batch.as_ref().is_some_and(|batch| batch.id == self.batch) => {
                let has_come_to_its_end = has_ended(entry);
                let before = self.entries.insert(entry.edit.case.clone(), (**entry).clone());
                let is_news = has_come_to_its_end && !before.is_some_and(|before| has_ended(&before));
                self.ended += usize::from(is_news);
                is_news || entry.is_behind()
            }
            Report::Dropped { entry } => {
                self.entries.retain(|_, known| known.id != *entry);
                true
            }
            Report::BatchStopped { batch } if *batch == self.batch => {
                self.is_stopped = true;
                true
            }
            _ => false,
        }
    }

    /// Nothing of it moves by itself any more. What was out when it stopped still comes to its end.
    fn is_over(&self) -> bool {
        let is_out = |entry: &OutboxEntry| matches!(entry.progress, Progress::Sending { .. } | Progress::Sent);
        let moves = |entry: &OutboxEntry| is_out(entry) || (!self.is_stopped && !entry.is_held && !entry.is_behind() && !has_ended(entry));
        self.is_stopped && !self.entries.values().any(is_out) || self.ended >= self.of || !self.entries.values().any(moves)
    }

    fn tally(&self) -> Tally {
        Tally::count(self.of, self.entries.values())
    }

    /// Says how many wait behind a stopped edit of their case.
    fn say_behind(&self) -> usize {
        let (behind, of) = (self.entries.values().filter(|entry| entry.is_behind()).count(), self.of);
        if behind > 0 {
            let words = "settle those, and they follow; `caseload outbox list` shows both";
            note(format!("{behind} of {of} wait behind stopped edits of their cases\n  {words}"));
        }
        behind
    }
}

/// Saves the batch, then follows it to its outcome.
pub(in crate::cli) fn follow(
    (config, is_json): (&Config, bool),
    is_offline: bool,
    session: &mut Session,
    (batch, edits): (Batch, Vec<PlannedEdit>),
    rows: &[Row],
) -> Result<Exit, Stop> {
    let of = edits.len();
    let mut watch = Watch { batch: batch.id.clone(), of, entries: HashMap::new(), is_stopped: false, ended: 0 };
    session.order(Order::SubmitBulk { batch, edits, delay_ms: 0 }, |report| {
        watch.take(report);
    })?;
    // Every entry is told once it is saved, so that none is missing from the count.
    session.until(None, |report| {
        watch.take(report);
        (watch.entries.len() == of).then_some(())
    })?;
    if is_offline {
        let free = of - watch.say_behind();
        if free > 0 {
            note(format!(
                "{} saved and queued\n  the next caseload that may use the network sends {}",
                count_of(free, "edit is", "edits are"),
                if free == 1 { "it" } else { "them" }
            ));
        }
        return Ok(Exit::Queued);
    }
    while !watch.is_over() {
        session.doing(Some(format!("{} of {of} sent, {} failed", watch.tally().done, watch.tally().stuck)));
        let moved = session.until(Some(Instant::now() + PATIENCE), |report| watch.take(report).then_some(()))?;
        if moved.is_none() {
            break;
        }
    }
    let tally = watch.tally();
    print(config, &watch, rows, is_json)?;
    if tally.done == of {
        session.order(Order::SettleBatch { batch: watch.batch.clone(), how: SettleBatch::PutAway }, |_| {})?;
    }
    Ok(verdict(&watch, tally, rows))
}

fn verdict(watch: &Watch, tally: Tally, rows: &[Row]) -> Exit {
    let Tally { of, waiting, stuck, .. } = tally;
    if watch.is_stopped && waiting > 0 {
        let words = "look with `caseload outbox list`; `caseload outbox release` lets the rest go on";
        note(format!("stopped after two failures in a row: {waiting} of {of} are held\n  {words}"));
        return Exit::Partial;
    }
    let behind = watch.say_behind();
    if waiting > behind {
        let waiting = waiting - behind;
        let words = "they go on with the next caseload, or now with `caseload outbox flush`";
        note(format!("{waiting} of {of} are saved and queued\n  {words}"));
    }
    let earlier = rows.iter().filter(|row| matches!(row.verdict, Verdict::Waits)).count();
    if stuck > 0 || rows.iter().any(|row| matches!(row.verdict, Verdict::Cannot(_))) {
        return Exit::Partial;
    }
    if waiting + earlier > 0 { Exit::Queued } else { Exit::Done }
}

#[derive(Serialize)]
struct Shape<'a> {
    batch: &'a str,
    sent: usize,
    /// Nothing had to be sent to these.
    left: usize,
    failed: usize,
    waiting: usize,
    dropped: usize,
    rows: Vec<RowShape<'a>>,
}

#[derive(Serialize)]
struct RowShape<'a> {
    source: &'a str,
    id: &'a str,
    key: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<Clean>,
}

/// The outcome of a case: a word for scripts, and why.
fn outcome(row: &Row, entry: Option<&OutboxEntry>) -> (&'static str, Option<Clean>) {
    match (&row.verdict, entry.map(|entry| &entry.progress)) {
        (Verdict::Cannot(words), _) => ("cannot", Some(Clean::line(words))),
        (Verdict::Nothing, _) => ("nothing", None),
        (Verdict::Waits, _) => ("waiting", Some(Clean::line(WAITS_ALREADY))),
        (_, Some(Progress::Verified)) if entry.is_some_and(|entry| entry.unsent().is_some()) => {
            ("left", entry.and_then(OutboxEntry::unsent).map(Clean::line))
        }
        (_, Some(Progress::Verified)) => ("sent", entry.and_then(unread).map(|words| Clean::line(&words))),
        (_, Some(Progress::Parked { fault, .. })) => ("failed", Some(fault.message.clone())),
        (_, Some(Progress::Unknown { fault, .. })) => ("unknown", Some(fault.message.clone())),
        (_, Some(_)) if entry.is_some_and(|entry| entry.is_held) => ("held", None),
        (_, Some(_)) if entry.is_some_and(OutboxEntry::is_behind) => ("waiting", Some(turn::behind().message)),
        (_, Some(_)) => ("waiting", None),
        (_, None) => ("dropped", None),
    }
}

fn print(config: &Config, watch: &Watch, rows: &[Row], is_json: bool) -> Result<(), Stop> {
    let mut out = BufWriter::new(io::stdout().lock());
    let tally = watch.tally();
    let of_row = |row: &Row| outcome(row, watch.entries.get(&row.case));
    if is_json {
        let mut shapes = Vec::with_capacity(rows.len());
        for row in rows {
            let (outcome, words) = of_row(row);
            shapes.push(RowShape { source: said::source(config, row.case.source), id: &row.case.id, key: row.key.raw(), outcome, words });
        }
        let (sent, left, failed, waiting, dropped) = (tally.done - tally.unsent, tally.unsent, tally.stuck, tally.waiting, tally.dropped);
        let shape = Shape { batch: &watch.batch, sent, left, failed, waiting, dropped, rows: shapes };
        exact::write_pretty(&mut out, &shape)?;
        out.write_all(b"\n")?;
    } else {
        for row in rows {
            let (outcome, words) = of_row(row);
            let words = words.map(|words| format!("  {words}")).unwrap_or_default();
            writeln!(out, "{:8} {}{words}", outcome, said::name(config, row))?;
        }
        writeln!(out, "{}", tally.words())?;
    }
    Ok(out.flush()?)
}
