//! What every request passes before a vendor's own code sees it, and every answer after: faults, tokens and scopes, quotas,
//! and the cutting of connections.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::Stream;

use super::gate::{Gate, Received};
use super::reply::page;
use super::service::Service;
use super::socket::Wire;
use super::weather::{Blow, Cut};

/// No documented body comes near this.
const MAX_BODY_BYTES: usize = 4 << 20;
/// Longer than any client waits; then the connection closes.
const HANG_S: u64 = 60;

/// Told of the method and the path of every request that was carried out, before it is answered.
pub(crate) type CarriedOut = dyn Fn(&str, &str) + Send + Sync;

/// The way in to one vendor.
#[derive(Clone)]
pub(crate) struct Passage {
    pub(crate) gate: Arc<Gate>,
    pub(crate) service: Arc<dyn Service>,
    pub(crate) carried_out: Arc<CarriedOut>,
}

impl Passage {
    /// An answer without the vendor's code: a fault, no token, no scope, no quota left; `true`: the quota refused it. None
    /// lets the request in.
    fn refusal(&self, blow: Blow, method: &str, path: &str, headers: &HeaderMap) -> Option<(Response, bool)> {
        match blow {
            Blow::Status(status) => return Some((self.service.error(status), status == 429)),
            Blow::Page(status) => return Some((page(status), false)),
            _ => {}
        }
        if let Some(denied) = self.service.authorise(headers, method, path) {
            return Some((denied, false));
        }
        (!self.gate.admits()).then(|| (self.service.error(429), true))
    }
}

/// The middleware.
pub(crate) async fn pass(State(passage): State<Passage>, ConnectInfo(wire): ConnectInfo<Wire>, request: Request, next: Next) -> Response {
    let gate = &passage.gate;
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else { return passage.service.error(413) };
    let (method, path) = (parts.method.to_string(), parts.uri.path().to_owned());
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let blow = gate.decide(&method, parts.uri.path_and_query().map_or("", |t| t.as_str()));
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
        gate.record(order, received);
        tokio::time::sleep(Duration::from_secs(HANG_S)).await;
        wire.cut();
        return StatusCode::NO_CONTENT.into_response();
    }
    let (mut response, refused) = match passage.refusal(blow, &received.method, &received.path, &parts.headers) {
        Some(refusal) => refusal,
        None => (next.run(Request::from_parts(parts, Body::from(body))).await, false),
    };
    gate.announce(response.headers_mut(), refused);
    received.status = response.status().as_u16();
    if response.status().is_success() {
        (passage.carried_out)(&received.method, &received.path);
    }
    gate.record(order, received);
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
