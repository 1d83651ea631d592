//! What Datadog is asked, literally, and what its answers mean.

use caseload::domain::case::Vendor;
use caseload::domain::change::Change;
use caseload::domain::directory::Directory;
use caseload::domain::edit::{Call, Edit, Method};
use caseload::domain::fault::FaultKind;
use caseload::domain::inverse::stays;
use caseload::domain::page::{Cursor, Scan};
use caseload::domain::person::Person;
use caseload::domain::raw_body::RawBody;
use caseload::domain::secret::Secret;
use caseload::providers::{Auth, Provider, Sent, datadog_hosts};
use jiff::Timestamp;
use serde_json::json;

use crate::http_server::{Answer, Request, Server, settings};

const AMPLE_MS: u64 = 600_000;
const SEARCH: &str = include_str!("../fixtures/datadog/search.json");
const CASE: &str = include_str!("../fixtures/datadog/case.json");
const TIMELINE: &str = include_str!("../fixtures/datadog/timeline.json");

fn query(request: &Request) -> Vec<(String, String)> {
    let url = format!("http://x{}", request.target);
    let (_, query) = url.split_once('?').unwrap_or_default();
    let decode = |text: &str| text.replace("%5B", "[").replace("%5D", "]");
    query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (decode(name), value.to_owned())).collect()
}

fn has(request: &Request, name: &str, value: &str) {
    assert!(query(request).contains(&(name.to_owned(), value.to_owned())), "{name}={value} is not in {}", request.target);
}

#[tokio::test]
async fn search_counts_from_one_and_passes_the_filter_untouched() {
    let server = Server::script(vec![Answer::json(SEARCH)]);
    let mut chosen = settings(&server.url(), AMPLE_MS);
    chosen.filter = Some("status:open (team:a OR team:b) \"kubernetes pods\" & more".into());
    chosen.web_url = Some("https://app.datadoghq.eu/".into());
    let provider = Provider::new(chosen).unwrap();
    let page = provider.page(Scan::All, &Cursor::Start).await.unwrap();
    assert_eq!(page.next, Some(Cursor::Number(2)));
    assert_eq!(page.items[0].row.url.as_ref().unwrap().as_str(), "https://app.datadoghq.eu/cases/CASEM-4523");
    provider.page(Scan::Recent, &Cursor::Number(2)).await.unwrap();
    let seen = server.seen();
    assert!(seen[0].target.starts_with("/api/v2/cases?"));
    for (name, value) in [("page[number]", "1"), ("page[size]", "100"), ("sort[field]", "created_at"), ("sort[asc]", "true")] {
        has(&seen[0], name, value);
    }
    has(&seen[0], "filter", "status%3Aopen%20%28team%3Aa%20OR%20team%3Ab%29%20%22kubernetes%20pods%22%20%26%20more");
    has(&seen[1], "page[number]", "2");
    has(&seen[1], "sort[asc]", "false");
    let token = provider.page(Scan::All, &Cursor::Token("x".into())).await.unwrap_err();
    assert_eq!((token.kind, server.count()), (FaultKind::Rejected, 2));
}

