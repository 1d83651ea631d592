//! The outbox as JSON: its entries, then the drafts.

use jiff::Timestamp;
use serde::Serialize;

use crate::cli::outbox::typed::{
    Typed, {self},
};
use crate::cli::outbox::waiting::{Waiting, landed};
use crate::cli::print::plan::{CallShape, ChangeShape};
use crate::domain::merge::Outcome;
use crate::domain::text::Clean;

/// An element of the list as JSON; `state` tells them apart.
#[derive(Serialize)]
#[serde(untagged)]
pub(in crate::cli) enum Line<'a> {
    Entry(Box<Shape<'a>>),
    Draft(typed::Shape<'a>),
}

#[derive(Serialize)]
pub(in crate::cli) struct Shape<'a> {
    number: usize,
    id: &'a str,
    source: &'a str,
    case: &'a str,
    key: Option<&'a str>,
    title: Option<&'a str>,
    state: &'static str,
    held: bool,
    saved_at: Timestamp,
    send_after: Option<Timestamp>,
    /// Calls that have landed.
    landed: usize,
    fault: Option<String>,
    changes: Vec<ChangeShape>,
    calls: Vec<CallShape<'a>>,
    /// Overlaps with what somebody else did.
    conflict: Vec<OverlapShape>,
}

#[derive(Serialize)]
struct OverlapShape {
    field: String,
    base: Clean,
    theirs: Clean,
    mine: Clean,
}

pub(in crate::cli) fn lines<'a>(entries: impl Iterator<Item = &'a Waiting>, drafts: &'a [Typed]) -> Vec<Line<'a>> {
    let entries = entries.map(|waiting| Line::Entry(Box::new(waiting.shape())));
    entries.chain(drafts.iter().map(|typed| Line::Draft(typed.shape()))).collect()
}

impl Waiting {
    pub(in crate::cli) fn shape(&self) -> Shape<'_> {
        let entry = &self.entry;
        let overlaps = entry.conflict.iter().flat_map(|conflict| &conflict.merges);
        let value = |value: &crate::domain::aspect::Value| Clean::block(&value.line());
        Shape {
            number: self.number,
            id: &entry.id,
            source: &self.source,
            case: &entry.edit.case.id,
            key: self.key.as_ref().map(Clean::raw),
            title: self.title.as_ref().map(Clean::raw),
            state: entry.progress.name(),
            held: entry.is_held,
            saved_at: entry.saved_at,
            send_after: entry.send_after,
            landed: landed(&entry.progress),
            fault: self.fault().map(ToString::to_string),
            changes: entry.lines.iter().map(ChangeShape::from).collect(),
            calls: entry.calls.iter().map(CallShape::from).collect(),
            conflict: overlaps
                .filter(|merge| matches!(merge.outcome, Outcome::Overlap(_)))
                .map(|merge| OverlapShape {
                    field: merge.aspect.name(),
                    base: value(&merge.base),
                    theirs: value(&merge.theirs),
                    mine: value(&merge.mine),
                })
                .collect(),
        }
    }
}
