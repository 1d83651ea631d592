//! An edit as literal calls; pure.

use serde_json::{Map, Value, json};

use super::super::http::encode;
use super::super::loose::plain_id;
use super::super::salvage::reading;
use super::super::typed::{Slot, is_day};
use super::maps::{Entries, Scalars};
use super::naming::PLAIN_STATUSES;
use super::wire;
use crate::domain::capability::{allowed, priorities};
use crate::domain::case::{Case, FieldKind, Row, State, Vendor};
use crate::domain::change::Change;
use crate::domain::directory::{Directory, FieldName, StatusOption};
use crate::domain::edit::{Call, Edit, Method, Plan, PlanLine};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::part::Part;
use crate::domain::person::Person;
use crate::domain::text::raws;

/// Fields with a call of their own, by the name that the call gives them; read back under the same name.
const DUE_DATE: &str = "due_date";
const RESOLVED_REASON: &str = "security_resolved_reason";

/// `/api/v2/cases/{id}` and what follows. The id may be a UUID or a key.
pub(super) fn case_path(id: &str, rest: &str) -> Result<String, Fault> {
    if id.is_empty() {
        return Err(rejected("the case has no id"));
    }
    Ok(format!("/api/v2/cases/{}{rest}", encode(id)))
}

/// Calls in a fixed order: unarchive, people, status, priority, title, description, attributes, fields, archive, comment.
/// Whatever an archived case refuses comes between, and a comment speaks about what was done before it.
pub(super) fn plan(case: &Case, edit: &Edit, directory: &Directory) -> Result<Plan, Fault> {
    permit(&case.row, edit)?;
    let lines = edit.changes.iter().map(|change| line(case, change, directory)).collect();
    let draft = Draft { case, edit, directory };
    let mut calls = Vec::new();
    calls.extend(draft.single(|change| matches!(change, Change::Unarchive), "unarchive", |_| Ok(None))?);
    calls.extend(draft.people()?);
    calls.extend(draft.single(|change| change.part() == Part::Status, "status", |change| draft.status(change))?);
    calls.extend(draft.single(|change| change.part() == Part::Priority, "priority", priority)?);
    calls.extend(draft.single(|change| change.part() == Part::Title, "title", title)?);
    calls.extend(draft.single(|change| change.part() == Part::Description, "description", description)?);
    calls.extend(draft.attributes()?);
    draft.fields(&mut calls)?;
    calls.extend(draft.single(|change| matches!(change, Change::Archive), "archive", |_| Ok(None))?);
    if let Some(mut call) = draft.single(|change| change.part() == Part::Comment, "comment", comment)? {
        call.lasting = Some("a comment cannot be taken back from here".to_owned());
        calls.push(call);
    }
    if calls.is_empty() {
        return Err(rejected("the edit changes nothing"));
    }
    Ok(Plan { lines, calls, side_effects: side_effects(edit, directory) })
}

/// What is refused is said before anything is sent. An edit that unarchives may change the case in the same breath.
fn permit(row: &Row, edit: &Edit) -> Result<(), Fault> {
    let mut row = row.clone();
    if edit.changes.contains(&Change::Unarchive) && row.status.state == Some(State::Archived) {
        row.status.state = None;
    }
    for change in &edit.changes {
        allowed(Vendor::Datadog, &row, change.part()).map_err(|why| Fault::new(FaultKind::NotPossible, why.to_string()))?;
    }
    Ok(())
}

struct Draft<'a> {
    case: &'a Case,
    edit: &'a Edit,
    directory: &'a Directory,
}

