//! The secrets of a source while it is in use: fetched anew when a request was refused for them, or when a person asks.
//!
//! One fetch serves all requests that were refused together, and what brought nothing new is not tried again for a while. A
//! command may ask for a passphrase, so under the screen it runs only when the screen has given the terminal away.

use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{MutexGuard, mpsc, oneshot};

use super::seat::Seat;
use super::sources::auth;
use super::worker::Shared;
use crate::config::{Asks, SecretRef, Source};
use crate::domain::case::SourceId;
use crate::domain::fault::{Fault, FaultKind};
use crate::protocol::Report;
use crate::providers::{Auth, Renewal};

/// A place that has just given a secret which was refused is not asked again within this, unless by a person.
const ASK_AGAIN: Duration = Duration::from_mins(1);

/// Where the secrets of a source are kept.
#[derive(Clone, Debug)]
pub struct Keys {
    source: Source,
    /// Environment variables that hold secrets: no command inherits them.
    variables: Vec<String>,
}

impl Keys {
    pub(super) fn new(source: &Source, variables: &[String]) -> Self {
        Self { source: source.clone(), variables: variables.to_vec() }
    }

    /// A command gives one of them, and may ask for a passphrase.
    pub(super) fn has_command(&self) -> bool {
        self.source.has_secret_command()
    }

    fn said_places(&self) -> String {
        self.source.secrets().map(SecretRef::place).collect::<Vec<_>>().join(" and ")
    }

    /// On a thread of its own: a command takes its time, and the end of the worker does not wait for it.
    async fn fetch(&self, asks: Asks) -> Result<Auth, Fault> {
        let broken = || Fault::new(FaultKind::Config, "what fetches its secrets stopped unexpectedly");
        let (told, heard) = oneshot::channel();
        let (source, variables) = (self.source.clone(), self.variables.clone());
        let run = move || drop(told.send(auth(&source, &variables, asks)));
        thread::Builder::new().name("secrets".into()).spawn(run).map_err(|_| broken())?;
        heard.await.unwrap_or_else(|_| Err(broken()))
    }
}

/// Answers requests of one source that were refused for their secrets, for as long as the worker lives.
pub(super) async fn keep(shared: Rc<Shared>, place: usize, mut refused: mpsc::Receiver<Renewal>) {
    while let Some(Renewal { generation, answer }) = refused.recv().await {
        let seat = &shared.seats[place];
        let is_other = seat.provider().is_some_and(|provider| provider.generation() != generation);
        let result = if is_other { Ok(()) } else { by_itself(&shared, seat).await };
        // Whoever asked may have been called off meanwhile.
        let _ = answer.send(result);
    }
}

/// Fetches the secrets of a source without disturbing anybody.
///
/// # Errors
/// There are no others, in words.
pub(super) async fn by_itself(shared: &Rc<Shared>, seat: &Seat) -> Result<(), String> {
    let Some(keys) = &seat.keys else { return Err("no secret is read in this run".into()) };
    let places = keys.said_places();
    if keys.source.secrets().all(|place| matches!(place, SecretRef::Env(_))) {
        return Err(format!("{places} is read at the start only: set it anew, then start caseload again"));
    }
    if keys.has_command() && shared.has_screen {
        return Err(format!("the secret comes from {places}: a refresh fetches it anew"));
    }
    let asks = if shared.has_screen { Asks::Nobody } else { Asks::whoever_is_here() };
    let before = seat.secret_state();
    let _turn = turn(shared, asks).await;
    if seat.secret_state() != before {
        return Ok(());
    }
    if seat.asked_at.get().is_some_and(|at| at.elapsed() < ASK_AGAIN) {
        let gave = if seat.refused().is_some() { "gave no secret" } else { "gave the same secret" };
        return Err(format!("{places} {gave} a moment ago"));
    }
    renew(shared, seat, keys, asks).await.map_err(|fault| fault.message.to_string())
}

/// Fetches the secrets of these sources for a person who has left the terminal to what may ask there.
pub(super) async fn by_person(shared: &Rc<Shared>, sources: Vec<SourceId>, limit_s: Option<u64>) -> Result<(), Fault> {
    let mut result = Ok(());
    for source in sources {
        let seat = shared.seat(source)?;
        if let Some(keys) = &seat.keys {
            let asks = Asks::Person(limit_s.map(Duration::from_secs));
            let _turn = turn(shared, asks).await;
            result = result.and(renew(shared, seat, keys, asks).await);
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

async fn renew(shared: &Rc<Shared>, seat: &Seat, keys: &Keys, asks: Asks) -> Result<(), Fault> {
    let fetched = keys.fetch(asks).await;
    // Until it has brought something new.
    seat.asked_at.set(Some(Instant::now()));
    let provider = seat.reader()?;
    let is_other = match fetched.and_then(|auth| provider.renew(auth)) {
        Ok(is_other) => is_other,
        Err(fault) => {
            if seat.refused().is_some() {
                seat.refuse(Some(fault.clone()));
            }
            return Err(fault);
        }
    };
    let was_refused = seat.refused().is_some();
    seat.refuse(None);
    if is_other {
        seat.asked_at.set(None);
    } else if !was_refused {
        return Err(Fault::new(FaultKind::Unauthorized, format!("{} gives the same secret as before", keys.said_places())));
    }
    // What waited for this goes out now.
    shared.outbox_may_move.notify_one();
    shared.report(Report::Card(seat.card())).await;
    Ok(())
}
