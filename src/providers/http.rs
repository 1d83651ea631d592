//! The one HTTP client: addresses, limits, quota, retries, and every failure as a [`Fault`]. It knows no vendor.
//!
//! Reads are tried again by themselves; a write leaves exactly once, and its fault tells "nothing was sent"
//! (`Unreachable`, `Tls`) from "it may have happened" ([`Fault::leaves_write_unknown`]).

mod address;
mod answer;
mod keys;
mod quota;
mod redactor;
mod tls;

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use address::Address;
pub(crate) use address::{encode, web_link};
pub(crate) use answer::{text, unreadable};
use jiff::Timestamp;
pub(crate) use keys::Headers;
use keys::{Keys, Ring};
pub use keys::{Renewal, Renewals};
pub use quota::Quota;
pub(crate) use quota::QuotaStyle;
use quota::{Gate, REFILL_JITTER_MS};
use redactor::BEARER;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Response};
use serde_json::Value;

use super::net::Net;
use crate::domain::edit::Method;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::secret::{ExposeSecret, Secret};
use crate::domain::text::Clean;

/// A list page: 500 cases with long descriptions stay well below it.
pub(crate) const LIST_BOUND_BYTES: usize = 32 << 20;
/// One case, with its first page of activities and records.
pub(crate) const CASE_BOUND_BYTES: usize = 16 << 20;
/// An error's words come early; the rest of an error page is not worth memory.
const ERROR_BOUND_BYTES: usize = 64 << 10;
/// A healthy host accepts a connection in far less.
const CONNECT_TIMEOUT_MS: u64 = 10_000;
/// Silence for this part of the total means that nobody is there any more: 20 s of the usual 30.
const IDLE_PARTS: (u64, u64) = (2, 3);
/// Shorter than servers keep idle connections, so that a read seldom meets one that is just being closed.
const POOL_IDLE_MS: u64 = 10_000;
/// The first try and three more: what is still failing then is not a hiccup.
const MAX_TRIES: u32 = 4;
const FIRST_BACKOFF_MS: u64 = 200;
/// All the waiting of one call, for quota and between tries; longer waits are the schedule's matter.
const WAIT_BUDGET: Duration = Duration::from_mins(1);
/// What differs between vendors.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    pub quota: QuotaStyle,
    /// Finds the words in a vendor's error body; `None`: not its shape.
    pub words: fn(&[u8]) -> Option<String>,
    /// Gives a fault the vendor's meaning: (fault, error body, content type). A fault that comes back with `wait_s` above
    /// a minute, or another kind, is not tried again here.
    pub refine: fn(Fault, &[u8], Option<&str>) -> Fault,
}

/// One request, and on which kind of connection it leaves.
struct Request<'a> {
    method: Method,
    path: &'a str,
    body: Option<&'a Value>,
    connection: Connection,
    keys: Arc<Keys>,
}

#[derive(Clone, Copy)]
enum Connection {
    Pooled,
    Fresh,
}

/// One source's client. Clones share connections and quota.
#[derive(Clone)]
pub(crate) struct Http(Arc<Inner>);

struct Inner {
    /// Keeps its connections. Built with the first request: loading certificates takes milliseconds that the first picture
    /// needs.
    pooled: OnceLock<Client>,
    /// Makes a connection for each request.
    fresh: OnceLock<Client>,
    /// Empty: the usual way.
    net: OnceLock<Net>,
    address: Address,
    keys: Ring,
    timeout_ms: u64,
    rules: Rules,
    gate: Gate,
}

/// `Bearer` and the token.
pub(crate) fn bearer(token: &Secret) -> Secret {
    // Of the right size at once: a text that grows or shrinks leaves copies of the token behind in memory.
    let mut text = String::with_capacity(BEARER.len() + token.expose_secret().len());
    text.push_str(BEARER);
    text.push_str(token.expose_secret());
    Secret::from(text)
}

