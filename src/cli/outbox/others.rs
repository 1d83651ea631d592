//! Entries of sources that are not configured: they can be looked at and given up, and nothing else.

use jiff::Timestamp;

use crate::cli::outbox::waiting::Waiting;
use crate::cli::run::scope::Scope;
use crate::cli::run::stop::{Stop, note, words};
use crate::domain::case::{CaseId, SourceId};
use crate::domain::edit::{Edit, OutboxEntry};
use crate::domain::elsewhere::Elsewhere;
use crate::domain::fault::Fault;
use crate::domain::journal::{Event, JournalLine};
use crate::store::{Access, Store};

/// Of one such source the store knows no other.
const THE_SOURCE: SourceId = SourceId(0);

/// Numbered on from `count` others. The store is of no use for anything else behind this.
pub(in crate::cli) fn entries(store: &mut Store, elsewhere: &[Elsewhere], count: usize) -> Result<Vec<Waiting>, Fault> {
    let mut all: Vec<Waiting> = Vec::new();
    for of in elsewhere.iter().filter(|of| of.edits > 0) {
        // Where the cases on disk are broken, only that is missing which is not asked for here.
        let _ = store.sources(&[of.source.raw()]);
        for entry in store.outbox()?.into_iter().filter(|entry| !entry.progress.is_settled()) {
            let number = count + all.len() + 1;
            all.push(Waiting { number, entry, source: of.source.raw().to_owned(), rid: None, key: None, title: None });
        }
    }
    Ok(all)
}

/// No worker of this run knows its source: it is given up here, and written down.
pub(in crate::cli) fn give_up(scope: &Scope, waiting: &Waiting) -> Result<(), Stop> {
    let mut store = Store::open(&scope.places.data, Access::ReadWrite)?;
    if let Err(fault) = store.sources(&[waiting.source.as_str()]) {
        note(words(&fault));
    }
    let case = CaseId { source: THE_SOURCE, id: waiting.entry.edit.case.id.clone() };
    let entry = OutboxEntry { edit: Edit { case, ..waiting.entry.edit.clone() }, ..waiting.entry.clone() };
    store.outbox_drop(&entry)?;
    let line = JournalLine {
        at: Timestamp::now(),
        entry: entry.id.clone(),
        source: waiting.source.clone(),
        case: entry.edit.case.id.clone(),
        event: Event::Dropped,
        lines: entry.lines,
    };
    if let Err(fault) = store.journal_add(&line) {
        note(words(&fault));
    }
    Ok(())
}
