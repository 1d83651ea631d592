//! From a wish to the outbox: the plan is asked for, shown, and sent on `y`, never on Enter.

pub mod acts;
pub mod keys;
pub mod preflight;
mod screen;
pub mod verbs;
pub mod view;

use compact_str::CompactString;
use jiff::Timestamp;

use crate::domain::aspect::{Aspect, Seen, Value};
use crate::domain::case::{Case, Rid, Vendor};
use crate::domain::change::Change;
use crate::domain::edit::{Edit, Plan};
use crate::domain::fault::Fault;
use crate::domain::part::Part;
use crate::domain::text::Clean;
use crate::protocol::Ticket;
use crate::tui::model::own::{Landed, has_moved};

/// An edit on its way from the person to the disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    pub rid: Rid,
    /// The case's key, for the question.
    pub key: String,
    pub edit: Edit,
    pub origin: Origin,
    /// What about it somebody else has changed since the person saw it: `priority: CRITICAL then, HIGH now`.
    pub moved: Vec<String>,
    pub stage: Stage,
    /// First line in sight.
    pub scroll: usize,
}

/// Where an edit comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Wish,
    /// A decision of a triage run; whether the person typed any of it, rather than chose it.
    Decision {
        is_typed: bool,
    },
    /// It takes back what this entry did, but for what stays, in words.
    Undo {
        entry: CompactString,
        stays: Vec<String>,
    },
    /// What a person decided of this entry, which overlapped; which aspects stay as they are there, by name.
    Decided {
        entry: String,
        values: Vec<(Aspect, Value)>,
        theirs: Vec<String>,
    },
    /// A change that was taken back is made again; by which entry it was taken back, None: it never left.
    Redo {
        undoes: Option<CompactString>,
    },
}

impl Origin {
    fn undoes(&self) -> Option<CompactString> {
        match self {
            Self::Wish | Self::Decision { .. } | Self::Decided { .. } => None,
            Self::Undo { entry, .. } => Some(entry.clone()),
            Self::Redo { undoes } => undoes.clone(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// The worker works out the calls.
    Planning(Ticket),
    /// Shown since `at`; keys of the first 300 ms were meant for what was there before.
    Asking { plan: Plan, at: Timestamp },
    /// Being committed to disk.
    Saving { plan: Plan, ticket: Ticket },
    /// It could not be planned or saved.
    Failed { plan: Option<Plan>, fault: Fault },
}

impl Review {
    pub(in crate::tui) fn is_saving(&self) -> bool {
        matches!(self.stage, Stage::Saving { .. })
    }

    pub fn plan(&self) -> Option<&Plan> {
        match &self.stage {
            Stage::Planning(_) => None,
            Stage::Asking { plan, .. } | Stage::Saving { plan, .. } => Some(plan),
            Stage::Failed { plan, .. } => plan.as_ref(),
        }
    }
}

/// What an edit is about and the case no longer holds as the person saw it.
fn moved_since(edit: &Edit, case: &Case, vendor: Vendor, landed: &Landed) -> Vec<String> {
    let told = |seen: &Seen| {
        let now = Seen::of(case, seen.aspect.clone());
        let is_text = matches!(seen.aspect.part, Part::Title | Part::Description);
        let is_mine = || !has_moved(seen, case, landed.of(&edit.case), vendor);
        has_moved(seen, case, std::iter::empty(), vendor).then(|| match (is_text, shown(seen), shown(&now)) {
            _ if is_mine() => format!("{} was changed by yourself since you began this", seen.aspect.name()),
            (true, ..) => format!("{} was changed meanwhile: your text is merged with it, or you are asked", seen.aspect.name()),
            (false, then, now) => format!("{} was changed meanwhile: {then} then, {now} now", seen.aspect.name()),
        })
    };
    edit.base.iter().filter_map(told).collect()
}

fn shown(seen: &Seen) -> String {
    let names: Vec<&str> = seen.people.iter().map(crate::domain::person::Person::label).collect();
    match (seen.aspect.part, seen.value.line()) {
        (Part::Assignees, _) if names.is_empty() => "nobody".into(),
        (Part::Assignees, _) => names.join(", "),
        (_, value) if value.is_empty() => "nothing".into(),
        (_, value) => Clean::line(&value).to_string(),
    }
}

/// Letters went into it, rather than a choice.
pub(in crate::tui) fn is_typed(change: &Change) -> bool {
    matches!(
        change,
        Change::Title(_)
            | Change::Description(_)
            | Change::Comment(_)
            | Change::Field { .. }
            | Change::Attribute { .. }
            | Change::AddTags(_)
    )
}
