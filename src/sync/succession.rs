//! Whether the API that follows the one a source reads answers with the same token: asked when a source of Tines v1
//! starts, and again whenever that fails.

use super::seat::Seat;
use super::worker::Shared;
use crate::domain::caution::{Caution, V2};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Scan};
use crate::protocol::Report;
use crate::providers::Provider;

/// What v2 of a source of Tines v1 answers; None: there is nothing to follow.
pub(super) async fn ask(provider: &Provider) -> Option<V2> {
    let successor = provider.successor()?;
    Some(match successor.page(Scan::Recent, &Cursor::Start).await {
        Ok(_) => V2::Answers,
        Err(fault) => V2::Fails(fault.message),
    })
}

/// Asks for one source of the worker, and tells when the answer is news.
pub(super) async fn look(shared: &Shared, seat: &Seat) {
    let Ok(provider) = seat.network() else { return };
    let Some(v2) = ask(provider).await else { return };
    if seat.v2.replace(v2.clone()) != v2 {
        shared.report(Report::Card(seat.card())).await;
    }
}

/// Whether this fault may mean that the API is no more.
pub(super) fn may_have_ended(fault: &Fault) -> bool {
    matches!(
        fault.kind,
        FaultKind::Retired
            | FaultKind::NotAvailable
            | FaultKind::NotFound
            | FaultKind::Redirected
            | FaultKind::Rejected
            | FaultKind::BadBody
    )
}

/// What stands about a source.
pub(super) fn caution(seat: &Seat) -> Option<Caution> {
    match seat.provider().and_then(Provider::caution)? {
        Caution::TinesV1(_) => Some(Caution::TinesV1(seat.v2.borrow().clone())),
        other @ Caution::OddToken => Some(other),
    }
}
