//! The secrets of a source while it is in use: fetched anew when a request was refused for them, or when a person asks.
//!
//! One fetch serves all requests that were refused together, and what brought nothing new is not tried again for a while. A
//! command may ask for a passphrase, so under the screen it runs only when the screen has given the terminal away.

use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::{MutexGuard, mpsc};

use super::source_handle::SourceHandle;
use crate::config::{Asks, SecretRef};
use crate::domain::case::SourceId;
use crate::domain::fault::{Fault, FaultKind};
use crate::protocol::Report;
use crate::providers::Renewal;
use crate::sync::key_ring::Keys;
use crate::sync::shared::Shared;

/// A place that has just given a secret which was refused is not asked again within this, unless by a person.
const ASK_AGAIN: Duration = Duration::from_mins(1);

/// Answers requests of one source that were refused for their secrets, for as long as the worker lives.
pub(super) async fn keep(shared: Rc<Shared>, place: usize, mut refused: mpsc::Receiver<Renewal>) {
    while let Some(Renewal { generation, answer }) = refused.recv().await {
        let handle = &shared.handles[place];
        let is_other = handle.provider().is_some_and(|provider| provider.generation() != generation);
        let result = if is_other { Ok(()) } else { by_itself(&shared, handle).await };
        // Whoever asked may have been called off meanwhile.
        let _ = answer.send(result);
    }
}

/// Fetches the secrets of a source without disturbing anybody.
///
/// # Errors
/// There are no others, in words.
pub(super) async fn by_itself(shared: &Rc<Shared>, handle: &SourceHandle) -> Result<(), String> {
    let Some(keys) = &handle.keys else { return Err("no secret is read in this run".into()) };
    let places = keys.said_places();
    if keys.source.secrets().all(|place| matches!(place, SecretRef::Env(_))) {
        return Err(format!("{places} is read at the start only: set it anew, then start caseload again"));
    }
    if keys.has_command() && shared.has_screen {
        return Err(format!("the secret comes from {places}: a refresh fetches it anew"));
    }
    let asks = if shared.has_screen { Asks::Nobody } else { Asks::whoever_is_here() };
    let before = handle.secret_state();
    let _turn = turn(shared, asks).await;
    if handle.secret_state() != before {
        return Ok(());
    }
    if handle.asked_at.get().is_some_and(|at| at.elapsed() < ASK_AGAIN) {
        let gave = if handle.refused().is_some() { "gave no secret" } else { "gave the same secret" };
        return Err(format!("{places} {gave} a moment ago"));
    }
    renew(shared, handle, keys, asks).await.map_err(|fault| fault.message.to_string())
}

/// Fetches the secrets of these sources for a person who has left the terminal to what may ask there.
pub(super) async fn by_person(shared: &Rc<Shared>, sources: Vec<SourceId>, limit_s: Option<u64>) -> Result<(), Fault> {
    let mut result = Ok(());
    for source in sources {
        let handle = shared.handle(source)?;
        if let Some(keys) = &handle.keys {
            let asks = Asks::Person(limit_s.map(Duration::from_secs));
            let _turn = turn(shared, asks).await;
            result = result.and(renew(shared, handle, keys, asks).await);
        }
    }
    result
}

/// Two prompts on one terminal would take each other's keys.
async fn turn(shared: &Shared, asks: Asks) -> Option<MutexGuard<'_, ()>> {
    match asks {
        Asks::Person(_) => Some(shared.terminal.lock().await),
        Asks::Nobody => None,
    }
}

async fn renew(shared: &Rc<Shared>, handle: &SourceHandle, keys: &Keys, asks: Asks) -> Result<(), Fault> {
    let fetched = keys.fetch(asks).await;
    // Until it has brought something new.
    handle.asked_at.set(Some(Instant::now()));
    let provider = handle.reader()?;
    let is_other = match fetched.and_then(|auth| provider.renew(auth)) {
        Ok(is_other) => is_other,
        Err(fault) => {
            if handle.refused().is_some() {
                handle.refuse(Some(fault.clone()));
            }
            return Err(fault);
        }
    };
    let was_refused = handle.refused().is_some();
    handle.refuse(None);
    if is_other {
        handle.asked_at.set(None);
    } else if !was_refused {
        return Err(Fault::new(FaultKind::Unauthorized, format!("{} gives the same secret as before", keys.said_places())));
    }
    // What waited for this goes out now.
    shared.outbox_may_move.notify_one();
    shared.report(Report::SourceInfo(handle.info())).await;
    Ok(())
}
