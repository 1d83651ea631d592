//! From an edit to the one literal `ServerOps` call: a PATCH with the changed keys only, never an empty one. Pure.

use serde_json::{Map, Value};

use super::convert::state;
use crate::domain::capability::allowed;
use crate::domain::case::{Case, Vendor};
use crate::domain::change::Change;
use crate::domain::edit::{Call, Edit, Method, Plan, PlanLine};
use crate::domain::fault::{Fault, FaultKind};
use crate::providers::http::encode;

/// # Errors
/// `NotPossible` when the case cannot do it, `Rejected` when a value cannot be right; the words say which and why.
pub(super) fn plan(case: &Case, edit: &Edit) -> Result<Plan, Fault> {
    let mut body = Map::new();
    let mut lines = Vec::new();
    for change in &edit.changes {
        let part = change.part();
        allowed(Vendor::ServerOps, &case.row, part).map_err(|reason| Fault::new(FaultKind::NotPossible, reason.to_string()))?;
        let (key, old, new) = match change {
            Change::Title(title) if title.trim().is_empty() => return Err(rejected("a ServerOps case needs a title")),
            Change::Title(title) => ("title", case.row.title.raw().to_owned(), title.clone()),
            Change::Description(text) => ("description", case.description.raw().to_owned(), text.clone()),
            Change::Status(option) => match state(option.name.as_str()) {
                Some(state) => ("status", case.row.status.name.raw().to_owned(), state.name().to_owned()),
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
    let calls = vec![Call { method: Method::Patch, path, body: Some(Value::Object(body)), makes, lasting: None, stays: Vec::new() }];
    Ok(Plan { lines, calls, side_effects: Vec::new() })
}

fn rejected(words: impl AsRef<str>) -> Fault {
    Fault::new(FaultKind::Rejected, words)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::convert::tests::CASE;
    use super::super::convert::{case, status_options};
    use super::*;
    use crate::domain::case::SourceId;
    use crate::domain::directory::StatusOption;
    use crate::domain::person::Person;
    use crate::domain::raw_body::RawBody;
    use crate::domain::text::Clean;

    fn planned(changes: Vec<Change>) -> Result<Plan, Fault> {
        let case = case(&RawBody(CASE.into()), SourceId(1)).unwrap();
        plan(&case, &Edit::new(&case, changes))
    }

    #[test]
    fn one_patch_carries_the_changed_keys_only() {
        let archived = status_options().remove(2);
        let plan = planned(vec![Change::Status(archived), Change::Title("New".into())]).unwrap();
        let [call] = &plan.calls[..] else { panic!("{:?}", plan.calls) };
        assert_eq!((call.method, call.path.as_str()), (Method::Patch, "/cases/c_1"));
        assert_eq!((call.body.as_ref().unwrap(), &call.makes), (&json!({"status": "archived", "title": "New"}), &vec![0, 1]));
        assert_eq!((plan.lines[0].old.as_str(), plan.lines[0].new.as_str()), ("open", "archived"));
        let emptied = planned(vec![Change::Description(String::new())]).unwrap();
        assert_eq!(emptied.calls[0].body, Some(json!({"description": ""})));
    }

    #[test]
    fn what_serverops_lacks_is_refused_with_the_reason() {
        let refused = |changes: Vec<Change>| planned(changes).unwrap_err();
        for change in [
            Change::Priority("P1".into()),
            Change::Assign(Person::default()),
            Change::Unassign(Person::default()),
            Change::AddTags(vec!["a".into()]),
            Change::RemoveTags(vec!["a".into()]),
            Change::Comment("hi".into()),
            Change::Archive,
            Change::Attribute { key: "a".into(), values: vec![] },
        ] {
            let fault = refused(vec![change]);
            assert_eq!(fault.kind, FaultKind::NotPossible);
            assert!(fault.message.as_str().contains("ServerOps"), "{fault}");
        }
        assert_eq!(refused(vec![]).kind, FaultKind::NotPossible, "an empty body is never sent");
        assert_eq!(refused(vec![Change::Title("  ".into())]).kind, FaultKind::Rejected);
        let odd = StatusOption { name: Clean::line("in progress"), ..status_options().remove(0) };
        assert!(refused(vec![Change::Status(odd)]).message.as_str().contains("open, closed, archived"));
        assert_eq!(refused(vec![Change::Title("a".into()), Change::Title("b".into())]).kind, FaultKind::Rejected);
    }
}