#[tokio::test]
async fn one_case_is_read_by_id_and_decoded_without_a_word_lost() {
    let server = Server::script(vec![Answer::json(CASE)]);
    let provider = server.datadog(AMPLE_MS);
    let fetched = provider.case("CASEM-4523").await.unwrap();
    assert_eq!(&*fetched.raw.0, CASE);
    assert_eq!(server.seen()[0].target, "/api/v2/cases/CASEM-4523");
    let case = provider.decode(&fetched.raw, &Directory::default(), Timestamp::now()).unwrap();
    assert_eq!(case.row.key.as_str(), "SEC-882");
    assert_eq!(case.row.url, None, "nobody knows the web host of an address of one's own");
    assert!(provider.case("").await.is_err());
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn the_timeline_counts_from_zero_newest_first() {
    let server = Server::script(vec![Answer::json(TIMELINE)]);
    let provider = server.datadog(AMPLE_MS);
    assert_eq!(provider.activities("a/b", None).await.unwrap().items.len(), 5);
    provider.activities("a", Some(3)).await.unwrap();
    let seen = server.seen();
    assert!(seen[0].target.starts_with("/api/v2/cases/a%2Fb/timelines?"), "{}", seen[0].target);
    has(&seen[0], "page[number]", "0");
    has(&seen[0], "sort[ascending]", "false");
    has(&seen[1], "page[number]", "3");
    assert_eq!(provider.records("a", None).await.unwrap().items, []);
    assert_eq!(server.count(), 2, "there are no records to ask for");
}

#[tokio::test]
async fn the_directory_keeps_what_it_may_read() {
    let answer = |request: &Request, _: usize| match request.target.split('?').next().unwrap() {
        "/api/v2/current_user" => Answer::json(include_str!("../fixtures/datadog/current_user.json")),
        "/api/v2/cases/types" => Answer::json(include_str!("../fixtures/datadog/types.json")),
        "/api/v2/cases/projects" => Answer::json(include_str!("../fixtures/datadog/projects.json")),
        _ => Answer::status(403, r#"{"errors":["Forbidden"]}"#),
    };
    let provider = Server::start(answer).datadog(AMPLE_MS);
    let directory = provider.directory().await.unwrap();
    assert_eq!(directory.me.unwrap().label(), "Frog Account");
    assert_eq!((directory.groups.len(), directory.case_types.len(), directory.people.len(), directory.statuses.len()), (2, 3, 0, 3));

    let server = Server::start(move |request, before| match answer(request, before) {
        whole if request.target.contains("projects") => whole,
        _ => Answer::status(403, ""),
    });
    let part = server.datadog(AMPLE_MS).directory().await.unwrap();
    assert_eq!((part.me, part.groups.len(), part.case_types.len()), (None, 2, 0));

    let none = Server::script(vec![Answer::status(401, r#"{"errors":["Unauthorized"]}"#)]);
    assert_eq!(none.datadog(AMPLE_MS).directory().await.unwrap_err().kind, FaultKind::Unauthorized);
}

#[tokio::test]
async fn a_call_is_sent_as_it_was_shown() {
    let comment = r#"{"data":[{"id":"c","type":"timeline_cell","attributes":{"type":"COMMENT"}}]}"#;
    let server = Server::script(vec![Answer::json(CASE), Answer::json(comment), Answer::Whole(200, Vec::new(), String::new())]);
    let provider = server.datadog(AMPLE_MS);
    let call = |verb: &str| Call {
        method: Method::Post,
        path: format!("/api/v2/cases/a/{verb}"),
        body: Some(json!({"data": {"type": "case", "attributes": {"x": "ü\n"}}})),
        makes: vec![0],
        lasting: None,
        stays: Vec::new(),
    };
    assert_eq!(&*provider.send(&call("priority")).await.unwrap().case.unwrap().0, CASE);
    let made = provider.send(&call("comment")).await.unwrap();
    assert_eq!((made.case, made.made.as_ref().map(|made| made.id.as_str())), (None, Some("c")), "a comment answers with its cell");
    assert_eq!(provider.send(&call("other")).await.unwrap(), Sent::default(), "an empty answer is a success");
    let seen = server.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].target.as_str()), ("POST", "/api/v2/cases/a/priority"));
    assert_eq!(seen[0].header("content-type"), Some("application/json"));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&seen[0].body).unwrap(), call("x").body.unwrap());
    for path in ["https://evil.example/", "@evil.example", ".evil.example/", "/api/../../x", "/api/v2/cases/a b"] {
        let fault = provider.send(&Call { path: path.into(), ..call("x") }).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Rejected, "{path}: {fault}");
    }
    provider.send(&Call { path: "//evil.example/x".into(), ..call("x") }).await.unwrap();
    assert_eq!(server.count(), 4);
    assert!(server.seen().iter().all(|request| request.header("host") == Some(&server.address.to_string())), "all of it stayed here");
}

