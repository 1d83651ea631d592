//! What was typed and not sent: kept for the screen, taken up at its start, and watched, because other workbenches hold drafts, too.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::sleep;

use crate::protocol::Report;
use crate::store::Unfinished;
use crate::sync::shared::Shared;

/// How often the drafts of others are looked at; as often as the outbox is.
const WATCH: Duration = Duration::from_secs(2);

/// What a person left unfinished: before any case that they could begin anew.
pub(super) async fn tell(shared: &Shared) {
    let unfinished = match shared.disk.unfinished(shared.has_screen).await {
        Ok(unfinished) => unfinished,
        Err(fault) => {
            // A file that cannot be read is told beside every source; this one cannot be written.
            let left = shared.disk.unfinished(false).await.unwrap_or_default();
            if !left.drafts.is_empty() || !left.lying.is_empty() {
                shared.report(Report::DraftsNotTakenUp(fault)).await;
            }
            Unfinished { drafts: Vec::new(), ..left }
        }
    };
    for draft in unfinished.drafts {
        shared.report(Report::Draft(Box::new(draft))).await;
    }
    for fault in unfinished.unread {
        tracing::warn!(%fault, "a draft stays on disk");
        shared.report(Report::DraftsNotTakenUp(fault)).await;
    }
    if !unfinished.elsewhere.is_empty() {
        shared.report(Report::Elsewhere(unfinished.elsewhere)).await;
    }
}

/// Tells which drafts other runs hold or have left, as long as this one lasts.
pub(super) async fn watch(shared: Rc<Shared>) {
    let mut known = BTreeMap::new();
    loop {
        if let Ok(now) = shared.disk.drafts_beside().await
            && now != known
        {
            known.clone_from(&now);
            shared.report(Report::DraftsBeside(now)).await;
        }
        sleep(WATCH).await;
    }
}
