//! Vendors whose lists misbehave: totals that count what nobody sees, pages that are refused behind a limit, circles, and
//! pages that never answer. Each vendor, over real HTTP, with real files, and what the person is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use caseload::domain::case::{SourceId, Vendor};
use caseload::domain::fault::FaultKind;
use caseload::protocol::{Coverage, Gap, Order, Report};
use caseload::providers::Api;
use serde_json::{Value, json};

use crate::cli_desk::{Desk, Said};
use crate::http_server::{Answer, Request, Server};
use crate::sync_watch::{Watch, source_of};

/// Rows on a page of these vendors, whatever is asked for.
const SIZE: u32 = 20;
const ONE: SourceId = SourceId(0);

/// A list of cases 1 to `cases`, in the order of their creation.
#[derive(Clone, Copy)]
struct Odd {
    vendor: Vendor,
    cases: u32,
    /// These are counted and on no page.
    hides: fn(u32) -> bool,
    /// What the page of this number answers instead.
    instead: fn(u32) -> Option<Answer>,
}

impl Odd {
    fn of(vendor: Vendor) -> Self {
        Self { vendor, cases: 200, hides: |_| false, instead: |_| None }
    }

    fn start(self) -> Server {
        Server::start(move |request, _| self.answer(request))
    }

    fn answer(self, request: &Request) -> Answer {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let list = if self.vendor == Vendor::ServerOps { path.ends_with("/cases") } else { path.ends_with("cases") };
        if list { self.page(query) } else { self.one(path) }
    }

    fn one(self, path: &str) -> Answer {
        match path.rsplit_once("/cases/").and_then(|(_, id)| number(id)) {
            Some(id) if (1..=self.cases).contains(&id) => Answer::json(&whole(self.vendor, id).to_string()),
            _ => Answer::status(404, r#"{"errors":[{"message":"Not found","title":"Not found"}],"error":{"code":"not_found"}}"#),
        }
    }

    fn page(self, query: &str) -> Answer {
        let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)).and_then(number);
        let page = value("page=").or(value("page%5Bnumber%5D=")).or(value("cursor=p")).unwrap_or(1);
        if let Some(answer) = (self.instead)(page) {
            return answer;
        }
        let mut ids: Vec<u32> = (1..=self.cases).collect();
        if !query.contains("CREATED_ASC") && !query.contains("asc%5D=true") {
            ids.reverse();
        }
        let on_page = ids.chunks(SIZE as usize).nth(page as usize - 1).unwrap_or_default();
        Answer::json(&envelope(self.vendor, page, self.cases, on_page.iter().copied().filter(|id| !(self.hides)(*id))).to_string())
    }
}

fn number(text: &str) -> Option<u32> {
    text.trim_start_matches('c').parse().ok()
}

fn whole(vendor: Vendor, id: u32) -> Value {
    match vendor {
        Vendor::Datadog => json!({"data": item(vendor, id)}),
        Vendor::Tines | Vendor::ServerOps => item(vendor, id),
    }
}

fn item(vendor: Vendor, id: u32) -> Value {
    let at = format!("2026-01-01T{:02}:{:02}:00Z", id / 60 % 24, id % 60);
    match vendor {
        Vendor::Datadog => json!({
            "id": format!("c{id}"), "type": "case",
            "attributes": {"title": format!("Case {id}"), "status": "OPEN", "key": format!("SEC-{id}"), "created_at": at},
        }),
        Vendor::Tines => json!({"case_id": id, "name": format!("Case {id}"), "status": "OPEN", "created_at": at, "updated_at": at}),
        Vendor::ServerOps => json!({"id": format!("c{id}"), "title": format!("Case {id}"), "status": "open", "created_at": at}),
    }
}