#[test]
fn what_the_vendor_keeps_is_named_and_does_not_keep_the_rest() {
    let server = Server::script(Vec::new());
    let (provider, directory) = (server.datadog(AMPLE_MS), Directory::default());
    let mut case = provider.decode(&RawBody(CASE.into()), &directory, Timestamp::now()).unwrap();
    case.row.assignees.clear();
    let reason = Change::Field { id: "security_resolved_reason".into(), values: vec!["FALSE_POSITIVE".into()] };
    let ana = Person { id: "11111111-0000-0000-0000-000000000001".into(), ..Person::default() };
    let changes = vec![Change::Priority("P1".into()), reason, Change::Assign(ana), Change::Comment("FP".into()), Change::Archive];
    let edit = Edit::new(&case, changes.clone());
    let plan = provider.plan(&case, &edit, &directory).unwrap();
    let lasting: Vec<&str> =
        plan.calls.iter().filter(|call| call.lasting.is_some()).map(|call| call.path.rsplit('/').next().unwrap()).collect();
    assert_eq!(lasting, ["resolved_reason", "comment"], "neither the priority, nor a person where nobody was, nor the archive");
    let back = edit.inverse_without(&stays(&plan.calls)).unwrap();
    assert_eq!(back.stays.len(), 2, "{:?}", back.stays);
    assert!(back.stays[0].starts_with("the field security_resolved_reason stays: Datadog takes no reason back"), "{:?}", back.stays);
    assert!(back.edit.changes.contains(&Change::Unarchive) && back.edit.changes.contains(&Change::Priority("P2".into())), "{back:?}");
    let after = case.clone().with(&edit, Vendor::Datadog);
    assert_eq!(provider.plan(&after, &back.edit, &directory).unwrap().calls.len(), 3, "and the vendor takes it");
    // One that was there comes back.
    let reasoned = Change::Field { id: "due_date".into(), values: vec!["2026-12-01".into()] };
    let plan = provider.plan(&case, &Edit::new(&case, vec![reasoned]), &directory).unwrap();
    assert!(plan.calls.iter().all(|call| call.lasting.is_none() && call.stays.is_empty()), "{plan:?}");
}

fn cells(texts: &[(&str, &str, &str)]) -> String {
    let cells: Vec<_> = texts
        .iter()
        .map(|(who, at, text)| {
            json!({"id": text, "type": "timeline_cell", "attributes": {"type": "COMMENT", "created_at": at,
                "author": {"type": "USER", "content": {"ID": who, "name": who}}, "cell_content": {"message": text}}})
        })
        .collect();
    json!({ "data": cells }).to_string()
}

#[tokio::test]
async fn a_comment_is_found_by_text_time_and_author() {
    let me = "3ad549bf-eba0-11e9-a77a-0705486660d0";
    let full: Vec<_> = (0..50).map(|_| ("other", "2026-10-22T12:00:00Z", "chatter")).collect();
    let second = cells(&[(me, "2026-10-22T11:59:00Z", "Contained.\r\nBlocked  the sender "), (me, "2026-10-22T10:00:00Z", "old one")]);
    let first = cells(&full);
    let server = Server::start(move |request, _| match request.target.as_str() {
        target if target.contains("current_user") => Answer::json(include_str!("../fixtures/datadog/current_user.json")),
        target if target.contains("timelines") && target.contains("number%5D=0") => Answer::json(&first),
        target if target.contains("timelines") => Answer::json(&second),
        _ => Answer::status(403, ""),
    });
    let provider = server.datadog(AMPLE_MS);
    provider.directory().await.unwrap();
    // The server's clock is not told here, so that it counts as ours.
    let since: Timestamp = "2026-10-22T11:30:00Z".parse().unwrap();
    assert!(provider.find_comment("a", "Contained.\nBlocked the sender", since, None).await.unwrap());
    assert!(!provider.find_comment("a", "old one", since, None).await.unwrap(), "said before");
    assert!(!provider.find_comment("a", "chatter", since, None).await.unwrap(), "said by somebody else");
    assert!(!provider.find_comment("a", "never said", since, None).await.unwrap());
    assert!(provider.find_comment("a", "changed meanwhile", since, Some("chatter")).await.unwrap(), "its id is proof");
}

