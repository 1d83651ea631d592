//! Cases for benches: shapes of real ones, text of little redundancy, the same for the same seed.
#![allow(dead_code, reason = "each bench uses what it needs")]

use std::ops::Range;

use caseload::domain::case::{CaseId, Level, Priority, Row, SourceId, State, Status};
use caseload::domain::page::Listed;
use caseload::domain::person::Person;
use caseload::domain::raw_body::RawBody;
use caseload::domain::text::Clean;
use jiff::Timestamp;

/// Words of two to four syllables out of a hundred: as plausible to a search as a language, hard to compress.
fn word(random: &mut fastrand::Rng) -> String {
    const CONSONANTS: &[u8; 20] = b"bcdfghjklmnprstvwxyz";
    const VOWELS: &[u8; 5] = b"aeiou";
    let syllables = random.usize(2..5);
    let mut letters = || [CONSONANTS[random.usize(..CONSONANTS.len())], VOWELS[random.usize(..VOWELS.len())]];
    (0..syllables).flat_map(|_| letters()).map(char::from).collect()
}

fn words(random: &mut fastrand::Rng, count: usize) -> String {
    (0..count).map(|_| word(random)).collect::<Vec<_>>().join(" ")
}

fn uuid(random: &mut fastrand::Rng) -> String {
    let (a, b) = (random.u64(..), random.u64(..));
    format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", a >> 32, a >> 16 & 0xffff, a & 0xffff, b >> 48, b & 0xffff_ffff_ffff)
}

/// One tenant has the same people and tags however many cases there are.
const TENANT: u64 = 60;

/// `count` Datadog-like cases, oldest first, with bodies of some 1.4 KB.
pub(crate) fn cases(count: usize, seed: u64) -> Vec<Listed> {
    numbered(0..count, seed)
}

/// Cases with these numbers, for making many of them piece by piece.
pub(crate) fn numbered(numbers: Range<usize>, seed: u64) -> Vec<Listed> {
    let mut random = fastrand::Rng::with_seed(TENANT);
    let people: Vec<Person> = (0..60)
        .map(|_| {
            let name = format!("{} {}", word(&mut random), word(&mut random));
            let email = format!("{}@example.com", name.replace(' ', "."));
            Person { id: uuid(&mut random).into(), name: Clean::line(&name), email: Clean::line(&email), is_service: false }
        })
        .collect();
    let tags: Vec<String> = (0..400).map(|_| format!("{}:{}", word(&mut random), word(&mut random))).collect();
    let mut random = fastrand::Rng::with_seed(seed);
    numbers.map(|number| case(number, &people, &tags, &mut random)).collect()
}

fn case(number: usize, people: &[Person], tags: &[String], random: &mut fastrand::Rng) -> Listed {
    let id = uuid(random);
    let key = format!("SEC-{number}");
    let title_words = random.usize(4..9);
    let title = words(random, title_words);
    let created = 1_700_000_000_000 + i64::try_from(number).unwrap_or(0) * 61_007;
    let level = random.usize(..5);
    let tags: Vec<&String> = (0..random.usize(..5)).map(|_| &tags[random.usize(..tags.len())]).collect();
    let assignee = random.bool().then(|| people[random.usize(..people.len())].clone());
    let state = [State::Open, State::InProgress, State::Closed, State::Archived][random.usize(..4)];
    let millis = |at: i64| Timestamp::from_millisecond(at).ok();
    let description = words(random, 100);
    let raw = format!(
        r#"{{"data":{{"type":"case","id":"{id}","attributes":{{"key":"{key}","title":"{title}","description":"{description}","status":"{}","priority":"P{}","created_at":{created},"attributes":{tags:?}}},"relationships":{{"assignee":"{}","project":"{}","created_by":"{}"}}}},"included":[{{"id":"{}","name":"{}"}}]}}"#,
        state.name(),
        level + 1,
        uuid(random),
        uuid(random),
        uuid(random),
        uuid(random),
        words(random, 2),
    );
    let row = Row {
        id: CaseId { source: SourceId(0), id: id.into() },
        url: Some(Clean::line(&format!("https://app.datadoghq.eu/cases/{key}"))),
        key: Clean::line(&key),
        title: Clean::line(&title),
        status: Status { state: Some(state), name: Clean::line(state.name()) },
        priority: Some(Priority { level: Level::ALL.get(level).copied(), name: Clean::line(&format!("P{}", level + 1)) }),
        assignees: assignee.into_iter().collect(),
        tags: tags.into_iter().map(|tag| Clean::line(tag)).collect(),
        created_at: millis(created),
        updated_at: millis(created + random.i64(0..9_000_000)),
        closed_at: None,
        due_at: None,
        also_due: Vec::new(),
        description: None,
    };
    Listed { row, raw: RawBody(raw.into()) }
}