fn envelope(vendor: Vendor, page: u32, cases: u32, ids: impl Iterator<Item = u32>) -> Value {
    let items: Vec<Value> = ids.map(|id| item(vendor, id)).collect();
    let pages = cases.div_ceil(SIZE);
    let next = (page < pages).then_some(page + 1);
    match vendor {
        Vendor::Datadog => json!({"data": items, "meta": {"page": {"current": page, "size": SIZE, "total": pages}, "total_cases": cases}}),
        Vendor::Tines => {
            json!({"cases": items, "meta": {"pages": pages, "count": cases, "per_page": SIZE, "next_page_number": next}})
        }
        Vendor::ServerOps => {
            json!({"cases": items, "has_more": next.is_some(), "next_cursor": next.map(|next| format!("p{next}"))})
        }
    }
}

fn lists(server: &Server) -> Vec<String> {
    let seen = server.seen().into_iter().map(|request| request.target);
    seen.filter(|target| target.split('?').next().is_some_and(|path| path.ends_with("/cases"))).collect()
}

/// A workbench that has read all of it, as far as it can be read.
fn read(server: &Server, vendor: Vendor, api: Api, directory: &std::path::Path) -> Watch {
    let mut watch = Watch::start_with(vec![source_of(vendor, &server.url(), api, None)], directory, false);
    watch.until("the first pass has ended", |watch| {
        let state = watch.states.get(&ONE)?;
        let has_ended = matches!(state.coverage, Coverage::Full { .. } | Coverage::Partial { gap: Some(_), .. });
        (has_ended || state.fault.is_some()).then_some(())
    });
    watch
}

fn gap(watch: &Watch) -> Option<Gap> {
    match &watch.states[&ONE].coverage {
        Coverage::Partial { gap, .. } => gap.clone(),
        _ => None,
    }
}

/// `caseload list` on such a vendor, in a home of its own.
fn listed(server: &Server, vendor: Vendor) -> Said {
    let desk = Desk::calm(1);
    let secrets = match vendor {
        Vendor::Datadog => "api_key = { env = 'DEMO_DD_API_KEY' }\napp_key = { env = 'DEMO_DD_APP_KEY' }",
        Vendor::Tines => "token = { env = 'DEMO_TINES_TOKEN' }",
        Vendor::ServerOps => "token = { env = 'DEMO_SO_TOKEN' }",
    };
    let (name, url) = (vendor.name(), server.url());
    desk.configure(&format!("[[source]]\nname = '{name}'\nvendor = '{name}'\nbase_url = '{url}'\n{secrets}\n"));
    desk.run(&["list", "--json"])
}

#[test]
fn a_total_that_counts_what_nobody_sees_is_complete_with_a_sentence() {
    for vendor in [Vendor::Datadog, Vendor::Tines] {
        let odd = Odd { hides: |id| id % 16 == 5, ..Odd::of(vendor) };
        let server = odd.start();
        let directory = tempfile::tempdir().unwrap();
        let mut watch = read(&server, vendor, Api::V2, directory.path());
        let coverage = |watch: &Watch| watch.states[&ONE].coverage.clone();
        assert!(matches!(coverage(&watch), Coverage::Full { hidden: 13, .. }), "{vendor:?}: {:?}", coverage(&watch));
        assert_eq!(watch.rows.len(), 187);
        let before = lists(&server).len();
        watch.ask(Order::Refresh { source: None, full: true }).unwrap();
        assert!(matches!(coverage(&watch), Coverage::Full { hidden: 13, .. }));
        assert_eq!(lists(&server).len() - before, 11, "{vendor:?}: what is known is not read twice again");
        watch.stop();
        // It is known over a restart.
        let before = lists(&server).len();
        let mut watch = Watch::start_with(vec![source_of(vendor, &server.url(), Api::V2, None)], directory.path(), false);
        watch.ask(Order::Refresh { source: None, full: true }).unwrap();
        assert!(lists(&server).len() - before <= 22, "{vendor:?}");
        let said = listed(&server, vendor).expect(0);
        assert!(said.err.contains("the vendor counts 13 cases that this token cannot see"), "{}", said.err);
        assert_eq!(said.json().as_array().unwrap().len(), 187);
    }
}

