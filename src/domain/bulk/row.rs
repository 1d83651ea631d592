//! A case in the dry run of a bulk change, and what it would be sent.

use crate::domain::busy::Busy;
use crate::domain::case::{CaseId, Rid};
use crate::domain::edit::{Edit, Plan, PlanLine};
use crate::domain::inverse;
use crate::domain::text::Clean;

/// A case in the dry run.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub rid: Rid,
    pub case: CaseId,
    pub key: Clean,
    pub title: Clean,
    pub verdict: Verdict,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Sends(Box<Sends>),
    /// The case is so already.
    Nothing,
    /// The case will be so once what waits in the outbox has landed.
    Waits,
    /// In words for the person.
    Cannot(String),
}

/// What a case would be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Sends {
    pub edit: Edit,
    pub plan: Plan,
    /// Old and new as they are told: from what its vendor shows, not from what is only on its way.
    pub lines: Vec<PlanLine>,
    /// What its vendor may object to: conditions of closing that are not met.
    pub objections: Vec<String>,
    pub busy: Option<Busy>,
}

impl Sends {
    /// What it changes, each part once.
    pub fn told(&self) -> Vec<PlanLine> {
        PlanLine::told(&self.lines)
    }

    /// What of it nothing takes back afterwards, in the words of taking it back.
    pub fn stays(&self) -> Vec<String> {
        self.edit.inverse_without(&inverse::stays(&self.plan.calls)).map_or_else(|why| vec![why], |back| back.stays)
    }
}
