//! Every way an exchange can go wrong, against real sockets: what is tried again, what is not, and what is told.

use std::io::Write;
use std::net::TcpListener;
use std::pin::pin;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use caseload::domain::edit::{Call, Method};
use caseload::domain::fault::{Fault, FaultKind};
use caseload::domain::page::{Cursor, Scan};
use caseload::domain::raw_body::RawBody;
use caseload::providers::Provider;
use futures_util::future::join_all;
use serde_json::json;

use crate::http_server::{Answer, Server, settings};
use crate::nobody::Nobody;

pub(crate) const CASE: &str = r#"{"data":{"id":"a","type":"case","attributes":{"title":"t"}}}"#;
/// Far above what any exchange on loopback takes.
const AMPLE_MS: u64 = 600_000;
/// Short, where a test waits for it to pass.
const TIGHT_MS: u64 = 12_000;

async fn get(provider: &Provider) -> Result<RawBody, Fault> {
    provider.case("a").await.map(|fetched| fetched.raw)
}

pub(crate) fn comment() -> Call {
    Call {
        method: Method::Post,
        path: "/api/v2/cases/a/comment".into(),
        body: Some(json!({"data": {"type": "case", "attributes": {"comment": "hello"}}})),
        makes: vec![0],
        lasting: None,
        stays: Vec::new(),
    }
}

fn cut_off() -> Answer {
    Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":{\"id\":".to_vec())
}

#[tokio::test]
async fn a_refused_connection_is_unreachable_and_a_write_surely_did_not_happen() {
    let nobody = Nobody::new();
    let port = nobody.address().port();
    let provider = Provider::new(settings(&format!("http://127.0.0.1:{port}"), AMPLE_MS)).unwrap();
    let read = get(&provider).await.unwrap_err();
    assert_eq!(read.kind, FaultKind::Unreachable);
    assert!(read.message.as_str().contains(&format!("127.0.0.1:{port} cannot be reached")), "{read}");
    assert_eq!(read.request.as_str(), format!("GET http://127.0.0.1:{port}/api/v2/cases/a"));
    let write = provider.send(&comment()).await.unwrap_err();
    assert_eq!(write.kind, FaultKind::Unreachable);
    assert!(!write.leaves_write_unknown());
}

