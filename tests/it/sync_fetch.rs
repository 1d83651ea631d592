//! Asking the vendors for what matches loses nothing, however odd their search is.

use std::collections::BTreeSet;
use std::sync::Arc;

use caseload::demo::{
    Act, Demo, Search, Vendor as Demos, {self},
};
use caseload::domain::case::{Level, Rank, Rid, Row, SourceId};
use caseload::protocol::{Asked, Order, Ran, Report, Why};
use caseload::query::{
    Query, {self},
};

use crate::sync_watch::{DATADOG, SERVEROPS, TINES, Watch, calm};

/// Whether a row is meant.
type Judge<'a> = &'a dyn Fn(&Row) -> bool;

fn read(text: &str) -> Arc<Query> {
    let parsed = query::parse(text);
    assert!(parsed.problems.is_empty(), "{text}");
    Arc::new(parsed.query)
}

fn fetch(watch: &mut Watch, text: &str) -> Vec<Arc<Asked>> {
    let wanted = watch.send(Order::Fetch { query: read(text), sources: Vec::new() });
    watch.done(wanted).unwrap();
    let of_it = |report: &Report| match report {
        Report::Asked { ticket, asked } if *ticket == wanted => Some(Arc::clone(asked)),
        _ => None,
    };
    let mut asked: Vec<_> = watch.heard.iter().filter_map(of_it).collect();
    asked.sort_by_key(|asked| asked.source);
    assert_eq!(asked.len(), 3, "every source answers once");
    asked
}

fn of(asked: &[Arc<Asked>], source: SourceId) -> &Asked {
    &asked[usize::from(source.0)]
}

/// A world, and a worker that has read all of it.
fn read_whole(demo: &Demo, place: &std::path::Path) -> Watch {
    let mut watch = Watch::start(demo, place);
    watch.ask(Order::Refresh { source: None, full: true }).unwrap();
    watch
}

fn matching(watch: &Watch, source: SourceId, holds: &dyn Fn(&Row) -> bool) -> BTreeSet<Rid> {
    watch.rows.iter().filter(|(_, row)| row.id.source == source && holds(row)).map(|(rid, _)| *rid).collect()
}

fn is_urgent(row: &Row) -> bool {
    row.rank() <= Rank::Level(Level::High)
}

#[test]
fn an_answer_that_is_used_holds_everything_that_holds_here() {
    let me = "mara.lindqvist@northwind.example";
    let queries: [(&str, Judge<'_>); 6] = [
        ("status:open", &|row| row.status.is_open()),
        ("status:closed priority:<=P2", &|row| !row.status.is_open() && is_urgent(row)),
        ("priority:P1", &|row| row.priority.as_ref().is_some_and(|priority| priority.level == Some(Level::Critical))),
        ("assignee:none status:open", &|row| row.assignees.is_empty() && row.status.is_open()),
        ("tag:phishing", &|row| row.tags.iter().any(|tag| tag.as_str() == "phishing")),
        ("assignee:me -tag:noise", &|row| row.assignees.iter().any(|person| person.email.as_str() == me)),
    ];
    for search in [Search::Documented, Search::Ignores, Search::Hides, Search::Silent] {
        let demo = demo::start(&calm(900)).unwrap();
        assert!(demo.endpoints().iter().all(|endpoint| endpoint.me == me));
        demo.act(Act::DatadogSearch { does: search }).unwrap();
        let place = tempfile::tempdir().unwrap();
        let mut watch = read_whole(&demo, place.path());
        for (text, holds) in queries {
            for asked in fetch(&mut watch, text) {
                assert_eq!(asked.fault, None, "{search:?} {text}");
                if asked.words.is_empty() {
                    continue;
                }
                assert!(asked.is_whole, "{search:?} {text}: nothing moved");
                let met: BTreeSet<Rid> = asked.met.iter().copied().collect();
                let truth = matching(&watch, asked.source, holds);
                let lost: Vec<_> = truth.difference(&met).collect();
                assert!(lost.is_empty(), "{search:?} {text}: {:?} lost {} of {}", asked.words, lost.len(), truth.len());
            }
        }
        watch.stop();
    }
}

#[test]
fn a_search_that_hides_is_found_out_and_not_used_and_one_that_ignores_is_harmless() {
    for (search, is_used) in [(Search::Documented, true), (Search::Ignores, true), (Search::Hides, false), (Search::Silent, false)] {
        let demo = demo::start(&calm(900)).unwrap();
        demo.act(Act::DatadogSearch { does: search }).unwrap();
        let place = tempfile::tempdir().unwrap();
        let mut watch = read_whole(&demo, place.path());
        let asked = fetch(&mut watch, "status:open");
        let datadog = of(&asked, DATADOG);
        assert_eq!(!datadog.words.is_empty(), is_used, "{search:?}");
        let ran = &datadog.terms[0].1;
        if is_used {
            assert_eq!(*ran, Ran::Narrowed, "{search:?}");
        } else {
            assert!(matches!(ran, Ran::Here(Why::Hides { missing, of }) if missing <= of && *missing > 0), "{search:?} {ran:?}");
        }
        assert_eq!(of(&asked, TINES).terms[0].1, Ran::Exact);
        watch.stop();
    }
}

#[test]
fn what_was_found_is_remembered_and_what_is_elsewhere_is_not_asked() {
    let demo = demo::start(&calm(300)).unwrap();
    let place = tempfile::tempdir().unwrap();
    let mut watch = read_whole(&demo, place.path());
    let lists = |demo: &Demo| demo.received(Demos::Datadog).iter().filter(|received| received.path == "/api/v2/cases").count();
    fetch(&mut watch, "status:open");
    let first = lists(&demo);
    let asked = fetch(&mut watch, "status:open");
    let second = lists(&demo) - first;
    let pages = of(&asked, DATADOG).met.len().div_ceil(100).max(1);
    assert_eq!(second, pages, "only the answer itself");
    let before = lists(&demo);
    let asked = fetch(&mut watch, "src:tines status:open");
    assert_eq!(lists(&demo), before);
    let datadog = of(&asked, DATADOG);
    assert!(datadog.is_whole && datadog.met.is_empty());
    assert_eq!(datadog.terms[0].1, Ran::Here(Why::OtherSource));
    watch.stop();
}

#[test]
fn a_source_that_fails_leaves_the_others_their_answer() {
    let demo = demo::start(&calm(300)).unwrap();
    let place = tempfile::tempdir().unwrap();
    let mut watch = read_whole(&demo, place.path());
    demo.act(Act::FailNext { vendor: Demos::Tines, method: "GET".into(), path_contains: "/cases".into(), status: 403, times: 1_000 })
        .unwrap();
    let asked = fetch(&mut watch, "status:open");
    assert!(of(&asked, TINES).fault.is_some() && !of(&asked, TINES).is_whole);
    assert!(of(&asked, SERVEROPS).fault.is_none());
    watch.stop();
}

#[test]
fn a_status_that_nobody_documented_is_not_hidden() {
    let demo = demo::start(&calm(900)).unwrap();
    let place = tempfile::tempdir().unwrap();
    let mut watch = read_whole(&demo, place.path());
    let odd = matching(&watch, SERVEROPS, &|row| row.status.state.is_none());
    assert!(!odd.is_empty(), "the world has such cases");
    let asked = fetch(&mut watch, "status:open");
    assert!(matches!(of(&asked, SERVEROPS).terms[0].1, Ran::Here(Why::Hides { .. })), "they count as open here");
    let asked = fetch(&mut watch, "status:closed");
    assert_eq!(of(&asked, SERVEROPS).terms[0].1, Ran::Exact);
    watch.stop();
}
