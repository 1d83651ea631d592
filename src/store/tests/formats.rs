//! Files of every older format, with what each held: all of it is there after the format was brought up to date.
//!
//! `tests/fixtures/store` holds what was written then, as SQL. A released fixture never changes, like the schema it fits.

use rusqlite::Connection;

use super::super::open::{CASES, Kind, OUTBOX};
use super::*;
use crate::domain::aside::{Aside, Snooze, Then, Until};
use crate::domain::aspect::Seen;
use crate::domain::baseline::Baseline;
use crate::domain::case::Vendor;
use crate::domain::change::Change;
use crate::domain::change_script::{ChangeScript, Step};
use crate::domain::draft::Draft;
use crate::domain::moved::Moved;
use crate::domain::triage::{Decision, Triage, Waiting};

/// What was kept, by the format of the outbox file that held it.
const OUTBOXES: [&str; 6] = [
    include_str!("../../../tests/fixtures/store/outbox_1.sql"),
    include_str!("../../../tests/fixtures/store/outbox_2.sql"),
    include_str!("../../../tests/fixtures/store/outbox_3.sql"),
    include_str!("../../../tests/fixtures/store/outbox_4.sql"),
    include_str!("../../../tests/fixtures/store/outbox_5.sql"),
    include_str!("../../../tests/fixtures/store/outbox_6.sql"),
];
const CACHES: [&str; 3] = [
    include_str!("../../../tests/fixtures/store/cases_1.sql"),
    include_str!("../../../tests/fixtures/store/cases_2.sql"),
    include_str!("../../../tests/fixtures/store/cases_3.sql"),
];

fn case(id: &str) -> CaseId {
    CaseId { source: B, id: id.into() }
}

fn edit() -> Edit {
    Edit::unguarded(case("77"), vec![Change::Title("a new title".into()), Change::Comment("seen, \"quoted\" and 漢字".into())])
}

fn parked() -> OutboxEntry {
    let fault = Fault::new(FaultKind::Forbidden, "the keys lack cases_write").with_status(403);
    OutboxEntry {
        progress: Progress::Parked { fault, done: 0 },
        holds_shown_text: true,
        ..OutboxEntry::queued("e1", edit(), Plan::default(), at(1_700_000_000))
    }
}

/// The second format is the first that knows what the person saw and that an entry can be held.
fn held() -> OutboxEntry {
    OutboxEntry {
        is_held: true,
        holds_shown_text: true,
        ..OutboxEntry::queued("e2", Edit { base: seen(), ..edit() }, Plan::default(), at(1_700_000_001))
    }
}

fn seen() -> Vec<Seen> {
    Edit::new(&crate::domain::sample::case(Vendor::Tines, 7), vec![Change::Title("x".into())]).base
}

fn draft() -> Draft {
    Draft {
        case: case("78"),
        marked: Vec::new(),
        values: Vec::new(),
        base: seen(),
        saved_at: at(1_700_000_002),
        decided: Vec::new(),
        holds_shown_text: true,
    }
}

fn asides() -> [Aside; 2] {
    let snooze = Snooze { until: Until::Change, since: at(1_700_000_003), then: Then::default() };
    [Aside { case: case("77"), is_pinned: true, snooze: None }, Aside { case: case("79"), is_pinned: false, snooze: Some(snooze) }]
}

fn triage() -> Triage {
    let waiting = |id: &str| Waiting { case: case(id), key: format!("#{id}"), had: vec!["Ada".into()], is_again: id == "79", turn: 0 };
    let mut run = Triage {
        filter: "status:open".into(),
        started_at: at(1_700_000_004),
        spent_s: 61,
        of: 3,
        queue: ["77", "78", "79"].map(waiting).into(),
        decided: Vec::new(),
    };
    run.decide(Decision::Changed(ChangeScript::of(vec![Step::parse("set priority=high").unwrap()])));
    // Nobody counted then.
    run.decided[0].waiting.turn = 0;
    run
}

fn row() -> Listed {
    listed(B, "77", "kept since the first format", 5)
}

