//! Two independent readings of the vendors' documents held against each other: `providers` reads and edits what `demo` serves.

use std::collections::BTreeSet;

use caseload::demo::{Demo, Vendor as Embedded};
use caseload::domain::case::{Case, SourceId, Vendor};
use caseload::domain::change::Change;
use caseload::domain::directory::Directory;
use caseload::domain::edit::Edit;
use caseload::domain::page::{Cursor, Scan};
use caseload::domain::secret::Secret;
use caseload::providers::{Api, Auth, Provider, Settings};
use jiff::Timestamp;

use crate::demo_wire::{secret, still};

fn reader(demo: &Demo, vendor: Vendor, api: Api) -> Provider {
    let secret = |vendor, name| Secret::from(secret(demo, vendor, name).as_str());
    let (embedded, auth) = match vendor {
        Vendor::Datadog => (
            Embedded::Datadog,
            Auth::Keys { api: secret(Embedded::Datadog, "DEMO_DD_API_KEY"), app: secret(Embedded::Datadog, "DEMO_DD_APP_KEY") },
        ),
        Vendor::Tines => (Embedded::Tines, Auth::Bearer(secret(Embedded::Tines, "DEMO_TINES_TOKEN"))),
        Vendor::ServerOps => (Embedded::ServerOps, Auth::Bearer(secret(Embedded::ServerOps, "DEMO_SO_TOKEN"))),
    };
    let endpoint = demo.endpoints()[embedded as usize].clone();
    Provider::new(Settings {
        vendor,
        source: SourceId(0),
        base_url: endpoint.base_url,
        web_url: None,
        auth,
        api,
        filter: None,
        team_id: None,
        me: Some(endpoint.me),
        timeout_ms: 600_000,
    })
    .unwrap()
}

async fn walk(provider: &Provider, scan: Scan) -> Vec<String> {
    let mut ids = Vec::new();
    let mut cursor = Some(Cursor::Start);
    while let Some(at) = cursor {
        let page = provider.page(scan, &at).await.unwrap();
        assert_eq!(page.malformed, Vec::<String>::new());
        ids.extend(page.items.iter().map(|item| item.row.id.id.to_string()));
        cursor = page.next;
    }
    ids
}

#[tokio::test]
async fn every_case_is_read_once_in_both_orders_and_no_row_is_malformed() {
    let demo = still(2_000);
    for (vendor, embedded) in
        [(Vendor::Datadog, Embedded::Datadog), (Vendor::Tines, Embedded::Tines), (Vendor::ServerOps, Embedded::ServerOps)]
    {
        let provider = reader(&demo, vendor, Api::V2);
        let expected: BTreeSet<String> = demo.ids(embedded).into_iter().collect();
        for scan in [Scan::All, Scan::Recent] {
            let ids = walk(&provider, scan).await;
            assert_eq!(ids.len(), expected.len(), "{vendor:?} {scan:?}");
            assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), expected, "{vendor:?} {scan:?}");
        }
    }
    let old = walk(&reader(&demo, Vendor::Tines, Api::V1), Scan::All).await;
    assert_eq!(old.into_iter().collect::<BTreeSet<_>>(), demo.ids(Embedded::Tines).into_iter().collect());
}

async fn whole(provider: &Provider, id: &str, directory: &Directory) -> Case {
    let fetched = provider.case(id).await.unwrap();
    provider.decode(&fetched.raw, directory, Timestamp::now()).unwrap()
}

#[tokio::test]
async fn details_timelines_and_records_are_read_to_their_ends() {
    let demo = still(2_000);
    for (vendor, embedded) in
        [(Vendor::Datadog, Embedded::Datadog), (Vendor::Tines, Embedded::Tines), (Vendor::ServerOps, Embedded::ServerOps)]
    {
        let provider = reader(&demo, vendor, Api::V2);
        let directory = provider.directory().await.unwrap();
        let (mut longest, mut widest) = (0, 0);
        for id in demo.ids(embedded).iter().take(120) {
            let case = whole(&provider, id, &directory).await;
            assert_eq!(case.row.id.id, id.as_str());
            assert!(case.row.created_at.is_some());
            assert!(case.row.title.as_str().chars().all(|c| !c.is_control()));
            let (mut activities, mut next, mut first) = (BTreeSet::new(), None, true);
            while first || next.is_some() {
                let slice = provider.activities(id, next).await.unwrap();
                assert_eq!(slice.malformed, 0, "{vendor:?} {id}");
                activities.extend(slice.items.iter().map(|a| a.id.to_string()));
                (next, first) = (slice.next, false);
            }
            longest = longest.max(activities.len());
            let (mut rows, mut next, mut first) = (BTreeSet::new(), None, true);
            while first || next.is_some() {
                let slice = provider.records(id, next).await.unwrap();
                assert_eq!(slice.malformed, 0, "{vendor:?} {id}");
                rows.extend(slice.items.iter().flat_map(|table| table.rows.iter().map(|r| r.id.to_string())));
                (next, first) = (slice.next, false);
            }
            widest = widest.max(rows.len());
        }
        assert_eq!((longest > 60, widest > 120), (vendor != Vendor::ServerOps, vendor == Vendor::Tines), "{vendor:?} {longest} {widest}");
    }
}

#[tokio::test]
async fn what_is_planned_is_sent_accepted_and_read_back() {
    let demo = still(1_000);
    for (vendor, embedded) in
        [(Vendor::Datadog, Embedded::Datadog), (Vendor::Tines, Embedded::Tines), (Vendor::ServerOps, Embedded::ServerOps)]
    {
        let provider = reader(&demo, vendor, Api::V2);
        let directory = provider.directory().await.unwrap();
        let id = demo.ids(embedded)[9].clone();
        let case = whole(&provider, &id, &directory).await;
        let mut changes = vec![Change::Title("Read back".to_owned()), Change::Description("One\n\n- two".to_owned())];
        if vendor != Vendor::ServerOps {
            changes.push(Change::Priority(if vendor == Vendor::Datadog { "P4" } else { "LOW" }.to_owned()));
            changes.push(Change::Assign(directory.me.clone().unwrap()));
            changes.push(Change::Comment("From the other side".to_owned()));
        }
        let since = Timestamp::now();
        let plan = provider.plan(&case, &Edit::new(&case, changes.clone()), &directory).unwrap();
        for call in &plan.calls {
            provider.send(call).await.unwrap();
        }
        let after = whole(&provider, &id, &directory).await;
        for change in &changes {
            assert!(change.holds(&after).unwrap_or(true), "{vendor:?} {change:?}");
        }
        if vendor != Vendor::ServerOps {
            assert!(provider.find_comment(&id, "From the other side", since, None).await.unwrap());
            assert!(!provider.find_comment(&id, "Never said", since, None).await.unwrap());
        }
        let received: Vec<String> =
            demo.received(embedded).into_iter().filter(|r| r.method != "GET").map(|r| format!("{} {}", r.method, r.path)).collect();
        let planned: Vec<String> = plan.calls.iter().map(|call| format!("{} {}", call.method.name(), call.path)).collect();
        assert_eq!(received, planned, "exactly the calls that were shown");
    }
}
