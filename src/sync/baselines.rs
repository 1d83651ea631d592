//! What the person knows of each case: what a row showed before it first changed is kept by the store, what was looked at by
//! the screen, and edits that land move it along. It is watched, because other workbenches and commands write it, too.

use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::sleep;

use super::asides;
use super::source_handle::SourceHandle;
use crate::domain::aside::Then;
use crate::domain::baseline::{After, Baseline};
use crate::domain::edit::Edit;
use crate::domain::fault::Fault;
use crate::protocol::Report;
use crate::sync::shared::Shared;

/// How often what others have moved is looked at; as often as the outbox is.
const WATCH: Duration = Duration::from_secs(2);

/// Tells what was written since it was last told; at the start all of it.
pub(super) async fn tell(shared: &Shared) {
    let Ok((news, last)) = shared.disk.baselines(shared.baselines.get()).await else { return };
    shared.baselines.set(last);
    if !news.is_empty() {
        shared.report(Report::Baselines(news)).await;
    }
}

/// Keeps what the screen has shown. What it knows already is told again, which changes nothing.
pub(super) async fn keep(shared: &Shared, baselines: Vec<Baseline>) -> Result<(), Fault> {
    shared.disk.keep_baselines(baselines, false).await?;
    tell(shared).await;
    Ok(())
}

/// Tells what other processes have moved, as long as the run lasts.
pub(super) async fn watch(shared: Rc<Shared>) {
    loop {
        sleep(WATCH).await;
        tell(&shared).await;
    }
}

/// An edit of the person's own has landed: what they know of the case moves along, and what a snooze of it compares with, so
/// that only what others did is news.
///
/// `own`: when the case had last changed as it was read before the edit left, and as the answers to it said.
pub(super) async fn own(
    shared: &Shared,
    handle: &SourceHandle,
    stored: Option<Then>,
    own: &[Option<Timestamp>],
    edit: &Edit,
    after: After<'_>,
) {
    let moved = async {
        asides::own(shared, &edit.case, |then| _ = then.follow(own, edit, after)).await?;
        let before = shared.disk.baseline(edit.case.clone()).await?;
        shared.disk.keep_baselines(vec![Baseline::after_own(before, stored, own, edit, after)], true).await
    };
    if let Err(fault) = moved.await {
        // At worst one's own change is marked as news.
        tracing::warn!(%fault, source = handle.name, "what was seen of a case does not follow an edit");
    }
    tell(shared).await;
}
