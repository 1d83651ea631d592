//! Vendor drift: any JSON value in any place of a real answer converts or faults, and costs at most the row it stands in.

use std::sync::{Arc, Mutex};

use caseload::demo::{Demo, Vendor as Embedded};
use caseload::domain::case::Vendor;
use caseload::domain::change::Change;
use caseload::domain::directory::Directory;
use caseload::domain::edit::Edit;
use caseload::domain::fault::{Fault, FaultKind};
use caseload::domain::page::{Cursor, Page};
use caseload::domain::raw_body::RawBody;
use caseload::providers::Provider;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::demo_wire::{Wire, still};
use crate::fault_calls::{Ask, House};
use crate::http_server::{Answer, Server};

/// Mutations at once in one body.
const MAX_CHANGES: usize = 3;

/// What vendors' serializers and attackers are known to write where something else is due.
const ODD: &[&str] = &[
    "",
    " ",
    "null",
    "0",
    "-1",
    "NaN",
    "1e400",
    "2026-13-45T99:99:99Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "\u{1b}]52;c;eA==\u{7}",
    "a\u{202e}b\0c",
    "../../admin",
    "javascript:alert(1)",
    "https://evil.example/?page=9",
];

/// What happens to one place.
#[derive(Clone, Debug)]
enum Drift {
    Becomes(Value),
    Vanishes,
    /// The value moves into a list, or an object, of its own.
    Wrapped(bool),
    /// Under its key in capitals.
    Renamed,
}

/// Any JSON, with the values that vendors' serializers are known to produce by accident.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        prop::sample::select(ODD).prop_map(Value::from),
        prop::sample::select(ODD).prop_map(|text| Value::from(text.repeat(300))),
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec!["id", "status", "name", "value", "data"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let key = prop_oneof![
            any::<String>(),
            prop::sample::select(vec!["id", "data", "name", "value", "type", "attributes"]).prop_map(str::to_owned)
        ];
        let object = prop::collection::btree_map(key, inner.clone(), 0..4)
            .prop_map(|entries| entries.into_iter().collect::<serde_json::Map<_, _>>().into());
        prop_oneof![prop::collection::vec(inner, 0..4).prop_map(Value::from), object]
    })
}

fn drift() -> impl Strategy<Value = Drift> {
    prop_oneof![
        6 => any_json().prop_map(Drift::Becomes),
        2 => Just(Drift::Vanishes),
        1 => any::<bool>().prop_map(Drift::Wrapped),
        1 => Just(Drift::Renamed),
    ]
}

fn drifts() -> impl Strategy<Value = Vec<(prop::sample::Index, Drift)>> {
    prop::collection::vec((any::<prop::sample::Index>(), drift()), 1..=MAX_CHANGES)
}

/// Every place below a value, as pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, value)| places(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found));
        }
        Value::Array(list) => list.iter().enumerate().for_each(|(n, value)| places(value, &format!("{at}/{n}"), found)),
        _ => {}
    }
}

/// Changes a body below `root`.
fn drifted(body: &Value, root: &str, drifts: &[(prop::sample::Index, Drift)]) -> Value {
    let mut body = body.clone();
    for (index, drift) in drifts {
        let mut found = Vec::new();
        if let Some(value) = body.pointer(root) {
            places(value, root, &mut found);
        }
        if found.is_empty() {
            continue;
        }
        let place = index.get(&found);
        match drift {
            Drift::Becomes(value) => *body.pointer_mut(place).unwrap() = value.clone(),
            Drift::Wrapped(as_list) => {
                let held = body.pointer_mut(place).unwrap();
                *held = if *as_list { json!([held.take()]) } else { json!({"value": held.take()}) };
            }
            Drift::Vanishes | Drift::Renamed => {
                // The root itself stays, or its row would not be counted.
                let Some((parent, key)) = place.rsplit_once('/').filter(|_| place != root) else { continue };
                let key = key.replace("~1", "/").replace("~0", "~");
                match body.pointer_mut(parent).unwrap() {
                    Value::Object(object) => {
                        let held = object.remove(&key).unwrap();
                        if matches!(drift, Drift::Renamed) {
                            object.insert(key.to_uppercase(), held);
                        }
                    }
                    Value::Array(list) => drop(list.remove(key.parse().unwrap())),
                    _ => {}
                }
            }
        }
    }
    body
}