#[tokio::test]
async fn a_comment_is_found_behind_pages_that_come_shorter_than_asked() {
    let server = Server::start(|request, _| {
        let page = request.target.split("number%5D=").nth(1).unwrap().split('&').next().unwrap().parse::<usize>().unwrap();
        let texts =
            [("x", "2026-10-22T12:00:02Z", "chatter"), ("x", "2026-10-22T12:00:01Z", "more"), ("x", "2026-10-22T12:00:00Z", "said")];
        Answer::json(&cells(texts.get(page..=page).unwrap_or_default()))
    });
    let provider = server.datadog(AMPLE_MS);
    let since: Timestamp = "2026-10-22T11:30:00Z".parse().unwrap();
    assert!(provider.find_comment("a", "said", since, None).await.unwrap());
    let asked = server.count();
    assert!(!provider.find_comment("a", "never said", since, None).await.unwrap());
    assert_eq!(server.count() - asked, 4, "an empty page is the end");
}

#[tokio::test]
async fn comments_are_timed_by_the_vendors_clock() {
    // The vendor's clock is a day behind: what was said there "yesterday" was said just now.
    let now = Timestamp::now();
    let behind = now.checked_sub(jiff::SignedDuration::from_hours(24)).unwrap();
    let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&behind).unwrap();
    let server = Server::script(vec![Answer::json(&cells(&[("x", &behind.to_string(), "just said")])).with(&format!("date: {date}"))]);
    let provider = server.datadog(AMPLE_MS);
    provider.activities("a", None).await.unwrap();
    assert!(provider.find_comment("a", "just said", provider.now(), None).await.unwrap());
}

#[test]
fn the_nine_sites_have_their_hosts() {
    let web = |site: &str| {
        datadog_hosts(site)
            .map(|(api, web)| (api.strip_prefix("https://").unwrap().to_owned(), web.strip_prefix("https://").unwrap().to_owned()))
    };
    for (site, host) in [
        ("datadoghq.com", "app.datadoghq.com"),
        ("us3.datadoghq.com", "us3.datadoghq.com"),
        ("us5.datadoghq.com", "us5.datadoghq.com"),
        ("datadoghq.eu", "app.datadoghq.eu"),
        ("ap1.datadoghq.com", "ap1.datadoghq.com"),
        ("ap2.datadoghq.com", "ap2.datadoghq.com"),
        ("uk1.datadoghq.com", "uk1.datadoghq.com"),
        ("ddog-gov.com", "app.ddog-gov.com"),
        ("us2.ddog-gov.com", "us2.ddog-gov.com"),
    ] {
        assert_eq!(web(site), Some((format!("api.{site}"), host.to_owned())));
    }
    assert_eq!(web("datadoghq.net"), None);
}

#[test]
fn settings_that_cannot_work_are_refused_with_words() {
    let with = |change: fn(&mut caseload::providers::Settings)| {
        let mut settings = settings("https://api.datadoghq.eu", AMPLE_MS);
        change(&mut settings);
        Provider::new(settings)
    };
    let provider = with(|_| ()).unwrap();
    assert_eq!((provider.host().as_str(), provider.vendor(), provider.concurrency()), ("api.datadoghq.eu", Vendor::Datadog, 8));
    assert!(!provider.is_test() && !provider.can_ask_changes() && provider.caution().is_none() && provider.read_only().is_none());
    assert!(with(|settings| settings.auth = Auth::Bearer(Secret::from("ddpat_x"))).is_ok());
    let refused = [
        with(|settings| settings.auth = Auth::UserToken(Secret::from("x"))),
        with(|settings| settings.base_url = "http://api.datadoghq.eu".into()),
        with(|settings| settings.base_url = "api.datadoghq.eu".into()),
    ];
    for outcome in refused {
        assert_eq!(outcome.err().unwrap().kind, FaultKind::Config);
    }
}
