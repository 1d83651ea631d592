//! Every provider call × everything that can go wrong, over real sockets: the right fault in words that a person can act
//! on, no write sent twice, no more calls than allowed, no token anywhere but in its header.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use caseload::domain::case::Vendor;
use caseload::domain::caution::has_v1_ended;
use caseload::domain::fault::{Fault, FaultKind};
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::iter;
use jiff::Timestamp;

use crate::fault_calls::{Ask, CANARY, House};
use crate::fault_table::{Trouble, bodies, breaks, documented, floods, redirects, silences, statuses};
use crate::http_faults::gzip_bomb;
use crate::http_server::{Answer, Server};
use crate::nobody::Nobody;

/// Far above what any exchange on loopback takes, however busy the machine is.
const AMPLE_MS: u64 = 600_000;
/// Where a test waits for it to pass; long enough that a busy machine still connects within half of it.
const TIGHT_MS: u64 = 12_000;
/// Rows that are tried at once: their pauses overlap, their sockets fit any limit.
const AT_ONCE: usize = 12;

/// The cells of one row.
fn cells(only: Option<Vendor>) -> Vec<(House, Ask)> {
    let houses = House::ALL.into_iter().filter(|house| only.is_none_or(|only| only == house.vendor()));
    houses.flat_map(|house| house.asks().iter().map(move |ask| (house, *ask))).collect()
}

/// What a cell has to come to; None: success.
fn wanted(trouble: &Trouble, house: House, ask: Ask) -> Option<FaultKind> {
    use FaultKind::{Forbidden, NotAvailable, NotFound, Rejected};
    let kind = match ask {
        _ if ask.requests(house) == 0 => return None,
        _ if ask.is_write() => trouble.write?,
        _ if ask.is_general() && trouble.read == NotFound => NotAvailable,
        _ => trouble.read,
    };
    // A key without the right to read names still reads cases: Tines' directory is then empty.
    let is_refused =
        ask == Ask::Directory && house.vendor() == Vendor::Tines && matches!(kind, Forbidden | NotFound | NotAvailable | Rejected);
    (!is_refused).then_some(kind)
}

/// From the day on which Tines removes v1 of its cases, what a removed endpoint may answer is told as its end. Teams and
/// people, which the directory asks for, have no other version and stay.
fn of_today(kind: FaultKind, house: House, ask: Ask, fault: Option<&Fault>) -> FaultKind {
    use FaultKind::{BadBody, NotAvailable, NotFound, Redirected, Retired};
    let may_be_its_end =
        matches!(kind, NotFound | NotAvailable | Redirected | BadBody) || fault.and_then(|fault| fault.status) == Some(405);
    let is_removed = house == House::TinesV1 && ask != Ask::Directory && has_v1_ended(Timestamp::now());
    if is_removed && may_be_its_end { Retired } else { kind }
}

/// Puts one trouble in the way of every call; what is wrong with it.
async fn row(trouble: Trouble, timeout_ms: u64) -> Vec<String> {
    let cells = cells(trouble.only);
    let trouble = Arc::new(trouble);
    let (known, vendors) = (Arc::clone(&trouble), cells.iter().map(|(house, _)| house.vendor()).collect::<Vec<_>>());
    let server = Server::start(move |request, _| {
        let cell = request.target.trim_start_matches("/cell").split('/').next().unwrap().parse::<usize>().unwrap();
        (known.answer)(vendors[cell])
    });
    let outcomes = join_all(cells.iter().enumerate().map(async |(at, (house, ask))| {
        let provider = house.provider(&format!("{}/cell{at}", server.url()), timeout_ms);
        let outcome = ask.put_to(&provider).await;
        (*house, *ask, outcome)
    }))
    .await;
    let seen = server.seen();
    assert!(seen.len() >= cells.len() / 2, "{}: hardly anything was asked", trouble.name);
    let mut all = Vec::new();
    for (at, (house, ask, outcome)) in outcomes.into_iter().enumerate() {
        let told = format!("{} · {house:?} · {ask:?}: {outcome:?}", trouble.name);
        let sent = seen.iter().filter(|request| request.target.starts_with(&format!("/cell{at}/"))).count();
        let wrong = judge(&trouble, house, ask, outcome.err().as_ref(), sent);
        all.extend(wrong.into_iter().map(|wrong| format!("{wrong}: {told}")));
    }
    all
}