/// Real answers of the embedded vendors.
struct Answers {
    provider: Provider,
    list: Value,
    /// Where its rows stand.
    rows: &'static str,
    case: Value,
    /// Answers that are only read off the wire, with the call that reads them.
    others: Vec<(Ask, Value)>,
}

async fn answers(demo: &Demo, house: House) -> Answers {
    let (vendor, list, rows, case, others) = match house {
        House::DatadogKeys | House::DatadogToken => {
            let id = &demo.ids(Embedded::Datadog)[0];
            let others = vec![
                (Ask::Activities, format!("/api/v2/cases/{id}/timelines?page%5Bsize%5D=50")),
                (Ask::FindComment, format!("/api/v2/cases/{id}/timelines?page%5Bsize%5D=50")),
                (Ask::People, "/api/v2/users?page%5Bsize%5D=20".into()),
                (Ask::Directory, "/api/v2/cases/types".into()),
                (Ask::Directory, "/api/v2/cases/types/custom_attributes".into()),
                (Ask::Directory, "/api/v2/cases/projects".into()),
            ];
            (Embedded::Datadog, "/api/v2/cases?page%5Bsize%5D=10", "/data", "/api/v2/cases/", others)
        }
        House::TinesV2 => {
            let id = &demo.ids(Embedded::Tines)[0];
            let others = vec![
                (Ask::Activities, format!("/api/v2/cases/{id}/activities?per_page=50")),
                (Ask::FindComment, format!("/api/v2/cases/{id}/activities?per_page=50")),
                (Ask::Records, format!("/api/v2/cases/{id}/records?per_page=20")),
                (Ask::Directory, "/api/v1/teams?per_page=100".into()),
            ];
            (Embedded::Tines, "/api/v2/cases?per_page=10", "/cases", "/api/v2/cases/", others)
        }
        House::TinesV1 => (Embedded::Tines, "/api/v1/cases?per_page=10", "/cases", "/api/v1/cases/", Vec::new()),
        House::ServerOps => (Embedded::ServerOps, "/cases?limit=10", "/cases", "/cases/", Vec::new()),
    };
    let wire = Wire::to(demo, vendor);
    let case = wire.get(&format!("{case}{}", demo.ids(vendor)[0])).await.ok();
    let list = wire.get(list).await.ok();
    let mut read = Vec::new();
    for (ask, path) in others {
        read.push((ask, wire.get(&path).await.ok()));
    }
    Answers { provider: house.provider("http://127.0.0.1:1", 1_000), list, rows, case, others: read }
}

/// What may be told of a body: it is not the documented one.
fn is_about_the_body(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::BadBody | FaultKind::NotAvailable | FaultKind::Cut) && !fault.message.is_empty()
}

/// Everything that is read of a case, and edits planned over it.
fn decode(answers: &Answers, raw: &RawBody) -> Result<(), Fault> {
    let directory = Directory::default();
    let case = answers.provider.decode(raw, &directory, Timestamp::UNIX_EPOCH)?;
    assert!(!case.row.id.id.is_empty() && !case.row.id.id.chars().any(char::is_control), "{:?}", case.row.id);
    let mut edits = vec![
        vec![Change::Title("t".into())],
        vec![Change::Comment("c".into())],
        vec![Change::Attribute { key: "env".into(), values: vec!["x".into()] }],
    ];
    edits.extend(case.row.assignees.iter().map(|person| vec![Change::Unassign(person.clone())]));
    edits.extend(case.fields.iter().map(|field| vec![Change::Field { id: field.id.to_string(), values: vec!["1".into()] }]));
    for changes in edits {
        let plan = answers.provider.plan(&case, &Edit::new(&case, changes), &directory);
        assert!(plan.is_err() || plan.is_ok_and(|plan| !plan.calls.is_empty() && plan.calls.iter().all(|call| call.path.starts_with('/'))));
    }
    Ok(())
}

