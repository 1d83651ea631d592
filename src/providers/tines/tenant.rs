//! One Tines tenant: its settings, its connection, and what is known of it.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;

use crate::domain::case::SourceId;
use crate::domain::caution::{day, end_of_v1, has_v1_ended};
use crate::domain::directory::Directory;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;
use crate::providers::http::{Http, unreadable};
use crate::providers::salvage::{reading, reading_oddly, salvaged};
use crate::providers::settings::Api;
use crate::providers::tines::convert::Ground;
use crate::providers::tines::forms::Forms;
use crate::providers::tines::wanted::Wanted;

/// The lists that answers hold, besides that of the cases.
const LISTS: [&str; 5] = ["activities", "records", "members", "teams", "case_sub_statuses"];

pub(super) struct Inner {
    pub(super) http: Http,
    pub(super) source: SourceId,
    pub(super) base_url: String,
    pub(super) api: Api,
    pub(super) wanted: Wanted,
    pub(super) forms: Forms,
    pub(super) me: Option<String>,
    /// As last read: lists and timelines refer to people and sub-statuses by id.
    pub(super) known: RwLock<Arc<Directory>>,
}

/// One Tines tenant.
#[derive(Clone)]
pub struct Tines(pub(super) Arc<Inner>);

/// A list cannot be "not found": the endpoint is missing, whoever says so.
pub(super) fn list_fault(mut fault: Fault) -> Fault {
    if fault.status == Some(404) {
        fault.kind = FaultKind::NotAvailable;
        fault.message = Clean::line(&format!("{}: this host offers no Tines cases; is base_url the tenant's address?", fault.message));
    }
    fault
}

/// Entries that cannot be read are null to the reader.
pub(super) fn parse<R>(body: &str, read: impl Fn(&str) -> Result<R, serde_json::Error>) -> Result<R, Fault> {
    let fault = match read(body) {
        Ok(answer) => return Ok(answer),
        Err(error) => unreadable(&error, body),
    };
    if let Ok((answer, None)) = reading_oddly(body, &read) {
        return Ok(answer);
    }
    salvaged(body, &LISTS).and_then(|saved| reading(&saved.text, &read).ok()).ok_or(fault)
}

pub(super) fn no_list(what: &str) -> Fault {
    Fault::new(FaultKind::BadBody, format!("the answer holds no list of {what}"))
}

/// A fault of v1: what may come from its end says so. Nobody knows what the removed endpoint will answer.
pub(super) fn of_v1(mut fault: Fault, now: Timestamp) -> Fault {
    let is_missing = matches!(fault.kind, FaultKind::NotFound | FaultKind::NotAvailable);
    let is_elsewhere = matches!(fault.kind, FaultKind::Redirected | FaultKind::BadBody) || fault.status == Some(405);
    match (has_v1_ended(now), is_missing, is_elsewhere) {
        (true, true, _) | (true, _, true) => fault.kind = FaultKind::Retired,
        (false, true, _) => {}
        _ => return fault,
    }
    fault.message = Clean::line(&format!("{}; {}", fault.message, end_of_v1(day(now))));
    fault
}

impl Tines {
    pub(crate) fn host(&self) -> String {
        self.0.http.host()
    }

    pub(crate) fn is_v1(&self) -> bool {
        self.0.api == Api::V1
    }

    pub(super) fn known(&self) -> Arc<Directory> {
        Arc::clone(&self.0.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn ground<'a>(&'a self, directory: &'a Directory, read_at: Timestamp) -> Ground<'a> {
        Ground { source: self.0.source, directory, read_at, base_url: &self.0.base_url }
    }

    pub(super) fn name_removal(&self, fault: Fault) -> Fault {
        if self.is_v1() { of_v1(fault, Timestamp::now()) } else { fault }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_removed_endpoint_answers_is_its_end_after_the_day_and_a_hint_before() {
        let (before, after): (Timestamp, Timestamp) = ("2026-11-29T00:00:00Z".parse().unwrap(), "2026-12-02T00:00:00Z".parse().unwrap());
        for kind in [FaultKind::NotFound, FaultKind::NotAvailable, FaultKind::Redirected, FaultKind::BadBody] {
            let fault = of_v1(Fault::new(kind, "404"), after);
            assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Retired, "404; Tines removed v1 of its API on 2026-12-01"));
            assert!(fault.next_step().contains("api_version = \"v2\""));
            let fault = of_v1(Fault::new(kind, "404"), before);
            assert_eq!(fault.kind, kind);
            let is_named = fault.message.as_str() == "404; Tines removes v1 of its API on 2026-12-01, in 2 days";
            assert_eq!(is_named, matches!(kind, FaultKind::NotFound | FaultKind::NotAvailable));
        }
        for kind in [FaultKind::Unauthorized, FaultKind::Server, FaultKind::TimedOut, FaultKind::Rejected] {
            assert_eq!(of_v1(Fault::new(kind, "no"), after), Fault::new(kind, "no"));
        }
    }
}