impl Draft<'_> {
    /// The one change that `is` means, as `POST …/{verb}` with the attributes that `body` makes; `None`: no such change.
    fn single(
        &self,
        is: impl Fn(&Change) -> bool,
        verb: &str,
        body: impl Fn(&Change) -> Result<Option<Value>, Fault>,
    ) -> Result<Option<Call>, Fault> {
        let mut found = self.edit.changes.iter().enumerate().filter(|(_, change)| is(change));
        let Some((at, change)) = found.next() else { return Ok(None) };
        if found.next().is_some() {
            return Err(rejected(&format!("{} is changed twice in one edit", change.part().name())));
        }
        self.call(verb, body(change)?, vec![at]).map(Some)
    }

    fn call(&self, verb: &str, attributes: Option<Value>, makes: Vec<usize>) -> Result<Call, Fault> {
        let mut data = json!({ "type": "case" });
        if let Some(attributes) = attributes {
            data["attributes"] = attributes;
        }
        let path = case_path(&self.case.row.id.id, &format!("/{verb}"))?;
        Ok(Call { method: Method::Post, path, body: Some(json!({ "data": data })), makes, lasting: None, stays: Vec::new() })
    }

    /// A case has one assignee: a new one replaces the old, so that taking the old one off needs no call of its own.
    fn people(&self) -> Result<Option<Call>, Fault> {
        let changes = self.edit.changes.iter().enumerate();
        let (mut makes, mut assign, mut unassign) = (Vec::new(), None, None);
        for (at, change) in changes {
            match change {
                Change::Assign(person) if assign.is_some_and(|known: &Person| !known.is(person)) => {
                    return Err(rejected("a Datadog case has one assignee: choose one person"));
                }
                Change::Assign(person) => assign = Some(person),
                Change::Unassign(person) => unassign = Some(person),
                _ => continue,
            }
            makes.push(at);
        }
        if let Some(person) = unassign
            && !self.case.row.assignees.iter().any(|known| known.is(person))
        {
            return Err(Fault::new(FaultKind::NotPossible, format!("the case is not assigned to {}", person.label())));
        }
        match (assign, unassign) {
            (Some(person), _) => self.call("assign", Some(json!({ "assignee_id": self.user_id(person)? })), makes).map(Some),
            (None, Some(_)) => self.call("unassign", None, makes).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn user_id(&self, person: &Person) -> Result<String, Fault> {
        let known = || self.directory.people.iter().chain(&self.directory.me).find(|known| known.is(person));
        let id = if person.id.is_empty() { known().map(|known| &known.id) } else { Some(&person.id) };
        let id = id.filter(|id| !id.is_empty()).ok_or_else(|| {
            rejected(&format!("Datadog assigns by user id, and the id of {} is not known: choose the person from the list", person.label()))
        })?;
        Ok(id.to_string())
    }

    /// By `status_name` when the directory knows the case's type; else the deprecated `status`, which every type takes.
    fn status(&self, change: &Change) -> Result<Option<Value>, Fault> {
        let Change::Status(wanted) = change else { return Ok(None) };
        let wanted_name = wanted.name.raw();
        let case_type = self.case.case_type.as_ref().and_then(|known| self.directory.case_types.iter().find(|other| other.id == known.id));
        if let Some(case_type) = case_type {
            let names: Vec<&str> = case_type.statuses.iter().map(|status| status.name.raw()).collect();
            if !names.contains(&wanted_name) {
                return Err(rejected(&format!("`{wanted_name}` is no status of {} cases: {}", case_type.name, names.join(", "))));
            }
            return Ok(Some(json!({ "status_name": wanted_name })));
        }
        Ok(Some(match plain_status(wanted) {
            Some(status) => json!({ "status": status }),
            None => json!({ "status_name": wanted_name }),
        }))
    }

    /// One call per field.
    fn fields(&self, calls: &mut Vec<Call>) -> Result<(), Fault> {
        let mut seen: Vec<&str> = Vec::new();
        for (at, change) in self.edit.changes.iter().enumerate() {
            let Change::Field { id, values } = change else { continue };
            if seen.contains(&id.as_str()) {
                return Err(rejected(&format!("{id} is changed twice in one edit")));
            }
            seen.push(id);
            calls.push(match id.as_str() {
                DUE_DATE => self.call("due_date", Some(json!({ DUE_DATE: due_date(values)? })), vec![at])?,
                RESOLVED_REASON => self.call("resolved_reason", Some(json!({ RESOLVED_REASON: resolved_reason(values)? })), vec![at])?,
                key => self.custom(key, values, at)?,
            });
        }
        Ok(())
    }

    /// An attribute that this case has, or that cases of its type can have.
    fn custom(&self, key: &str, values: &[String], at: usize) -> Result<Call, Fault> {
        let case_type = self.case.case_type.as_ref().map(|known| &known.id);
        let is_of_type = |known: &&FieldName| Some(&known.case_type) == case_type;
        let own = custom_key(self.case, key)?;
        let is_known = self.directory.fields.iter().filter(is_of_type).any(|known| known.key == key) || own.is_some();
        let Some(field) = self.case.fields.iter().find(|field| field.id == key).filter(|_| is_known) else {
            let known: Vec<&str> = self.directory.fields.iter().filter(is_of_type).map(|known| known.key.as_str()).collect();
            let known = if known.is_empty() { String::new() } else { format!("{}, ", known.join(", ")) };
            let words = format!("this case has no field `{key}` that can be set: there is {known}{DUE_DATE} and {RESOLVED_REASON}");
            return Err(Fault::new(FaultKind::NotPossible, words));
        };
        let rest = format!("/custom_attributes/{}", encode(own.as_deref().unwrap_or(key)));
        if values.is_empty() {
            let path = case_path(&self.case.row.id.id, &rest)?;
            return Ok(Call { method: Method::Delete, path, body: None, makes: vec![at], lasting: None, stays: Vec::new() });
        }
        let slot = Slot { name: key, kind: &field.kind, is_multi: field.is_multi, options: &field.options };
        let kind = match &field.kind {
            FieldKind::Number => "NUMBER",
            FieldKind::Url => "URL",
            FieldKind::Select => "SELECT",
            _ => "TEXT",
        };
        let value = slot.json(values)?;
        self.call(&rest[1..], Some(json!({ "type": kind, "is_multi": field.is_multi, "value": value })), vec![at])
    }

    /// The whole map with the changes laid over it: nothing tells whether the vendor replaces or merges, and this is
    /// right for the first and loses nothing with the second. Values come from the raw body, as cleaned ones would
    /// overwrite what they stand for.
    fn attributes(&self) -> Result<Option<Call>, Fault> {
        let changes: Vec<(usize, &str, &[String])> = self
            .edit
            .changes
            .iter()
            .enumerate()
            .filter_map(|(at, change)| match change {
                Change::Attribute { key, values } => Some((at, key.as_str(), values.as_slice())),
                _ => None,
            })
            .collect();
        if changes.is_empty() {
            return Ok(None);
        }
        let mut map = raw_attributes(self.case)?;
        for (_, key, values) in &changes {
            if key.trim().is_empty() {
                return Err(rejected("an attribute needs a key"));
            }
            if values.is_empty() {
                map.remove(*key);
            } else {
                map.insert((*key).to_owned(), json!(values));
            }
        }
        let makes = changes.iter().map(|(at, ..)| *at).collect();
        self.call("attributes", Some(json!({ "attributes": map })), makes).map(Some)
    }
}

/// The key of one of the case's custom attributes as the vendor has it, by the id of its field; None: among its fields are
/// also values that can only be read.
fn custom_key(case: &Case, id: &str) -> Result<Option<String>, Fault> {
    let read = |json: &str| {
        let answer: wire::Answer<'_> = serde_json::from_str(json)?;
        let mut keys = answer.data.attributes.custom_attributes.0.iter().map(|(known, _)| known.as_str());
        Ok(keys.find(|known| plain_id(known) == id).map(str::to_owned))
    };
    reading(&case.raw.0, read).map_err(|_: serde_json::Error| rejected("the case has to be read again first: its fields cannot be read"))
}

fn due_date(values: &[String]) -> Result<Value, Fault> {
    match values {
        [] => Ok(Value::Null),
        [day] if is_day(day) => Ok(day.as_str().into()),
        _ => Err(rejected(&format!("{DUE_DATE}: `{}` is no day: write it as 2026-11-21, or nothing to clear it", values.join(", ")))),
    }
}

fn resolved_reason(values: &[String]) -> Result<Value, Fault> {
    match values {
        [] => Err(Fault::new(FaultKind::NotPossible, "Datadog takes no reason back: write another one, such as FALSE_POSITIVE")),
        [reason] if !reason.trim().is_empty() => Ok(reason.as_str().into()),
        _ => Err(rejected(&format!("{RESOLVED_REASON}: write one reason, such as TRUE_POSITIVE, FALSE_POSITIVE or BENIGN_POSITIVE"))),
    }
}

fn raw_attributes(case: &Case) -> Result<Map<String, Value>, Fault> {
    #[derive(serde::Deserialize)]
    struct Attributes<'a> {
        #[serde(borrow, default)]
        attributes: Entries<'a, Scalars<'a>>,
    }
    let read = |json: &str| {
        let one: wire::One<'_> = serde_json::from_str(json)?;
        let case: wire::Case<'_, Attributes<'_>, serde::de::IgnoredAny> = serde_json::from_str(one.data.get())?;
        let entries = case.attributes.attributes.0.iter();
        Ok(entries.map(|(key, values)| (key.as_str().to_owned(), values.iter().collect())).collect())
    };
    reading(&case.raw.0, read)
        .map_err(|_: serde_json::Error| rejected("the case has to be read again first: its attributes cannot be read"))
}

