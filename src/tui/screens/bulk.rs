//! The dry run of a bulk change: what each marked case would be sent, which cases are left out, and the number that sends it.

pub mod acts;
pub mod menu;
mod screen;
pub mod view;

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use crate::domain::batch::Batch;
use crate::domain::bulk::{Row, Sends, Summary, Verdict};
use crate::domain::case::{CaseId, Rid, Vendor};
use crate::domain::change_script::{ChangeScript, Step};
use crate::domain::count::counted;
use crate::domain::edit::Edit;
use crate::domain::fault::Fault;
use crate::protocol::Ticket;

/// Digits of the number that sends; the most cases have fewer.
const MAX_DIGITS: usize = 6;

/// A dry run, from the question to the disk.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkPane {
    /// What is done: `close, add tag=vip`.
    pub words: String,
    /// Cases that are meant, in their order.
    pub of: usize,
    /// Of those, the ones that the list did not show.
    pub hidden: usize,
    /// Sorted once all are there: what cannot first, then what needs a look.
    pub rows: Vec<Row>,
    skipped: BTreeSet<Rid>,
    pub summary: Summary,
    /// What nothing takes back afterwards, in words; empty: nothing, or it is not worked out yet.
    pub stays: String,
    /// The row under the cursor.
    pub at: usize,
    /// What each case would be sent, in place of the figures.
    pub diffs: bool,
    /// Lines of that which are passed, from the row under the cursor on.
    pub scroll: usize,
    pub typed: String,
    pub stage: Stage,
    course: Course,
    /// Boxes that were answered on the way here: offered again unless this is sent.
    pub(in crate::tui) answered: Vec<CaseId>,
}

/// Where a bulk change stands among what was done, taken back and made again.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Course {
    #[default]
    Wish,
    /// Takes back what has landed of another one, by case.
    Back { batch: CompactString, words: String, landed: BTreeMap<Rid, Landed> },
    /// Makes again what was taken back; by case what stayed of it and is not sent a second time.
    Again { stays: BTreeMap<Rid, Vec<String>> },
}

/// An edit that has landed and can be taken back.
#[derive(Clone, Debug, PartialEq)]
pub struct Landed {
    pub entry: CompactString,
    /// What of it is made again afterwards.
    pub edit: Edit,
    /// What of it nothing takes back: `the comment stays`.
    pub stays: Vec<String>,
}

impl Course {
    /// The entry that is taken back.
    fn undoes(&self, rid: Rid) -> Option<CompactString> {
        match self {
            Self::Back { landed, .. } => landed.get(&rid).map(|landed| landed.entry.clone()),
            Self::Wish | Self::Again { .. } => None,
        }
    }

    fn stays(&self, rid: Rid) -> &[String] {
        match self {
            Self::Back { landed, .. } => landed.get(&rid).map_or(&[], |landed| &landed.stays),
            Self::Again { stays } => stays.get(&rid).map_or(&[], Vec::as_slice),
            Self::Wish => &[],
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    Planning(Ticket),
    Asking,
    /// Being committed to disk, as this batch.
    Saving(Ticket, Batch),
    Failed(Fault),
}

impl BulkPane {
    pub fn is_skipped(&self, row: &Row) -> bool {
        self.skipped.contains(&row.rid)
    }

    pub(in crate::tui) fn is_saving(&self) -> bool {
        matches!(self.stage, Stage::Saving(..))
    }

    /// What of a case stays as it is, whatever is taken back of it or made again; empty: nothing, or it is sent nothing.
    pub fn stays_of(&self, row: &Row) -> &[String] {
        let is_sent = matches!(row.verdict, Verdict::Sends(_)) && !self.is_skipped(row);
        if is_sent { self.course.stays(row.rid) } else { &[] }
    }

    /// The figures of those that are sent something, and what stays of them: the same words once with their number.
    fn count(&mut self) {
        self.stays = if self.course == Course::Wish {
            let words = counted(self.sends().flat_map(|(_, sends)| sends.stays()).collect());
            if words.is_empty() { words } else { format!("no way back: {words}") }
        } else {
            counted(self.rows.iter().flat_map(|row| self.stays_of(row).iter().cloned()).collect())
        };
        self.summary = Summary::of(&self.rows, |at| self.rows.get(at).is_some_and(|row| self.skipped.contains(&row.rid)));
    }

    /// What cannot, what may meet an objection, what somebody works on, what is sent, what is so already.
    fn sort(&mut self) {
        let chosen = self.rows.get(self.at).map(|row| row.rid).filter(|_| self.at > 0);
        self.rows.sort_by_key(|row| match &row.verdict {
            Verdict::Cannot(_) => 0,
            Verdict::Sends(sends) if !sends.objections.is_empty() => 1,
            Verdict::Sends(sends) if sends.busy.is_some() => 2,
            Verdict::Sends(_) => 3,
            Verdict::Nothing | Verdict::Waits => 4,
        });
        self.at = chosen.and_then(|rid| self.rows.iter().position(|row| row.rid == rid)).unwrap_or(0);
    }

    fn sends(&self) -> impl Iterator<Item = (&Row, &Sends)> {
        let sent = |row: &Row| !self.is_skipped(row);
        self.rows.iter().filter(move |row| sent(row)).filter_map(|row| match &row.verdict {
            Verdict::Sends(sends) => Some((row, sends.as_ref())),
            _ => None,
        })
    }
}

/// `+vip -old +team:soc`: tags for Tines, attributes for Datadog; the others have neither.
pub(in crate::tui) fn tags(line: &str) -> Result<ChangeScript, String> {
    let (mut plain, mut attributes) = (Vec::new(), Vec::new());
    for word in line.split_whitespace() {
        let (how, name) = match word.strip_prefix('-') {
            Some(name) => ("remove", name),
            None => ("add", word.strip_prefix('+').unwrap_or(word)),
        };
        if name.is_empty() {
            return Err(format!("nothing stands behind the {word}"));
        }
        plain.push(Step::parse(&format!("{how} tag={name}"))?);
        match name.split_once(':') {
            Some((key, value)) if !key.is_empty() && !value.is_empty() => {
                attributes.push(Step::parse(&format!("{how} attr.{key}={value}"))?);
            }
            _ => {}
        }
    }
    // Some vendors keep attributes of a key and a value; a bare word has no place there, and their cases then say so.
    let is_all = attributes.len() == plain.len();
    let with_attributes = Vendor::ALL.into_iter().filter(|vendor| is_all && vendor.capabilities().has_attributes);
    let variants = with_attributes.map(|vendor| (vendor, attributes.clone())).collect();
    Ok(ChangeScript { steps: plain, variants })
}
