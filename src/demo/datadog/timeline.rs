//! The timeline of a Datadog case.

use serde_json::{Value, json};

use super::case::{Case, handle, user_id};
use crate::demo::datadog::cell::Cell;
use crate::demo::datadog::stamp::stamp;
use crate::demo::dice::{mix, uuid};
use crate::demo::hostile;
use crate::demo::people::{COLLEAGUES, PEOPLE, ROBOT, Standing};
use crate::demo::scenes::Scenes;
use crate::demo::tenant::Draft;

/// How many entries a case had at the start: a handful, and now and then far more than a page.
fn length(draft: &Draft) -> u64 {
    let mut dice = draft.dice(3);
    if dice.one_in(22) { dice.between(64, 150) } else { dice.between(1, 9) }
}

fn is_comment(draft: &Draft, at: u64) -> bool {
    at > 0 && draft.dice(40_000 + at).percent(62)
}

/// Comments at the start, without making them.
pub(crate) fn comment_count(draft: &Draft) -> usize {
    (0..length(draft)).filter(|at| is_comment(draft, *at)).count()
}

/// The entries that the case had at the start, oldest first.
pub(crate) fn cells(draft: &Draft, case: &Case, scenes: &Scenes) -> Vec<Cell> {
    let total = length(draft);
    let scene = scenes.get(case.scene);
    let end_ms = case.closed_ms.or(case.modified_ms).unwrap_or(draft.created_ms + draft.age_ms / 2).max(draft.created_ms + 1_000);
    let step_ms = ((end_ms - draft.created_ms) / i64::try_from(total).unwrap_or(1)).max(1);
    (0..total)
        .map(|at| {
            let mut dice = draft.dice(40_000 + at);
            let comment = dice.percent(62) && at > 0;
            let created_ms = draft.created_ms + step_ms * at.cast_signed();
            let author = if at == 0 {
                Some(case.creator)
            } else if dice.one_in(12) {
                None
            } else if dice.one_in(9) {
                Some(ROBOT)
            } else {
                Some(dice.index(COLLEAGUES))
            };
            let (kind, content) = match (at, comment) {
                (0, _) => ("CASE_CREATED", json!({})),
                (_, true) if draft.hostile.is_some() && at % 2 == 0 => {
                    ("COMMENT", json!({"message": hostile::title(usize::try_from(at).unwrap_or(0) + draft.hostile.unwrap_or(0))}))
                }
                (_, true) => ("COMMENT", json!({"message": scene.comment(&draft.facts, at)})),
                _ => change(&mut dice),
            };
            let deleted = kind == "COMMENT" && dice.one_in(30);
            Cell {
                id: uuid(u32::try_from(at).unwrap_or(0), mix(draft.facts.case, 0xce11)),
                kind,
                author,
                created_ms,
                modified_ms: (kind == "COMMENT" && dice.one_in(8)).then_some(created_ms + 60_000),
                deleted_ms: deleted.then_some(created_ms + 90_000),
                content: if deleted { json!({"message": ""}) } else { content },
            }
        })
        .collect()
}

fn change(dice: &mut crate::demo::dice::Dice) -> (&'static str, Value) {
    match dice.between(0, 9) {
        0..=3 => ("ATTRIBUTE_UPDATE", json!({"attribute": "status", "old": "Open", "new": "In Progress"})),
        4..=5 => ("ATTRIBUTE_UPDATE", json!({"attribute": "priority", "old": "NOT_DEFINED", "new": dice.pick(&["P1", "P2", "P3"])})),
        6..=7 => ("ATTRIBUTE_UPDATE", json!({"attribute": "assignee", "new": user_id(dice.index(COLLEAGUES))})),
        8 => ("ATTRIBUTE_UPDATE", json!({"attribute": "title"})),
        _ => ("WORKFLOW_RUN", json!({"workflow": "enrich", "steps": [{"name": "whois", "ok": true}, {"name": "vt", "ok": false}]})),
    }
}

/// A person as timelines and `created_by_author` show one: `ID` in capitals, as recorded.
pub(crate) fn author_json(person: usize) -> Value {
    let who = &PEOPLE[person];
    json!({"type": "USER", "content": {
        "ID": user_id(person), "name": who.name, "email": who.email, "handle": handle(person),
        "active": matches!(who.standing, Standing::Active | Standing::Service),
    }})
}

pub(crate) fn cell_json(cell: &Cell) -> Value {
    let mut attributes = json!({
        "type": cell.kind,
        "cell_content": cell.content,
        "content": cell.content.to_string(),
        "created_at": stamp(cell.created_ms),
    });
    if let Some(person) = cell.author {
        attributes["author"] = author_json(person);
    } else if cell.kind == "WORKFLOW_RUN" {
        attributes["author"] = json!({"type": "WORKFLOW", "content": {"id": "wf-enrich"}});
    }
    if let Some(ms) = cell.modified_ms {
        attributes["modified_at"] = json!(stamp(ms));
    }
    if let Some(ms) = cell.deleted_ms {
        attributes["deleted_at"] = json!(stamp(ms));
    }
    json!({"id": cell.id, "type": "timeline_cell", "attributes": attributes})
}