fn read(answers: &Answers, body: &Value) -> Result<Page, Fault> {
    answers.provider.read_page(&body.to_string(), &Cursor::Start)
}

/// Runs a property over the drifts of one vendor.
fn check(house: House, property: impl Fn(&Answers, prop::sample::Index, &[(prop::sample::Index, Drift)]) -> Result<(), TestCaseError>) {
    let demo = still(120);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let answers = runtime.block_on(answers(&demo, house));
    assert!(answers.list.pointer(answers.rows).and_then(Value::as_array).is_some_and(|rows| rows.len() == 10), "{}", answers.list);
    let mut runner = proptest::test_runner::TestRunner::default();
    runner.run(&(any::<prop::sample::Index>(), drifts()), |(row, drifts)| property(&answers, row, &drifts)).unwrap();
}

fn nothing_panics(house: House) {
    check(house, |answers, _, drifts| {
        match read(answers, &drifted(&answers.list, "", drifts)) {
            Ok(page) => {
                for listed in &page.items {
                    // A row that is listed can be opened, or tells why not.
                    let _ = decode(answers, &listed.raw);
                }
            }
            Err(fault) => prop_assert!(is_about_the_body(&fault), "{fault:?}"),
        }
        if let Err(fault) = decode(answers, &RawBody(drifted(&answers.case, "", drifts).to_string().into())) {
            prop_assert!(is_about_the_body(&fault), "{fault:?}");
        }
        Ok(())
    });
}

fn a_row_is_lost_alone(house: House) {
    check(house, |answers, at, drifts| {
        let at = at.index(10);
        let whole = read(answers, &answers.list).unwrap();
        let page = read(answers, &drifted(&answers.list, &format!("{}/{at}", answers.rows), drifts)).unwrap();
        prop_assert_eq!(page.items.len() + page.malformed.len(), 10);
        prop_assert!(page.malformed.len() <= 1, "{:?}", page.malformed);
        let others = |page: &Page| -> Vec<_> {
            page.items.iter().filter(|item| item.row.id != whole.items[at].row.id).map(|item| item.row.id.clone()).collect()
        };
        let (kept, before) = (others(&page), others(&whole));
        prop_assert!(before.iter().all(|id| kept.contains(id)), "a neighbour is lost");
        prop_assert_eq!((page.next, page.pages), (whole.next, whole.pages));
        Ok(())
    });
}

#[test]
fn datadog_answers_may_drift_anywhere() {
    nothing_panics(House::DatadogKeys);
}

#[test]
fn tines_answers_may_drift_anywhere() {
    nothing_panics(House::TinesV2);
    nothing_panics(House::TinesV1);
}

#[test]
fn serverops_answers_may_drift_anywhere() {
    nothing_panics(House::ServerOps);
}

#[test]
fn a_malformed_row_is_a_counted_warning_at_every_vendor() {
    for house in [House::DatadogKeys, House::TinesV2, House::TinesV1, House::ServerOps] {
        a_row_is_lost_alone(house);
    }
}

/// Timelines, records, people and names are read off the wire only.
#[test]
fn what_is_read_off_the_wire_may_drift_anywhere() {
    for house in [House::DatadogKeys, House::TinesV2] {
        let body = Arc::new(Mutex::new(String::new()));
        let told = Arc::clone(&body);
        let server = Server::start(move |_, _| Answer::json(&told.lock().unwrap()));
        let provider = house.provider(&server.url(), 30_000);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let vendor = house.vendor();
        check(house, |answers, which, drifts| {
            let (ask, answer) = which.get(&answers.others);
            *body.lock().unwrap() = drifted(answer, "", drifts).to_string();
            if let Err(fault) = runtime.block_on(ask.put_to(&provider)) {
                prop_assert!(is_about_the_body(&fault), "{vendor:?} {ask:?}: {fault:?}");
            }
            Ok(())
        });
        assert!(server.count() > 200 && vendor != Vendor::ServerOps);
    }
}