fn plain_status(wanted: &StatusOption) -> Option<&'static str> {
    PLAIN_STATUSES
        .iter()
        .find(|(state, name, _)| *state == wanted.state && wanted.name.as_str().eq_ignore_ascii_case(name))
        .map(|(_, _, status)| *status)
}

fn priority(change: &Change) -> Result<Option<Value>, Fault> {
    let Change::Priority(name) = change else { return Ok(None) };
    let known = priorities(Vendor::Datadog);
    let spelled = known.iter().find(|known| known.eq_ignore_ascii_case(name));
    let spelled = spelled.ok_or_else(|| rejected(&format!("`{name}` is no priority of Datadog: {}", known.join(", "))))?;
    Ok(Some(json!({ "priority": spelled })))
}

fn title(change: &Change) -> Result<Option<Value>, Fault> {
    let Change::Title(title) = change else { return Ok(None) };
    if title.trim().is_empty() {
        return Err(rejected("a title cannot be empty"));
    }
    Ok(Some(json!({ "title": title })))
}

#[expect(clippy::unnecessary_wraps, reason = "the same shape as the parts that can be refused")]
fn description(change: &Change) -> Result<Option<Value>, Fault> {
    let Change::Description(text) = change else { return Ok(None) };
    Ok(Some(json!({ "description": text })))
}