/// What is wrong with a cell, in a few words each.
fn judge(trouble: &Trouble, house: House, ask: Ask, fault: Option<&Fault>, sent: usize) -> Vec<String> {
    let mut wrong = Vec::new();
    let wanted = wanted(trouble, house, ask).map(|kind| of_today(kind, house, ask, fault));
    if fault.map(|fault| fault.kind) != wanted {
        wrong.push(format!("it should be {wanted:?}"));
    }
    let requests = ask.requests(house);
    // A page that is too large is asked for once more, in a smaller piece.
    let smaller = usize::from(trouble.read == FaultKind::TooLarge && house == House::TinesV2 && matches!(ask, Ask::List | Ask::Changes));
    let allowed = if ask.is_write() { 1 } else { requests * trouble.tries + smaller };
    if sent > allowed || (requests == 1 && sent != allowed) {
        wrong.push(format!("{sent} calls instead of {allowed}"));
    }
    let Some(fault) = fault else { return wrong };
    wrong.extend(unclear(fault).map(str::to_owned));
    if !fault.message.as_str().contains(trouble.words) {
        wrong.push(format!("it should say `{}`", trouble.words));
    }
    if ask.is_write() && fault.leaves_write_unknown() != trouble.is_unknown {
        wrong.push(format!("whether the write may have happened should be {}", trouble.is_unknown));
    }
    if ask.is_write() && !["it was not ", "it may have arrived: "].iter().any(|begins| fault.next_step().starts_with(begins)) {
        wrong.push(format!("the next step is not a write's: {}", fault.next_step()));
    }
    if trouble.wait_s.is_some_and(|wait_s| fault.wait_s.is_none_or(|told_s| told_s > wait_s || told_s + 5 < wait_s)) {
        wrong.push(format!("the wait should be {:?}", trouble.wait_s));
    }
    wrong
}

/// What a person would miss in a fault: what was asked and what to do, on one line, without a secret.
pub(crate) fn unclear(fault: &Fault) -> Option<&'static str> {
    let message = fault.message.as_str();
    let is_line = !message.is_empty() && message.chars().count() <= 600 && !message.chars().any(char::is_control);
    let all = [
        (is_line, "the message is no line"),
        (!fault.next_step().is_empty() && !fault.word().is_empty(), "no next step"),
        (fault.request.as_str().contains(" http"), "the request is not named"),
        (!format!("{fault} {fault:?}").contains(CANARY), "a secret is shown"),
    ];
    all.into_iter().find(|(holds, _)| !holds).map(|(_, words)| words)
}

