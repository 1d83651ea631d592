//! The index against a naive judge that keeps whole rows and looks at each of them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::domain::case::{Case, CaseId, Priority, Rid, Row, SourceId, State, Status};
use crate::domain::person::Person;
use crate::domain::text::Clean;
use crate::query::{Asker, Column, Field, Query, fold, parse};

mod draw;
mod examples;
mod naive;
mod words;

pub(super) fn row(source: u8, id: &str, key: &str, title: &str) -> Row {
    Row {
        id: CaseId { source: SourceId(source), id: id.into() },
        key: Clean::line(key),
        title: Clean::line(title),
        status: Status { state: Some(State::Open), name: Clean::line("Open") },
        priority: None,
        assignees: Vec::new(),
        tags: Vec::new(),
        created_at: None,
        updated_at: None,
        closed_at: None,
        due_at: None,
        also_due: Vec::new(),
        url: None,
        description: None,
    }
}

/// Judges as the words of the issue say, with no cleverness.
#[derive(Default)]
struct Naive(BTreeMap<Rid, Row>, BTreeMap<Rid, Case>, BTreeMap<Rid, Flags>, BTreeMap<Rid, String>);

impl Naive {
    fn holds(&self, rid: Rid, query: &Query) -> Verdict {
        self.ground(rid).map_or(Verdict::No, |ground| ground.verdict(query, Verdict::No))
    }

    fn ground(&self, rid: Rid) -> Option<naive::Ground<'_>> {
        let said = self.3.get(&rid).map(String::as_str);
        let flags = self.2.get(&rid).copied().unwrap_or_default();
        Some(naive::Ground { row: self.0.get(&rid)?, case: self.1.get(&rid), flags, said })
    }

    /// What the description, which was not read, decides.
    fn is_undescribed(&self, rid: Rid, query: &Query) -> bool {
        let ground = self.ground(rid).unwrap();
        let open = ground.verdict(query, Verdict::Unexamined);
        ground.said.is_none() && open == Verdict::Unexamined && ground.verdict(query, Verdict::No) != Verdict::Unexamined
    }

    fn missing_last<T: Ord>(a: Option<T>, b: Option<T>, descending: bool) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) if descending => b.cmp(&a),
            (Some(a), Some(b)) => a.cmp(&b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    }

    /// Digits of a key padded so that text order is number order; `\x01` puts them before anything else.
    fn spread(key: &str) -> Option<String> {
        let mut spread = String::new();
        let mut digits = String::new();
        for c in fold(key).chars().chain(['\0']) {
            if c.is_ascii_digit() {
                digits.push(c);
                continue;
            }
            if !digits.is_empty() {
                write!(spread, "\u{1}{:0>40}{:04}", digits.trim_start_matches('0'), digits.len()).unwrap();
                digits.clear();
            }
            if c != '\0' {
                spread.push(c);
            }
        }
        Some(spread).filter(|spread| !spread.is_empty())
    }

    fn compare(a: &Row, b: &Row, key: &SortKey) -> Ordering {
        let status = |row: &Row| {
            let place = [Some(State::Open), None, Some(State::InProgress), Some(State::Closed), Some(State::Archived)];
            Some((place.iter().position(|state| *state == row.status.state), fold(row.status.name.as_str())))
        };
        let urgency = |row: &Row| {
            let priority = row.priority.as_ref()?;
            let unknown = (priority.name.as_str() != "NOT_DEFINED").then_some(-1);
            priority.level.map(|level| level as i8).or(unknown)
        };
        let title = |row: &Row| Some(fold(row.title.as_str())).filter(|title| !title.is_empty());
        let who = |row: &Row| {
            row.assignees.first().map(|who| {
                let mail = if who.email.as_str() == who.label() { String::new() } else { fold(who.email.as_str()) };
                (fold(who.label()), mail)
            })
        };
        let last = |a, b| Self::missing_last(a, b, key.descending);
        match key.by {
            SortBy::Sla => Self::missing_last(a.due_at, b.due_at, key.descending),
            SortBy::Priority => Self::missing_last(urgency(a), urgency(b), key.descending),
            SortBy::Created => Self::missing_last(a.created_at, b.created_at, key.descending),
            SortBy::Updated => Self::missing_last(a.updated_at, b.updated_at, key.descending),
            SortBy::Title => last(title(a), title(b)),
            SortBy::Source => Self::missing_last(Some(a.id.source), Some(b.id.source), key.descending),
            SortBy::Key => last(Self::spread(a.key.as_str()), Self::spread(b.key.as_str())),
            SortBy::Status => Self::missing_last(status(a), status(b), key.descending),
            SortBy::Closed => Self::missing_last(Some(!a.status.is_open()), Some(!b.status.is_open()), key.descending),
            SortBy::Assignee => Self::missing_last(who(a), who(b), key.descending),
            SortBy::Id => last(Some(fold(&a.id.id)), Some(fold(&b.id.id))),
            SortBy::ClosedAt => Self::missing_last(a.closed_at, b.closed_at, key.descending),
            SortBy::Tags => last(a.tags.first().map(|tag| fold(tag.as_str())), b.tags.first().map(|tag| fold(tag.as_str()))),
            SortBy::Attr(_) | SortBy::Author | SortBy::Group | SortBy::Type | SortBy::Custom(_) => unreachable!("not drawn"),
        }
    }

    fn select(&self, query: &Query, sort: &[SortKey]) -> Vec<Rid> {
        let mut rows: Vec<_> = self.0.iter().filter(|(rid, _)| self.holds(**rid, query) == Verdict::Yes).collect();
        rows.sort_by(|(a_rid, a), (b_rid, b)| {
            let by_keys = sort.iter().map(|key| Self::compare(a, b, key)).find(|order| order.is_ne());
            by_keys.unwrap_or_else(|| a_rid.cmp(b_rid))
        });
        rows.into_iter().map(|(rid, _)| *rid).collect()
    }
}