impl Http {
    /// `base_url` may hold a path (`/v1`); `headers` carry the token. Nothing is connected yet.
    ///
    /// # Errors
    /// `Config`: plain http beyond loopback, an address that cannot be read, a secret that no header can carry.
    pub(crate) fn new(base_url: &str, headers: Headers, timeout_ms: u64, rules: Rules) -> Result<Self, Fault> {
        let address = Address::read(base_url)?;
        let keys = Ring::new(headers)?;
        let gate = Gate::new(rules.quota);
        Ok(Self(Arc::new(Inner {
            pooled: OnceLock::new(),
            fresh: OnceLock::new(),
            net: OnceLock::new(),
            address,
            keys,
            timeout_ms,
            rules,
            gate,
        })))
    }

    /// From now on requests carry these secrets. False: they carry them already.
    pub(crate) fn renew(&self, headers: Headers) -> Result<bool, Fault> {
        self.0.keys.renew(headers)
    }

    /// Rises with each change of the secrets.
    pub(crate) fn generation(&self) -> u64 {
        self.0.keys.now().generation
    }

    /// Where requests that are refused ask for other secrets.
    pub(crate) fn renewals(&self) -> Renewals {
        self.0.keys.renewals()
    }

    /// Set once, before the first request.
    pub(crate) fn through(&self, net: Net) {
        // A second way is a mistake of the caller that the first one outlives.
        let _ = self.0.net.set(net);
    }

    /// Host, and port when it is not the scheme's own.
    pub(crate) fn host(&self) -> String {
        self.0.address.host()
    }

    /// What stands in every path before what the vendor's documents write: `/v1`, or nothing.
    pub(crate) fn base_path(&self) -> &str {
        self.0.address.base_path()
    }

    pub(crate) fn quota(&self) -> Option<Quota> {
        self.0.gate.quota()
    }

    pub(crate) fn answer_ms(&self) -> Option<u64> {
        self.0.gate.answer_ms()
    }

    /// Seconds that the vendor's clock is ahead of ours, by its `Date` headers; None: no answer named its time.
    pub(crate) fn skew_s(&self) -> Option<i64> {
        self.0.gate.skew_s()
    }

    /// The present by the vendor's clock.
    pub(crate) fn vendor_now(&self) -> Timestamp {
        self.vendor_time(Timestamp::now())
    }

    /// A local moment by the vendor's clock, as far as its `Date` headers told; second precision.
    pub(crate) fn vendor_time(&self, local: Timestamp) -> Timestamp {
        self.0.gate.vendor_time(local)
    }

    /// Reads `path` (path and query behind the base URL, percent-encoded) into at most `bound` bytes after gunzip.
    /// Tried again on 429, 5xx, connect errors and answers that break off, while the waiting fits a minute.
    async fn get(&self, path: &str, bound: usize) -> Result<Vec<u8>, Fault> {
        let mut budget = WAIT_BUDGET;
        let mut tries = 1;
        let mut is_renewed = false;
        loop {
            // What broke off may have been a connection that the server had given up, and others may be in the pool.
            let connection = if tries == 1 { Connection::Pooled } else { Connection::Fresh };
            let keys = self.0.keys.now();
            let request = Request { method: Method::Get, path, body: None, connection, keys };
            let fault = match self.once(&request, bound, &mut budget).await {
                Ok(body) => return Ok(body),
                Err(fault) if !is_renewed && fault.is_of_keys() => {
                    is_renewed = true;
                    self.other_keys(&request, fault).await?;
                    continue;
                }
                Err(fault) => fault,
            };
            let Some(pause) = pause_before_retry(&fault, tries).filter(|pause| *pause <= budget) else {
                return Err(fault);
            };
            tracing::debug!(host = self.host(), tries, pause_ms = pause.as_millis(), fault = fault.word(), "trying again");
            budget -= pause;
            tries += 1;
            tokio::time::sleep(pause).await;
        }
    }

    /// Reads `path` as [`Self::get`] does, and what came as text: bytes that are not UTF-8 become U+FFFD, so that one bad
    /// title does not lose a page. A fault of `read` names the request.
    pub(crate) async fn read<T>(&self, path: &str, bound: usize, read: impl FnOnce(&str) -> Result<T, Fault>) -> Result<T, Fault> {
        let body = text(self.get(path, bound).await?);
        self.make(path, &body, read)
    }