#[test]
fn a_list_that_is_refused_behind_a_limit_is_read_from_both_ends() {
    let refuse: fn(u32) -> Option<Answer> =
        |page| (page > 3).then(|| Answer::status(400, r#"{"errors":[{"message":"window too large","title":"window too large"}]}"#));
    for (vendor, api, rows) in [(Vendor::Datadog, Api::V2, 120), (Vendor::Tines, Api::V2, 120), (Vendor::Tines, Api::V1, 60)] {
        let server = Odd { instead: refuse, ..Odd::of(vendor) }.start();
        let directory = tempfile::tempdir().unwrap();
        let watch = read(&server, vendor, api, directory.path());
        assert!(matches!(gap(&watch), Some(Gap::Capped { rows: 60, .. })), "{vendor:?}: {:?}", watch.states[&ONE]);
        assert_eq!(watch.rows.len(), rows, "{vendor:?}");
        let has = |id: u32| watch.rows.values().any(|row| row.title.as_str() == format!("Case {id}"));
        assert!(has(200), "{vendor:?}: the newest case is here");
        assert!(watch.states[&ONE].fault.is_none());
    }
    for vendor in [Vendor::Datadog, Vendor::Tines] {
        let said = listed(&Odd { instead: refuse, ..Odd::of(vendor) }.start(), vendor).expect(6);
        assert!(said.err.contains("window too large") && said.err.contains("no more than about 60 rows"), "{}", said.err);
        assert!(!said.err.contains("your text"), "{}", said.err);
        assert_eq!(said.json().as_array().unwrap().len(), 120);
    }
    // Where the two ends meet nothing is missing.
    let server = Odd { instead: refuse, cases: 110, ..Odd::of(Vendor::Datadog) }.start();
    listed(&server, Vendor::Datadog).expect(0);
}

#[test]
fn pages_that_show_nothing_new_and_do_not_end_are_not_followed() {
    let empty: fn(u32) -> Option<Answer> = |page| {
        let more = json!({"cases": [], "has_more": true, "next_cursor": format!("p{}", page + 1)});
        (page > 2).then(|| Answer::json(&more.to_string()))
    };
    let circle: fn(u32) -> Option<Answer> = |page| {
        let back = json!({"cases": [item(Vendor::ServerOps, 190)], "has_more": true, "next_cursor": "p2"});
        (page > 2).then(|| Answer::json(&back.to_string()))
    };
    for instead in [empty, circle] {
        let server = Odd { instead, ..Odd::of(Vendor::ServerOps) }.start();
        let said = listed(&server, Vendor::ServerOps).expect(6);
        assert!(said.err.contains("showed no further case and did not end"), "{}", said.err);
        assert_eq!(said.json().as_array().unwrap().len(), 40);
        assert!(lists(&server).len() < 10, "{:?}", lists(&server));
    }
    // A vendor that gives its first page whatever is asked for.
    for vendor in [Vendor::Datadog, Vendor::Tines] {
        let server = Server::start(move |request, _| {
            let odd = Odd { cases: 2_000, ..Odd::of(vendor) };
            odd.answer(&Request { target: request.target.replace("page=", "was=").replace("number", "was"), ..request.clone() })
        });
        let said = listed(&server, vendor).expect(6);
        assert!(said.err.contains("did not end"), "{vendor:?}: {}", said.err);
        assert!(lists(&server).len() < 30, "{vendor:?}: {}", lists(&server).len());
    }
}

#[test]
fn a_page_that_never_answers_is_left_out_and_the_rest_is_read() {
    for (vendor, api) in [(Vendor::Datadog, Api::V2), (Vendor::Tines, Api::V2), (Vendor::Tines, Api::V1)] {
        let instead: fn(u32) -> Option<Answer> = |page| (page == 4).then(|| Answer::status(500, r#"{"error":"boom"}"#));
        let server = Odd { instead, ..Odd::of(vendor) }.start();
        let directory = tempfile::tempdir().unwrap();
        let mut watch = read(&server, vendor, api, directory.path());
        assert!(matches!(gap(&watch), Some(Gap::LeftOut { ref pages, .. }) if *pages == [4]), "{vendor:?}: {:?}", watch.states[&ONE]);
        assert_eq!((watch.rows.len(), watch.states[&ONE].fault.as_ref()), (180, None), "{vendor:?}");
        watch.stop();
    }
    let instead: fn(u32) -> Option<Answer> = |page| (page == 4).then(|| Answer::Whole(200, Vec::new(), "{\"data\":[".into()));
    let said = listed(&Odd { instead, ..Odd::of(Vendor::Datadog) }.start(), Vendor::Datadog).expect(6);
    assert!(said.err.contains("page 4 could not be read and was left out"), "{}", said.err);
    assert_eq!(said.json().as_array().unwrap().len(), 180);
}

/// Only a page knows the cursor of the next one: what is behind it cannot be asked for, is said to be missing, and what was
/// known of it stays.
#[test]
fn behind_a_cursor_page_that_never_answers_nothing_is_called_complete() {
    let is_broken = Arc::new(AtomicU32::new(0));
    let now = Arc::clone(&is_broken);
    let server = Server::start(move |request, _| {
        let is_fourth = now.load(Ordering::SeqCst) == 1 && request.target.contains("cursor=p4");
        if is_fourth { Answer::status(500, r#"{"error":"boom"}"#) } else { Odd::of(Vendor::ServerOps).answer(request) }
    });
    let directory = tempfile::tempdir().unwrap();
    let mut watch = read(&server, Vendor::ServerOps, Api::V2, directory.path());
    assert_eq!((watch.rows.len(), gap(&watch)), (200, None));
    is_broken.store(1, Ordering::SeqCst);
    watch.ask(Order::Refresh { source: Some(ONE), full: true }).ok();
    assert_eq!(watch.rows.len(), 200, "nothing that was known is lost");
    let state = &watch.states[&ONE];
    assert!(state.fault.is_some() || !matches!(state.coverage, Coverage::Full { .. }), "{state:?}");
    watch.stop();
    let said = listed(&server, Vendor::ServerOps).expect(4);
    assert_eq!(said.json().as_array().unwrap().len(), 60, "{}", said.err);
}

#[test]
fn a_newest_page_that_never_answers_costs_no_other_page() {
    let server = Server::start(|request, _| {
        let is_newest = request.target.contains("asc%5D=false");
        if is_newest { Answer::status(500, r#"{"errors":["boom"]}"#) } else { Odd::of(Vendor::Datadog).answer(request) }
    });
    let directory = tempfile::tempdir().unwrap();
    let watch = read(&server, Vendor::Datadog, Api::V2, directory.path());
    watch_has_all(watch, 200);
}

fn watch_has_all(mut watch: Watch, cases: usize) {
    watch.full(&[ONE]);
    assert_eq!(watch.rows.len(), cases);
}

/// Of an API that is being removed nothing can be lost: not by web pages, not by its own words, not by an empty list.
#[test]
fn a_source_of_tines_v1_never_loses_a_row() {
    let phase = Arc::new(AtomicU32::new(0));
    let now = Arc::clone(&phase);
    let page = "<html><title>404</title></html>";
    let server = Server::start(move |request, _| match now.load(Ordering::SeqCst) {
        0 => Odd::of(Vendor::Tines).answer(request),
        1 => Odd { cases: 100, ..Odd::of(Vendor::Tines) }.answer(request),
        2 => Answer::Whole(404, vec!["content-type: text/html".into()], page.into()),
        3 => Answer::status(404, r#"{"status":404,"error":"Not Found"}"#),
        4 => Answer::status(410, ""),
        5 => Answer::Whole(301, vec!["location: https://example.com/".into()], String::new()),
        6 => Answer::Whole(200, vec!["content-type: text/html".into()], page.into()),
        _ => Answer::json(r#"{"cases":[],"meta":{"pages":0,"count":0,"per_page":20}}"#),
    });
    let directory = tempfile::tempdir().unwrap();
    let mut watch = read(&server, Vendor::Tines, Api::V1, directory.path());
    let rids: Vec<_> = watch.rows.keys().copied().collect();
    assert_eq!(rids.len(), 200);
    let old = watch.rid(ONE, "150");
    for step in 1..=7 {
        phase.store(step, Ordering::SeqCst);
        watch.ask(Order::Prefetch { rids: rids[..8].to_vec() }).unwrap();
        let opened = watch.ask(Order::Open { rid: old });
        assert_ne!(opened, Ok(()), "{step}");
        let refreshed = watch.ask(Order::Refresh { source: None, full: true });
        assert_eq!(refreshed.is_ok(), matches!(step, 1 | 7), "{step}: {refreshed:?}");
        assert!(!matches!(watch.states[&ONE].coverage, Coverage::Full { .. }) || step > 1, "{step}");
    }
    assert!(!watch.heard.iter().any(|report| matches!(report, Report::Gone(_))));
    watch.stop();
    let mut watch = Watch::start_with(vec![source_of(Vendor::Tines, &server.url(), Api::V1, None)], directory.path(), true);
    watch.until("the disk is read", |watch| watch.heard.contains(&Report::DiskRead { rows: 200 }).then_some(()));
}

/// A tenant that takes no `filters` in some form.
fn picky(refuses: fn(&Request) -> bool, status: u16) -> Server {
    Server::start(move |request, _| {
        if refuses(request) {
            return Answer::status(status, r#"{"errors":[{"message":"bad filters"}]}"#);
        }
        Odd::of(Vendor::Tines).answer(request)
    })
}

#[test]
fn filters_that_tines_refuses_are_sent_in_brackets_or_judged_here() {
    let json: fn(&Request) -> bool = |request| request.target.contains("filters=");
    let any: fn(&Request) -> bool = |request| request.target.contains("filters");
    for status in [400, 422, 500] {
        for (refuses, is_any) in [(json, false), (any, true)] {
            let server = picky(refuses, status);
            let directory = tempfile::tempdir().unwrap();
            let source = source_of(Vendor::Tines, &server.url(), Api::V2, Some("status:open"));
            let mut watch = Watch::start_with(vec![source], directory.path(), false);
            watch.full(&[ONE]);
            assert_eq!(watch.rows.len(), 200, "{status}");
            let lists = lists(&server);
            let with = |part: &str| lists.iter().filter(|target| target.contains(part)).count();
            assert!(with("filters=") <= 2, "{status}: {lists:#?}");
            assert_eq!(with("filters%5B") > 3, !is_any, "{status}: {lists:#?}");
            let most = lists.iter().map(|target| lists.iter().filter(|other| *other == target).count()).max();
            assert!(most <= Some(3), "{status}: {lists:#?}");
        }
    }
}

#[test]
fn a_tenant_that_is_away_keeps_its_filter() {
    let server =
        Server::start(
            |request, before| {
                if before < 40 { Answer::status(500, r#"{"error":"boom"}"#) } else { Odd::of(Vendor::Tines).answer(request) }
            },
        );
    let directory = tempfile::tempdir().unwrap();
    let source = source_of(Vendor::Tines, &server.url(), Api::V2, Some("status:open"));
    let mut watch = Watch::start_with(vec![source], directory.path(), false);
    let fault = watch.until("it fails", |watch| watch.states.get(&ONE)?.fault.clone());
    assert_eq!(fault.kind, FaultKind::Server);
    while watch.ask(Order::Refresh { source: None, full: true }).is_err() {}
    let last = lists(&server).pop().unwrap();
    assert!(last.contains("filters="), "{last}");
}
