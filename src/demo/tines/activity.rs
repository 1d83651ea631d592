//! Timelines and records of a Tines case.

use serde_json::{Value, json};

use super::account::user_number;
use super::case::{Case, PRIORITIES};
use crate::demo::dice::{Dice, mix, word};
use crate::demo::facts::{Facts, fill};
use crate::demo::people::COLLEAGUES;
use crate::demo::scenes::{RecordKind, Scenes};
use crate::demo::tenant::Draft;
use crate::demo::tines::entry::Activity;
use crate::demo::{file, hostile};

/// The entries that the case had at the start, oldest first.
pub(crate) fn activities(draft: &Draft, case: &Case, scenes: &Scenes) -> Vec<Activity> {
    let mut dice = draft.dice(3);
    let total = if dice.one_in(20) { dice.between(64, 170) } else { dice.between(1, 12) }.max(1 + case.files);
    let end_ms = case.updated_ms.max(draft.created_ms + 1_000);
    let step_ms = ((end_ms - draft.created_ms) / i64::try_from(total).unwrap_or(1)).max(1);
    (0..total)
        .map(|at| {
            let mut dice = draft.dice(40_000 + at);
            let user = if dice.one_in(10) { None } else { Some(dice.index(COLLEAGUES)) };
            let file = (1..=case.files).contains(&at).then(|| at - 1);
            let (kind, value) = match (at, file) {
                // The vendor's own sample shows another number here than the case has.
                (0, _) => ("CREATED", json!(if dice.one_in(40) { case.id() + 114 } else { case.id() }.to_string())),
                (_, Some(_)) if dice.percent(30) => ("FILE_ATTACHED_AND_COMMENTED", json!("Screenshot of what the reporter saw.")),
                (_, Some(_)) => ("FILE_ATTACHED", Value::Null),
                _ => entry(&mut dice, draft, case, scenes, at),
            };
            Activity {
                id: case.id() * 1_000 + at,
                kind,
                value,
                user: if at == 0 { case.author } else { user },
                created_ms: draft.created_ms + step_ms * at.cast_signed(),
                file,
            }
        })
        .collect()
}

fn entry(dice: &mut Dice, draft: &Draft, case: &Case, scenes: &Scenes, at: u64) -> (&'static str, Value) {
    let people = |dice: &mut Dice| {
        let ids: Vec<String> = (0..dice.between(1, 2)).map(|_| user_number(dice.index(COLLEAGUES)).to_string()).collect();
        json!(ids.join(","))
    };
    match dice.between(0, 99) {
        0..=54 => {
            let text = match draft.hostile {
                Some(kind) if at % 2 == 1 => hostile::title(kind + usize::try_from(at).unwrap_or(0) % hostile::KINDS),
                _ => scenes.get(case.scene).comment(&draft.facts, at),
            };
            ("COMMENTED", json!(text))
        }
        55..=60 => ("ASSIGNED", people(dice)),
        61..=63 => ("UNASSIGNED", people(dice)),
        64..=68 => ("STATUS_UPDATED", json!(dice.pick(&["open", "closed"]))),
        69..=73 => ("SUB_STATUS_UPDATED", json!(dice.pick(&["Investigating", "Waiting on user", "Done"]))),
        74..=77 => ("SEVERITY_UPDATED", json!(dice.pick(&PRIORITIES).to_lowercase())),
        78..=80 => ("TAGS_ADDED", json!("vip,repeat")),
        81 => ("TAGS_REMOVED", json!("repeat")),
        82..=85 => ("RECORD_RESULT_SET_ADDED", json!(dice.between(50, 900).to_string())),
        86 => ("CHECKLIST_ITEM_COMPLETED", json!("Purge the copies")),
        87 => ("CHECKLIST_ITEM_INCOMPLETE", json!("Purge the copies")),
        88 => ("LINKED_CASE_ADDED", json!(case.id().saturating_sub(3).to_string())),
        89 => ("METADATA_UPDATED", json!("alert_id")),
        90..=91 => ("SLA_WARNING", Value::Null),
        92..=93 => ("SLA_EXCEEDED", Value::Null),
        94..=95 => ("FIELD_UPDATED", json!("Operating system")),
        96 => ("DELETED_COMMENT", json!("")),
        97 => ("FILE_DELETED", Value::Null),
        98 => ("file_pasted", Value::Null),
        _ => ("STORY_RUN_LINKED", json!({"story": "Enrich", "run": fill("{sha8}", &draft.facts)})),
    }
}

/// One row of a record table.
pub(crate) struct Record {
    pub(crate) id: u64,
    pub(crate) kind_id: u64,
    pub(crate) kind: String,
    pub(crate) created_ms: i64,
    /// Column and value.
    pub(crate) cells: Vec<(String, Value)>,
}

/// All rows of the case, by type.
pub(crate) fn records(draft: &Draft, case: &Case, scenes: &Scenes) -> Vec<Record> {
    let mut dice = draft.dice(5);
    let scene = scenes.get(case.scene);
    let mut rows = Vec::new();
    for (at, kind) in scene.records.iter().enumerate() {
        let count = match dice.between(0, 39) {
            0..=5 => 0,
            6 | 7 if at == 0 => dice.between(125, 190),
            _ => dice.between(1, 9),
        };
        rows.extend((0..count).map(|row| record(draft, case, kind, at, row)));
    }
    rows
}

/// The file behind an attachment of the case.
pub(crate) fn attached(case: &Case, at: u64) -> file::File {
    file::make(mix(case.id(), at))
}

fn record(draft: &Draft, case: &Case, kind: &RecordKind, at: usize, row: u64) -> Record {
    let facts = Facts { case: mix(draft.facts.case, 70_000 + row + 1_000 * at as u64), ..draft.facts };
    let mut dice = Dice::new(mix(facts.case, 9));
    let cells = kind
        .columns
        .iter()
        .map(|(name, template)| {
            let text = fill(template, &facts);
            let value = match text.parse::<u64>() {
                _ if dice.one_in(40) => Value::Null,
                Ok(number) if number < 10_000_000 => json!(number),
                _ if draft.hostile.is_some() && dice.one_in(4) => json!(hostile::title(usize::try_from(row).unwrap_or(0) + at)),
                _ => json!(text),
            };
            (name.clone(), value)
        })
        .collect();
    Record {
        id: case.id() * 1_000 + 200 * at as u64 + row,
        kind_id: word(&kind.name) % 900 + 50,
        kind: kind.name.clone(),
        created_ms: draft.created_ms + (row * 1_700).cast_signed(),
        cells,
    }
}
