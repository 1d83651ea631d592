//! One source at work: what stands about it, how it is doing, and whether requests may leave.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::Instant;

use compact_str::CompactString;
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use tokio::sync::{Mutex, Notify, mpsc};

use super::gate::Gate;
use super::pushdown::Proof;
use crate::domain::capability::Reason;
use crate::domain::case::{Case, SourceId, Vendor};
use crate::domain::caution::{Caution, V2};
use crate::domain::directory::Directory;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::raw_body::RawBody;
use crate::domain::source_policy::{SourcePolicy, Writes};
use crate::protocol::{SourceInfo, SourceState};
use crate::providers::Provider;
use crate::sync::doubts::Doubts;
use crate::sync::key_ring::Keys;
use crate::sync::sources::SourceSetup;
use crate::sync::wish::Wish;

/// One source at work.
pub(super) struct SourceHandle {
    pub id: SourceId,
    pub name: String,
    pub vendor: Vendor,
    code: CompactString,
    provider: Option<Provider>,
    /// Why no request may leave; changes when its secret comes after all.
    refused: RefCell<Option<Fault>>,
    /// Where its secrets are fetched anew.
    pub keys: Option<Keys>,
    /// When that was last done.
    pub asked_at: Cell<Option<Instant>>,
    policy: RefCell<SourcePolicy>,
    pub asks_person: bool,
    pub question: i64,
    directory: RefCell<Arc<Directory>>,
    pub state: RefCell<SourceState>,
    pub gate: Gate,
    pub directory_asked_at: Cell<Option<Instant>>,
    pub directory_turn: Mutex<()>,
    /// Facets that were tried, by their words, and when.
    pub proofs: RefCell<FxHashMap<String, (Proof, Instant)>>,
    pub doubts: Doubts,
    pub v2: RefCell<V2>,
    pub wishes: mpsc::Sender<Wish>,
    /// It has answered something while its list could not be read.
    pub answered: Notify,
    /// Its list is read again after a fault.
    pub recovered: Notify,
}

impl SourceHandle {
    pub(super) fn new(id: SourceId, setup: SourceSetup, offline: bool, wishes: mpsc::Sender<Wish>) -> Self {
        let offline = offline.then(|| Fault::new(FaultKind::Offline, "no request leaves in this run"));
        // Whoever did not give it at the start is not asked at once again.
        let was_asked = setup.refused.is_some() && setup.keys.as_ref().is_some_and(Keys::has_command);
        Self {
            id,
            name: setup.name,
            vendor: setup.vendor,
            code: setup.code,
            provider: setup.provider,
            keys: setup.keys.filter(|_| offline.is_none()),
            refused: RefCell::new(offline.or(setup.refused)),
            asked_at: Cell::new(was_asked.then(Instant::now)),
            policy: RefCell::new(setup.policy),
            asks_person: setup.asks_person,
            question: setup.question,
            directory: RefCell::default(),
            state: RefCell::default(),
            gate: Gate::default(),
            directory_asked_at: Cell::default(),
            directory_turn: Mutex::default(),
            proofs: RefCell::default(),
            doubts: Doubts::default(),
            v2: RefCell::default(),
            wishes,
            answered: Notify::new(),
            recovered: Notify::new(),
        }
    }

    /// Changes when its secret has come, or another one.
    pub(super) fn secret_state(&self) -> (Option<u64>, bool) {
        (self.provider().map(Provider::generation), self.refused.borrow().is_some())
    }

    pub(super) fn provider(&self) -> Option<&Provider> {
        self.provider.as_ref()
    }

    pub(super) fn writes(&self) -> Writes {
        self.policy.borrow().writes
    }

    pub(super) fn set_writes(&self, writes: Writes) {
        self.policy.borrow_mut().writes = writes;
    }

    /// For what is pure: decoding, planning.
    pub(super) fn reader(&self) -> Result<&Provider, Fault> {
        self.provider.as_ref().ok_or_else(|| self.refusal())
    }

    /// For requests.
    ///
    /// # Errors
    /// `Offline` or `Config`: none may leave.
    pub(super) fn network(&self) -> Result<&Provider, Fault> {
        match &self.provider {
            Some(provider) if self.refused.borrow().is_none() => Ok(provider),
            _ => Err(self.refusal()),
        }
    }

    /// Why no request may leave.
    pub(super) fn refused(&self) -> Option<Fault> {
        self.refused.borrow().clone()
    }

    pub(super) fn refuse(&self, why: Option<Fault>) {
        *self.refused.borrow_mut() = why;
    }

    pub(super) fn refusal(&self) -> Fault {
        self.refused().unwrap_or_else(|| Fault::new(FaultKind::Config, format!("source {} has no provider", self.name)))
    }

    pub(super) fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.borrow())
    }

    pub(super) fn learn(&self, directory: Arc<Directory>) {
        *self.directory.borrow_mut() = directory;
    }

    pub(super) fn decode(&self, raw: &RawBody, read_at: Timestamp) -> Result<Case, Fault> {
        self.reader()?.decode(raw, &self.directory(), read_at)
    }

    pub(super) fn info(&self) -> SourceInfo {
        let provider = self.provider.as_ref();
        SourceInfo {
            id: self.id,
            name: self.name.clone(),
            vendor: self.vendor,
            code: self.code.clone(),
            host: provider.map(Provider::host).unwrap_or_default(),
            is_test: provider.is_some_and(Provider::is_test),
            asks_for_secret: self.keys.as_ref().is_some_and(Keys::has_command),
            notice: caution(self),
            read_only: self.read_only(),
            policy: self.policy.borrow().clone(),
        }
    }

    /// Why nothing is changed here, by the vendor or by the person; None: it may be.
    pub(super) fn read_only(&self) -> Option<Reason> {
        self.provider().and_then(Provider::read_only).map(Reason::ByVendor).or_else(|| self.writes().refusal(&self.name))
    }
}

/// What stands about a source.
pub(super) fn caution(handle: &SourceHandle) -> Option<Caution> {
    match handle.provider().and_then(Provider::caution)? {
        Caution::TinesV1(_) => Some(Caution::TinesV1(handle.v2.borrow().clone())),
        other @ Caution::OddToken => Some(other),
    }
}
