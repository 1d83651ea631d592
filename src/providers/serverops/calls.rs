//! From an edit to the one literal `ServerOps` call: a PATCH with the changed keys only, never an empty one. Pure.

use serde_json::{Map, Value};

use super::convert::state;
use crate::domain::capability::allowed;
use crate::domain::case::{Case, Vendor};
use crate::domain::edit::{Call, Change, Edit, Method, Plan, PlanLine};
use crate::domain::fault::{Fault, FaultKind};
use crate::providers::http::encode;

/// # Errors
/// `NotPossible` when the case cannot do it, `Rejected` when a value cannot be right; the words say which and why.
pub(super) fn plan(case: &Case, edit: &Edit) -> Result<Plan, Fault> {
    let mut body = Map::new();
    let mut lines = Vec::new();
    for change in &edit.changes {
        let part = change.part();
        allowed(Vendor::ServerOps, &case.row, part).map_err(|reason| Fault::new(FaultKind::NotPossible, reason))?;
        let (key, old, new) = match change {
            Change::Title(title) if title.trim().is_empty() => return Err(rejected("a ServerOps case needs a title")),
            Change::Title(title) => ("title", case.row.title.to_string(), title.clone()),
            Change::Description(text) => ("description", case.description.to_string(), text.clone()),
            Change::Status(option) => match state(option.name.as_str()) {
                Some(state) => ("status", case.row.status.name.to_string(), state.name().to_owned()),
                None => return Err(rejected(format!("`{}` is no ServerOps status; it is one of open, closed, archived", option.name))),
            },
            _ => return Err(Fault::new(FaultKind::NotPossible, format!("ServerOps cases have no {}", part.name()))),
        };
        if body.insert(key.to_owned(), new.as_str().into()).is_some() {
            return Err(rejected(format!("{key} is given two values at once")));
        }
        lines.push(PlanLine { part, old, new });
    }
    if body.is_empty() {
        return Err(Fault::new(FaultKind::NotPossible, "there is nothing to change"));
    }
    let path = format!("/cases/{}", encode(&case.row.id.id));
    let makes = (0..edit.changes.len()).collect();
    let calls = vec![Call { method: Method::Patch, path, body: Some(Value::Object(body)), makes, lasting: None }];
    Ok(Plan { lines, calls, side_effects: Vec::new() })
}

fn rejected(words: impl AsRef<str>) -> Fault {
    Fault::new(FaultKind::Rejected, words)
}
