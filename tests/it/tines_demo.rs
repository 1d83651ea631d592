//! Tines' verbs against the embedded Tines, which was written from the documents by other hands.

use std::collections::BTreeSet;

use caseload::demo::Vendor::Tines;
use caseload::demo::{Act, Cut, Demo, Faults, Options, start};
use caseload::domain::activity::Activity;
use caseload::domain::case::{Case, Row, SourceId, State, Vendor};
use caseload::domain::caution::{Caution, V2, has_v1_ended};
use caseload::domain::change::Change;
use caseload::domain::directory::{Directory, StatusOption};
use caseload::domain::edit::{Edit, Plan};
use caseload::domain::fault::{Fault, FaultKind};
use caseload::domain::page::{Cursor, Listed, Scan};
use caseload::domain::person::Person;
use caseload::domain::raw_body::RawBody;
use caseload::domain::record::absorb_tables;
use caseload::domain::secret::Secret;
use caseload::domain::text::Clean;
use caseload::providers::{Api, Auth, Provider, Settings};
use jiff::{SignedDuration, Timestamp};

use crate::demo_wire::secret;

/// Tries of one page while the vendor is in a bad mood; the worker comes back as often.
const MAX_TRIES: usize = 20;

fn world(cases: u32, faults: Faults) -> Demo {
    start(&Options { cases, pace: 0.0, faults, ..Options::default() }).unwrap()
}

fn settings(demo: &Demo) -> Settings {
    let endpoint = &demo.endpoints()[Tines as usize];
    Settings {
        vendor: Vendor::Tines,
        source: SourceId(1),
        base_url: format!("{}/", endpoint.base_url),
        web_url: None,
        auth: Auth::Bearer(Secret::from(secret(demo, Tines, "DEMO_TINES_TOKEN"))),
        api: Api::V2,
        filter: None,
        team_id: None,
        me: Some(endpoint.me.to_uppercase()),
        timeout_ms: 600_000,
    }
}

fn provider(demo: &Demo) -> Provider {
    Provider::new(settings(demo)).unwrap()
}

