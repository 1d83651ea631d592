//! What every embedded vendor is to the world: its routes, who may come in, its errors, and changes made from inside.

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use axum::response::Response;

use super::gate::Gate;
use super::time::now_ms;
use super::truth::Truth;

/// One vendor.
pub(crate) trait Service: Send + Sync + 'static {
    /// Its whole API, behind its gate.
    fn routes(self: Arc<Self>, gate: Arc<Gate>) -> Router;

    /// None when the caller may pass.
    fn authorise(&self, headers: &HeaderMap, method: &str, path: &str) -> Option<Response>;

    /// Its own shape for a status that is made before any case code runs.
    fn error(&self, status: u16) -> Response;

    /// Environment names and values of its tokens; the last may only read.
    fn tokens(&self) -> Vec<(&'static str, String)>;

    /// Its tokens are others from now on.
    fn rotate(&self);

    /// The newest cases that it would list, at most `count`, newest first.
    fn newest(&self, count: usize) -> Vec<String>;

    /// Opens a case now; false when the world is full.
    fn arrive(&self, now_ms: i64) -> bool;

    /// A change made inside the world, through the same code as a request's. The error says what to write instead.
    fn edit(&self, id: &str, field: &str, value: &str, who: usize) -> Result<(), String>;

    /// A comment made inside the world.
    fn comment(&self, id: &str, text: &str, who: usize) -> Result<(), String>;

    /// A case leaves the list.
    fn remove(&self, id: &str, who: usize) -> Result<(), String>;

    /// What colleagues set the status to, the likelier ones more than once.
    fn statuses(&self) -> &'static [&'static str];

    /// What colleagues set the priority to.
    fn priorities(&self) -> &'static [&'static str];

    /// Every case as it is now, in the order of their numbers. Cases that were archived before the start are left out.
    fn truth(&self) -> Vec<Truth>;
}

/// What a vendor's handlers work on.
pub(crate) struct Here<V> {
    pub(crate) vendor: Arc<V>,
    pub(crate) gate: Arc<Gate>,
}

impl<V> Clone for Here<V> {
    fn clone(&self) -> Self {
        Self { vendor: Arc::clone(&self.vendor), gate: Arc::clone(&self.gate) }
    }
}

impl<V: Service> Here<V> {
    /// A case may arrive just before a list is read.
    pub(crate) fn shift(&self) {
        if self.gate.shifts() {
            self.vendor.arrive(now_ms());
        }
    }
}