fn comment(change: &Change) -> Result<Option<Value>, Fault> {
    let Change::Comment(text) = change else { return Ok(None) };
    if text.trim().is_empty() {
        return Err(rejected("a comment cannot be empty"));
    }
    Ok(Some(json!({ "comment": text })))
}

fn rejected(why: &str) -> Fault {
    Fault::new(FaultKind::Rejected, why)
}

fn line(case: &Case, change: &Change, directory: &Directory) -> PlanLine {
    let row = &case.row;
    let told = |person: &Person| person.told(row.assignees.iter().chain(&directory.people).chain(&directory.me));
    let assignees = || row.assignees.iter().map(told).collect::<Vec<_>>().join(", ");
    let archived = |is: bool| if is { "archived" } else { "not archived" }.to_owned();
    let (old, new) = match change {
        Change::Title(title) => (row.title.raw().to_owned(), title.clone()),
        Change::Description(text) => (case.description.raw().to_owned(), text.clone()),
        Change::Status(status) => (row.status.name.raw().to_owned(), directory.status_told(Vendor::Datadog, case, status)),
        Change::Priority(name) => (row.priority.as_ref().map_or_else(String::new, |priority| priority.name.to_string()), name.clone()),
        Change::Assign(person) => (assignees(), told(person)),
        Change::Unassign(_) => (assignees(), String::new()),
        Change::Attribute { key, values } => {
            let known = case.attributes.iter().find(|(name, _)| name.raw() == key).map_or(&[][..], |(_, values)| values);
            let known = raws(known);
            (format!("{key}: {}", known.join(", ")), format!("{key}: {}", values.join(", ")))
        }
        Change::Field { id, values } => {
            let known = case.fields.iter().find(|field| field.id == id.as_str()).map_or(&[][..], |field| &field.values);
            let known = raws(known);
            (format!("{id}: {}", known.join(", ")), format!("{id}: {}", values.join(", ")))
        }
        Change::Archive | Change::Unarchive => (archived(row.status.state == Some(State::Archived)), archived(*change == Change::Archive)),
        Change::Comment(text) => (String::new(), text.clone()),
        Change::AddTags(tags) | Change::RemoveTags(tags) => (String::new(), tags.join(", ")),
    };
    PlanLine { part: change.part(), old, new }
}

