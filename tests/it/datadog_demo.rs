//! Datadog's verbs against the embedded Datadog, which was written from the documents by other hands.

use std::collections::BTreeSet;

use caseload::demo::{
    Demo, Faults, Options, {self},
};
use caseload::domain::case::{Case, SourceId, State, Vendor};
use caseload::domain::change::Change;
use caseload::domain::directory::Directory;
use caseload::domain::edit::Edit;
use caseload::domain::fault::{Fault, FaultKind};
use caseload::domain::page::{Cursor, Listed, Scan};
use caseload::domain::person::Person;
use caseload::domain::secret::Secret;
use caseload::providers::{Api, Auth, Provider, Settings};
use jiff::{SignedDuration, Timestamp};

/// Tries of one page while the vendor is in a bad mood; the worker comes back as often.
const MAX_TRIES: usize = 20;

fn start(cases: u32, faults: Faults) -> (Demo, Provider) {
    let demo = demo::start(&Options { cases, pace: 0.0, faults, ..Options::default() }).unwrap();
    let provider = provider(&demo, |secret| Auth::Keys { api: secret("DEMO_DD_API_KEY"), app: secret("DEMO_DD_APP_KEY") });
    (demo, provider)
}

fn provider(demo: &Demo, auth: impl Fn(&dyn Fn(&str) -> Secret) -> Auth) -> Provider {
    let endpoint = demo.endpoints().into_iter().find(|endpoint| endpoint.vendor == demo::Vendor::Datadog).unwrap();
    let secret = |name: &str| Secret::from(endpoint.secrets.iter().find(|(known, _)| *known == name).unwrap().1.as_str());
    Provider::new(Settings {
        vendor: Vendor::Datadog,
        source: SourceId(0),
        base_url: endpoint.base_url.clone(),
        web_url: Some("https://app.datadoghq.eu".into()),
        auth: auth(&secret),
        api: Api::V2,
        filter: None,
        team_id: None,
        me: None,
        timeout_ms: 600_000,
    })
    .unwrap()
}

async fn walk(provider: &Provider, scan: Scan) -> Vec<Listed> {
    let (mut found, mut cursor) = (Vec::new(), Some(Cursor::Start));
    while let Some(at) = cursor {
        let page = patiently(async || provider.page(scan, &at).await).await;
        assert_eq!(page.malformed, Vec::<String>::new());
        found.extend(page.items);
        cursor = page.next;
    }
    found
}

async fn patiently<T>(ask: impl AsyncFn() -> Result<T, Fault>) -> T {
    for _ in 0..MAX_TRIES {
        match ask().await {
            Ok(answer) => return answer,
            Err(fault) => assert!(fault.is_passing(), "{fault}"),
        }
    }
    panic!("{MAX_TRIES} tries were not enough");
}

fn ids(rows: &[Listed]) -> Vec<String> {
    rows.iter().map(|item| item.row.id.id.to_string()).collect()
}

#[tokio::test]
async fn every_case_of_the_world_comes_once_and_can_be_read_again() {
    let (demo, provider) = start(2_500, Faults::Calm);
    let all = walk(&provider, Scan::All).await;
    let world: BTreeSet<String> = demo.ids(demo::Vendor::Datadog).into_iter().collect();
    let met: BTreeSet<String> = ids(&all).into_iter().collect();
    assert!(world.len() > 1_000);
    assert_eq!((met.len(), &met), (all.len(), &world));
    assert!(all.windows(2).all(|pair| pair[0].row.created_at <= pair[1].row.created_at), "oldest first");
    let recent = walk(&provider, Scan::Recent).await;
    assert!(recent.windows(2).all(|pair| pair[0].row.created_at >= pair[1].row.created_at), "newest first");
    let directory = provider.directory().await.unwrap();
    for item in &all {
        let case = provider.decode(&item.raw, &directory, Timestamp::now()).unwrap();
        assert_eq!(case.row, item.row);
        assert!(case.row.created_at.is_some() && case.group.is_some() && case.author.is_some(), "{:?}", item.raw.0);
    }
}

