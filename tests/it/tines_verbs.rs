//! What Tines is asked, literally, and what odd tenants' answers mean.

use caseload::domain::case::{State, Vendor};
use caseload::domain::change::Change;
use caseload::domain::directory::{Directory, StatusOption};
use caseload::domain::edit::Edit;
use caseload::domain::fault::FaultKind;
use caseload::domain::inverse::stays;
use caseload::domain::page::{Cursor, Scan};
use caseload::domain::raw_body::RawBody;
use caseload::domain::secret::Secret;
use caseload::domain::text::Clean;
use caseload::providers::{Auth, Provider, Settings};
use jiff::Timestamp;
use serde_json::json;

use crate::http_server::{Answer, Request, Server, settings};

const AMPLE_MS: u64 = 600_000;

fn tines(server: &Server, change: impl FnOnce(&mut Settings)) -> Provider {
    let mut settings = Settings { vendor: Vendor::Tines, auth: Auth::Bearer(Secret::from("geheim")), ..settings(&server.url(), AMPLE_MS) };
    change(&mut settings);
    Provider::new(settings).unwrap()
}

fn number(request: &Request, name: &str) -> u32 {
    let query = request.target.split_once('?').unwrap().1;
    query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap().parse().unwrap()
}

#[tokio::test]
async fn pages_are_asked_for_by_number_and_order_and_links_are_never_followed() {
    let evil = Server::script(vec![Answer::json("{}")]);
    let next = format!("{}/api/v2/cases?per_page=500&page=2", evil.url());
    let body = json!({"cases": [{"case_id": 1}], "meta": {"next_page": next, "per_page": 20, "pages": 2, "count": 21}}).to_string();
    let server = Server::script(vec![Answer::json(&body)]);
    let provider = tines(&server, |settings| settings.team_id = Some("27&6".into()));
    let page = provider.page(Scan::All, &Cursor::Start).await.unwrap();
    assert_eq!((page.next.clone(), page.pages, page.total), (Some(Cursor::Number(2)), Some(2), Some(21)));
    provider.page(Scan::Recent, &page.next.unwrap()).await.unwrap();
    let targets: Vec<String> = server.seen().into_iter().map(|request| request.target).collect();
    assert_eq!(
        targets,
        [
            "/api/v2/cases?per_page=500&page=1&order=CREATED_ASC&team_id=27%266",
            "/api/v2/cases?per_page=500&page=2&order=RECENTLY_EDITED&team_id=27%266",
        ]
    );
    assert_eq!(server.seen()[0].header("authorization"), Some("Bearer geheim"));
    assert_eq!(evil.count(), 0);
    let older = tines(&server, |settings| settings.auth = Auth::UserToken(Secret::from("geheim")));
    older.page(Scan::All, &Cursor::Start).await.unwrap();
    assert_eq!((server.seen()[2].header("x-user-token"), server.seen()[2].header("authorization")), (Some("geheim"), None));
}

