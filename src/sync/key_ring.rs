//! The secrets of a source: where they are, and how they are fetched.

use std::thread;

use tokio::sync::oneshot;

use crate::config::{Asks, Problem, SecretRef, Source};
use crate::domain::fault::{Fault, FaultKind};
use crate::providers::Auth;

/// Reads the secrets of one source.
pub(super) fn auth(source: &Source, variables: &[String], asks: Asks) -> Result<Auth, Fault> {
    let read = |secret: &SecretRef| {
        let unread = |problem: Problem| Fault::new(FaultKind::Config, format!("{}; {}", problem.what, problem.instead));
        secret.read(variables, asks).map_err(unread)
    };
    match source {
        Source { api_key: Some(api), app_key: Some(app), .. } => Ok(Auth::Keys { api: read(api)?, app: read(app)? }),
        Source { user_token: Some(token), .. } => read(token).map(Auth::UserToken),
        Source { token: Some(token), .. } => read(token).map(Auth::Bearer),
        _ => Err(Fault::new(FaultKind::Config, format!("source {} refers to no secret", source.name))),
    }
}

/// Where the secrets of a source are kept.
#[derive(Clone, Debug)]
pub struct Keys {
    pub(in crate::sync) source: Source,
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

    pub(in crate::sync) fn said_places(&self) -> String {
        self.source.secrets().map(SecretRef::place).collect::<Vec<_>>().join(" and ")
    }

    /// On a thread of its own: a command takes its time, and the end of the worker does not wait for it.
    pub(in crate::sync) async fn fetch(&self, asks: Asks) -> Result<Auth, Fault> {
        let broken = || Fault::new(FaultKind::Config, "what fetches its secrets stopped unexpectedly");
        let (told, heard) = oneshot::channel();
        let (source, variables) = (self.source.clone(), self.variables.clone());
        let run = move || drop(told.send(auth(&source, &variables, asks)));
        thread::Builder::new().name("secrets".into()).spawn(run).map_err(|_| broken())?;
        heard.await.unwrap_or_else(|_| Err(broken()))
    }
}
