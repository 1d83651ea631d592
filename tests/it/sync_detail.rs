//! One case whole: disk first, then the vendor; further pages; neighbours; and orders that close exactly once.

use std::collections::BTreeSet;

use caseload::demo::{
    Act, {self},
};
use caseload::domain::activity::Activity;
use caseload::domain::case::{Rid, SourceId};
use caseload::domain::fault::FaultKind;
use caseload::domain::record::absorb_tables;
use caseload::protocol::{Attention, Coverage, From, Gap, Order, Paged, Report, Ticket};
use caseload::tui::screens::detail::pages::Pages;
use jiff::Timestamp;

use crate::sync_watch::{DATADOG, SERVEROPS, TINES, Watch, calm};

const ALL: [SourceId; 3] = [DATADOG, TINES, SERVEROPS];

fn cases_told(watch: &Watch, wanted: Rid) -> Vec<From> {
    let told = watch.heard.iter().filter_map(|report| match report {
        Report::Case { rid, from, .. } if *rid == wanted => Some(*from),
        _ => None,
    });
    told.collect()
}

#[test]
fn an_opened_case_comes_from_disk_and_then_from_its_vendor() {
    let demo = demo::start(&calm(300)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    for source in ALL {
        let (rid, row) = watch.some_open(source);
        watch.ask(Order::Open { rid }).unwrap();
        assert_eq!(cases_told(&watch, rid), [From::Disk, From::Network], "{source:?}");
        assert_eq!(watch.cases[&rid].row.id, row.id);
        let has_activities = watch.heard.iter().any(|report| matches!(report, Report::Activities { rid: told, .. } if *told == rid));
        assert!(has_activities, "{source:?}");
    }
}

#[test]
fn what_was_opened_once_is_whole_offline() {
    let demo = demo::start(&calm(300)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    let (rid, _) = watch.some_open(TINES);
    watch.ask(Order::Open { rid }).unwrap();
    let online = parts(&watch, rid);
    let description = watch.cases[&rid].description.clone();
    watch.stop();

    let mut watch = Watch::offline(&demo, directory.path());
    watch.full(&ALL);
    assert_eq!(watch.ask(Order::Open { rid }).unwrap_err().kind, FaultKind::Offline);
    assert_eq!(cases_told(&watch, rid), [From::Disk]);
    assert_eq!(watch.cases[&rid].description, description);
    assert_eq!(parts(&watch, rid), online);
}

/// Numbers of the pages told of a case, with how many entries each held.
fn parts(watch: &Watch, wanted: Rid) -> Vec<(char, u32, usize)> {
    let told = watch.heard.iter().filter_map(|report| match report {
        Report::Activities { rid, page, slice, .. } if *rid == wanted => Some(('a', *page, slice.items.len())),
        Report::Records { rid, page, slice, .. } if *rid == wanted => {
            Some(('r', *page, slice.items.iter().map(|table| table.rows.len()).sum()))
        }
        _ => None,
    });
    let mut parts: Vec<_> = told.collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

/// Follows the next pages of an opened case to their end; the number of entries, and what the vendor said it would be.
fn follow(watch: &mut Watch, rid: Rid, what: Paged) -> (usize, Option<u64>) {
    let mut tables = Vec::new();
    let mut count = 0;
    loop {
        let newest = watch.heard.iter().rev().find_map(|report| match (report, what) {
            (Report::Activities { rid: told, slice, .. }, Paged::Activities) if *told == rid => {
                Some((slice.items.len(), slice.next, slice.total, Vec::new()))
            }
            (Report::Records { rid: told, slice, .. }, Paged::Records) if *told == rid => {
                Some((0, slice.next, slice.total, slice.items.clone()))
            }
            _ => None,
        });
        let (items, next, total, records) = newest.unwrap();
        count += items;
        absorb_tables(&mut tables, records);
        match next {
            Some(page) => watch.ask(Order::More { rid, what, page }).unwrap(),
            None => return (count + tables.iter().map(|table| table.rows.len()).sum::<usize>(), total),
        }
    }
}

#[test]
fn further_pages_come_one_by_one_until_the_vendors_count() {
    let demo = demo::start(&calm(600)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    // The world promises cases with more than 60 activities and others with more than 120 records; opening finds them.
    let rids: Vec<Rid> = watch.rows.iter().filter(|(_, row)| row.id.source == TINES).map(|(rid, _)| *rid).collect();
    let (mut most_activities, mut most_records) = (0, 0);
    for rid in rids {
        watch.ask(Order::Open { rid }).unwrap();
        let (activities, said) = follow(&mut watch, rid, Paged::Activities);
        assert_eq!(Some(activities as u64), said, "{rid:?}");
        let (records, said) = follow(&mut watch, rid, Paged::Records);
        assert_eq!(said, None, "Tines counts types, not records");
        most_activities = most_activities.max(activities);
        most_records = most_records.max(records);
        if most_activities > 60 && most_records > 120 {
            return;
        }
    }
    panic!("at most {most_activities} activities and {most_records} records");
}

/// The ids of all entries of a case's timeline, each once; and when the newest of those came that were told first.
fn timeline(watch: &mut Watch, rid: Rid) -> (BTreeSet<String>, Option<Timestamp>) {
    let before = watch.heard.len();
    watch.ask(Order::Open { rid }).unwrap();
    let mut pages: Pages<Activity> = Pages::default();
    let mut first = None;
    let mut taken = before;
    loop {
        for report in &watch.heard[taken..] {
            if let Report::Activities { rid: told, page, slice, .. } = report
                && *told == rid
            {
                first = first.or(slice.items.iter().map(|entry| entry.at).max());
                pages.absorb(*page, slice.clone());
            }
        }
        taken = watch.heard.len();
        let Some(page) = pages.next else { break };
        watch.ask(Order::More { rid, what: Paged::Activities, page }).unwrap();
    }
    (pages.items.iter().map(|entry| entry.id.to_string()).collect(), first.flatten())
}

/// The case of a source with the longest timeline.
fn longest(watch: &mut Watch, source: SourceId) -> (Rid, BTreeSet<String>) {
    let rids: Vec<Rid> = watch.rows.iter().filter(|(_, row)| row.id.source == source).map(|(rid, _)| *rid).collect();
    let all = rids.into_iter().map(|rid| (rid, timeline(watch, rid).0));
    all.max_by_key(|(_, ids)| ids.len()).unwrap()
}

#[test]
fn a_timeline_that_comes_in_short_pages_is_read_to_its_end() {
    let demo = demo::start(&calm(200)).unwrap();
    for (source, vendor) in [(DATADOG, demo::Vendor::Datadog), (TINES, demo::Vendor::Tines)] {
        let directory = tempfile::tempdir().unwrap();
        let mut watch = Watch::start(&demo, directory.path());
        watch.full(&ALL);
        let (rid, ids) = longest(&mut watch, source);
        let (id, count) = (watch.rows[&rid].id.id.to_string(), ids.len());
        assert!(count > 8, "{source:?}: {count}");
        watch.stop();
        for most in [3, 7, count] {
            demo.act(Act::ShortPages { vendor, most }).unwrap();
            let directory = tempfile::tempdir().unwrap();
            let mut watch = Watch::start(&demo, directory.path());
            watch.full(&ALL);
            let rid = watch.rid(source, &id);
            assert_eq!(timeline(&mut watch, rid).0, ids, "{source:?}, {most} at once");
            // And once more over what is on disk.
            assert_eq!(timeline(&mut watch, rid).0, ids, "{source:?}, {most} at once, again");
        }
    }
}

#[test]
fn a_reading_that_is_called_off_leaves_what_was_read_whole() {
    let demo = demo::start(&demo::Options { latency_ms: 200, ..calm(30) }).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    let (rid, _) = watch.some_open(DATADOG);
    let ends = |watch: &Watch, from: usize| -> Vec<Option<u32>> {
        let told = watch.heard[from..].iter().filter_map(|report| match report {
            Report::Activities { rid: told, page: 0, slice, .. } if *told == rid => Some(slice.next),
            _ => None,
        });
        told.collect()
    };
    watch.ask(Order::Open { rid }).unwrap();
    assert_eq!(ends(&watch, 0).last(), Some(&None), "read to its end");
    let before = watch.heard.len();
    let open = watch.send(Order::Open { rid });
    // The vendor is asked for what stands behind the first page.
    watch.until("the first page came", |watch| ends(watch, before).contains(&Some(1)).then_some(()));
    watch.ask(Order::Cancel(open)).unwrap();
    watch.stop();
    let mut watch = Watch::offline(&demo, directory.path());
    watch.full(&ALL);
    watch.ask(Order::Open { rid }).unwrap_err();
    assert_eq!(ends(&watch, 0), [None], "it is known to be all");
}

#[test]
fn the_newest_entries_come_first_online_and_offline() {
    let demo = demo::start(&calm(600)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    for (source, vendor) in [(DATADOG, demo::Vendor::Datadog), (TINES, demo::Vendor::Tines)] {
        let (rid, row) = watch.some_open(source);
        // The first of them are forgotten behind the page that is read first.
        for number in 1..=120 {
            demo.act(Act::Comment { vendor, id: row.id.id.to_string(), text: format!("word {number}") }).unwrap();
        }
        let before = watch.heard.len();
        watch.ask(Order::Open { rid }).unwrap();
        let texts = |watch: &Watch, from: usize| -> Vec<String> {
            let told = watch.heard[from..].iter().filter_map(|report| match report {
                Report::Activities { rid: told, slice, .. } if *told == rid => Some(&slice.items),
                _ => None,
            });
            told.flatten().map(|entry| entry.text.to_string()).collect()
        };
        let online = texts(&watch, before);
        assert!(online.contains(&"word 120".to_owned()) && online.contains(&"word 100".to_owned()), "{source:?}: {online:?}");
        watch.stop();
        watch = Watch::offline(&demo, directory.path());
        watch.full(&ALL);
        watch.ask(Order::Open { rid }).unwrap_err();
        assert!(texts(&watch, 0).contains(&"word 120".to_owned()), "{source:?}");
        watch.stop();
        watch = Watch::start(&demo, directory.path());
        watch.full(&ALL);
        let (ids, newest) = timeline(&mut watch, rid);
        assert!(ids.len() > 120, "{source:?}: {}", ids.len());
        // What comes later stands behind a gap until that is read, too.
        for number in 1..=130 {
            demo.act(Act::Comment { vendor, id: row.id.id.to_string(), text: format!("later {number}") }).unwrap();
        }
        let (later, newer) = timeline(&mut watch, rid);
        assert_eq!(later.len(), ids.len() + 130, "{source:?}");
        assert!(newer >= newest && later.is_superset(&ids));
    }
}

#[test]
fn neighbours_are_brought_once() {
    let demo = demo::start(&calm(300)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    let rids: Vec<Rid> = watch.rows.iter().filter(|(_, row)| row.id.source == DATADOG).map(|(rid, _)| *rid).take(3).collect();
    let reads = || demo.received(demo::Vendor::Datadog).len();
    let before = reads();
    watch.ask(Order::Prefetch { rids: rids.clone() }).unwrap();
    let brought = reads() - before;
    assert!(brought >= 3, "{brought}");
    watch.ask(Order::Prefetch { rids: rids.clone() }).unwrap();
    assert_eq!(reads() - before, brought, "they are on disk now");
    for rid in rids {
        assert_eq!(cases_told(&watch, rid), [From::Disk, From::Network, From::Disk]);
    }
}

#[test]
fn a_deleted_case_is_gone_once_the_list_says_so_too() {
    let demo = demo::start(&calm(300)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    for (source, vendor) in [(SERVEROPS, demo::Vendor::ServerOps), (TINES, demo::Vendor::Tines)] {
        let (rid, row) = watch.some_open(source);
        demo.act(Act::Remove { vendor, id: row.id.id.to_string() }).unwrap();
        let fault = watch.ask(Order::Open { rid }).unwrap_err();
        assert_eq!(fault.kind, FaultKind::NotFound);
        assert!(watch.rows.contains_key(&rid), "one answer is not enough");
        // The next round is a complete pass, because of the doubt.
        watch.ask(Order::Refresh { source: Some(source), full: false }).unwrap();
        assert!(!watch.rows.contains_key(&rid) && watch.heard.contains(&Report::Gone(vec![rid])));
    }
}

/// Web pages with 404 in place of single cases: an endpoint that was removed, a proxy, a captive portal.
#[test]
fn a_web_page_with_404_takes_no_case_from_disk() {
    let demo = demo::start(&calm(300)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    let before = watch.rows.len();
    for (source, vendor) in [(DATADOG, demo::Vendor::Datadog), (TINES, demo::Vendor::Tines), (SERVEROPS, demo::Vendor::ServerOps)] {
        let (read, row) = watch.some_open(source);
        watch.ask(Order::Open { rid: read }).unwrap();
        let page = |path: &str, times| Act::PageNext { vendor, method: "GET".into(), path_contains: path.into(), status: 404, times };
        demo.act(page("/cases/", 100_000)).unwrap();
        let rids: Vec<Rid> = watch.rows.iter().filter(|(_, row)| row.id.source == source).map(|(rid, _)| *rid).take(8).collect();
        watch.ask(Order::Prefetch { rids: rids.clone() }).unwrap();
        for rid in rids.into_iter().chain([read]) {
            let fault = watch.ask(Order::Open { rid }).unwrap_err();
            assert_eq!(fault.kind, FaultKind::NotAvailable, "{source:?}");
        }
        assert_eq!(watch.cases[&read].row.id, row.id, "what was read stays readable");
        // Not even when the list has lost the case: nothing proves that it is gone.
        demo.act(Act::Remove { vendor, id: row.id.id.to_string() }).unwrap();
        let _ = watch.ask(Order::Refresh { source: Some(source), full: true });
        assert!(watch.rows.contains_key(&read), "{source:?}");
    }
    assert!(!watch.heard.iter().any(|report| matches!(report, Report::Gone(_))));
    watch.stop();
    let mut watch = Watch::offline(&demo, directory.path());
    watch.until("the disk is read", |watch| watch.heard.contains(&Report::DiskRead { rows: before }).then_some(()));
}

#[test]
fn an_endpoint_that_finds_no_case_at_all_makes_none_gone() {
    let demo = demo::start(&calm(300)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    let (rid, row) = watch.some_open(TINES);
    demo.act(Act::Remove { vendor: demo::Vendor::Tines, id: row.id.id.to_string() }).unwrap();
    // In the API's own words, for the deleted case and for those that the list shows alike.
    let (vendor, path_contains) = (demo::Vendor::Tines, "/api/v2/cases/".to_owned());
    demo.act(Act::FailNext { vendor, method: "GET".into(), path_contains, status: 404, times: 100_000 }).unwrap();
    watch.ask(Order::Refresh { source: Some(TINES), full: true }).unwrap();
    assert!(watch.rows.contains_key(&rid));
    let unsettled = Some(Gap::Unsettled { cases: 1 });
    assert!(matches!(&watch.states[&TINES].coverage, Coverage::Partial { gap, .. } if *gap == unsettled), "{:?}", watch.states[&TINES]);
}

#[test]
fn a_read_that_hangs_can_be_called_off() {
    let demo = demo::start(&calm(300)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::hasty(&demo, directory.path());
    watch.full(&ALL);
    let (rid, row) = watch.some_open(TINES);
    demo.act(Act::HangNext { vendor: demo::Vendor::Tines, method: "GET".into(), path_contains: row.id.id.to_string() }).unwrap();
    let open = watch.send(Order::Open { rid });
    watch.until("the disk has answered", |watch| watch.cases.contains_key(&rid).then_some(()));
    watch.ask(Order::Cancel(open)).unwrap();
    assert_eq!(watch.done(open).unwrap_err().kind, FaultKind::Cancelled);
}

#[test]
fn every_order_is_closed_exactly_once() {
    let demo = demo::start(&calm(300)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    let early = watch.send(Order::Refresh { source: None, full: true });
    watch.full(&ALL);
    let (rid, row) = watch.some_open(DATADOG);
    let nowhere = caseload::domain::edit::Edit::unguarded(row.id.clone(), Vec::new());
    let orders = [
        Order::Open { rid },
        Order::Open { rid: Rid(u32::MAX) },
        Order::Prefetch { rids: vec![rid, Rid(u32::MAX)] },
        Order::More { rid, what: Paged::Activities, page: 0 },
        Order::Plan { edit: nowhere.clone() },
        Order::Submit { edit: nowhere, delay_ms: 0, undoes: None },
        Order::Settle { entry: "no such entry".into(), how: caseload::protocol::Settle::Retry },
        Order::Attention(Attention::Idle),
        Order::Refresh { source: Some(SourceId(9)), full: false },
        Order::Refresh { source: None, full: false },
        Order::Cancel(Ticket(4_711)),
    ];
    let tickets: Vec<Ticket> = orders.into_iter().map(|order| watch.send(order)).collect();
    let fails = |watch: &mut Watch, place: usize| watch.done(tickets[place]).unwrap_err().kind;
    assert_eq!(watch.done(tickets[0]), Ok(()));
    assert_eq!(fails(&mut watch, 1), FaultKind::NotFound);
    assert_eq!(watch.done(tickets[2]), Ok(()), "a neighbour that is not there is no fault");
    assert_eq!(watch.done(tickets[3]), Ok(()));
    assert_eq!(fails(&mut watch, 4), FaultKind::NotPossible);
    assert_eq!(fails(&mut watch, 5), FaultKind::NotPossible);
    assert_eq!(fails(&mut watch, 6), FaultKind::NotPossible);
    assert_eq!(watch.done(tickets[7]), Ok(()));
    assert_eq!(fails(&mut watch, 8), FaultKind::NotPossible);
    assert_eq!(watch.done(tickets[9]), Ok(()));
    assert_eq!(watch.done(tickets[10]), Ok(()));
    assert_eq!(watch.done(early), Ok(()));
    // A second closing would have stopped the reader; none may follow either.
    watch.stop();
    watch.rest();
}

#[test]
fn a_worker_that_waits_for_the_screen_says_that_it_is_busy() {
    let demo = demo::start(&calm(300)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    let (rid, _) = watch.some_open(TINES);
    // Nobody takes reports: each opening fills the queue further, until orders find no place any more.
    let mut accepted = 0_u64;
    let refused = loop {
        match watch.link().send(Ticket(10_000 + accepted), Order::Open { rid }) {
            Ok(()) => accepted += 1,
            Err(fault) => break fault,
        }
        assert!(accepted < 100_000, "an unbounded queue");
    };
    assert_eq!(refused.kind, FaultKind::Busy);
    // Taking them again closes every order that was accepted.
    for ticket in 0..accepted {
        watch.done(Ticket(10_000 + ticket)).unwrap();
    }
    watch.stop();
}
