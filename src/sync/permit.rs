//! Whether changes of a source may happen: what the configuration says, else what the person has allowed from inside.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

use super::source_handle::SourceHandle;
use super::sources::SourceSetup;
use crate::config::Config;
use crate::domain::capability::Reason;
use crate::domain::case::SourceId;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::source_policy::Writes;
use crate::protocol::Report;
use crate::providers::Provider;
use crate::store::permits;
use crate::sync::push::command::OutboxCommand;
use crate::sync::shared::Shared;

/// Where the configuration does not decide, what the person has allowed from inside does.
pub fn recall(sources: &mut [SourceSetup], data: &Path) {
    for source in sources.iter_mut().filter(|source| source.policy.writes == Writes::Undecided) {
        source.asks_person = true;
        let host = source.provider.as_ref().map(Provider::host).unwrap_or_default();
        if permits::is_allowed(data, &source.name, &host) {
            source.policy.writes = Writes::Allowed;
        }
    }
}

/// Why nothing is sent to each source, in the order of the configuration; None: it may be. Touches no secret.
pub fn refusals(config: &Config, data: &Path) -> Vec<Option<Reason>> {
    let mut sources = super::sources::sources_for_disk(config);
    recall(&mut sources, data);
    sources.iter().map(|source| source.policy.writes.refusal(&source.name)).collect()
}

/// Answers [`crate::protocol::Order::Allow`].
///
/// # Errors
/// `NotPossible`: the configuration decides. `Disk`: it could not be remembered, and nothing has changed.
pub(super) async fn allow(shared: &Shared, source: SourceId, is_allowed: bool) -> Result<(), Fault> {
    let handle = shared.handle(source)?;
    if handle.writes() == Writes::Refused {
        return Err(Fault::new(FaultKind::NotPossible, Reason::Refused(handle.name.clone()).to_string()));
    }
    let (data, name, host) = (shared.data.clone(), handle.name.clone(), handle.info().host);
    // The disk may be slow, and other sources must not feel it.
    let written = tokio::task::spawn_blocking(move || permits::allow(&data, &name, &host, is_allowed)).await;
    written.map_err(|_| Fault::new(FaultKind::Closed, "the worker is stopping"))??;
    handle.set_writes(if is_allowed { Writes::Allowed } else { Writes::Undecided });
    shared.report(Report::SourceInfo(handle.info())).await;
    Ok(())
}

/// How often permissions that another process gives or takes back are looked for.
const WATCH: Duration = Duration::from_secs(2);

/// Takes over what another process has allowed or taken back. True: changes are allowed from now on.
pub(super) async fn refresh(shared: &Shared, handle: &SourceHandle) -> bool {
    if !handle.asks_person {
        return false;
    }
    let (data, name, host) = (shared.data.clone(), handle.name.clone(), handle.info().host);
    let Ok(is_allowed) = tokio::task::spawn_blocking(move || permits::is_allowed(&data, &name, &host)).await else { return false };
    let writes = if is_allowed { Writes::Allowed } else { Writes::Undecided };
    if writes == handle.writes() {
        return false;
    }
    handle.set_writes(writes);
    shared.report(Report::SourceInfo(handle.info())).await;
    is_allowed
}

/// Takes over permissions as long as the run lasts.
pub(super) async fn watch(shared: Rc<Shared>, commands: mpsc::Sender<OutboxCommand>) {
    loop {
        sleep(WATCH).await;
        for handle in &shared.handles {
            if refresh(&shared, handle).await {
                // What waited for this goes out now.
                let _ = commands.try_send(OutboxCommand::Drain);
            }
        }
    }
}