#[tokio::test]
async fn a_bad_mood_costs_time_but_no_case() {
    let (demo, provider) = start(2_500, Faults::Rough);
    let met: BTreeSet<String> = ids(&walk(&provider, Scan::All).await).into_iter().collect();
    demo.set_faults(Faults::Calm);
    let world: BTreeSet<String> = demo.ids(demo::Vendor::Datadog).into_iter().collect();
    assert_eq!(world.difference(&met).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[tokio::test]
async fn one_case_reads_like_its_row_and_its_timeline_is_whole() {
    let (_demo, provider) = start(2_500, Faults::Calm);
    let directory = provider.directory().await.unwrap();
    assert_eq!(directory.rights.as_deref(), Some(&["cases_read".into(), "cases_write".into(), "user_access_read".into()][..]));
    assert!(directory.me.is_some() && !directory.groups.is_empty() && !directory.case_types.is_empty() && !directory.people.is_empty());
    let page = provider.page(Scan::Recent, &Cursor::Start).await.unwrap();
    let mut longest = 0;
    for item in &page.items {
        let id = item.row.id.id.as_str();
        let whole = provider.decode(&provider.case(id).await.unwrap().raw, &directory, Timestamp::now()).unwrap();
        assert_eq!(whole.row, item.row);
        let by_key = provider.case(item.row.key.as_str()).await.unwrap();
        assert_eq!(provider.decode(&by_key.raw, &directory, Timestamp::now()).unwrap().row.id, item.row.id);
        let (mut seen, mut next) = (Vec::new(), Some(None));
        while let Some(page) = next {
            let slice = provider.activities(id, page).await.unwrap();
            assert_eq!(slice.malformed, 0);
            seen.extend(slice.items);
            next = slice.next.map(Some);
        }
        let unique: BTreeSet<_> = seen.iter().map(|activity| activity.id.as_str()).collect();
        assert_eq!(unique.len(), seen.len());
        assert!(seen.windows(2).all(|pair| pair[0].at >= pair[1].at), "newest first");
        longest = longest.max(seen.len());
    }
    assert!(longest > 60, "no timeline had a second page: the longest was {longest}");
    let gone = provider.case("00000000-dead-4000-8000-000000000000").await.unwrap_err();
    assert_eq!((gone.kind, gone.status), (FaultKind::NotFound, Some(404)));
}

/// Plans, sends and reads back, call by call.
async fn make(provider: &Provider, case: &Case, changes: Vec<Change>, directory: &Directory) -> Case {
    let edit = Edit::new(case, changes);
    let plan = provider.plan(case, &edit, directory).unwrap();
    for call in &plan.calls {
        provider.send(call).await.unwrap();
    }
    let read = provider.decode(&provider.case(&case.row.id.id).await.unwrap().raw, directory, Timestamp::now()).unwrap();
    for change in &edit.changes {
        assert_ne!(change.holds(&read), Some(false), "{change:?} does not show in {}", read.raw.0);
    }
    read
}

#[tokio::test]
async fn every_change_is_sent_and_shows_when_read_back() {
    let (demo, provider) = start(300, Faults::Calm);
    let directory = provider.directory().await.unwrap();
    let page = provider.page(Scan::Recent, &Cursor::Start).await.unwrap();
    let decode = |item: &Listed| provider.decode(&item.raw, &directory, Timestamp::now()).unwrap();
    let case = page.items.iter().map(decode).find(|case| case.row.status.is_open() && !case.attributes.is_empty()).unwrap();
    let person = directory.people.iter().find(|person| !case.row.assignees.iter().any(|known| known.is(person))).unwrap().clone();
    let other = directory.people.iter().find(|known| !known.is(&person)).unwrap().clone();
    let status = directory.statuses_of(&case).into_iter().find(|status| status.name != case.row.status.name).unwrap().clone();
    let (kept, _) = case.attributes[0].clone();

    let case = make(&provider, &case, vec![Change::Title("A \"new\" title, ünïcode 漢字 \\ too".into())], &directory).await;
    let case = make(&provider, &case, vec![Change::Description("# New\n\ntext with `code`\n".into())], &directory).await;
    let case = make(&provider, &case, vec![Change::Status(status)], &directory).await;
    let case = make(&provider, &case, vec![Change::Priority("P1".into())], &directory).await;
    let case = make(&provider, &case, vec![Change::Assign(person.clone())], &directory).await;
    let case = make(&provider, &case, vec![Change::Unassign(person), Change::Assign(other.clone())], &directory).await;
    let case = make(&provider, &case, vec![Change::Unassign(other)], &directory).await;
    assert_eq!(case.row.assignees, Vec::<Person>::new());
    let case =
        make(&provider, &case, vec![Change::Attribute { key: "team".into(), values: vec!["soc".into(), "ir".into()] }], &directory).await;
    assert!(case.attributes.iter().any(|(key, _)| *key == kept), "a change of one attribute keeps the others");
    let case = make(&provider, &case, vec![Change::Attribute { key: "team".into(), values: Vec::new() }], &directory).await;
    let case = make(&provider, &case, vec![Change::Archive], &directory).await;
    assert_eq!(case.row.status.state, Some(State::Archived));
    let case = make(&provider, &case, vec![Change::Unarchive, Change::Title("and back".into())], &directory).await;
    assert_eq!(case.row.title.as_str(), "and back");

    let before = Timestamp::now();
    let text = "Contained.\n\n- blocked the *sender*";
    make(&provider, &case, vec![Change::Comment(text.into())], &directory).await;
    let id = case.row.id.id.as_str();
    assert!(provider.find_comment(id, text, before, None).await.unwrap());
    assert!(!provider.find_comment(id, "never said", before, None).await.unwrap());
    let later = before.checked_add(SignedDuration::from_hours(1)).unwrap();
    assert!(!provider.find_comment(id, text, later, None).await.unwrap());
    let writes: Vec<_> = demo.received(demo::Vendor::Datadog).into_iter().filter(|request| request.method == "POST").collect();
    assert_eq!(writes.len(), 13);
    assert!(writes.iter().all(|request| request.status == 200), "{writes:?}");
}

#[tokio::test]
async fn refusals_come_in_the_vendors_words() {
    let (demo, writer) = start(300, Faults::Calm);
    let bearer = provider(&demo, |secret| Auth::Bearer(secret("DEMO_DD_TOKEN")));
    let reader = provider(&demo, |secret| Auth::Bearer(secret("DEMO_DD_READ_TOKEN")));
    let stranger = provider(&demo, |_| Auth::Bearer(Secret::from("ddpat_nobody")));
    let directory = writer.directory().await.unwrap();
    let page = bearer.page(Scan::Recent, &Cursor::Start).await.unwrap();
    let case = writer.decode(&page.items[0].raw, &directory, Timestamp::now()).unwrap();
    let edit = Edit::new(&case, vec![Change::Title("x".into())]);
    let call = writer.plan(&case, &edit, &directory).unwrap().calls.remove(0);
    reader.page(Scan::All, &Cursor::Start).await.unwrap();
    assert_eq!(reader.send(&call).await.unwrap_err().kind, FaultKind::Forbidden);
    assert!(stranger.page(Scan::All, &Cursor::Start).await.unwrap_err().is_auth());
    let mut nonsense = call.clone();
    nonsense.path = nonsense.path.replace("/title", "/priority");
    nonsense.body = Some(serde_json::json!({"data": {"type": "case", "attributes": {"priority": "P9"}}}));
    let fault = writer.send(&nonsense).await.unwrap_err();
    assert_eq!((fault.kind, fault.status), (FaultKind::Rejected, Some(400)));
    assert!(fault.message.as_str().contains("P1"), "the vendor lists what it takes: {fault}");
    assert!(writer.quota().is_some_and(|quota| quota.limit > 0 && quota.remaining < quota.limit));
}