/// A case without a sub-status cannot be given none again; its tags go back all the same.
#[test]
fn a_sub_status_that_stays_does_not_keep_the_tags() {
    let provider = tines(&Server::script(Vec::new()), |_| {});
    let investigating = StatusOption { state: State::InProgress, name: Clean::line("Investigating"), id: "5".into(), group: "".into() };
    let directory = Directory { statuses: vec![investigating.clone()], ..Directory::default() };
    let raw = RawBody(r#"{"case_id":1,"status":"OPEN","tags":[{"name":"a"}]}"#.into());
    let case = provider.decode(&raw, &directory, Timestamp::now()).unwrap();
    let edit = Edit::new(&case, vec![Change::Status(investigating), Change::AddTags(vec!["b".into()])]);
    let plan = provider.plan(&case, &edit, &directory).unwrap();
    let back = edit.inverse_without(&stays(&plan.calls)).unwrap();
    assert_eq!(back.edit.changes, [Change::RemoveTags(vec!["b".into()])]);
    assert_eq!(back.stays, ["the status stays: the case is open already, and no sub-status was chosen"]);
    let after = case.clone().with(&edit, Vendor::Tines);
    assert_eq!(provider.plan(&after, &back.edit, &directory).unwrap().calls.len(), 1, "and the vendor takes it");
}

#[tokio::test]
async fn a_filter_that_is_ignored_is_asked_for_in_the_other_encoding_and_judged_here() {
    let server = Server::start(|request, _| {
        let all = json!([{"case_id": 1, "status": "OPEN"}, {"case_id": 2, "status": "CLOSED"}]);
        let some = json!([{"case_id": 1, "status": "OPEN"}]);
        let cases = if request.target.contains("filters%5Bstatus%5D=OPEN") { some } else { all };
        Answer::json(&json!({"cases": cases, "meta": {"pages": 1, "count": cases.as_array().unwrap().len()}}).to_string())
    });
    let provider = tines(&server, |settings| settings.filter = Some("status:open".into()));
    for _ in 0..2 {
        let page = provider.page(Scan::All, &Cursor::Start).await.unwrap();
        assert_eq!((page.items.len(), page.total), (1, Some(1)));
    }
    assert_eq!(server.count(), 3, "the encoding that worked is kept");
    assert!(server.seen()[0].target.ends_with("&filters=%7B%22status%22%3A%22OPEN%22%7D"));

    let deaf = Server::script(vec![Answer::json(r#"{"cases":[{"case_id":1,"status":"OPEN"},{"case_id":2,"status":"CLOSED"}],"meta":{}}"#)]);
    let page = tines(&deaf, |settings| settings.filter = Some("status:open".into())).page(Scan::All, &Cursor::Start).await.unwrap();
    assert_eq!((page.items.len(), page.total), (1, None), "judged here where the tenant knows neither");
}

#[tokio::test]
async fn a_page_that_is_too_large_is_read_in_pieces_under_the_same_number() {
    // 1100 cases: the third page of 500 holds the last 100.
    let server = Server::start(|request, _| {
        let (page, per_page) = (number(request, "page"), number(request, "per_page"));
        if per_page == 500 {
            return Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n{".to_vec());
        }
        let cases: Vec<_> = ((page - 1) * 50 + 1..=(page * 50).min(1_100)).map(|id| json!({"case_id": id})).collect();
        let next = (page < 22).then_some(page + 1);
        Answer::json(&json!({"cases": cases, "meta": {"next_page_number": next, "per_page": 50, "pages": 22, "count": 1_100}}).to_string())
    });
    let provider = tines(&server, |_| {});
    let (mut met, mut cursor) = (Vec::new(), Some(Cursor::Start));
    while let Some(at) = cursor {
        let page = provider.page(Scan::All, &at).await.unwrap();
        assert_eq!((page.pages, page.total), (Some(3), Some(1_100)));
        met.extend(page.items.into_iter().map(|item| item.row.id.id.parse::<u32>().unwrap()));
        cursor = page.next;
    }
    assert_eq!(met, (1..=1_100).collect::<Vec<_>>());
    assert_eq!(server.count(), 3 + 22);
}

#[tokio::test]
async fn lists_that_say_nothing_of_their_pages_are_read_until_one_is_empty() {
    // Two entries at once of five, oldest first, without a word about pages.
    let server = Server::start(|request, _| {
        let page = number(request, "page");
        let here: Vec<u32> = ((page - 1) * 2 + 1..=(page * 2).min(5)).collect();
        let body = match request.target.as_str() {
            target if target.contains("/activities") => {
                let entry = |id: &u32| json!({"id": id, "activity_type": "COMMENTED", "value": format!("word {id}"), "created_at": format!("2026-01-0{id}T00:00:00Z")});
                json!({"activities": here.iter().map(entry).collect::<Vec<_>>()})
            }
            target if target.contains("/records") => {
                json!({"records": here.iter().map(|id| json!({"id": id, "results": [{"name": "a", "value": id}]})).collect::<Vec<_>>()})
            }
            target if target.contains("/members") => {
                json!({"members": here.iter().map(|id| json!({"id": id, "first_name": "P"})).collect::<Vec<_>>()})
            }
            target if target.contains("/teams?") => json!({"teams": if page == 1 { json!([{"id": 1, "name": "SOC"}]) } else { json!([]) }}),
            target if target.contains("/api/v2/cases?") => {
                json!({"cases": here.iter().map(|id| json!({"case_id": id})).collect::<Vec<_>>()})
            }
            _ => json!({"case_sub_statuses": []}),
        };
        Answer::json(&body.to_string())
    });
    let provider = tines(&server, |_| {});
    assert_eq!(provider.directory().await.unwrap().people.len(), 5);
    let (mut cases, mut cursor) = (0, Some(Cursor::Start));
    while let Some(at) = cursor {
        let page = provider.page(Scan::All, &at).await.unwrap();
        cases += page.items.len();
        cursor = page.next;
    }
    let (mut entries, mut page) = (0, None);
    loop {
        let slice = provider.activities("7", page).await.unwrap();
        entries += slice.items.len();
        page = slice.next;
        if page.is_none() {
            break;
        }
    }
    let (mut records, mut page) = (0, None);
    loop {
        let slice = provider.records("7", page).await.unwrap();
        records += slice.items.iter().map(|table| table.rows.len()).sum::<usize>();
        page = slice.next;
        if page.is_none() {
            break;
        }
    }
    assert_eq!((cases, entries, records), (5, 5, 5));
    let since = "2026-01-01T00:00:00Z".parse().unwrap();
    assert!(provider.find_comment("7", "word 5", since, None).await.unwrap());
}

#[tokio::test]
async fn a_case_that_answers_for_another_is_refused() {
    let server = Server::script(vec![Answer::json(r#"{"case_id":8,"name":"other"}"#), Answer::json("<html>"), Answer::json("{}")]);
    let provider = tines(&server, |_| {});
    for words in ["case 8 came instead of case 7", "web page", "case_id"] {
        let fault = provider.case("7").await.unwrap_err();
        assert!(fault.kind == FaultKind::BadBody && fault.message.as_str().contains(words), "{fault}");
    }
    assert_eq!(server.seen()[0].target, "/api/v2/cases/7");
    assert_eq!(provider.case("..").await.unwrap_err().kind, FaultKind::Rejected);
    assert_eq!(server.count(), 3, "a path that is none never leaves");
}

#[tokio::test]
async fn what_cannot_work_is_said_before_anything_is_sent() {
    let server = Server::script(vec![Answer::status(404, "")]);
    let pair = Auth::Keys { api: Secret::from("a"), app: Secret::from("b") };
    let refused = |change: &dyn Fn(&mut Settings)| {
        let mut settings = Settings { vendor: Vendor::Tines, auth: Auth::Bearer(Secret::from("t")), ..settings(&server.url(), AMPLE_MS) };
        change(&mut settings);
        Provider::new(settings).err().unwrap()
    };
    assert!(refused(&|settings| settings.auth = pair.clone()).message.as_str().contains("token"));
    let filter = refused(&|settings| settings.filter = Some("team:a".into()));
    assert!(filter.kind == FaultKind::Config && filter.message.as_str().contains("status:open"), "{filter}");
    assert_eq!(refused(&|settings| settings.base_url = "http://tenant.tines.com".into()).kind, FaultKind::Config);
    assert_eq!(server.count(), 0);
    let elsewhere = tines(&server, |_| {}).page(Scan::All, &Cursor::Start).await.unwrap_err();
    assert!(elsewhere.kind == FaultKind::NotAvailable && elsewhere.message.as_str().contains("base_url"), "{elsewhere}");
}
