//! What every request passes before a vendor's own code sees it, and every answer after: the record of what was received,
//! faults, tokens and scopes, quotas, and the cutting of connections.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use serde::Serialize;
use serde_json::Value;

use super::faults::{Blow, Cut, Weather};
use super::quota::Quota;
use super::serve::Wire;
use super::world::{World, hold};
use super::{Faults, Vendor, datadog, serverops, tines};

/// No documented body comes near this.
const MAX_BODY_BYTES: usize = 4 << 20;
/// Longer than any client waits; then the connection closes.
const HANG_S: u64 = 60;
/// Writes are what tests ask for, so more of them are kept than of reads.
const MAX_WRITES: usize = 10_000;
const MAX_READS: usize = 5_000;

/// One request as the vendor saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Received {
    /// Upper case.
    pub method: String,
    /// Without the query, percent-encoding as sent.
    pub path: String,
    /// After the question mark, as sent; empty when there is none.
    pub query: String,
    /// As text.
    pub body: String,
    /// The status that was answered, also when the answer was cut on its way; 0 when none was made.
    pub status: u16,
}

/// The gate of one vendor.
pub(crate) struct Gate {
    vendor: Vendor,
    latency_ms: u64,
    /// Entries of a timeline that are given at once; 0: as many as are asked for.
    most: AtomicUsize,
    /// Lists leave descriptions out.
    brief: AtomicBool,
    weather: std::sync::Mutex<Weather>,
    quota: std::sync::Mutex<Quota>,
    log: std::sync::Mutex<Log>,
}

#[derive(Default)]
struct Log {
    order: u64,
    reads: VecDeque<(u64, Received)>,
    writes: VecDeque<(u64, Received)>,
}

impl Log {
    fn push(&mut self, order: u64, received: Received) {
        let (kept, bound) = if is_read(&received.method) { (&mut self.reads, MAX_READS) } else { (&mut self.writes, MAX_WRITES) };
        if kept.len() >= bound {
            kept.pop_front();
        }
        kept.push_back((order, received));
    }
}

pub(crate) fn is_read(method: &str) -> bool {
    method == "GET" || method == "HEAD"
}

impl Gate {
    pub(crate) fn new(vendor: Vendor, seed: u64, faults: Faults, latency_ms: u64, quota: bool) -> Self {
        Self {
            vendor,
            latency_ms,
            most: AtomicUsize::new(0),
            brief: AtomicBool::new(false),
            weather: Weather::new(vendor, seed, faults).into(),
            quota: Quota::new(vendor, quota).into(),
            log: std::sync::Mutex::default(),
        }
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        hold(&self.weather).set(faults);
    }

    pub(crate) fn set_most(&self, most: usize) {
        self.most.store(most, Ordering::Relaxed);
    }

    pub(crate) fn set_brief(&self, brief: bool) {
        self.brief.store(brief, Ordering::Relaxed);
    }

    /// A case as an item of the list; Datadog's keys are one level down.
    pub(crate) fn listed(&self, mut case: Value) -> Value {
        if self.brief.load(Ordering::Relaxed) {
            let inner =
                if case.get("attributes").is_some_and(|inner| inner.get("title").is_some()) { &mut case["attributes"] } else { &mut case };
            inner.as_object_mut().map(|keys| keys.remove("description"));
        }
        case
    }

    /// How many of `asked` entries are given at once.
    pub(crate) fn given(&self, asked: usize) -> usize {
        match self.most.load(Ordering::Relaxed) {
            0 => asked,
            most => asked.min(most),
        }
    }

    pub(crate) fn script(&self, method: &str, path_contains: &str, blow: Blow, times: u32) {
        hold(&self.weather).script(method, path_contains, blow, times);
    }

    pub(crate) fn mend(&self) {
        hold(&self.weather).mend();
    }

    /// Whether a list should shift under the reader now.
    pub(crate) fn shifts(&self) -> bool {
        hold(&self.weather).shifts()
    }

    /// What was received, in the order of arrival.
    pub(crate) fn received(&self) -> Vec<Received> {
        let log = hold(&self.log);
        let mut all: Vec<&(u64, Received)> = log.reads.iter().chain(&log.writes).collect();
        all.sort_by_key(|(order, _)| *order);
        all.into_iter().map(|(_, received)| received.clone()).collect()
    }

    fn arrival(&self) -> u64 {
        let mut log = hold(&self.log);
        log.order += 1;
        log.order
    }

