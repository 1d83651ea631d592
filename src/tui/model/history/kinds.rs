//! What was done to several cases in one go.

use std::collections::BTreeMap;

use compact_str::CompactString;

use crate::domain::bulk::Target;
use crate::domain::case::{CaseId, Rid};
use crate::domain::count::counted;
use crate::domain::edit::{Edit, Progress};
use crate::domain::moved::Moved;
use crate::tui::screens::batch::Sent;
use crate::tui::screens::bulk::Landed;

/// What can be taken back.
#[derive(Clone, Debug, PartialEq)]
pub enum Together {
    /// A bulk change, by its id.
    Batch(CompactString),
    /// Cases that were put aside.
    Asides(Vec<Moved>),
    /// A case that a triage run left as it is.
    Left { case: CaseId, key: String },
}

/// What was taken back, and what makes it again.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::tui) enum Undone {
    Batch {
        id: CompactString,
        words: String,
        /// Those of its edits that were taken back, each with what of it stayed.
        edits: Vec<(Rid, Edit, Vec<String>)>,
        /// The bulk change that takes back what had landed.
        by: Option<CompactString>,
    },
    Asides(Vec<Moved>),
    Left {
        case: CaseId,
        key: String,
    },
}

/// What taking back a bulk change would do, case by case.
#[derive(Default)]
pub(in crate::tui) struct WayBack {
    /// Nothing of so many has left: they are given up. Those of them that are in the list are made again.
    pub(in crate::tui) queued: usize,
    pub(in crate::tui) waiting: Vec<(Rid, Edit)>,
    /// What has landed and can be taken back.
    pub(in crate::tui) landed: BTreeMap<Rid, Landed>,
    /// The cases of the dry run with their edits: those that have landed, and those that are left out with the reason.
    pub(in crate::tui) targets: Vec<Target>,
    pub(in crate::tui) edits: Vec<Edit>,
    /// Why landed cases stay as they are, each once per case.
    pub(in crate::tui) lost: Vec<String>,
    /// Cases that are being sent, and those that wait for a person.
    pub(in crate::tui) under_way: usize,
    pub(in crate::tui) stuck: usize,
}

impl WayBack {
    pub(in crate::tui) fn of(sent: &Sent) -> Self {
        let mut way = Self::default();
        for row in sent.rows.iter().filter(|row| row.entry.unsent().is_none()) {
            let left_out = match (&row.entry.progress, row.rid, row.entry.inverse()) {
                (Progress::Queued, rid, _) => {
                    way.queued += 1;
                    way.waiting.extend(rid.map(|rid| (rid, row.entry.edit.clone())));
                    continue;
                }
                (Progress::Verified, Some(rid), Ok(back)) => {
                    let landed = Landed { entry: row.entry.id.clone(), edit: row.entry.restorable(), stays: back.stays };
                    way.landed.insert(rid, landed);
                    way.targets.push(Target { rid, refused: None });
                    way.edits.push(back.edit);
                    continue;
                }
                (Progress::Verified, None, Ok(_)) => {
                    way.lost.push("a case stays that is not in the list any more".into());
                    continue;
                }
                (Progress::Verified, _, Err(why)) => {
                    way.lost.push(why.clone());
                    why
                }
                (Progress::Sending { .. } | Progress::Sent, ..) => {
                    way.under_way += 1;
                    "it is being sent right now".into()
                }
                (Progress::Parked { .. } | Progress::Unknown { .. }, ..) => {
                    way.stuck += 1;
                    "its edit is stopped and is decided in the outbox".into()
                }
            };
            if let Some(rid) = row.rid {
                way.targets.push(Target { rid, refused: Some(left_out) });
                way.edits.push(row.entry.edit.clone());
            }
        }
        way
    }

    /// What stays of what has landed, in a few words; empty: nothing.
    pub(in crate::tui) fn stays(&self) -> String {
        counted(self.landed.values().flat_map(|landed| landed.stays.clone()).collect())
    }
}