/// A file as the version that knew only the first `format` scripts left it.
fn old(directory: &Path, kind: &Kind, format: usize, kept: &str) {
    let connection = Connection::open(directory.join(kind.name)).unwrap();
    for sql in &kind.schema[..format] {
        connection.execute_batch(sql).unwrap();
    }
    connection.execute_batch(kept).unwrap();
    connection.pragma_update(None, "user_version", i64::try_from(format).unwrap()).unwrap();
}

#[test]
fn what_an_older_outbox_held_is_all_there() {
    assert_eq!(OUTBOXES.len(), OUTBOX.schema.len(), "a new format needs a fixture of what it holds");
    for (format, kept) in (1..).zip(OUTBOXES) {
        let directory = tempfile::tempdir().unwrap();
        old(directory.path(), &OUTBOX, format, kept);
        let mut store = open(directory.path());
        let entries = if format == 1 { vec![parked()] } else { vec![parked(), held()] };
        assert_eq!(store.outbox().unwrap(), entries, "format {format}");
        let (drafts, faults) = store.drafts().unwrap();
        assert_eq!((drafts, faults), (if format >= 2 { vec![draft()] } else { Vec::new() }, Vec::new()), "format {format}");
        let (found, faults) = store.asides().unwrap();
        assert_eq!((found, faults), (if format >= 3 { asides().to_vec() } else { Vec::new() }, Vec::new()), "format {format}");
        assert_eq!(store.triage().unwrap(), (format >= 4).then(triage), "format {format}");
        let (found, _) = store.baselines(0).unwrap();
        let baselines = vec![(case("77"), Some(Then::default())), (case("79"), None)];
        assert_eq!(found, if format >= 5 { baselines } else { Vec::new() }, "format {format}");
        assert_eq!(store.baseline(&case("79")).unwrap().and_then(|known| known.looked).is_some(), format >= 5, "format {format}");
        // And all of it can be worked on.
        let taken = store.take_up().unwrap().drafts;
        assert_eq!(taken, if format >= 2 { vec![draft()] } else { Vec::new() }, "format {format}");
        assert_eq!(store.drafts().unwrap().0, taken, "format {format}");
        let known = store.outbox_entry("e1").unwrap().unwrap();
        store.outbox_drop(&known).unwrap();
        store.draft_keep(&draft()).unwrap();
        assert_eq!(store.drafts().unwrap().0, [draft()], "format {format}");
        store.asides_keep(&asides().map(|after| Moved { before: Aside::nothing(&after.case), after })).unwrap();
        store.baselines_keep(&[Baseline { case: case("78"), row: None, looked: None }], false).unwrap();
        store.triage_decide(&triage(), None).unwrap();
        assert_eq!(store.faults(), []);
    }
}

#[test]
fn what_an_older_cache_held_is_all_there() {
    assert_eq!(CACHES.len(), CASES.schema.len(), "a new format needs a fixture of what it holds");
    for (format, kept) in (1..).zip(CACHES) {
        let directory = tempfile::tempdir().unwrap();
        old(directory.path(), &CASES, format, kept);
        // Whoever only reads it finds it, too: a command that lists comes before any workbench.
        let mut read_only = Store::open(directory.path(), Access::ReadOnly).unwrap();
        read_only.sources(&["a", "b"]).unwrap();
        assert_eq!((all(&read_only), read_only.faults()), (vec![(Rid(1), row().row)], Vec::new()), "format {format}");
        let store = open(directory.path());
        assert_eq!(all(&store), [(Rid(1), row().row)], "format {format}");
        assert_eq!(store.raw(Rid(1)).unwrap().map(|(raw, _, _)| raw), Some(row().raw), "format {format}");
        let mark = store.mark(B).unwrap();
        let doubts = if format >= 2 { (-5, 3) } else { (0, 0) };
        assert_eq!((mark.seen, (mark.question, mark.malformed)), (1, doubts), "format {format}");
        assert_eq!(store.directory(B).unwrap().as_deref(), Some("{}"), "format {format}");
    }
}