    /// An answer without the vendor's code: a fault, no token, no scope, no quota left. None lets the request in.
    fn refuse(&self, world: &World, blow: Blow, method: &str, path: &str, headers: &HeaderMap, refused: &mut bool) -> Option<Response> {
        let now_s = now_s();
        match blow {
            Blow::Status(status) => {
                *refused = status == 429;
                return Some(error(self.vendor, status));
            }
            Blow::Page(status) => return Some(page(status)),
            _ => {}
        }
        let secrets = hold(&world.secrets);
        let denied = match self.vendor {
            Vendor::Datadog => datadog::authorise(&secrets, headers, method, path),
            Vendor::Tines => tines::authorise(&secrets, headers, method),
            Vendor::ServerOps => serverops::authorise(&secrets, headers, method, path),
        };
        drop(secrets);
        if denied.is_some() {
            return denied;
        }
        if !hold(&self.quota).take(now_s) {
            *refused = true;
            return Some(error(self.vendor, 429));
        }
        None
    }
}

fn now_s() -> u64 {
    super::tenant::now_ms().div_euclid(1_000).unsigned_abs()
}

/// The vendor's own shape for a status that its gateway or its server makes.
fn error(vendor: Vendor, status: u16) -> Response {
    match vendor {
        Vendor::Datadog => datadog::gateway_error(status),
        Vendor::Tines => tines::gateway_error(status),
        Vendor::ServerOps => serverops::gateway_error(status),
    }
}

fn page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let page = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

/// A JSON answer with the vendor's content type.
pub(crate) fn json(status: u16, content_type: &'static str, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            (StatusCode::from_u16(status).unwrap_or(StatusCode::OK), [(header::CONTENT_TYPE, content_type)], bytes).into_response()
        }
        Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, why.to_string()).into_response(),
    }
}

/// The middleware.
pub(crate) async fn pass(
    State((world, vendor)): State<(Arc<World>, Vendor)>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
    next: Next,
) -> Response {
    let gate = world.gate(vendor);
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else { return error(vendor, 413) };
    let (method, path) = (parts.method.to_string(), parts.uri.path().to_owned());
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let blow = hold(&gate.weather).decide(&method, parts.uri.path_and_query().map_or("", |t| t.as_str()));
    if blow == Blow::Cut(Cut::BeforeRead) {
        wire.cut();
        return StatusCode::NO_CONTENT.into_response();
    }
    let order = gate.arrival();
    let mut received = Received { method, path, query, body: String::from_utf8_lossy(&body).into_owned(), status: 0 };
    let wait_ms = gate.latency_ms + if let Blow::Slow(ms) = blow { ms } else { 0 };
    if wait_ms > 0 {
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
    }
    if blow == Blow::Hang {
        hold(&gate.log).push(order, received);
        tokio::time::sleep(Duration::from_secs(HANG_S)).await;
        wire.cut();
        return StatusCode::NO_CONTENT.into_response();
    }
    let mut refused = false;
    let refusal = gate.refuse(&world, blow, &received.method, &received.path, &parts.headers, &mut refused);
    let mut response = match refusal {
        Some(refusal) => refusal,
        None => next.run(Request::from_parts(parts, Body::from(body))).await,
    };
    hold(&gate.quota).announce(response.headers_mut(), now_s(), refused);
    received.status = response.status().as_u16();
    if response.status().is_success() {
        world.carried_out(vendor, &received.method, &received.path);
    }
    hold(&gate.log).push(order, received);
    match blow {
        Blow::Cut(Cut::AfterRead) => wire.cut(),
        Blow::Cut(Cut::MidAnswer) => response = cut_in_half(response).await,
        _ => {}
    }
    response
}

/// The same head, which promises the whole length, and half of the body.
async fn cut_in_half(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    head.headers.remove(header::TRANSFER_ENCODING);
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len().max(1)));
    Response::from_parts(head, Body::from_stream(Half { bytes: bytes.slice(..bytes.len() / 2), step: AtomicU64::new(0) }))
}

/// Yields its bytes, lets the connection flush them, then breaks.
struct Half {
    bytes: Bytes,
    step: AtomicU64,
}

impl Stream for Half {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.step.fetch_add(1, Ordering::Relaxed) {
            0 => Poll::Ready(Some(Ok(self.bytes.clone()))),
            // The connection writes out what it holds whenever the body has nothing for it.
            1 => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            _ => Poll::Ready(Some(Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)))),
        }
    }
}
