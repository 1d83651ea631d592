//! The triage run: one case of the filter after the other, a digit decides, and nothing leaves for some seconds, so that a
//! decision can be taken back. Each decision is on disk together with where the run stands.

pub mod acts;
pub mod alike;
pub mod back;
pub mod keys;
mod screen;
pub mod view;

use jiff::Timestamp;

use crate::domain::case::{CaseId, Rid};
use crate::domain::change::Change;
use crate::domain::change_script::ChangeScript;
use crate::domain::edit::Edit;
use crate::domain::triage::{Decision, Triage};
use crate::protocol::Ticket;

/// How long a decision can be taken back where no send delay is configured.
const DELAY_MS: u64 = 5_000;
/// Cases read ahead.
const AHEAD: usize = 2;

/// The screen of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct TriagePane {
    /// When this sitting began.
    pub begun_at: Timestamp,
    /// The case in sight; None: it is not known here.
    pub rid: Option<Rid>,
    /// Another case with a title of the same shape, that is open and stays so.
    pub alike: Option<Rid>,
    /// What was passed by on the way here.
    pub note: Option<String>,
    /// First line of the text in sight.
    pub scroll: usize,
    deciding: Option<Deciding>,
}

/// What was chosen for the case in sight.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    case: CaseId,
    changes: Vec<Change>,
    /// The same in words.
    script: ChangeScript,
    /// Boxes that were answered for it.
    answered: Vec<CaseId>,
}

/// A decision on its way to the disk.
#[derive(Clone, Debug, PartialEq)]
struct Deciding {
    ticket: Ticket,
    edit: Edit,
    /// The run once it is there.
    run: Triage,
    /// Boxes that were answered for it.
    answered: Vec<CaseId>,
}

impl TriagePane {
    pub(in crate::tui) fn is_saving(&self) -> bool {
        self.deciding.is_some()
    }
}

/// What was passed by on the way to the next case, in one line.
fn skipped(passed: &[(String, String)]) -> Option<String> {
    match passed {
        [] => None,
        [(key, why)] => Some(format!("{key} {why}: skipped")),
        many => {
            let named: Vec<_> = many.iter().map(|(key, why)| format!("{key} {why}")).collect();
            Some(format!("{} skipped: {}", many.len(), named.join(", ")))
        }
    }
}

/// `3 changed, 1 left, 2 skipped`, and how many were snoozed where any were.
pub fn tally(run: &Triage) -> String {
    let count = |is: &dyn Fn(&Decision) -> bool| run.decided.iter().filter(|decided| is(&decided.how)).count();
    let changed = count(&|how| matches!(how, Decision::Changed(_)));
    let left = count(&|how| matches!(how, Decision::Left));
    let snoozed = count(&|how| matches!(how, Decision::Snoozed { .. }));
    let skipped = run.decided.len() - changed - left - snoozed;
    let asleep = if snoozed > 0 { format!("{snoozed} snoozed, ") } else { String::new() };
    format!("{changed} changed, {asleep}{left} left, {skipped} skipped")
}