async fn rows(troubles: Vec<Trouble>, timeout_ms: u64, at_once: usize) {
    assert!(troubles.len() > 3);
    let wrong = iter(troubles).map(|trouble| row(trouble, timeout_ms)).buffer_unordered(at_once).collect::<Vec<_>>().await.concat();
    assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn silence_and_drops_end_at_the_limit() {
    rows(silences(), TIGHT_MS, AT_ONCE).await;
}

#[tokio::test]
async fn what_breaks_off_is_read_again_and_never_written_again() {
    rows(breaks(), AMPLE_MS, AT_ONCE).await;
}

#[tokio::test]
async fn what_is_no_answer_is_no_data() {
    rows(bodies(), AMPLE_MS, AT_ONCE).await;
}

#[tokio::test]
async fn what_is_too_large_is_dropped() {
    // One by one: each may hold its bound in memory.
    rows(floods(gzip_bomb(40)), AMPLE_MS, 1).await;
}

#[tokio::test]
async fn every_status_has_its_meaning() {
    rows(statuses(), AMPLE_MS, AT_ONCE).await;
}

#[tokio::test]
async fn every_documented_error_is_told_in_its_own_words() {
    rows(documented(), AMPLE_MS, AT_ONCE).await;
}

#[tokio::test]
async fn redirects_are_told_and_get_no_token() {
    let elsewhere = Server::script(vec![Answer::json("{}")]);
    rows(redirects(&elsewhere.url()), AMPLE_MS, AT_ONCE).await;
    assert_eq!(elsewhere.count(), 0);
}

/// Every call to an address where nobody answers as a vendor would.
async fn address(base_url: &str, kind: FaultKind, words: &str) {
    let outcomes = join_all(cells(None).into_iter().map(async |(house, ask)| {
        let provider = house.provider(base_url, AMPLE_MS);
        (house, ask, ask.put_to(&provider).await)
    }))
    .await;
    for (house, ask, outcome) in outcomes {
        let told = format!("{base_url} · {house:?} · {ask:?}: {outcome:?}");
        if ask.requests(house) == 0 {
            assert!(outcome.is_ok(), "{told}");
            continue;
        }
        let fault = outcome.unwrap_err();
        assert_eq!(fault.kind, kind, "{told}");
        assert!(!fault.leaves_write_unknown(), "nothing was sent: {told}");
        assert!(fault.message.as_str().contains(words), "{told}");
        assert_eq!(unclear(&fault), None, "{told}");
    }
}

#[tokio::test]
async fn nobody_there_is_told_from_no_such_name() {
    let nobody = Nobody::new();
    let port = nobody.address().port();
    address(&format!("http://127.0.0.1:{port}"), FaultKind::Unreachable, &format!("127.0.0.1:{port} cannot be reached")).await;
}

#[tokio::test]
async fn a_name_that_nobody_has_is_unreachable() {
    address("https://no-such-tenant.invalid", FaultKind::Unreachable, "no-such-tenant.invalid").await;
}

#[tokio::test]
async fn a_server_without_tls_gets_no_request() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let plain = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut heard = [0; 1_024];
            let heard = stream.read(&mut heard).map_or(&[][..], |count| &heard[..count]);
            assert!(!String::from_utf8_lossy(heard).contains(CANARY));
            // The client may be gone before the words are.
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    address(&format!("https://{plain}"), FaultKind::Tls, "no secure connection").await;
}

/// Nothing of a write has left while the handshake hangs, so it must not count as one that may have happened.
#[tokio::test]
async fn a_handshake_that_hangs_is_no_answer_that_hangs() {
    // Connections are made, but nobody takes them.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let writes = [(House::DatadogKeys, Ask::Comment), (House::TinesV2, Ask::Put), (House::ServerOps, Ask::Patch)];
    let faults =
        writes.map(async |(house, ask)| ask.put_to(&house.provider(&format!("https://{address}"), 2 * TIGHT_MS)).await.unwrap_err());
    for fault in join_all(faults).await {
        assert_eq!((fault.kind, fault.leaves_write_unknown()), (FaultKind::Unreachable, false), "{fault}");
    }
}

#[tokio::test]
async fn trouble_at_one_source_is_not_the_others() {
    let sick = Server::script(vec![Answer::status(429, "").with("retry-after: 600")]);
    let well = Server::script(vec![Answer::json(r#"{"data":[],"meta":{}}"#)]);
    let (ill, fit) = (House::DatadogKeys.provider(&sick.url(), AMPLE_MS), House::DatadogKeys.provider(&well.url(), AMPLE_MS));
    for _ in 0..3 {
        assert_eq!(Ask::List.put_to(&ill).await.unwrap_err().kind, FaultKind::QuotaSpent);
        let answer = tokio::time::timeout(Duration::from_mins(5), Ask::List.put_to(&fit)).await;
        assert!(answer.is_ok_and(|answer| answer.is_ok()));
    }
    assert_eq!((sick.count(), well.count()), (1, 3));
    let tokens = well.seen().iter().filter(|request| request.header("dd-api-key").is_some_and(|key| key.contains(CANARY))).count();
    assert_eq!(tokens, 3, "the canary is on the wire, so its absence elsewhere means something");
}
