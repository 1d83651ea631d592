//! What the three decoder targets have in common: any body goes through every pure path that the workbench uses, and
//! what comes out is held to the promises of `domain`.

use caseload::domain::case::{Case, Named, Row, SourceId, State, Vendor};
use caseload::domain::directory::{CaseType, Directory, StatusOption};
use caseload::domain::edit::Edit;
use caseload::domain::change::Change;
use caseload::domain::fault::Fault;
use caseload::domain::formula;
use caseload::domain::page::{Cursor, Page};
use caseload::domain::raw_body::RawBody;
use caseload::domain::person::Person;
use caseload::domain::secret::Secret;
use caseload::domain::text::Clean;
use caseload::providers::{Api, Auth, Provider, Settings};
use jiff::Timestamp;

/// A provider that is never asked to connect.
pub fn provider(vendor: Vendor, api: Api) -> Provider {
    let settings = Settings {
        vendor,
        source: SourceId(0),
        base_url: "https://vendor.invalid".into(),
        web_url: Some("https://web.invalid".into()),
        auth: Auth::Bearer(Secret::from("so_test_fuzz")),
        api,
        filter: None,
        team_id: None,
        me: Some("me@example.com".into()),
        timeout_ms: 1_000,
    };
    Provider::new(settings).expect("settings that cannot be refused")
}

/// The body as a list page and as one case; what can be read is planned over.
pub fn decode(provider: &Provider, data: &[u8]) {
    // Bytes that are not UTF-8 arrive here as U+FFFD.
    let body = String::from_utf8_lossy(data);
    for cursor in [Cursor::Start, Cursor::Number(3), Cursor::Token("c".into())] {
        match provider.read_page(&body, &cursor) {
            Ok(page) => page_holds(provider, &page),
            Err(fault) => fault_holds(&fault),
        }
    }
    one(provider, &RawBody(body.as_ref().into()));
}

fn page_holds(provider: &Provider, page: &Page) {
    for words in &page.malformed {
        is_clean(words, "malformed");
    }
    for listed in &page.items {
        row_holds(&listed.row);
        one(provider, &listed.raw);
    }
}

fn one(provider: &Provider, raw: &RawBody) {
    let directory = directory();
    for read_at in [Timestamp::UNIX_EPOCH, Timestamp::MIN, Timestamp::MAX] {
        match provider.decode(raw, &directory, read_at) {
            Ok(case) => case_holds(provider, &case, &directory),
            Err(fault) => fault_holds(&fault),
        }
    }
}

fn case_holds(provider: &Provider, case: &Case, directory: &Directory) {
    row_holds(&case.row);
    for field in &case.fields {
        is_clean(&field.id, "field id");
    }
    for edit in edits(case) {
        let edit = Edit::new(case, edit);
        for condition in &case.closure_conditions {
            formula::judge(condition.formula.as_str(), case, &edit);
        }
        match provider.plan(case, &edit, directory) {
            Ok(plan) => {
                assert!(plan.calls.iter().all(|call| call.path.starts_with('/')), "a call without a path");
                assert!(plan.lines.len() == edit.changes.len(), "a change without its line");
            }
            Err(fault) => fault_holds(&fault),
        }
    }
}

fn edits(case: &Case) -> Vec<Vec<Change>> {
    let mut edits = vec![
        vec![Change::Title("t".into()), Change::Description("d".into())],
        vec![Change::Status(status(State::Closed)), Change::Comment("c".into())],
        vec![Change::Priority("P1".into()), Change::AddTags(vec!["tag".into()])],
        vec![Change::Attribute { key: "env".into(), values: vec!["prod".into()] }, Change::Unarchive],
    ];
    edits.extend(case.row.assignees.iter().take(2).map(|person| vec![Change::Unassign(person.clone())]));
    let fields = case.fields.iter().take(4);
    edits.extend(fields.map(|field| vec![Change::Field { id: field.id.to_string(), values: vec!["1".into()] }]));
    edits
}

fn row_holds(row: &Row) {
    assert!(!row.id.id.is_empty(), "a row without identity");
    is_clean(&row.id.id, "id");
    is_clean(row.title.as_str(), "title");
    is_clean(row.key.as_str(), "key");
    for person in &row.assignees {
        is_clean(&person.id, "person id");
        is_clean(person.name.as_str(), "person");
    }
    if let Some(url) = &row.url {
        assert!(url.as_str().starts_with("http://") || url.as_str().starts_with("https://"), "{url}");
    }
}

fn fault_holds(fault: &Fault) {
    is_clean(fault.message.as_str(), "fault");
    assert!(!fault.message.is_empty() && !fault.next_step().is_empty());
}

/// Nothing in a single line may steer a terminal.
pub fn is_clean(text: &str, what: &str) {
    assert!(!text.chars().any(char::is_control), "{what} steers the terminal: {text:?}");
}

fn status(state: State) -> StatusOption {
    StatusOption { state, name: Clean::line(state.name()), id: "".into(), group: "".into() }
}

fn directory() -> Directory {
    let person = Person { id: "9".into(), email: Clean::line("ada@example.com"), name: Clean::line("Ada"), ..Person::default() };
    let group = Named { id: "276".into(), name: Clean::line("SOC") };
    let statuses = vec![status(State::Open), status(State::InProgress), status(State::Closed)];
    let case_type =
        CaseType { id: "00000000-0000-0000-0000-000000000001".into(), name: Clean::line("Standard"), statuses: statuses.clone() };
    Directory {
        me: Some(person.clone()),
        people: vec![person],
        groups: vec![group],
        case_types: vec![case_type],
        statuses,
        ..Directory::default()
    }
}