fn side_effects(edit: &Edit, directory: &Directory) -> Vec<String> {
    let mut effects = Vec::new();
    let to_me = |change: &Change| matches!(change, Change::Assign(person) if directory.me.as_ref().is_some_and(|me| me.is(person)));
    if edit.changes.iter().any(to_me) {
        effects.push("the project may move a case to In Progress when you assign it to yourself".to_owned());
    }
    if edit.changes.iter().any(|change| matches!(change.part(), Part::Assignees | Part::Status | Part::Priority | Part::Comment)) {
        effects.push("whoever watches the case, and whom the project names, may be notified of this change".to_owned());
    }
    effects
}

#[cfg(test)]
mod tests {
    use super::super::convert::{Site, case};
    use super::super::naming;
    use super::*;
    use crate::domain::case::SourceId;
    use crate::domain::raw_body::RawBody;
    use crate::domain::text::Clean;

    const CASE: &str = include_str!("../../../tests/fixtures/datadog/case.json");
    const TYPES: &str = include_str!("../../../tests/fixtures/datadog/types.json");
    const PATH: &str = "/api/v2/cases/c7c9e2a6-3f43-4a5f-8e3e-72b3b5b6f201";

    fn directory() -> Directory {
        Directory {
            me: Some(person("3ad549bf-eba0-11e9-a77a-0705486660d0", "frog@datadoghq.com")),
            case_types: naming::case_types(TYPES).unwrap(),
            ..Directory::default()
        }
    }

    fn person(id: &str, email: &str) -> Person {
        Person { id: id.into(), email: Clean::line(email), ..Person::default() }
    }

    fn status(state: State, name: &str) -> StatusOption {
        StatusOption { state, name: Clean::line(name), id: "".into(), group: "".into() }
    }

    fn case_of(json: &str) -> Case {
        case(&Site { source: SourceId(0), web: None }, &RawBody(json.into()), &directory()).unwrap()
    }

    fn plan_of(changes: Vec<Change>) -> Result<Plan, Fault> {
        let case = case_of(CASE);
        let edit = Edit::new(&case, changes);
        plan(&case, &edit, &directory())
    }

    fn sent(plan: &Plan) -> Vec<(String, Value, Vec<usize>)> {
        let literal = |call: &Call| {
            assert_eq!(call.method, Method::Post);
            let verb = call.path.strip_prefix(PATH).unwrap().to_owned();
            let body = call.body.clone().unwrap();
            assert_eq!(body["data"]["type"], "case");
            (verb, body["data"]["attributes"].clone(), call.makes.clone())
        };
        plan.calls.iter().map(literal).collect()
    }

