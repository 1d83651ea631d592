//! What came back instead of an answer, in words.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{StatusCode, Url};

use super::tls;
use crate::domain::fault::{Fault, FaultKind};

/// A vendor's words in a message: the first sentences say it, the rest is noise.
const MAX_WORDS_CHARS: usize = 300;

/// A request that got no complete answer in this time.
pub(super) fn transport(error: &reqwest::Error, host: &str, took: Duration) -> Fault {
    let cause = root_cause(error);
    // With TLS 1.3 a server says only after the handshake that it wants a certificate, or another one.
    if let Some(words) = tls::refused(&cause) {
        return Fault::new(FaultKind::Tls, format!("no secure connection to {host}: {words}"));
    }
    if error.is_connect() {
        return if let Some(words) = tls::distrusted(&cause) {
            Fault::new(FaultKind::Tls, format!("no secure connection to {host}: {words}"))
        } else if concerns_tls(error) {
            Fault::new(FaultKind::Tls, format!("no secure connection to {host}: {cause}"))
        } else if error.is_timeout() {
            Fault::new(FaultKind::Unreachable, format!("{host} does not accept a connection in time"))
        } else {
            Fault::new(FaultKind::Unreachable, format!("{host} cannot be reached: {}", tunnel(&cause).unwrap_or(&cause)))
        };
    }
    if error.is_timeout() {
        let took_s = took.as_secs_f64().round().max(1.0);
        return Fault::new(FaultKind::TimedOut, format!("{host} did not finish its answer within {took_s} s"));
    }
    if error.is_builder() {
        return Fault::new(FaultKind::Rejected, format!("the request cannot be written: {cause}"));
    }
    if error.is_decode() && io_kind(error).is_some_and(|kind| kind != std::io::ErrorKind::UnexpectedEof) {
        return Fault::new(FaultKind::BadBody, format!("the answer of {host} cannot be decompressed: {cause}"));
    }
    Fault::new(FaultKind::Cut, format!("the answer of {host} broke off: {cause}"))
}

/// A proxy that does not let us through, in words.
fn tunnel(cause: &str) -> Option<&'static str> {
    match cause.strip_prefix("tunnel error: ")? {
        "proxy authorization required" => {
            Some("the proxy wants a name and a password; set HTTPS_PROXY=http://name:password@host:port in the environment")
        }
        "unsuccessful" => Some("the proxy refuses to connect to it"),
        "unexpected end of file" | "io error establishing tunnel" => Some("the proxy hung up"),
        _ => None,
    }
}

/// The innermost error's words: the outer ones only say "error sending request".
pub(super) fn root_cause(error: &(dyn Error + 'static)) -> String {
    sources(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

fn sources<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |inner| (**inner).source())
}

/// The kind of the innermost io error; one that wraps another hides it from `source`.
fn io_kind(error: &(dyn Error + 'static)) -> Option<std::io::ErrorKind> {
    let mut io = sources(error).filter_map(|inner| inner.downcast_ref::<std::io::Error>()).last()?;
    while let Some(inner) = io.get_ref().and_then(|inner| inner.downcast_ref::<std::io::Error>()) {
        io = inner;
    }
    Some(io.kind())
}

/// The handshake's errors come as io errors: bad data for a bad certificate or a server that speaks no TLS, an early
/// end for one that hangs up on the handshake.
fn concerns_tls(error: &(dyn Error + 'static)) -> bool {
    matches!(io_kind(error), Some(std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof))
}

/// An answer whose status is not a success.
pub(super) fn status_fault(status: StatusCode, headers: &HeaderMap, words: Option<&str>) -> Fault {
    let code = status.as_u16();
    let kind = match code {
        300..=399 => FaultKind::Redirected,
        401 => FaultKind::Unauthorized,
        403 => FaultKind::Forbidden,
        404 => FaultKind::NotFound,
        // The server gave up waiting for the request: as unknown as our own time-out.
        408 => FaultKind::TimedOut,
        409 => FaultKind::Conflict,
        410 | 501 => FaultKind::NotAvailable,
        429 => FaultKind::QuotaSpent,
        400..=499 => FaultKind::Rejected,
        500..=599 => FaultKind::Server,
        _ => FaultKind::BadBody,
    };
    let reason = status.canonical_reason().unwrap_or("unknown status");
    let message = match (kind, words) {
        (FaultKind::Redirected, _) => format!("the answer is a redirect ({code}) to {}, which gets no token", target(headers)),
        (_, Some(words)) => format!("{code} {reason}: {}", cut(words)),
        (_, None) => format!("{code} {reason}"),
    };
    Fault::new(kind, message).with_status(code)
}

fn target(headers: &HeaderMap) -> String {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or("nowhere");
    let whole = Url::parse(location).ok();
    let host = whole.as_ref().and_then(|url| Some(format!("{}://{}", url.scheme(), url.host_str()?)));
    cut(&host.unwrap_or_else(|| location.split('?').next().unwrap_or_default().to_owned()))
}

/// An error body that is neither the vendor's JSON nor a web page: its first line.
pub(super) fn plain_words(body: &[u8], content_type: Option<&str>) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if content_type.is_some_and(|kind| kind.contains("html")) || text.starts_with('<') {
        return Some("a web page came instead of an answer".to_owned());
    }
    if text.is_empty() || text.starts_with(['{', '[']) {
        return None;
    }
    text.lines().next().map(cut)
}

fn cut(words: &str) -> String {
    match words.char_indices().nth(MAX_WORDS_CHARS) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words.to_owned(),
    }
}

/// Without the mark of UTF-8 that some writers put in front of a text.
pub(super) fn unmarked(mut body: Vec<u8>) -> Vec<u8> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    if body.starts_with(MARK) {
        body.drain(..MARK.len());
    }
    body
}

/// JSON that began and does not end: the transport called it whole, but the sender did not finish.
pub(super) fn breaks_off(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    match body.first() {
        Some(b'{') => body.last() != Some(&b'}'),
        Some(b'[') => body.last() != Some(&b']'),
        _ => false,
    }
}

/// A body as text; see [`super::Http::read`].
pub(crate) fn text(body: Vec<u8>) -> String {
    String::from_utf8(body).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// A success whose body is not what the vendor documents.
pub(crate) fn unreadable(error: &serde_json::Error, body: &str) -> Fault {
    let body = body.trim_start();
    if body.is_empty() {
        Fault::new(FaultKind::BadBody, "the answer is empty")
    } else if body.starts_with('<') {
        Fault::new(FaultKind::BadBody, "a web page came instead of JSON")
    } else if error.is_eof() {
        Fault::new(FaultKind::Cut, "the answer ends in the middle")
    } else {
        Fault::new(FaultKind::BadBody, format!("the answer is not as documented: {}", cut(&error.to_string())))
    }
}
