//! The secrets that requests carry, and their change while the source is in use: a token that was rotated or has run out.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::{mpsc, oneshot};

use super::redactor::Redactor;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::secret::{ExposeSecret, Secret, Zeroizing};

/// Requests that wait for one fetch of the secret; further ones wait for a place.
const WAITING: usize = 16;

/// Headers that carry secrets.
pub(crate) type Headers = Vec<(&'static str, Secret)>;

/// A request was refused for its secrets: are there others? Whoever keeps the source's secrets answers.
#[derive(Debug)]
pub struct Renewal {
    /// Of the secrets that were refused.
    pub generation: u64,
    /// Ok: there are others now. Err: there are none, in words.
    pub answer: oneshot::Sender<Result<(), String>>,
}

/// Requests that were refused.
pub type Renewals = mpsc::Receiver<Renewal>;

/// What requests carry now.
pub(super) struct Keys {
    pub generation: u64,
    pub headers: HeaderMap,
    /// An answer that quotes our secrets is never shown as it came; those before them count, too.
    pub redactor: Redactor,
    secrets: Vec<Secret>,
}

impl Keys {
    fn of(headers: Headers, before: Option<&Self>) -> Result<Self, Fault> {
        let mut map = HeaderMap::new();
        let mut secrets = Vec::with_capacity(headers.len());
        for (name, secret) in headers {
            // The header's only long-lived copy: wiped when the last request and the client are done with it.
            let bytes = Bytes::from_owner(Zeroizing::new(secret.expose_secret().as_bytes().to_vec()));
            let mut value = HeaderValue::from_maybe_shared(bytes).map_err(|_| {
                Fault::new(FaultKind::Config, "the secret holds a character that cannot be sent, such as a line break in the middle")
            })?;
            value.set_sensitive(true);
            map.insert(HeaderName::from_static(name), value);
            secrets.push(secret);
        }
        let generation = before.map_or(0, |before| before.generation + 1);
        let old = before.map(|before| before.secrets.as_slice()).unwrap_or_default();
        let redactor = Redactor::of(&[secrets.as_slice(), old].concat());
        Ok(Self { generation, headers: map, redactor, secrets })
    }
}

/// The keys of one source, shared by all its requests.
pub(super) struct Ring {
    now: RwLock<Arc<Keys>>,
    renewals: OnceLock<mpsc::Sender<Renewal>>,
}

impl Ring {
    pub(super) fn new(headers: Headers) -> Result<Self, Fault> {
        Ok(Self { now: RwLock::new(Arc::new(Keys::of(headers, None)?)), renewals: OnceLock::new() })
    }

    pub(super) fn now(&self) -> Arc<Keys> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on requests carry these. False: they carry them already.
    pub(super) fn renew(&self, headers: Headers) -> Result<bool, Fault> {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        let keys = Keys::of(headers, Some(&now))?;
        if keys.headers == now.headers {
            return Ok(false);
        }
        *now = Arc::new(keys);
        Ok(true)
    }

    /// Where refused requests ask for other secrets. Taken once; a second taker hears nothing.
    pub(super) fn renewals(&self) -> Renewals {
        let (ask, asked) = mpsc::channel(WAITING);
        // The first taker stays.
        let _ = self.renewals.set(ask);
        asked
    }

    /// Waits for other secrets than those of this generation.
    ///
    /// # Errors
    /// There are none, in words; without words: nobody keeps them.
    pub(super) async fn others_than(&self, generation: u64) -> Result<(), Option<String>> {
        if self.now().generation != generation {
            return Ok(());
        }
        let renewals = self.renewals.get().ok_or(None)?;
        let (answer, answered) = oneshot::channel();
        renewals.send(Renewal { generation, answer }).await.map_err(|_| None)?;
        answered.await.map_err(|_| None)?.map_err(Some)
    }
}
