//! Whether the API that follows the one a source reads answers with the same token: asked when a source of Tines v1
//! starts, and again whenever that fails.

use super::source_handle::SourceHandle;
use crate::domain::caution::V2;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Scan};
use crate::protocol::Report;
use crate::providers::Provider;
use crate::sync::shared::Shared;

/// What v2 of a source of Tines v1 answers; None: there is nothing to follow.
pub(super) async fn ask(provider: &Provider) -> Option<V2> {
    let successor = provider.successor()?;
    Some(match successor.page(Scan::Recent, &Cursor::Start).await {
        Ok(_) => V2::Answers,
        Err(fault) => V2::Fails(fault.message),
    })
}

/// Asks for one source of the worker, and tells when the answer is news.
pub(super) async fn look(shared: &Shared, handle: &SourceHandle) {
    let Ok(provider) = handle.network() else { return };
    let Some(v2) = ask(provider).await else { return };
    if handle.v2.replace(v2.clone()) != v2 {
        shared.report(Report::SourceInfo(handle.info())).await;
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