fn arb_text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec(prop::sample::select(vec!["phish", "Disk", "usage", "ÄRGER", "straße", "k8s", "漢字", "a", "-", "mail", "😀"]), 0..5)
            .prop_map(|words| words.join(" ")),
        1 => "[a-cA-C0-2 é_-]{0,8}",
        1 => any::<String>(),
    ]
}

fn arb_time() -> impl Strategy<Value = Option<Timestamp>> {
    prop::option::of((-3i64..6).prop_map(|step| Timestamp::from_millisecond(step * 700).unwrap()))
}

fn arb_person() -> impl Strategy<Value = Person> {
    ("[ab]{0,2}", prop::sample::select(vec!["", "Ana", "ZOË", "bo"]), prop::sample::select(vec!["", "ana@x.io", "zoe@x.io"]))
        .prop_map(|(id, name, email)| Person { id: id.into(), name: Clean::line(name), email: Clean::line(email), is_service: false })
}

fn arb_row() -> impl Strategy<Value = Row> {
    let state = prop::sample::select(vec![None, Some(State::Open), Some(State::InProgress), Some(State::Closed), Some(State::Archived)]);
    let priority = prop::option::of(prop::sample::select(vec!["P1", "high", "NOT_DEFINED", "LOW", "URGENT"]));
    let url = prop::sample::select(vec![0u8, 1, 2, 3]);
    (
        (0u8..3, "[a-b0-1]{0,3}", "(SEC-|#|)[0-9]{0,3}[a-b]?", arb_text()),
        (state, prop::sample::select(vec!["Open", "open", "Zu", ""]), priority, url),
        (prop::collection::vec(arb_person(), 0..3), prop::collection::vec(arb_text(), 0..3)),
        (arb_time(), arb_time(), arb_time(), arb_time()),
        prop::option::of(arb_text()),
    )
        .prop_map(
            |(
                (source, id, key, title),
                (state, status, priority, url),
                (assignees, tags),
                (created_at, updated_at, due_at, closed_at),
                description,
            )| {
                let url = match url {
                    0 => None,
                    1 => Some(format!("https://x.io/cases/{key}")),
                    2 => Some(format!("https://x.io/{id}")),
                    _ => Some(format!("https://x.io/{id}/tail")),
                };
                Row {
                    status: Status { state, name: Clean::line(status) },
                    priority: priority.map(Priority::read),
                    assignees,
                    tags: tags.iter().map(|tag| Clean::line(tag)).collect(),
                    created_at,
                    updated_at,
                    due_at,
                    closed_at,
                    url: url.map(|url| Clean::line(&url)),
                    description: description.map(|text| Clean::block(&text)),
                    ..row(source, &id, &key, &title)
                }
            },
        )
}

