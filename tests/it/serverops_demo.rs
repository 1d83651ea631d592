//! ServerOps' verbs against the embedded ServerOps, which was written from the documents by other hands.

use std::collections::BTreeSet;

use caseload::demo::Vendor::ServerOps;
use caseload::demo::{Act, Demo, Faults, Options, start};
use caseload::domain::case::{Case, SourceId, State, Vendor};
use caseload::domain::caution::Caution;
use caseload::domain::change::Change;
use caseload::domain::directory::Directory;
use caseload::domain::edit::Edit;
use caseload::domain::fault::FaultKind;
use caseload::domain::page::{Cursor, Listed, Scan};
use caseload::domain::raw_body::RawBody;
use caseload::domain::secret::Secret;
use caseload::providers::{Api, Auth, Provider, Settings};
use jiff::Timestamp;

use crate::demo_wire::secret;

/// Tries of one page while the vendor is in a bad mood; the worker comes back as often.
const MAX_TRIES: usize = 20;

fn world(cases: u32, faults: Faults) -> Demo {
    start(&Options { cases, pace: 0.0, faults, ..Options::default() }).unwrap()
}

fn provider(demo: &Demo, token: &str, filter: Option<&str>) -> Provider {
    Provider::new(Settings {
        vendor: Vendor::ServerOps,
        source: SourceId(2),
        base_url: demo.endpoints()[ServerOps as usize].base_url.clone(),
        web_url: None,
        auth: Auth::Bearer(Secret::from(token)),
        api: Api::V2,
        filter: filter.map(str::to_owned),
        team_id: None,
        me: None,
        timeout_ms: 600_000,
    })
    .unwrap()
}

fn writer(demo: &Demo) -> Provider {
    provider(demo, &secret(demo, ServerOps, "DEMO_SO_TOKEN"), None)
}

async fn walk(provider: &Provider) -> Vec<Listed> {
    let (mut found, mut cursor, mut tries) = (Vec::new(), Some(Cursor::Start), 0);
    while let Some(at) = &cursor {
        match provider.page(Scan::All, at).await {
            Ok(page) => {
                assert_eq!(page.malformed, Vec::<String>::new());
                found.extend(page.items);
                cursor = page.next;
                tries = 0;
            }
            Err(fault) => {
                tries += 1;
                assert!(fault.is_passing() && tries < MAX_TRIES, "{fault}");
            }
        }
    }
    found
}

fn ids(rows: &[Listed]) -> BTreeSet<String> {
    rows.iter().map(|item| item.row.id.id.to_string()).collect()
}

fn listed(demo: &Demo) -> BTreeSet<String> {
    demo.ids(ServerOps).into_iter().collect()
}

fn decoded(provider: &Provider, raw: &RawBody) -> Case {
    provider.decode(raw, &Directory::default(), Timestamp::now()).unwrap()
}

#[tokio::test]
async fn every_case_of_the_world_comes_once() {
    let demo = world(2_500, Faults::Calm);
    let provider = writer(&demo);
    assert!((provider.concurrency(), provider.can_ask_changes()) == (1, false));
    let all = walk(&provider).await;
    assert_eq!((all.len(), ids(&all)), (375, listed(&demo)));
    let mut files = 0;
    for item in &all {
        let case = decoded(&provider, &item.raw);
        assert_eq!(case.row, item.row);
        assert!(case.row.created_at.is_some() && case.row.priority.is_none());
        files += case.attachments.iter().filter(|file| file.url.is_some() && file.size_bytes.is_some()).count();
    }
    assert!(files > 0 && all.iter().any(|item| item.row.status.state.is_none()), "unknown statuses stay in the list");
    let quota = provider.quota().unwrap();
    assert!(quota.limit > 0 && quota.ends.saturating_duration_since(std::time::Instant::now()).as_secs() <= 60, "{quota:?}");
}