    #[test]
    fn every_change_has_its_call_and_the_order_is_fixed() {
        let plan = plan_of(vec![
            Change::Comment("done".into()),
            Change::Archive,
            Change::Attribute { key: "team".into(), values: vec!["soc".into(), "ir".into()] },
            Change::Description("new *text*".into()),
            Change::Title("new title".into()),
            Change::Priority("p1".into()),
            Change::Status(status(State::Open, "Open")),
            Change::Assign(person("11111111-0000-0000-0000-000000000001", "ada@example.com")),
        ])
        .unwrap();
        assert_eq!(
            sent(&plan),
            [
                ("/assign".into(), json!({"assignee_id": "11111111-0000-0000-0000-000000000001"}), vec![7]),
                ("/status".into(), json!({"status_name": "Open"}), vec![6]),
                ("/priority".into(), json!({"priority": "P1"}), vec![5]),
                ("/title".into(), json!({"title": "new title"}), vec![4]),
                ("/description".into(), json!({"description": "new *text*"}), vec![3]),
                (
                    "/attributes".into(),
                    json!({"attributes": {"service": ["web-store", "web-api"], "env": ["prod"], "datacenters": ["eu\u{200b}1"], "team": ["soc", "ir"]}}),
                    vec![2]
                ),
                ("/archive".into(), Value::Null, vec![1]),
                ("/comment".into(), json!({"comment": "done"}), vec![0]),
            ]
        );
        assert_eq!(plan.calls[6].body, Some(json!({"data": {"type": "case"}})));
        assert!(plan.calls[7].lasting.is_some());
        assert!(plan.calls[..7].iter().all(|call| call.lasting.is_none()));
        let lines: Vec<_> = plan.lines.iter().map(|line| (line.part, line.old.as_str(), line.new.as_str())).collect();
        assert_eq!(lines[2], (Part::Attributes, "team: ", "team: soc, ir"));
        assert_eq!(lines[4], (Part::Title, "Impossible travel: two sign-ins, 9 000 km apart", "new title"));
        assert_eq!(lines[6], (Part::Status, "Declined", "Open"));
    }

    #[test]
    fn an_assignee_is_replaced_by_one_call_and_only_the_right_one_is_taken_off() {
        let old = person("00000000-aaaa-4a5f-8e3e-72b3b5b6f201", "");
        let new = person("11111111-0000-0000-0000-000000000001", "ada@example.com");
        let plan = plan_of(vec![Change::Unassign(old.clone()), Change::Assign(new.clone())]).unwrap();
        assert_eq!(sent(&plan), [("/assign".into(), json!({"assignee_id": new.id.as_str()}), vec![0, 1])]);
        let plan = plan_of(vec![Change::Unassign(old)]).unwrap();
        assert_eq!(plan.calls[0].body, Some(json!({"data": {"type": "case"}})));
        assert_eq!(plan_of(vec![Change::Unassign(new.clone())]).unwrap_err().kind, FaultKind::NotPossible);
        let two = vec![Change::Assign(new), Change::Assign(person("22222222-0000-0000-0000-000000000001", ""))];
        assert_eq!(plan_of(two).unwrap_err().kind, FaultKind::Rejected);
    }

    #[test]
    fn a_person_is_found_by_mail_or_refused() {
        let plan = plan_of(vec![Change::Assign(person("", "FROG@datadoghq.com"))]).unwrap();
        assert_eq!(sent(&plan)[0].1, json!({"assignee_id": "3ad549bf-eba0-11e9-a77a-0705486660d0"}));
        assert!(plan.side_effects.iter().any(|effect| effect.contains("In Progress")));
        assert_eq!(plan_of(vec![Change::Assign(person("", "nobody@example.com"))]).unwrap_err().kind, FaultKind::Rejected);
    }