#[derive(Clone, Debug)]
enum Step {
    Upsert(u32, Box<Row>),
    /// The same row with another status and clock: no text changes.
    Touch(u32, Option<Timestamp>),
    Remove(u32),
    Flag(u32, Flags),
    /// The case was read, with this comment and score.
    Learn(u32, String, i64),
    Type(String),
    Ask(String),
    Sort(Vec<SortKey>),
}

fn arb_step() -> impl Strategy<Value = Step> {
    let by = prop::sample::select(vec![
        SortBy::Sla,
        SortBy::Closed,
        SortBy::Priority,
        SortBy::Created,
        SortBy::Updated,
        SortBy::Title,
        SortBy::Source,
        SortBy::Key,
        SortBy::Status,
        SortBy::Assignee,
        SortBy::Id,
        SortBy::ClosedAt,
        SortBy::Tags,
    ]);
    let key = (by, any::<bool>()).prop_map(|(by, descending)| SortKey { by, descending });
    let flags = prop::collection::vec(prop::sample::select(crate::query::Mark::ALL.to_vec()), 0..3)
        .prop_map(|marks| marks.into_iter().fold(Flags::NONE, |flags, (_, mark)| flags.with(Flags::of(mark))));
    prop_oneof![
        6 => (1u32..40, arb_row()).prop_map(|(rid, row)| Step::Upsert(rid, Box::new(row))),
        2 => (1u32..40, arb_time()).prop_map(|(rid, due)| Step::Touch(rid, due)),
        1 => (0u32..50).prop_map(Step::Remove),
        2 => (1u32..40, flags).prop_map(|(rid, flags)| Step::Flag(rid, flags)),
        3 => (1u32..40, arb_text(), -2i64..4).prop_map(|(rid, comment, score)| Step::Learn(rid, comment, score)),
        4 => prop::sample::select(vec!["p", "ph", "phish", "a", "an", "-a", "-ab", " ", "\"k usage\"", "ä", "ss", "1", "#", "SEC-", "x.io", "漢", "\"", "mail"]).prop_map(|text| Step::Type(text.to_owned())),
        6 => draw::arb_query().prop_map(Step::Ask),
        1 => prop::collection::vec(key, 0..3).prop_map(Step::Sort),
    ]
}

