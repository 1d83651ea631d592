//! Pins and snoozes: kept for the screen, and watched, because `caseload snooze` and other workbenches put cases aside, too.

use std::rc::Rc;
use std::time::Duration;

use tokio::time::sleep;

use crate::domain::aside::{Aside, Then};
use crate::domain::case::CaseId;
use crate::domain::fault::Fault;
use crate::domain::moved::Moved;
use crate::protocol::Report;
use crate::sync::shared::Shared;

/// How often what others have put aside is looked at; as often as the outbox is.
const WATCH: Duration = Duration::from_secs(2);

/// Everything that was put aside before this run; told before any row.
pub(super) async fn tell(shared: &Shared) {
    let (asides, unread) = shared.disk.asides().await.unwrap_or_default();
    for fault in unread {
        tracing::warn!(%fault, "a snooze is over");
    }
    if !asides.is_empty() {
        shared.asides.take(&asides);
        shared.report(Report::Asides(asides)).await;
    }
}

/// Keeps what the screen has put aside. Where another hand was faster, what that has chosen stands, and is told.
pub(super) async fn set(shared: &Shared, moves: Vec<Moved>) -> Result<(), Fault> {
    let wished: Vec<Option<Aside>> = moves.iter().map(|moved| shared.asides.knew(moved).then(|| moved.after.clone())).collect();
    let kept = keep(shared, moves).await?;
    let other = kept.into_iter().zip(wished).filter(|(kept, wished)| wished.as_ref() != Some(kept));
    let other: Vec<Aside> = other.map(|(kept, _)| kept).collect();
    if !other.is_empty() {
        shared.report(Report::Asides(other)).await;
    }
    Ok(())
}

async fn keep(shared: &Shared, moves: Vec<Moved>) -> Result<Vec<Aside>, Fault> {
    let raise = || shared.asides.writes.set(shared.asides.writes.get() + 1);
    raise();
    let kept = shared.disk.set_aside(moves).await;
    if let Ok(kept) = &kept {
        shared.asides.take(kept);
    }
    raise();
    kept
}

/// An edit of the person's own has landed: what their snooze of the case compares with moves along, so that only what others do
/// wakes it.
pub(super) async fn own(shared: &Shared, case: &CaseId, follow: impl FnOnce(&mut Then)) -> Result<(), Fault> {
    let Some(before) = shared.disk.asides().await?.0.into_iter().find(|aside| aside.case == *case) else { return Ok(()) };
    let mut after = before.clone();
    after.snooze.as_mut().map(|snooze| &mut snooze.then).map(follow);
    if after != before {
        let kept = keep(shared, vec![Moved { before, after }]).await?;
        shared.report(Report::Asides(kept)).await;
    }
    Ok(())
}

/// Tells what other processes put aside, as long as the run lasts.
pub(super) async fn watch(shared: Rc<Shared>) {
    loop {
        sleep(WATCH).await;
        look(&shared).await;
    }
}

/// Before rows are told: a command may have moved along just now what a snooze compares with.
pub(super) async fn look_for_sleepers(shared: &Shared) {
    let sleeps = shared.asides.asides.borrow().values().any(|aside| aside.snooze.is_some());
    if sleeps {
        look(shared).await;
    }
}

async fn look(shared: &Shared) {
    let writes = shared.asides.writes.get();
    let Ok((now, _)) = shared.disk.asides().await else { return };
    if shared.asides.writes.get() != writes {
        return;
    }
    let news = shared.asides.news(&now);
    if !news.is_empty() {
        shared.asides.take(&news);
        shared.report(Report::Asides(news)).await;
    }
}