    #[test]
    fn a_status_without_its_type_goes_by_the_deprecated_name() {
        let case = case_of(CASE);
        let set = |wanted: StatusOption| {
            let edit = Edit::new(&case, vec![Change::Status(wanted)]);
            plan(&case, &edit, &Directory::default()).unwrap().calls[0].body.clone().unwrap()["data"]["attributes"].clone()
        };
        assert_eq!(set(status(State::InProgress, "in progress")), json!({"status": "IN_PROGRESS"}));
        assert_eq!(set(status(State::Closed, "Closed")), json!({"status": "CLOSED"}));
        assert_eq!(set(status(State::Closed, "Won't fix")), json!({"status_name": "Won't fix"}));
        let told = |wanted: StatusOption, directory: &Directory| {
            plan(&case, &Edit::new(&case, vec![Change::Status(wanted)]), directory).unwrap().lines.remove(0).new
        };
        let nothing_read = Directory::default();
        assert_eq!(told(status(State::InProgress, "In Progress"), &nothing_read), "in progress (the vendor picks which)");
        assert_eq!(told(status(State::Closed, "Closed"), &nothing_read), "closed (the vendor picks which)");
        assert_eq!(told(status(State::Closed, "Won't fix"), &nothing_read), "Won't fix");
        assert_eq!(told(status(State::Closed, "Closed"), &directory()), "Closed");
        let unknown = plan_of(vec![Change::Status(status(State::Open, "Parked"))]).unwrap_err();
        assert!(unknown.message.as_str().contains("Open, In Progress, Closed"), "{unknown}");
    }