fn apply(step: Step, index: &mut Index, naive: &mut Naive) {
    match step {
        Step::Upsert(rid, mut row) => {
            // A number is never used for another case, so not in another source.
            row.id.source = SourceId(u8::try_from(rid % 3).unwrap());
            index.upsert(Rid(rid), &row);
            let is_new = !naive.0.contains_key(&Rid(rid));
            if is_new || naive.1.get(&Rid(rid)).is_some_and(|case| case.row.updated_at < row.updated_at) {
                naive.1.remove(&Rid(rid));
            }
            // A list that sends no description says nothing about it, while the case is the same.
            match &row.description {
                Some(text) => drop(naive.3.insert(Rid(rid), text.to_string())),
                None if naive.0.get(&Rid(rid)).is_some_and(|known| known.updated_at == row.updated_at) => {}
                None => drop(naive.3.remove(&Rid(rid))),
            }
            naive.0.insert(Rid(rid), *row);
        }
        Step::Touch(rid, due) => {
            if let Some(row) = naive.0.get_mut(&Rid(rid)) {
                row.due_at = due;
                row.status.state = Some(State::Closed);
                row.description = naive.3.get(&Rid(rid)).map(|text| Clean::block(text));
                index.upsert(Rid(rid), row);
            }
        }
        Step::Remove(rid) => {
            index.remove(Rid(rid));
            naive.0.remove(&Rid(rid));
            naive.1.remove(&Rid(rid));
            naive.2.remove(&Rid(rid));
            naive.3.remove(&Rid(rid));
        }
        Step::Flag(rid, flags) => {
            index.set_flags(Rid(rid), flags);
            if naive.0.contains_key(&Rid(rid)) {
                naive.2.insert(Rid(rid), flags);
            }
        }
        Step::Learn(rid, comment, score) => {
            let Some(row) = naive.0.get(&Rid(rid)) else { return };
            let case = naive::whole(row, &comment, score);
            index.learn(Rid(rid), Deep::of_case(&case, naive::vendor(row.id.source), true));
            naive.3.insert(Rid(rid), case.description.to_string());
            naive.1.insert(Rid(rid), case);
        }
        Step::Type(_) | Step::Ask(_) | Step::Sort(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_naive_judge_after_every_step(steps in prop::collection::vec(arb_step(), 1..60), slice in 1usize..2_000) {
        let (mut index, mut naive) = (Index::new(), Naive::default());
        let (mut text, mut sort) = (String::new(), Vec::new());
        let asker = naive::asker();
        for step in steps {
            match step {
                Step::Type(more) => {
                    if text.len() > 40 { text.clear(); }
                    text.push_str(&more);
                }
                Step::Ask(query) => text = query,
                Step::Sort(keys) => sort = keys,
                step => apply(step, &mut index, &mut naive),
            }
            let query = parse(&text).query;
            index.begin(&query, &asker);
            // Judged in slices, as between keys; now and then something else is asked before it is done.
            if !index.advance(slice) && slice % 3 == 0 {
                continue;
            }
            while !index.advance(slice) {}
            prop_assert_eq!(index.found(&sort), naive.select(&query, &sort), "{:?} {:?}", text, sort);
            prop_assert_eq!(index.len(), naive.0.len());
            let judge = Index::judge(&query, &asker);
            let (mut unexamined, mut undescribed) = (0, 0);
            for rid in naive.0.keys() {
                let verdict = naive.holds(*rid, &query);
                prop_assert_eq!(index.verdict(&judge, *rid), verdict, "{:?} {:?}", text, naive.0[rid]);
                unexamined += usize::from(verdict == Verdict::Unexamined);
                undescribed += usize::from(naive.is_undescribed(*rid, &query));
            }
            prop_assert_eq!((index.unexamined_count(), index.unexamined(usize::MAX).len()), (unexamined, unexamined), "{:?}", text);
            prop_assert_eq!(index.undescribed_by_source().iter().sum::<usize>(), undescribed, "{:?}", text);
            let found = index.count(&query, &asker, usize::MAX).unwrap();
            prop_assert_eq!(found.undescribed.iter().sum::<usize>(), undescribed, "{:?}", text);
            let count = (found.cases, found.unexamined.iter().sum::<usize>());
            prop_assert_eq!(count, (naive.select(&query, &[]).len(), unexamined), "{:?}", text);
            if let Some(last) = index.explain(&query, &asker, usize::MAX).iter().rfind(|step| !step.is_branch) {
                prop_assert_eq!((last.left, last.unexamined), (Some(count.0), count.1), "{:?}", text);
            }
        }
    }

    #[test]
    fn rows_are_shown_as_they_were_given(steps in prop::collection::vec(arb_step(), 1..60)) {
        let (mut index, mut naive) = (Index::new(), Naive::default());
        for step in steps {
            apply(step, &mut index, &mut naive);
            for (rid, row) in &naive.0 {
                let seen = index.get(*rid).unwrap();
                prop_assert_eq!((seen.title, seen.key, seen.id), (row.title.as_str(), row.key.as_str(), row.id.id.as_str()));
                prop_assert_eq!((seen.state, seen.status, seen.source), (row.status.state, row.status.name.as_str(), row.id.source));
                prop_assert_eq!((seen.has_priority, seen.rank), (row.priority.is_some(), row.rank()));
                prop_assert_eq!(seen.priority, row.priority.as_ref().map_or("", |priority| priority.name.as_str()));
                prop_assert_eq!(seen.due_at, row.due_at.map(|at| at.as_millisecond().div_euclid(1000)));
                prop_assert!(seen.assignees().eq(row.assignees.iter().map(Person::label)));
                prop_assert!(seen.tags().eq(row.tags.iter().map(Clean::as_str)));
                prop_assert_eq!(seen.url(), row.url.as_ref().map(ToString::to_string));
                prop_assert_eq!(seen.flags(), naive.2.get(rid).copied().unwrap_or_default());
            }
            for (source, count) in index.source_counts().iter().enumerate() {
                prop_assert_eq!(*count, naive.0.values().filter(|row| usize::from(row.id.source.0) == source).count());
            }
        }
    }
}

#[test]
fn a_sweep_of_dead_slots_changes_nothing_that_can_be_seen() {
    let (mut index, mut naive, asker) = (Index::new(), Naive::default(), naive::asker());
    let sort = [SortKey { by: SortBy::Key, descending: true }];
    for round in 0..4 {
        for rid in 1..3_000 {
            let mut row = row(0, &format!("id-{rid}"), &format!("SEC-{rid}"), &format!("round {round} of {rid}"));
            row.tags.push(Clean::line(&format!("tag:{}", rid % 7 + round)));
            row.url = Some(Clean::line(&format!("https://x.io/id-{rid}{}", if rid % 2 == 0 { "" } else { "/x" })));
            index.upsert(Rid(rid), &row);
            naive.0.insert(Rid(rid), row);
        }
        for text in ["", "round", "\"round 2\"", "tag:3", "tag:3 -7", "id-29"] {
            let query = parse(text).query;
            assert_eq!(index.select(&query, &asker, &sort), naive.select(&query, &sort), "{text} in round {round}");
        }
    }
    assert!(index.columns.len() < 3 * 3_000, "{} slots for {} rows", index.columns.len(), index.len());
    let seen = index.get(Rid(29)).unwrap();
    assert_eq!((seen.title, seen.url().as_deref()), ("round 3 of 29", Some("https://x.io/id-29/x")));
    for rid in 1..3_000 {
        index.remove(Rid(rid));
    }
    assert!(index.is_empty() && index.select(&Query::default(), &Asker::default(), &[]).is_empty());
}

#[test]
fn an_empty_sort_after_a_sweep_still_finds_everything() {
    let mut index = Index::new();
    for title in ["a", "b", "c"] {
        for rid in 1..5_000 {
            index.upsert(Rid(rid), &row(0, "i", "k", title));
        }
    }
    assert_eq!(index.select(&parse("c").query, &Asker::default(), &[]).len(), 4_999);
}

#[test]
fn nothing_is_found_across_two_pieces_of_a_row() {
    let mut index = Index::new();
    let mut one = row(0, "cd", "b", "a");
    one.tags = vec![Clean::line("ef"), Clean::line("gh")];
    index.upsert(Rid(1), &one);
    index.upsert(Rid(2), &row(0, "x", "y", "z"));
    for text in ["ab", "bc", "\"a b\"", "efgh", "dx", "zy"] {
        assert!(index.select(&parse(text).query, &Asker::default(), &[]).is_empty(), "{text}");
    }
    assert_eq!(index.select(&parse("ef cd").query, &Asker::default(), &[]), [Rid(1)]);
}