fn with(demo: &Demo, change: impl FnOnce(&mut Settings)) -> Provider {
    let mut settings = settings(demo);
    change(&mut settings);
    Provider::new(settings).unwrap()
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

fn ids(rows: &[Listed]) -> BTreeSet<String> {
    rows.iter().map(|item| item.row.id.id.to_string()).collect()
}

fn listed(demo: &Demo) -> BTreeSet<String> {
    demo.ids(Tines).into_iter().collect()
}

/// Clocks end a little later with every reading.
fn without_clock(row: &Row) -> Row {
    Row { due_at: None, also_due: Vec::new(), ..row.clone() }
}

fn decoded(provider: &Provider, raw: &RawBody, directory: &Directory) -> Case {
    provider.decode(raw, directory, Timestamp::now()).unwrap()
}

async fn whole(provider: &Provider, id: &str, directory: &Directory) -> Case {
    decoded(provider, &provider.case(id).await.unwrap().raw, directory)
}

async fn some_case(provider: &Provider, directory: &Directory, fits: impl Fn(&Case) -> bool) -> Case {
    let page = provider.page(Scan::Recent, &Cursor::Start).await.unwrap();
    page.items.iter().map(|item| decoded(provider, &item.raw, directory)).find(fits).unwrap()
}

#[tokio::test]
async fn every_case_of_the_world_comes_once_in_both_orders() {
    let demo = world(2_500, Faults::Calm);
    let provider = provider(&demo);
    assert!(provider.can_ask_changes() && provider.concurrency() > 1 && provider.caution().is_none() && provider.read_only().is_none());
    let directory = provider.directory().await.unwrap();
    let first = provider.page(Scan::All, &Cursor::Start).await.unwrap();
    assert_eq!((first.items.len(), first.pages, first.total), (500, Some(2), Some(1_000)));
    let all = walk(&provider, Scan::All).await;
    assert_eq!((all.len(), ids(&all)), (1_000, listed(&demo)));
    assert!(all.windows(2).all(|pair| pair[0].row.created_at <= pair[1].row.created_at), "oldest first");
    let recent = walk(&provider, Scan::Recent).await;
    assert_eq!((recent.len(), ids(&recent)), (1_000, listed(&demo)));
    assert!(recent.windows(2).all(|pair| pair[0].row.updated_at >= pair[1].row.updated_at), "last edited first");
    for item in &all {
        let case = decoded(&provider, &item.raw, &directory);
        assert_eq!(without_clock(&case.row), without_clock(&item.row));
        assert!(item.row.status.state.is_some() && item.row.created_at.is_some() && item.row.url.is_some() && case.group.is_some());
    }
    assert!(all.iter().any(|item| item.row.due_at.is_some()) && all.iter().any(|item| item.row.status.state == Some(State::InProgress)));
}

#[tokio::test]
async fn a_bad_mood_costs_time_but_no_case() {
    let demo = world(2_500, Faults::Rough);
    let provider = provider(&demo);
    let met = ids(&walk(&provider, Scan::All).await);
    demo.set_faults(Faults::Calm);
    assert_eq!(listed(&demo).difference(&met).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[tokio::test]
async fn what_was_edited_last_comes_first() {
    let demo = world(500, Faults::Calm);
    let provider = provider(&demo);
    let oldest = demo.ids(Tines).pop().unwrap();
    demo.act(Act::Edit { vendor: Tines, id: oldest.clone(), field: "title".into(), value: "moved".into() }).unwrap();
    let page = provider.page(Scan::Recent, &Cursor::Start).await.unwrap();
    assert_eq!((page.items[0].row.id.id.as_str(), page.items[0].row.title.as_str()), (oldest.as_str(), "moved"));
}

#[tokio::test]
async fn timelines_and_records_are_whole_through_their_pages() {
    let demo = world(600, Faults::Calm);
    let provider = provider(&demo);
    let directory = provider.directory().await.unwrap();
    let (mut longest, mut widest) = (0, 0);
    for id in demo.ids(Tines).iter().take(120) {
        let case = whole(&provider, id, &directory).await;
        let mut entries = match case.activities {
            Some(slice) => {
                assert_eq!((slice.next, slice.malformed), (None, 0), "a part of ours can only be the whole");
                slice.items
            }
            None => Vec::new(),
        };
        let mut next = entries.is_empty().then_some(None);
        while let Some(page) = next {
            let slice = provider.activities(id, page).await.unwrap();
            assert_eq!(slice.malformed, 0);
            // The newest page comes first, in itself from old to new.
            assert!(entries.first().is_none_or(|newer: &Activity| slice.items.last().is_none_or(|entry| entry.at <= newer.at)));
            entries.splice(..0, slice.items);
            next = slice.next.map(Some);
            assert!(slice.total.unwrap() >= entries.len() as u64 && (next.is_some() || slice.total == Some(entries.len() as u64)));
        }
        let unique: BTreeSet<_> = entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(unique.len(), entries.len());
        assert!(entries.windows(2).all(|pair| pair[0].at <= pair[1].at));
        assert!(entries.iter().filter(|entry| entry.kind.as_str() == "ASSIGNED").all(|entry| !entry.text.as_str().contains('#')));
        longest = longest.max(entries.len());

        let slice = case.records.unwrap();
        let (mut tables, mut next) = (slice.items, slice.next);
        while let Some(page) = next {
            let slice = provider.records(id, Some(page)).await.unwrap();
            assert_eq!(slice.malformed, 0);
            absorb_tables(&mut tables, slice.items);
            next = slice.next;
        }
        let first = provider.records(id, None).await.unwrap();
        assert!(tables.len() >= first.items.len());
        assert!(tables.iter().all(|table| table.rows.iter().all(|row| row.cells.len() == table.columns.len())));
        widest = widest.max(tables.iter().map(|table| table.rows.len()).sum());
    }
    assert!(longest > 60 && widest > 120, "sub-paging was not met: {longest} {widest}");
}

#[tokio::test]
async fn the_directory_knows_people_teams_and_their_statuses() {
    let demo = world(100, Faults::Calm);
    let provider = provider(&demo);
    let directory = provider.directory().await.unwrap();
    let me = directory.me.as_ref().unwrap();
    assert!(!me.id.is_empty() && me.email.as_str() == demo.endpoints()[Tines as usize].me, "found among the members: {me:?}");
    assert!(directory.groups.len() > 2 && directory.people.len() > 20);
    let unique: BTreeSet<_> = directory.people.iter().map(|person| person.id.as_str()).collect();
    assert_eq!(unique.len(), directory.people.len(), "a member of four teams is one person");
    let case = some_case(&provider, &directory, |_| true).await;
    let of_case = directory.statuses_of(&case);
    let names: Vec<_> = of_case.iter().map(|status| (status.name.as_str(), status.state)).collect();
    assert!(names.starts_with(&[("To do", State::Open), ("Investigating", State::InProgress)]) && names.contains(&("Done", State::Closed)));
    assert_eq!(of_case.len(), 8, "those of the case's own team only");
}

#[tokio::test]
async fn a_directory_that_is_refused_in_part_still_serves() {
    let demo = world(100, Faults::Calm);
    let fail = |path: &str, status, times| {
        let act = Act::FailNext { vendor: Tines, method: "GET".into(), path_contains: path.into(), status, times };
        demo.act(act).unwrap();
    };
    let provider = provider(&demo);
    fail("case_sub_statuses?team_id=276", 403, 1);
    let directory = provider.directory().await.unwrap();
    let of =
        |team: &str| directory.statuses.iter().filter(|status| status.group == team).map(|status| status.name.as_str()).collect::<Vec<_>>();
    assert_eq!(of("276"), ["open", "closed"]);
    assert_eq!(of("277").len(), 8);
    fail("/api/v1/teams", 403, 1);
    let directory = provider.directory().await.unwrap();
    assert!(directory.groups.is_empty() && directory.people.is_empty() && directory.me.is_some());
    assert_eq!(
        directory.statuses.iter().map(|status| (status.name.as_str(), status.group.as_str())).collect::<Vec<_>>(),
        [("open", ""), ("closed", "")]
    );
    fail("/api/v1/teams", 401, 1);
    assert_eq!(provider.directory().await.unwrap_err().kind, FaultKind::Unauthorized);
}

fn planned(provider: &Provider, case: &Case, directory: &Directory, changes: Vec<Change>) -> Plan {
    provider.plan(case, &Edit::new(case, changes), directory).unwrap()
}

/// Plans, sends and reads back, call by call; what the vendor received is what was shown.
async fn make(demo: &Demo, provider: &Provider, case: &Case, changes: Vec<Change>, directory: &Directory) -> Case {
    let plan = planned(provider, case, directory, changes.clone());
    assert_eq!(plan.lines.len(), changes.len());
    for call in &plan.calls {
        let answer = provider.send(call).await.unwrap();
        assert_eq!(answer.case.is_some(), call.method.name() == "PUT", "the case comes back from PUT only");
        assert_eq!(answer.made.is_some(), call.path.ends_with("/comments"));
        let received = demo.received(Tines).pop().unwrap();
        assert_eq!((received.method.as_str(), &received.path), (call.method.name(), &call.path));
        assert_eq!(&serde_json::from_str::<serde_json::Value>(&received.body).unwrap(), call.body.as_ref().unwrap());
    }
    let read = whole(provider, &case.row.id.id, directory).await;
    for change in &changes {
        assert_ne!(change.holds(&read), Some(false), "{change:?} does not show in {}", read.raw.0);
    }
    read
}

#[tokio::test]
async fn every_change_is_sent_and_shows_when_read_back() {
    let demo = world(300, Faults::Calm);
    let provider = provider(&demo);
    let directory = provider.directory().await.unwrap();
    let case = some_case(&provider, &directory, |case| {
        case.row.status.state == Some(State::Open) && case.closure_conditions.is_empty() && !case.row.tags.is_empty()
    })
    .await;
    let option = |case: &Case, name: &str| {
        let found: Option<&StatusOption> = directory.statuses_of(case).into_iter().find(|status| status.name.as_str() == name);
        Change::Status(found.unwrap().clone())
    };
    let person =
        directory.people.iter().find(|person| !person.email.is_empty() && !case.row.assignees.iter().any(|known| known.is(person)));
    let person = person.unwrap().clone();
    let tag = case.row.tags[0].to_string();

    let case = make(&demo, &provider, &case, vec![Change::Title("A \"new\" title, ünïcode 漢字 \\ too".into())], &directory).await;
    let case = make(&demo, &provider, &case, vec![Change::Description("# New\n\ntext with `code`\n".into())], &directory).await;
    let case = make(&demo, &provider, &case, vec![option(&case, "Investigating")], &directory).await;
    assert_eq!(case.row.status.state, Some(State::InProgress));
    let case = make(&demo, &provider, &case, vec![Change::Priority("CRITICAL".into())], &directory).await;
    let by_id = Person { id: person.id.clone(), ..Person::default() };
    let case = make(&demo, &provider, &case, vec![Change::Assign(by_id)], &directory).await;
    let case = make(&demo, &provider, &case, vec![Change::Unassign(person)], &directory).await;
    let tags = vec![Change::AddTags(vec!["fresh tag".into(), "ü".into()]), Change::RemoveTags(vec![tag])];
    let case = make(&demo, &provider, &case, tags, &directory).await;
    let case = make(&demo, &provider, &case, vec![option(&case, "False positive")], &directory).await;
    assert!(case.row.status.state == Some(State::Closed) && case.row.closed_at.is_some() && case.row.due_at.is_none());
    let case = make(&demo, &provider, &case, vec![option(&case, "Duplicate")], &directory).await;
    assert!(demo.mails().is_empty());
    let reopened = planned(&provider, &case, &directory, vec![option(&case, "Investigating")]);
    assert!(reopened.side_effects[0].contains("mails") && reopened.calls[0].lasting.is_some());
    let case = make(&demo, &provider, &case, vec![option(&case, "Investigating")], &directory).await;
    assert_eq!(demo.mails().len(), case.row.assignees.len(), "as the plan said");
    let plain = |state: State| Change::Status(StatusOption { state, name: Clean::line(state.name()), id: "".into(), group: "".into() });
    let case = make(&demo, &provider, &case, vec![plain(State::Closed)], &directory).await;
    let case = make(&demo, &provider, &case, vec![plain(State::Open), Change::Title("and back".into())], &directory).await;
    assert_eq!((case.row.status.state, case.row.title.as_str()), (Some(State::Open), "and back"));
}

#[tokio::test]
async fn a_comment_is_found_again_on_a_long_timeline() {
    let demo = world(600, Faults::Calm);
    let provider = provider(&demo);
    let directory = provider.directory().await.unwrap();
    let mut long = None;
    for id in demo.ids(Tines) {
        if whole(&provider, &id, &directory).await.activities.is_none() {
            long = Some(id);
            break;
        }
    }
    let case = whole(&provider, &long.unwrap(), &directory).await;
    let id = case.row.id.id.as_str();
    let before = Timestamp::now();
    let text = "Contained, says <@user-168>.\r\n\r\n- blocked the *sender*\n";
    assert!(!provider.find_comment(id, text, before, None).await.unwrap());
    make(&demo, &provider, &case, vec![Change::Comment(text.into())], &directory).await;
    assert!(provider.find_comment(id, text, before, None).await.unwrap());
    assert!(!provider.find_comment(id, "never said", before, None).await.unwrap());
    let later = before.checked_add(SignedDuration::from_hours(1)).unwrap();
    assert!(!provider.find_comment(id, text, later, None).await.unwrap());
    demo.act(Act::Comment { vendor: Tines, id: id.into(), text: "a colleague's words".into() }).unwrap();
    assert!(!provider.find_comment(id, "a colleague's words", before, None).await.unwrap(), "not by me");
    let anybody = with(&demo, |settings| settings.me = None);
    assert!(anybody.find_comment(id, "a colleague's words", before, None).await.unwrap());
}

#[tokio::test]
async fn refusals_come_in_the_vendors_words() {
    let demo = world(300, Faults::Calm);
    let writer = provider(&demo);
    let directory = writer.directory().await.unwrap();
    let reader = with(&demo, |settings| settings.auth = Auth::UserToken(Secret::from(secret(&demo, Tines, "DEMO_TINES_READ_TOKEN"))));
    let stranger = with(&demo, |settings| settings.auth = Auth::Bearer(Secret::from("nobody")));
    assert_eq!(reader.page(Scan::All, &Cursor::Start).await.unwrap().items.len(), 120);
    assert!(stranger.page(Scan::All, &Cursor::Start).await.unwrap_err().is_auth());
    let gone = writer.case("999999999").await.unwrap_err();
    assert_eq!((gone.kind, gone.message.as_str()), (FaultKind::NotFound, "404 Not Found: Case not found"));

    let unmet = |case: &Case| case.row.status.is_open() && case.row.assignees.is_empty() && !case.closure_conditions.is_empty();
    let case = some_case(&writer, &directory, unmet).await;
    let closed = directory.statuses_of(&case).into_iter().find(|status| status.state == State::Closed).unwrap().clone();
    let plan = planned(&writer, &case, &directory, vec![Change::Status(closed)]);
    assert!(plan.side_effects[0].contains(case.closure_conditions[0].name.as_str()), "{:?}", plan.side_effects);
    assert_eq!(reader.send(&plan.calls[0]).await.unwrap_err().kind, FaultKind::Forbidden);
    let refused = writer.send(&plan.calls[0]).await.unwrap_err();
    assert_eq!((refused.kind, refused.status), (FaultKind::Rejected, Some(422)));
    assert!(refused.message.as_str().contains("Closure conditions are not met"), "{refused}");
}

#[tokio::test]
async fn a_write_is_never_sent_twice_and_its_doubt_is_told() {
    let demo = world(100, Faults::Calm);
    let provider = provider(&demo);
    let directory = provider.directory().await.unwrap();
    let case = some_case(&provider, &directory, |_| true).await;
    let plan = planned(&provider, &case, &directory, vec![Change::Title("once".into())]);
    for (when, landed) in [(Cut::BeforeRead, false), (Cut::AfterRead, true)] {
        demo.act(Act::CutNext { vendor: Tines, method: "PUT".into(), path_contains: String::new(), when }).unwrap();
        let fault = provider.send(&plan.calls[0]).await.unwrap_err();
        assert!(fault.leaves_write_unknown(), "{fault:?}");
        let read = whole(&provider, &case.row.id.id, &directory).await;
        assert_eq!(read.row.title.as_str() == "once", landed);
    }
    let arrived = demo.received(Tines).iter().filter(|request| request.method == "PUT").count();
    assert_eq!(arrived, 1, "the one that was cut before it was read did not come again");
}

#[tokio::test]
async fn one_team_and_one_status_can_be_asked_for() {
    let demo = world(1_000, Faults::Calm);
    let narrowed = with(&demo, |settings| {
        settings.team_id = Some("281".into());
        settings.filter = Some("status:open".into());
    });
    let directory = narrowed.directory().await.unwrap();
    assert_eq!((directory.groups.len(), directory.statuses.len()), (1, 8));
    let some = walk(&narrowed, Scan::All).await;
    let all = walk(&provider(&demo), Scan::All).await;
    let fits = |item: &&Listed| {
        let case = decoded(&narrowed, &item.raw, &directory);
        case.row.status.is_open() && case.group.is_some_and(|group| group.id == "281")
    };
    assert!(!some.is_empty());
    assert_eq!(ids(&some), all.iter().filter(fits).map(|item| item.row.id.id.to_string()).collect());
    assert!(demo.received(Tines).iter().all(|request| !request.query.contains("%5B")), "the first encoding was understood");
}

#[tokio::test]
async fn an_old_tenant_is_read_and_never_written() {
    let demo = world(500, Faults::Calm);
    let old = with(&demo, |settings| settings.api = Api::V1);
    assert_eq!(old.caution(), Some(Caution::TinesV1(V2::NotAsked)));
    assert!(old.read_only().is_some() && !old.can_ask_changes());
    let all = walk(&old, Scan::All).await;
    assert_eq!((all.len(), ids(&all)), (200, listed(&demo)));
    let directory = old.directory().await.unwrap();
    let newer = provider(&demo);
    for item in all.iter().take(40) {
        let id = item.row.id.id.as_str();
        let inline = decoded(&old, &item.raw, &directory);
        let (whole_v1, whole_v2) = (whole(&old, id, &directory).await, whole(&newer, id, &directory).await);
        assert_eq!(inline.row, whole_v1.row);
        assert_eq!(
            (&inline.row.title, &inline.row.tags, &inline.row.assignees),
            (&whole_v2.row.title, &whole_v2.row.tags, &whole_v2.row.assignees)
        );
        assert_eq!(inline.row.status.is_open(), whole_v2.row.status.is_open());
        assert_eq!(
            inline.links.iter().map(|link| &link.id).collect::<Vec<_>>(),
            whole_v2.links.iter().map(|link| &link.id).collect::<Vec<_>>()
        );
        let timeline = inline.activities.clone().unwrap();
        assert_eq!((timeline.next, timeline.malformed), (None, 0));
        assert_eq!(old.activities(id, None).await.unwrap(), timeline);
        assert_eq!(old.records(id, None).await.unwrap(), inline.records.clone().unwrap());
        assert!(old.activities(id, Some(2)).await.unwrap().items.is_empty());
    }
    let case = decoded(&old, &all[0].raw, &directory);
    let edit = Edit::new(&case, vec![Change::Title("x".into())]);
    let refused = old.plan(&case, &edit, &directory).unwrap_err();
    assert!(refused.kind == FaultKind::NotPossible && refused.message.as_str().contains("api_version"), "{refused}");
    demo.act(Act::FailNext { vendor: Tines, method: "GET".into(), path_contains: "/api/v1/cases".into(), status: 404, times: 1 }).unwrap();
    let removed = old.page(Scan::All, &Cursor::Start).await.unwrap_err();
    let kind = if has_v1_ended(jiff::Timestamp::now()) { FaultKind::Retired } else { FaultKind::NotAvailable };
    assert!(removed.kind == kind && removed.message.as_str().contains("2026-12-01"), "{removed}");
}