    /// As [`Self::read`]; a vendor that stumbles is not asked again.
    pub(crate) async fn read_once<T>(&self, path: &str, bound: usize, read: impl FnOnce(&str) -> Result<T, Fault>) -> Result<T, Fault> {
        let request = Request { method: Method::Get, path, body: None, connection: Connection::Pooled, keys: self.0.keys.now() };
        let mut budget = WAIT_BUDGET;
        let body = text(self.once(&request, bound, &mut budget).await?);
        self.make(path, &body, read)
    }

    fn make<T>(&self, path: &str, body: &str, read: impl FnOnce(&str) -> Result<T, Fault>) -> Result<T, Fault> {
        // A reader that says what it stumbled over quotes the answer.
        read(body).map_err(|fault| self.0.keys.now().redactor.fault(fault)).map_err(|fault| match self.0.address.join(path) {
            Ok(url) => fault.asking(format!("GET {url}")),
            Err(fault) => fault,
        })
    }

    /// Sends a write exactly once, and once more with other secrets when it was refused for want of the right ones (401). It
    /// waits for quota like a read, but is never tried again. It leaves on a connection of its
    /// own: one from the pool may have been closed by the server in this moment, and then nobody could say what became of it.
    pub(crate) async fn write(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Vec<u8>, Fault> {
        let mut budget = WAIT_BUDGET;
        let request = Request { method, path, body, connection: Connection::Fresh, keys: self.0.keys.now() };
        match self.once(&request, CASE_BOUND_BYTES, &mut budget).await {
            // Whoever did not know us has done nothing for us.
            Err(fault) if fault.status == Some(401) => {
                self.other_keys(&request, fault).await?;
                let request = Request { keys: self.0.keys.now(), ..request };
                self.once(&request, CASE_BOUND_BYTES, &mut budget).await
            }
            answer => answer,
        }
    }

    /// Returns once there are other secrets than those that were refused with this fault.
    ///
    /// # Errors
    /// There are none: the fault, and why.
    async fn other_keys(&self, refused: &Request<'_>, fault: Fault) -> Result<(), Fault> {
        match self.0.keys.others_than(refused.keys.generation).await {
            Ok(()) => Ok(()),
            Err(None) => Err(fault),
            Err(Some(words)) => Err(Fault { message: Clean::line(&format!("{}; {words}", fault.message)), ..fault }),
        }
    }

    async fn once(&self, request: &Request<'_>, bound: usize, budget: &mut Duration) -> Result<Vec<u8>, Fault> {
        let Request { method, path, .. } = *request;
        let url = self.0.address.join(path)?;
        let shown = format!("{} {url}", method.name());
        let pass = self.0.gate.pass(budget).await.map_err(|fault| fault.asking(&shown))?;
        let started = Instant::now();
        let outcome = self.exchange(request, url, bound).await;
        drop(pass);
        let status = match &outcome {
            Ok(_) => "ok".to_owned(),
            Err(fault) => fault.word(),
        };
        let path = path.split('?').next().unwrap_or_default();
        tracing::debug!(method = method.name(), host = self.host(), path, status, ms = started.elapsed().as_millis(), "request");
        outcome.map_err(|fault| self.0.keys.now().redactor.fault(fault).asking(&shown))
    }

    async fn exchange(&self, asked: &Request<'_>, url: reqwest::Url, bound: usize) -> Result<Vec<u8>, Fault> {
        let (host, started) = (self.host(), Instant::now());
        let client = self.client(asked.connection)?;
        let accepted = HeaderValue::from_static("application/json");
        let mut request = client.request(reqwest_method(asked.method), url).header(ACCEPT, accepted).headers(asked.keys.headers.clone());
        if let Some(body) = asked.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        let mut response = request.send().await.map_err(|error| self.by_proxy(answer::transport(&error, &host, started.elapsed())))?;
        let hint = self.0.gate.observe(response.status(), response.headers());
        if response.status().is_success() {
            let body = self.collect(&mut response, bound, started).await?;
            return if asked.method == Method::Get && answer::breaks_off(&body) {
                Err(Fault::new(FaultKind::Cut, format!("the answer of {host} ends in the middle")))
            } else {
                Ok(body)
            };
        }
        Err(self.refusal(response, hint).await)
    }

    /// A connection that was not made, with the proxy that may be the reason.
    fn by_proxy(&self, fault: Fault) -> Fault {
        let proxy = self.0.net.get().map_or_else(|| Net::default().proxy(), Net::proxy);
        match proxy.filter(|_| fault.kind == FaultKind::Unreachable && !self.0.address.is_plain()) {
            Some(proxy) => Fault { message: Clean::line(&format!("{}, by way of {proxy}", fault.message)), ..fault },
            None => fault,
        }
    }

    /// Whole body, decompressed, or a fault as soon as it passes its bound. `started`: when it was asked for.
    async fn collect(&self, response: &mut Response, bound: usize, started: Instant) -> Result<Vec<u8>, Fault> {
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        let too_large = || Fault::new(FaultKind::TooLarge, format!("the answer is larger than {} MiB", bound >> 20));
        if announced > bound {
            return Err(too_large());
        }
        let mut body = Vec::with_capacity(announced);
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > bound => return Err(too_large()),
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Ok(answer::unmarked(body)),
                Err(error) => return Err(answer::transport(&error, &self.host(), started.elapsed())),
            }
        }
    }

    /// An answer that is not a success, as a fault in the vendor's words.
    async fn refusal(&self, mut response: Response, hint: Option<u64>) -> Fault {
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = ERROR_BOUND_BYTES - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if body.len() == ERROR_BOUND_BYTES {
                break;
            }
        }
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        // Before anything is cut short: half a token is still half a token.
        let body = self.0.keys.now().redactor.bytes(body);
        let words = (self.0.rules.words)(&body).or_else(|| answer::plain_words(&body, content_type.as_deref()));
        let mut fault = answer::status_fault(response.status(), response.headers(), words.as_deref());
        fault.wait_s = hint;
        (self.0.rules.refine)(fault, &body, content_type.as_deref())
    }

    fn client(&self, connection: Connection) -> Result<&Client, Fault> {
        let (place, kept) = match connection {
            Connection::Pooled => (&self.0.pooled, usize::MAX),
            Connection::Fresh => (&self.0.fresh, 0),
        };
        if let Some(client) = place.get() {
            return Ok(client);
        }
        let client = self.build(kept)?;
        Ok(place.get_or_init(|| client))
    }

    /// `kept`: idle connections that wait for the next request.
    fn build(&self, kept: usize) -> Result<Client, Fault> {
        let timeout = |limit_ms: u64| Duration::from_millis(limit_ms.min(self.0.timeout_ms));
        let builder = Client::builder()
            .user_agent(concat!("caseload/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            // Half the total at most: a connect that hangs must be told from an answer that hangs, or a write that
            // never left would count as one that may have happened.
            .connect_timeout(timeout(CONNECT_TIMEOUT_MS).min(Duration::from_millis(self.0.timeout_ms / 2)))
            .read_timeout(Duration::from_millis(self.0.timeout_ms * IDLE_PARTS.0 / IDLE_PARTS.1))
            .timeout(timeout(u64::MAX))
            .pool_idle_timeout(Duration::from_millis(POOL_IDLE_MS))
            .pool_max_idle_per_host(kept);
        let usual = Net::default();
        let builder = self.0.net.get().unwrap_or(&usual).apply(builder, self.0.address.is_plain())?;
        builder.build().map_err(|error| {
            let cause = answer::root_cause(&error);
            Fault::new(FaultKind::Tls, format!("TLS could not be set up ({cause}): are CA certificates installed?"))
        })
    }
}

/// How long to wait before the next try of a read; `None`: it is not tried again.
fn pause_before_retry(fault: &Fault, tries: u32) -> Option<Duration> {
    let passing = match fault.kind {
        FaultKind::Unreachable | FaultKind::Cut | FaultKind::Server => true,
        // Without a status the gate has already waited as long as it may.
        FaultKind::QuotaSpent => fault.status.is_some(),
        _ => false,
    };
    if !passing || tries >= MAX_TRIES {
        return None;
    }
    if let Some(wait_s) = fault.wait_s {
        return Some(Duration::from_secs(wait_s) + Duration::from_millis(fastrand::u64(..REFILL_JITTER_MS)));
    }
    let full_ms = FIRST_BACKOFF_MS << (tries - 1);
    Some(Duration::from_millis(fastrand::u64(full_ms / 2..=full_ms * 3 / 2)))
}

fn reqwest_method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}