#[tokio::test]
async fn silence_is_a_time_out_and_leaves_a_write_unknown() {
    let server = Server::script(vec![Answer::Hang(Vec::new())]);
    let provider = server.datadog(TIGHT_MS);
    assert_eq!(get(&provider).await.unwrap_err().kind, FaultKind::TimedOut);
    assert_eq!(server.count(), 1, "a time-out has cost enough time already");
    let write = provider.send(&comment()).await.unwrap_err();
    assert_eq!(write.kind, FaultKind::TimedOut);
    assert!(write.leaves_write_unknown());
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_dripping_answer_ends_at_the_total_limit() {
    let long = format!("HTTP/1.1 200 OK\r\ncontent-length: 90000\r\n\r\n{{\"data\":\"{}", "x".repeat(2_000));
    let server = Server::script(vec![Answer::Drip(long.into_bytes())]);
    // Silence would be told sooner, and whoever waits for the whole answer is told that it is cut.
    assert_eq!(get(&server.datadog(TIGHT_MS)).await.unwrap_err().kind, FaultKind::TimedOut);
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_slow_answer_within_the_limit_is_an_answer() {
    let whole = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{CASE}", CASE.len());
    let server = Server::script(vec![Answer::Drip(whole.into_bytes())]);
    assert_eq!(&*get(&server.datadog(AMPLE_MS)).await.unwrap().0, CASE);
}

#[tokio::test]
async fn answers_that_break_off_are_read_again() {
    let ends_early = Answer::Bytes(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\n{\"data\r\n".to_vec());
    let no_length = Answer::Bytes(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"data\":{\"id\":".to_vec());
    let server = Server::script(vec![cut_off(), ends_early, no_length, Answer::json(CASE)]);
    assert_eq!(&*get(&server.datadog(AMPLE_MS)).await.unwrap().0, CASE);
    assert_eq!(server.count(), 4);
}

#[tokio::test]
async fn a_wrong_length_is_a_cut_answer() {
    let short = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{CASE}", CASE.len() - 3);
    let server = Server::script(vec![Answer::Bytes(short.into_bytes())]);
    let fault = get(&server.datadog(AMPLE_MS)).await.unwrap_err();
    assert_eq!((fault.kind, server.count()), (FaultKind::Cut, 4));
    assert!(fault.message.as_str().contains("ends in the middle"), "{fault}");
}

#[tokio::test]
async fn a_connection_that_ends_without_a_word_is_a_cut_answer() {
    let server = Server::script(vec![Answer::Bytes(Vec::new())]);
    let write = server.datadog(AMPLE_MS).send(&comment()).await.unwrap_err();
    assert_eq!((write.kind, write.leaves_write_unknown(), server.count()), (FaultKind::Cut, true, 1));
}

#[tokio::test]
async fn a_server_that_closes_after_each_answer_loses_no_write_and_no_read() {
    let server = Server::start(|_, _| Answer::Once(CASE.into()));
    let provider = server.datadog(AMPLE_MS);
    for round in 1..=3 {
        // As many idle connections as can be, each of which ends when it is used again.
        join_all((0..6).map(|_| get(&provider))).await.into_iter().for_each(|read| drop(read.unwrap()));
        provider.send(&comment()).await.unwrap();
        assert_eq!(server.seen().iter().filter(|request| request.method == "POST").count(), round, "each left once");
    }
}

/// A gzip body of one blank and matches that repeat it: 13 bits stand for 258 bytes.
pub(crate) fn gzip_bomb(mib: usize) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let (mut bits, mut held) = (0_u64, 0);
    let mut push = |value: u64, count: u32| {
        bits |= value << held;
        held += count;
        while held >= 8 {
            out.push(u8::try_from(bits & 0xff).unwrap());
            bits >>= 8;
            held -= 8;
        }
    };
    // Huffman codes go in with their highest bit first.
    let huffman = |code: u64, count: u32| (code.reverse_bits() >> (64 - count), count);
    push(0b011, 3);
    let (blank, length) = huffman(0x30 + 0x20, 8);
    push(blank, length);
    for _ in 0..(mib << 20) / 258 {
        let (match_258, length) = huffman(0b1100_0101, 8);
        push(match_258, length);
        push(0, 5);
    }
    push(0, 7 + 8);
    out
}

#[tokio::test]
async fn a_body_that_inflates_past_its_bound_is_dropped() {
    let bomb = gzip_bomb(200);
    assert!(bomb.len() < 2 << 20);
    let mut answer = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", bomb.len()).into_bytes();
    answer.extend_from_slice(&bomb);
    let server = Server::script(vec![Answer::Bytes(answer)]);
    let fault = get(&server.datadog(AMPLE_MS)).await.unwrap_err();
    assert_eq!((fault.kind, server.count()), (FaultKind::TooLarge, 1));
    assert!(server.seen()[0].header("accept-encoding").unwrap().contains("gzip"));
}

#[tokio::test]
async fn a_body_announced_as_too_large_is_not_read() {
    let server = Server::script(vec![Answer::Hang(b"HTTP/1.1 200 OK\r\ncontent-length: 99000000000\r\n\r\n{".to_vec())]);
    assert_eq!(get(&server.datadog(AMPLE_MS)).await.unwrap_err().kind, FaultKind::TooLarge);
}

#[tokio::test]
async fn broken_gzip_is_garbled_not_cut() {
    let garbage = Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 12\r\n\r\nnot gzip at!".to_vec());
    let server = Server::script(vec![garbage]);
    assert_eq!(get(&server.datadog(AMPLE_MS)).await.unwrap_err().kind, FaultKind::BadBody);
    let mut halved = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n".to_vec();
    halved.extend_from_slice(&gzip_bomb(1)[..40]);
    let server = Server::script(vec![Answer::Bytes(halved)]);
    assert_eq!(get(&server.datadog(AMPLE_MS)).await.unwrap_err().kind, FaultKind::Cut);
}

#[tokio::test]
async fn server_errors_are_read_again_and_given_up_in_the_vendors_words() {
    let server =
        Server::script(vec![Answer::status(500, "oops"), Answer::status(502, "<html>"), Answer::status(503, ""), Answer::json(CASE)]);
    get(&server.datadog(AMPLE_MS)).await.unwrap();
    assert_eq!(server.count(), 4);
    let server = Server::script(vec![Answer::status(500, r#"{"errors":[{"title":"Internal","detail":"shard 7 is away"}]}"#)]);
    let fault = get(&server.datadog(AMPLE_MS)).await.unwrap_err();
    assert_eq!((fault.kind, fault.status, server.count()), (FaultKind::Server, Some(500), 4));
    assert_eq!(fault.message.as_str(), "500 Internal Server Error: shard 7 is away");
}

#[tokio::test]
async fn what_will_not_change_is_asked_once() {
    for (status, kind) in [
        (400, FaultKind::Rejected),
        (401, FaultKind::Unauthorized),
        (403, FaultKind::Forbidden),
        (404, FaultKind::NotFound),
        (408, FaultKind::TimedOut),
        (409, FaultKind::Conflict),
        (410, FaultKind::NotAvailable),
        (422, FaultKind::Rejected),
        (501, FaultKind::NotAvailable),
    ] {
        let server = Server::script(vec![Answer::status(status, r#"{"errors":["no"]}"#)]);
        let fault = get(&server.datadog(AMPLE_MS)).await.unwrap_err();
        assert_eq!((fault.kind, fault.status, server.count()), (kind, Some(status), 1));
        assert!(fault.message.as_str().ends_with(": no"), "{fault}");
    }
}

#[tokio::test]
async fn a_write_leaves_exactly_once_whatever_comes_back() {
    let cases = [
        (Answer::status(500, ""), FaultKind::Server, true),
        (Answer::status(503, ""), FaultKind::Server, false),
        (Answer::status(429, ""), FaultKind::QuotaSpent, false),
        (Answer::status(429, "").with("retry-after: 1"), FaultKind::QuotaSpent, false),
        (cut_off(), FaultKind::Cut, true),
    ];
    for (answer, kind, unknown) in cases {
        let server = Server::script(vec![answer.clone()]);
        let fault = server.datadog(AMPLE_MS).send(&comment()).await.unwrap_err();
        assert_eq!((fault.kind, fault.leaves_write_unknown(), server.count()), (kind, unknown, 1), "{answer:?}");
        assert_eq!(fault.request.as_str(), format!("POST {}/api/v2/cases/a/comment", server.url()));
    }
}

#[tokio::test]
async fn a_redirect_is_told_and_never_followed() {
    let other = Server::script(vec![Answer::json(CASE)]);
    let location = format!("location: {}/login?next=secret", other.url());
    let server = Server::script(vec![Answer::status(302, "").with(&location)]);
    let fault = get(&server.datadog(AMPLE_MS)).await.unwrap_err();
    assert_eq!((fault.kind, server.count(), other.count()), (FaultKind::Redirected, 1, 0));
    assert!(fault.message.as_str().contains("to http://127.0.0.1"), "{fault}");
    assert!(!fault.message.as_str().contains("secret"), "{fault}");
    let fault = server.datadog(AMPLE_MS).send(&comment()).await.unwrap_err();
    assert_eq!((fault.kind, server.count(), other.count()), (FaultKind::Redirected, 2, 0));
}

#[tokio::test]
async fn keys_travel_in_their_headers_and_never_come_back() {
    let echo = r#"{"errors":["the key api-geheim with app-geheim is not valid"]}"#;
    let server = Server::script(vec![Answer::status(403, echo)]);
    let provider = server.datadog(AMPLE_MS);
    let fault = get(&provider).await.unwrap_err();
    assert_eq!(fault.message.as_str(), "403 Forbidden: the key [secret] with [secret] is not valid");
    let request = &server.seen()[0];
    assert_eq!((request.header("dd-api-key"), request.header("dd-application-key")), (Some("api-geheim"), Some("app-geheim")));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert!(!format!("{:?}", settings("http://127.0.0.1", 1)).contains("geheim"));
    let mut broken = settings(&server.url(), AMPLE_MS);
    broken.auth = caseload::providers::Auth::Bearer("two\nlines".into());
    let fault = Provider::new(broken).err().unwrap();
    assert_eq!(fault.kind, FaultKind::Config);
    assert!(!fault.to_string().contains("lines"), "{fault}");
}

#[tokio::test]
async fn tls_trouble_is_told_from_an_absent_server() {
    // One hangs up on the handshake, one answers it in plain text.
    let hangs_up = Server::script(vec![Answer::json(CASE)]).address;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let plain = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // The client may be gone before the words are.
            let _ = stream.and_then(|mut stream| stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
        }
    });
    for address in [hangs_up, plain] {
        let provider = Provider::new(settings(&format!("https://{address}"), AMPLE_MS)).unwrap();
        let fault = get(&provider).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Tls, "{fault}");
        assert!(!fault.leaves_write_unknown());
    }
}

#[tokio::test]
async fn after_a_429_the_wait_is_as_long_as_was_asked() {
    for hint in ["retry-after: 1", "x-ratelimit-reset: 1"] {
        let server = Server::script(vec![Answer::status(429, "").with(hint), Answer::json(CASE)]);
        let started = Instant::now();
        get(&server.datadog(AMPLE_MS)).await.unwrap();
        assert!(started.elapsed() >= Duration::from_secs(1), "{hint}");
        assert_eq!(server.count(), 2);
    }
    for nonsense in ["retry-after: soon", "retry-after: -7", "retry-after: 0", "x-ratelimit-reset: ", "x-none: 1"] {
        let server = Server::script(vec![Answer::status(429, "").with(nonsense), Answer::json(CASE)]);
        get(&server.datadog(AMPLE_MS)).await.unwrap();
        assert_eq!(server.count(), 2, "{nonsense}");
    }
}

#[tokio::test]
async fn a_wait_beyond_patience_is_handed_on_and_holds_for_all() {
    let date = "retry-after: Wed, 21 Oct 2099 07:28:00 GMT";
    for (hint, wait_s) in [("retry-after: 120", 120), ("retry-after: 99999999999", 3_600), ("x-ratelimit-reset: 700", 700), (date, 3_600)] {
        let server = Server::script(vec![Answer::status(429, "").with(hint)]);
        let provider = server.datadog(AMPLE_MS);
        let fault = get(&provider).await.unwrap_err();
        assert_eq!((fault.kind, fault.status, fault.wait_s), (FaultKind::QuotaSpent, Some(429), Some(wait_s)), "{hint}");
        let held = provider.send(&comment()).await.unwrap_err();
        assert_eq!((held.kind, held.status, server.count()), (FaultKind::QuotaSpent, None, 1), "{hint}: nothing leaves meanwhile");
        assert!(held.wait_s.is_some_and(|left_s| (1..=wait_s).contains(&left_s)), "{held:?}");
        assert!(!held.leaves_write_unknown());
    }
}

#[tokio::test]
async fn a_spent_quota_is_believed_before_the_vendor_refuses() {
    let spent = Answer::json(CASE).with("x-ratelimit-limit: 10").with("X-RateLimit-Remaining: 0").with("x-ratelimit-reset: 300");
    let server = Server::script(vec![spent]);
    let provider = server.datadog(AMPLE_MS);
    assert_eq!(provider.quota(), None);
    get(&provider).await.unwrap();
    let quota = provider.quota().unwrap();
    assert_eq!((quota.limit, quota.remaining), (10, 0));
    let fault = get(&provider).await.unwrap_err();
    assert_eq!((fault.kind, server.count()), (FaultKind::QuotaSpent, 1));
    assert!(fault.message.as_str().starts_with("the quota of 10 requests is spent; it refills in "), "{fault}");
}

/// Three requests a second; a fourth would be refused.
#[tokio::test]
async fn with_many_requests_waiting_the_quota_is_kept_without_one_429() {
    const LIMIT: usize = 3;
    let window = Mutex::new((Instant::now(), 0));
    let server = Server::start(move |_, _| {
        let mut window = window.lock().unwrap();
        if window.0.elapsed() >= Duration::from_secs(1) {
            *window = (Instant::now(), 0);
        }
        window.1 += 1;
        let remaining = LIMIT.saturating_sub(window.1);
        let answer = if window.1 > LIMIT { Answer::status(429, "") } else { Answer::json(CASE) };
        answer
            .with(&format!("x-ratelimit-limit: {LIMIT}"))
            .with(&format!("x-ratelimit-remaining: {remaining}"))
            .with("x-ratelimit-reset: 1")
    });
    let provider = server.datadog(AMPLE_MS);
    get(&provider).await.unwrap();
    for outcome in join_all((0..6).map(|_| get(&provider))).await {
        outcome.unwrap();
    }
    assert_eq!(server.count(), 7, "one more would have been a 429 and its repetition");
}

#[tokio::test]
async fn a_read_that_is_called_off_gives_its_place_back() {
    let server = Server::start(|_, before| {
        if before == 1 {
            return Answer::Hang(Vec::new());
        }
        Answer::json(CASE).with("x-ratelimit-limit: 9").with("x-ratelimit-remaining: 1").with("x-ratelimit-reset: 300")
    });
    let provider = server.datadog(AMPLE_MS);
    get(&provider).await.unwrap();
    {
        let mut hanging = pin!(get(&provider));
        while server.count() < 2 {
            tokio::select! {
                biased;
                answer = &mut hanging => panic!("it hangs, and said {answer:?}"),
                () = tokio::task::yield_now() => {}
            }
        }
    }
    get(&provider).await.unwrap();
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn answers_from_somebody_else_are_recognised() {
    let html = "<!doctype html><title>Log in</title>";
    let page = Answer::Whole(200, vec!["content-type: text/html".into()], html.into());
    let fault = get(&Server::script(vec![page]).datadog(AMPLE_MS)).await.unwrap_err();
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::BadBody, "a web page came instead of JSON"));
    // A proxy's 404 must not make a case look deleted.
    let server = Server::script(vec![Answer::Whole(404, vec!["content-type: text/html".into()], html.into())]);
    let fault = get(&server.datadog(AMPLE_MS)).await.unwrap_err();
    assert_eq!((fault.kind, server.count()), (FaultKind::NotAvailable, 1));
    // A list cannot be deleted.
    let server = Server::script(vec![Answer::status(404, r#"{"errors":["Not found"]}"#)]);
    let fault = server.datadog(AMPLE_MS).page(Scan::All, &Cursor::Start).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotAvailable);
}

#[tokio::test]
async fn a_byte_that_is_no_utf8_costs_a_character_not_the_answer() {
    let mut answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"data\":{\"id\":\"a\",\"attributes\":{\"title\":\"x".to_vec();
    answer.extend_from_slice(b"\xff\"}}}");
    let server = Server::script(vec![Answer::Bytes(answer)]);
    let raw = get(&server.datadog(AMPLE_MS)).await.unwrap();
    assert!(raw.0.contains("x\u{fffd}"), "{}", raw.0);
}