#[tokio::test]
async fn a_bad_mood_costs_time_but_no_case() {
    let demo = world(2_500, Faults::Rough);
    let met = ids(&walk(&writer(&demo)).await);
    demo.set_faults(Faults::Calm);
    assert_eq!(listed(&demo).difference(&met).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[tokio::test]
async fn one_status_can_be_asked_for() {
    let demo = world(2_500, Faults::Calm);
    let token = secret(&demo, ServerOps, "DEMO_SO_TOKEN");
    let archived = walk(&provider(&demo, &token, Some("status:archived"))).await;
    let all = walk(&writer(&demo)).await;
    let wanted = all.iter().filter(|item| item.row.status.state == Some(State::Archived));
    assert!(!archived.is_empty());
    assert_eq!(ids(&archived), wanted.map(|item| item.row.id.id.to_string()).collect());
}

#[tokio::test]
async fn every_change_is_sent_and_shows_when_read_back() {
    let demo = world(300, Faults::Calm);
    let provider = writer(&demo);
    let directory = provider.directory().await.unwrap();
    let statuses = directory.statuses.clone();
    let page = provider.page(Scan::Recent, &Cursor::Start).await.unwrap();
    let mut case = decoded(&provider, &page.items[0].raw);
    assert_eq!(directory.statuses_of(&case).len(), 3);
    let edits = [
        vec![Change::Title("A \"new\" title, ünïcode 漢字 \\ too".into())],
        vec![Change::Description("# New\n\ntext\n".into())],
        vec![Change::Status(statuses[1].clone())],
        vec![Change::Status(statuses[2].clone()), Change::Title("archived".into())],
        vec![Change::Status(statuses[0].clone())],
    ];
    for changes in edits {
        let edit = Edit::new(&case, changes);
        let plan = provider.plan(&case, &edit, &directory).unwrap();
        let [call] = &plan.calls[..] else { panic!("{:?}", plan.calls) };
        let answer = provider.send(call).await.unwrap().case.unwrap();
        let received = demo.received(ServerOps).pop().unwrap();
        assert_eq!((received.method.as_str(), received.path), ("PATCH", call.path.clone()));
        assert_eq!(&serde_json::from_str::<serde_json::Value>(&received.body).unwrap(), call.body.as_ref().unwrap());
        case = decoded(&provider, &provider.case(&case.row.id.id).await.unwrap().raw);
        assert_eq!(decoded(&provider, &answer).row, case.row);
        for change in &edit.changes {
            assert_eq!(change.holds(&case), Some(true), "{change:?} does not show in {}", case.raw.0);
        }
    }
    let id = case.row.id.id.as_str();
    assert!(provider.activities(id, None).await.unwrap().items.is_empty() && provider.records(id, None).await.unwrap().items.is_empty());
    assert!(!provider.find_comment(id, "x", Timestamp::now(), None).await.unwrap());
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let demo = world(300, Faults::Calm);
    let provider_of = |token: &str| provider(&demo, token, None);
    let writer = writer(&demo);
    let reader = provider_of(&secret(&demo, ServerOps, "DEMO_SO_READ_TOKEN"));
    let page = reader.page(Scan::All, &Cursor::Start).await.unwrap();
    let case = decoded(&writer, &page.items[0].raw);
    let edit = Edit::new(&case, vec![Change::Title("x".into())]);
    let call = writer.plan(&case, &edit, &Directory::default()).unwrap().calls.remove(0);
    let refused = reader.send(&call).await.unwrap_err();
    assert_eq!(refused.kind, FaultKind::Forbidden);
    assert!(refused.message.as_str().ends_with("token does not have the required scope (forbidden)"), "{refused}");
    let stranger = provider_of("so_live_nobody");
    assert_eq!(stranger.page(Scan::All, &Cursor::Start).await.unwrap_err().kind, FaultKind::Unauthorized);
    assert_eq!(writer.case("c_00000000000000000000000000").await.unwrap_err().kind, FaultKind::NotFound);
    let bad = writer.page(Scan::All, &Cursor::Token("made up & odd".into())).await.unwrap_err();
    assert!(bad.kind == FaultKind::Rejected && bad.message.as_str().contains("invalid cursor"), "{bad}");
    assert_eq!(writer.page(Scan::All, &Cursor::Number(2)).await.unwrap_err().kind, FaultKind::Rejected);
}

#[tokio::test]
async fn an_api_that_is_not_live_says_so_and_comes_back() {
    let demo = world(100, Faults::Calm);
    let provider = writer(&demo);
    let id = demo.ids(ServerOps).remove(0);
    demo.act(Act::ServerOpsLive { live: false }).unwrap();
    for fault in [provider.page(Scan::All, &Cursor::Start).await.unwrap_err(), provider.case(&id).await.unwrap_err()] {
        assert_eq!(fault.kind, FaultKind::NotAvailable);
        assert!(fault.message.as_str().starts_with("the vendor marks this API as not yet available"), "{fault}");
        assert!(!fault.is_passing());
    }
    assert_eq!(demo.received(ServerOps).len(), 2, "asked once each, not in a loop");
    demo.act(Act::ServerOpsLive { live: true }).unwrap();
    assert_eq!(provider.page(Scan::All, &Cursor::Start).await.unwrap().items.len(), 15);
}

#[tokio::test]
async fn the_token_tells_what_kind_it_is() {
    let demo = world(10, Faults::Calm);
    let of = |token: &str| provider(&demo, token, None);
    assert!(of("so_test_1").is_test() && of("so_test_1").caution().is_none());
    assert!(!of("so_live_1").is_test() && of("so_live_1").caution().is_none());
    assert!(!of("ghp_1").is_test() && of("ghp_1").caution() == Some(Caution::OddToken));
}