    const FIELDS: &str = r#"{"data":{"id":"SEC-1","attributes":{"title":"t","type_id":"9b1c3a1e-53b5-4a7e-8f6f-0a6b3a4f7c02","creation_source":"MANUAL",
        "custom_attributes":{"events":{"type":"NUMBER","is_multi":false,"value":3},"hosts":{"type":"TEXT","is_multi":true,"value":["a","b"]},
        "window":{"type":"DATE_RANGE","is_multi":false,"value":"x"}},"due_date":"2026-11-21"}}}"#;

    fn with_fields(changes: Vec<Change>) -> Result<Plan, Fault> {
        let config = include_str!("../../../tests/fixtures/datadog/custom_attributes.json");
        let directory = Directory { fields: naming::fields(config).unwrap(), ..directory() };
        let case = case(&Site { source: SourceId(0), web: None }, &RawBody(FIELDS.into()), &directory).unwrap();
        plan(&case, &Edit::new(&case, changes), &directory)
    }

    fn field(id: &str, values: &[&str]) -> Change {
        Change::Field { id: id.into(), values: values.iter().map(ToString::to_string).collect() }
    }

    #[test]
    fn fields_are_set_and_cleared_one_by_one_in_their_own_type() {
        let plan = with_fields(vec![
            field("events", &["42"]),
            field("hosts", &["c"]),
            field("regions", &["eu", "us"]),
            field("severity_score", &["1.5"]),
            field("due_date", &[]),
            field("security_resolved_reason", &["FALSE_POSITIVE"]),
        ])
        .unwrap();
        let calls: Vec<_> =
            plan.calls.iter().map(|call| (&call.path[19..], call.body.clone().unwrap()["data"]["attributes"].clone())).collect();
        assert_eq!(
            calls,
            [
                ("/custom_attributes/events", json!({"type": "NUMBER", "is_multi": false, "value": 42})),
                ("/custom_attributes/hosts", json!({"type": "TEXT", "is_multi": true, "value": ["c"]})),
                ("/custom_attributes/regions", json!({"type": "SELECT", "is_multi": true, "value": ["eu", "us"]})),
                ("/custom_attributes/severity_score", json!({"type": "NUMBER", "is_multi": false, "value": 1.5})),
                ("/due_date", json!({"due_date": null})),
                ("/resolved_reason", json!({"security_resolved_reason": "FALSE_POSITIVE"})),
            ]
        );
        let lines: Vec<_> = plan.lines.iter().map(|line| (line.old.as_str(), line.new.as_str())).collect();
        assert_eq!(lines[..2], [("events: 3", "events: 42"), ("hosts: a, b", "hosts: c")]);
        assert_eq!(lines[4], ("due_date: 2026-11-21", "due_date: "));
        let cleared = &with_fields(vec![field("hosts", &[])]).unwrap().calls[0];
        assert_eq!((cleared.method, &cleared.path[19..], &cleared.body), (Method::Delete, "/custom_attributes/hosts", &None));
    }

    #[test]
    fn a_field_that_cannot_be_set_says_which_can() {
        for (change, words) in [
            (field("creation_source", &["x"]), "severity_score, regions, due_date"),
            (field("nothing", &["x"]), "no field `nothing`"),
            (field("window", &["x"]), "DATE_RANGE"),
            (field("events", &["many"]), "events: `many`"),
            (field("regions", &["mars"]), "eu, us"),
            (field("due_date", &["soon"]), "2026-11-21"),
            (field("security_resolved_reason", &[]), "another one"),
        ] {
            let fault = with_fields(vec![change.clone()]).unwrap_err();
            assert!(fault.message.as_str().contains(words), "{change:?}: {fault}");
        }
        let twice = with_fields(vec![field("events", &["1"]), field("events", &["2"])]).unwrap_err();
        assert!(twice.message.as_str().contains("twice"), "{twice}");
    }

    #[test]
    fn removing_an_attribute_sends_the_map_without_it() {
        let plan = plan_of(vec![Change::Attribute { key: "env".into(), values: Vec::new() }]).unwrap();
        assert_eq!(sent(&plan)[0].1, json!({"attributes": {"service": ["web-store", "web-api"], "datacenters": ["eu\u{200b}1"]}}));
    }

    #[test]
    fn an_archived_case_takes_changes_only_with_its_unarchiving() {
        let archived = case_of(r#"{"data":{"id":"SEC-1","attributes":{"title":"t","archived_at":"2026-10-22T10:00:14Z"}}}"#);
        let with = |changes: Vec<Change>| plan(&archived, &Edit::new(&archived, changes), &directory());
        let refused = with(vec![Change::Title("x".into())]).unwrap_err();
        assert_eq!((refused.kind, refused.message.as_str()), (FaultKind::NotPossible, "this case is archived: unarchive it first"));
        let both = with(vec![Change::Title("x".into()), Change::Unarchive]).unwrap();
        let paths: Vec<_> = both.calls.iter().map(|call| call.path.as_str()).collect();
        assert_eq!(paths, ["/api/v2/cases/SEC-1/unarchive", "/api/v2/cases/SEC-1/title"]);
        assert!(with(vec![Change::Comment("still here".into())]).is_ok());
    }

    #[test]
    fn values_that_cannot_be_right_never_leave() {
        for change in [
            Change::Title(" ".into()),
            Change::Comment("\n".into()),
            Change::Priority("CRITICAL".into()),
            Change::Attribute { key: " ".into(), values: vec!["x".into()] },
        ] {
            assert_eq!(plan_of(vec![change.clone()]).unwrap_err().kind, FaultKind::Rejected, "{change:?}");
        }
        assert_eq!(plan_of(Vec::new()).unwrap_err().kind, FaultKind::Rejected);
        assert_eq!(plan_of(vec![Change::Title("a".into()), Change::Title("b".into())]).unwrap_err().kind, FaultKind::Rejected);
        let tags = plan_of(vec![Change::AddTags(vec!["x".into()])]).unwrap_err();
        assert_eq!(tags.kind, FaultKind::NotPossible);
        assert!(case_path("", "/title").is_err());
        assert_eq!(case_path("a/../b", "").unwrap(), "/api/v2/cases/a%2F..%2Fb");
    }
}
