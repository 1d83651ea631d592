//! From an edit to the literal Tines calls: one PUT per field, one with the changed keys only, one POST per comment. Pure.

use serde_json::{Map, Value, json};

use crate::domain::capability::{allowed, priorities};
use crate::domain::case::{Case, Field, FieldKind, State, Vendor};
use crate::domain::change::Change;
use crate::domain::directory::{Directory, StatusOption};
use crate::domain::edit::{Call, Edit, Method, Plan, PlanLine};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::formula::{Verdict, judge};
use crate::domain::part::Part;
use crate::domain::person::Person;
use crate::domain::text::raws;
use crate::providers::http::encode;
use crate::providers::typed::Slot;

const ADD_TAGS: &str = "add_tag_names";
const REMOVE_TAGS: &str = "remove_tag_names";
/// Never `assignee_emails`: the documents say that a call with it assigns the key's own user.
const ADD_ASSIGNEES: &str = "add_assignee_emails";
const REMOVE_ASSIGNEES: &str = "remove_assignee_emails";

/// # Errors
/// `NotPossible` when the case cannot do it, `Rejected` when a value cannot be right; the words say which and why.
pub(super) fn plan(case: &Case, edit: &Edit, directory: &Directory) -> Result<Plan, Fault> {
    let mut draft = Draft::new(case, edit, directory);
    for (place, change) in edit.changes.iter().enumerate() {
        allowed(Vendor::Tines, &case.row, change.part()).map_err(|reason| not_possible(&reason.to_string()))?;
        draft.take(place, change)?;
    }
    draft.finish()
}

/// What has been gathered from the changes so far.
struct Draft<'a> {
    case: &'a Case,
    edit: &'a Edit,
    directory: &'a Directory,
    body: Map<String, Value>,
    makes: Vec<usize>,
    fields: Vec<Call>,
    comments: Vec<Call>,
    lines: Vec<PlanLine>,
    side_effects: Vec<String>,
    lasting: Option<String>,
    /// As they will be once the changes so far are made.
    assignees: Vec<Person>,
    tags: Vec<String>,
}

impl<'a> Draft<'a> {
    fn new(case: &'a Case, edit: &'a Edit, directory: &'a Directory) -> Self {
        Self {
            case,
            edit,
            directory,
            body: Map::new(),
            makes: Vec::new(),
            fields: Vec::new(),
            comments: Vec::new(),
            lines: Vec::new(),
            side_effects: Vec::new(),
            lasting: None,
            assignees: case.row.assignees.clone(),
            tags: raws(&case.row.tags),
        }
    }

    fn path(&self) -> String {
        format!("/api/v2/cases/{}", encode(&self.case.row.id.id))
    }

    fn take(&mut self, place: usize, change: &Change) -> Result<(), Fault> {
        let (old, new) = match change {
            Change::Title(title) => self.title(title)?,
            Change::Description(text) => {
                self.set("description", text)?;
                (self.case.description.raw().to_owned(), text.clone())
            }
            Change::Status(option) => self.status(option)?,
            Change::Priority(name) => self.priority(name)?,
            Change::Assign(person) => self.assign(person)?,
            Change::Unassign(person) => self.unassign(person)?,
            Change::AddTags(tags) => self.tag(tags, ADD_TAGS)?,
            Change::RemoveTags(tags) => self.tag(tags, REMOVE_TAGS)?,
            Change::Comment(text) => self.comment(place, text)?,
            Change::Field { id, values } => self.field(place, id, values)?,
            Change::Attribute { .. } | Change::Archive | Change::Unarchive => {
                return Err(not_possible(&format!("Tines cases have no {}", change.part().name())));
            }
        };
        self.lines.push(PlanLine { part: change.part(), old, new });
        if !matches!(change.part(), Part::Comment | Part::Field) {
            self.makes.push(place);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Plan, Fault> {
        for (add, remove) in [(ADD_TAGS, REMOVE_TAGS), (ADD_ASSIGNEES, REMOVE_ASSIGNEES)] {
            if let (Some(Value::Array(added)), Some(Value::Array(removed))) = (self.body.get(add), self.body.get(remove))
                && let Some(both) = added.iter().find(|entry| removed.contains(entry))
            {
                return Err(rejected(format!("{both} is both added and removed")));
            }
        }
        let path = self.path();
        // Fields first: conditions of closing may ask for them.
        let mut calls = self.fields;
        if !self.body.is_empty() {
            let body = Some(Value::Object(self.body));
            calls.push(Call { method: Method::Put, path, body, makes: self.makes, lasting: self.lasting, stays: Vec::new() });
        }
        calls.append(&mut self.comments);
        if calls.is_empty() {
            return Err(not_possible("there is nothing to change"));
        }
        Ok(Plan { lines: self.lines, calls, side_effects: self.side_effects })
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), Fault> {
        match self.body.insert(key.to_owned(), value.into()) {
            None => Ok(()),
            Some(_) => Err(rejected(format!("{key} is given two values at once"))),
        }
    }

    fn append(&mut self, key: &str, value: &str) {
        let list = self.body.entry(key).or_insert_with(|| json!([]));
        if let Value::Array(list) = list
            && !list.iter().any(|known| known == value)
        {
            list.push(value.into());
        }
    }

    fn title(&mut self, title: &str) -> Result<(String, String), Fault> {
        if title.trim().is_empty() {
            return Err(rejected("a Tines case needs a name".into()));
        }
        self.set("name", title)?;
        Ok((self.case.row.title.raw().to_owned(), title.to_owned()))
    }

    fn priority(&mut self, name: &str) -> Result<(String, String), Fault> {
        let names = priorities(Vendor::Tines);
        let Some(known) = names.iter().find(|known| known.eq_ignore_ascii_case(name)) else {
            return Err(rejected(format!("`{name}` is no Tines priority; it is one of {}", names.join(", "))));
        };
        // The documents spell what is written in lower case, what is read in upper.
        self.set("priority", &known.to_ascii_lowercase())?;
        let old = self.case.row.priority.as_ref().map(|priority| priority.name.raw().to_owned());
        Ok((old.unwrap_or_default(), (*known).to_owned()))
    }

    /// `status` opens or closes, `sub_status_id` moves. Both together only where the sub-status belongs to the new status:
    /// a contradicting pair is never sent.
    fn status(&mut self, option: &StatusOption) -> Result<(String, String), Fault> {
        let row = &self.case.row;
        // A status that is known by its name only, as when an edit is taken back, is the team's own of that name.
        let by_name = || {
            let mut own = self.directory.statuses_of(self.case).into_iter();
            own.find(|own| own.name == option.name && (own.state == State::Closed) == (option.state == State::Closed))
        };
        let option = &if option.id.is_empty() { by_name().unwrap_or(option).clone() } else { option.clone() };
        let (was_closed, closes) = match (row.status.state, option.state) {
            (_, State::Archived) => return Err(not_possible("Tines cases are closed, not archived")),
            (was, wanted) => (was == Some(State::Closed), wanted == State::Closed),
        };
        self.check_sub_status(option)?;
        if was_closed != closes {
            self.set("status", if closes { "closed" } else { "open" })?;
        } else if option.id.is_empty() && !closes && row.status.state.is_some() {
            return Err(not_possible("the case is open already, and no sub-status was chosen"));
        } else if option.id.is_empty() {
            self.set("status", if closes { "closed" } else { "open" })?;
        }
        if !option.id.is_empty() {
            self.body.insert("sub_status_id".into(), number_or_text(&option.id));
        }
        if was_closed && !closes {
            self.side_effects.push("re-opening mails the assignees".into());
            self.lasting = Some("the mails of re-opening cannot be taken back".into());
        }
        if closes && !was_closed {
            self.side_effects.extend(self.objections());
        }
        Ok((row.status.name.raw().to_owned(), self.directory.status_told(Vendor::Tines, self.case, option)))
    }

    /// What Tines may refuse the closing for, as far as it can be judged from here; nothing where every condition is met.
    fn objections(&self) -> Option<String> {
        let said = self.case.closure_conditions.iter().filter_map(|condition| {
            let name = if condition.name.is_empty() { &condition.formula } else { &condition.name };
            match judge(condition.formula.as_str(), self.case, self.edit) {
                Verdict::Met => None,
                Verdict::NotMet { .. } => Some(format!("{name} (not met)")),
                Verdict::NotEvaluated { .. } => Some(format!("{name} (not evaluated here)")),
            }
        });
        let said: Vec<String> = said.collect();
        (!said.is_empty()).then(|| format!("Tines refuses to close unless: {}", said.join("; ")))
    }

    /// Sub-statuses belong to one team; one that the team's list does not hold cannot be meant.
    fn check_sub_status(&self, option: &StatusOption) -> Result<(), Fault> {
        if option.id.is_empty() {
            return match option.state {
                State::InProgress => {
                    Err(rejected(format!("`{}` has no sub-status id, and Tines itself knows only open and closed", option.name)))
                }
                _ => Ok(()),
            };
        }
        let team = self.case.group.as_ref().map(|group| group.id.as_str()).unwrap_or_default();
        let is_foreign = !option.group.is_empty() && !team.is_empty() && option.group != team;
        let known = self.directory.statuses.iter().find(|status| status.id == option.id);
        let contradicts = known.is_some_and(|known| (known.state == State::Closed) != (option.state == State::Closed));
        if is_foreign {
            Err(not_possible(&format!("`{}` belongs to another team than this case", option.name)))
        } else if contradicts {
            Err(rejected(format!("`{}` has moved between open and closed since the list of statuses was read", option.name)))
        } else {
            Ok(())
        }
    }

    fn assign(&mut self, person: &Person) -> Result<(String, String), Fault> {
        let mail = self.mail(person)?;
        let old = self.assignee_names();
        self.append(ADD_ASSIGNEES, &mail);
        if !self.assignees.iter().any(|known| known.is(person)) {
            self.assignees.push(person.clone());
        }
        Ok((old, self.assignee_names()))
    }

    fn unassign(&mut self, person: &Person) -> Result<(String, String), Fault> {
        let mail = self.mail(person)?;
        let old = self.assignee_names();
        self.append(REMOVE_ASSIGNEES, &mail);
        self.assignees.retain(|known| !known.is(person));
        Ok((old, self.assignee_names()))
    }

    fn mail(&self, person: &Person) -> Result<String, Fault> {
        let known = std::iter::once(person).chain(&self.case.row.assignees).chain(&self.directory.people);
        let mut same = known.filter(|known| std::ptr::eq(*known, person) || known.is(person));
        let mail = same.find(|known| !known.email.is_empty()).map(|known| known.email.raw().to_owned());
        mail.ok_or_else(|| not_possible(&format!("{} has no mail address here, and Tines takes assignees by mail only", person.label())))
    }

    fn assignee_names(&self) -> String {
        let others = || self.assignees.iter().chain(&self.case.row.assignees).chain(&self.directory.people);
        self.assignees.iter().map(|person| person.told(others())).collect::<Vec<_>>().join(", ")
    }

    fn tag(&mut self, tags: &[String], key: &str) -> Result<(String, String), Fault> {
        if tags.is_empty() || tags.iter().any(|tag| tag.trim().is_empty()) {
            return Err(rejected("a tag needs a name".into()));
        }
        let old = self.tags.join(", ");
        for tag in tags {
            self.append(key, tag);
            self.tags.retain(|known| known != tag);
            if key == ADD_TAGS {
                self.tags.push(tag.clone());
            }
        }
        Ok((old, self.tags.join(", ")))
    }

    fn field(&mut self, place: usize, id: &str, values: &[String]) -> Result<(String, String), Fault> {
        let Some(field) = self.case.fields.iter().find(|field| field.id == id) else {
            let known: Vec<String> = self.case.fields.iter().map(|field| format!("{} ({})", field.id, field.name)).collect();
            let known = if known.is_empty() { "it has none".into() } else { format!("there is {}", known.join(", ")) };
            return Err(not_possible(&format!("this case has no field {id}: {known}")));
        };
        let path = format!("{}/fields/{}", self.path(), encode(id));
        if self.fields.iter().any(|call| call.path == path) {
            return Err(rejected(format!("field {} is given two values at once", field.name)));
        }
        let name = if field.name.is_empty() { id } else { field.name.as_str() };
        let kind = self.kind(field);
        let value = Slot { name, kind: &kind, is_multi: field.is_multi, options: &field.options }.json(values)?;
        self.fields.push(Call {
            method: Method::Put,
            path,
            body: Some(json!({ "value": value })),
            makes: vec![place],
            lasting: None,
            stays: Vec::new(),
        });
        let old = raws(&field.values);
        Ok((format!("{name}: {}", old.join(", ")), format!("{name}: {}", values.join(", "))))
    }

    /// Newer answers say nothing of a field's type: then what it holds goes on being a number, or true and false.
    fn kind(&self, field: &Field) -> FieldKind {
        if field.kind != FieldKind::Text {
            return field.kind.clone();
        }
        let raw: Value = serde_json::from_str(&self.case.raw.0).unwrap_or_default();
        let fields = raw["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_it = |known: &&Value| known["id"] == field.id.as_str() || known["id"] == number_or_text(&field.id);
        match fields.iter().find(is_it).map(|known| &known["value"]) {
            Some(Value::Number(_)) => FieldKind::Number,
            Some(Value::Bool(_)) => FieldKind::Bool,
            _ => FieldKind::Text,
        }
    }

    fn comment(&mut self, place: usize, text: &str) -> Result<(String, String), Fault> {
        if text.trim().is_empty() {
            return Err(rejected("the comment is empty".into()));
        }
        self.comments.push(Call {
            method: Method::Post,
            path: format!("{}/comments", self.path()),
            body: Some(json!({ "value": text })),
            makes: vec![place],
            lasting: Some("a comment cannot be taken back from here".into()),
            stays: Vec::new(),
        });
        let subscribes = "commenting subscribes you to the case";
        if !self.side_effects.iter().any(|known| known == subscribes) {
            self.side_effects.push(subscribes.into());
        }
        Ok((String::new(), text.to_owned()))
    }
}

/// Ids of sub-statuses are numbers in the documents.
fn number_or_text(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| id.into(), Into::into)
}

fn not_possible(words: &str) -> Fault {
    Fault::new(FaultKind::NotPossible, words)
}

fn rejected(words: String) -> Fault {
    Fault::new(FaultKind::Rejected, words)
}

#[cfg(test)]
mod tests {
    use super::super::convert::tests::{V2, directory, read};
    use super::*;
    use crate::domain::text::Clean;

    fn open_case() -> Case {
        read(V2)
    }

    fn closed_case() -> Case {
        let mut case: Value = serde_json::from_str(V2).unwrap();
        case["status"] = "CLOSED".into();
        case["sub_status"] = json!({"id": 3, "name": "Done"});
        read(&case.to_string())
    }

    fn planned(case: &Case, changes: Vec<Change>) -> Result<Plan, Fault> {
        plan(case, &Edit::new(case, changes), &directory())
    }

    fn body(case: &Case, changes: Vec<Change>) -> Value {
        let plan = planned(case, changes).unwrap();
        assert_eq!(plan.calls.len(), 1);
        plan.calls[0].body.clone().unwrap()
    }

    fn refusal(case: &Case, changes: Vec<Change>) -> (FaultKind, String) {
        let fault = planned(case, changes).unwrap_err();
        (fault.kind, fault.message.to_string())
    }

    fn option(id: &str) -> Change {
        Change::Status(directory().statuses.into_iter().find(|status| status.id == id).unwrap())
    }

    fn plain(state: State) -> Change {
        Change::Status(StatusOption { state, name: Clean::line(state.name()), id: "".into(), group: "276".into() })
    }

    fn person(id: &str, email: &str) -> Person {
        Person { id: id.into(), email: Clean::line(email), ..Person::default() }
    }

    #[test]
    fn one_put_with_the_changed_keys_then_the_comment() {
        let changes = vec![
            Change::Comment("seen".into()),
            Change::Title("New name".into()),
            Change::Description("text\nmore".into()),
            Change::Priority("HIGH".into()),
            option("12"),
            Change::Assign(person("9", "ada@example.com")),
            Change::Unassign(person("176", "")),
            Change::AddTags(vec!["a".into(), "b".into()]),
            Change::RemoveTags(vec!["Tag 1".into()]),
        ];
        let plan = planned(&open_case(), changes).unwrap();
        let [put, post] = &plan.calls[..] else { panic!("{:?}", plan.calls) };
        assert_eq!((put.method, put.path.as_str()), (Method::Put, "/api/v2/cases/1"));
        assert_eq!(
            put.body.as_ref().unwrap(),
            &json!({
                "name": "New name", "description": "text\nmore", "priority": "high", "sub_status_id": 12,
                "add_assignee_emails": ["ada@example.com"], "remove_assignee_emails": ["person_10@example.com"],
                "add_tag_names": ["a", "b"], "remove_tag_names": ["Tag 1"],
            })
        );
        assert_eq!((&put.makes, &put.lasting), (&vec![1, 2, 3, 4, 5, 6, 7, 8], &None));
        assert_eq!((post.method, post.path.as_str()), (Method::Post, "/api/v2/cases/1/comments"));
        assert_eq!((post.body.as_ref().unwrap(), &post.makes), (&json!({"value": "seen"}), &vec![0]));
        assert!(post.lasting.is_some());
        assert_eq!(plan.lines.len(), 9);
        assert_eq!((plan.lines[1].old.as_str(), plan.lines[1].new.as_str()), ("Case 1..25", "New name"));
        assert_eq!((plan.lines[3].old.as_str(), plan.lines[3].new.as_str()), ("LOW", "HIGH"));
        let told = "Example Person <person_12@example.com>, Example Person <person_14@example.com>, ada@example.com";
        assert_eq!(plan.lines[6].new, told);
        assert_eq!((plan.lines[7].old.as_str(), plan.lines[8].new.as_str()), ("Tag 1, Tag 2, Tag 3", "Tag 2, Tag 3, a, b"));
    }

    fn with_fields() -> Case {
        let fields = json!([
            {"id": 11, "value": "Windows 11", "case_input": {"id": 1, "name": "System", "validation_type": "options", "validation_options": ["Windows 11", "Linux"]}},
            {"id": 12, "value": 7, "case_input": {"id": 2, "name": "People"}},
            {"id": 13, "value": null, "case_input": {"id": 3, "name": "Seen at", "input_type": "timestamp"}},
            {"id": "x/y", "value": "", "case_input": {"id": 4, "name": ""}},
        ]);
        read(&json!({"case_id": 1, "status": "OPEN", "fields": fields}).to_string())
    }

    fn field(id: &str, values: &[&str]) -> Change {
        Change::Field { id: id.into(), values: values.iter().map(ToString::to_string).collect() }
    }

    #[test]
    fn fields_are_put_before_the_case_so_that_conditions_see_them() {
        let changes = vec![plain(State::Closed), field("11", &["Linux"]), field("12", &["9"]), field("13", &[]), field("x/y", &["free"])];
        let plan = planned(&with_fields(), changes).unwrap();
        let calls: Vec<_> = plan.calls.iter().map(|call| (call.path.as_str(), call.body.clone().unwrap(), call.makes.clone())).collect();
        assert_eq!(
            calls,
            [
                ("/api/v2/cases/1/fields/11", json!({"value": "Linux"}), vec![1]),
                ("/api/v2/cases/1/fields/12", json!({"value": 9}), vec![2]),
                ("/api/v2/cases/1/fields/13", json!({"value": null}), vec![3]),
                ("/api/v2/cases/1/fields/x%2Fy", json!({"value": "free"}), vec![4]),
                ("/api/v2/cases/1", json!({"status": "closed"}), vec![0]),
            ]
        );
        assert_eq!((plan.lines[1].old.as_str(), plan.lines[1].new.as_str()), ("System: Windows 11", "System: Linux"));
        assert_eq!(planned(&with_fields(), vec![field("11", &["Linux"])]).unwrap().calls.len(), 1);
    }

    #[test]
    fn a_field_that_does_not_fit_is_named_with_what_does() {
        let case = with_fields();
        for (change, words) in [
            (field("99", &["x"]), "there is 11 (System)"),
            (field("11", &["BeOS"]), "System: `BeOS` does not fit: write one of Windows 11, Linux"),
            (field("12", &["some"]), "People: `some` does not fit: write a number"),
            (field("13", &["noon"]), "Seen at: `noon`"),
            (field("12", &["1", "2"]), "one value"),
        ] {
            let (_, said) = refusal(&case, vec![change.clone()]);
            assert!(said.contains(words), "{change:?}: {said}");
        }
        assert!(refusal(&case, vec![field("12", &["1"]), field("12", &["2"])]).1.contains("two values"));
    }

    #[test]
    fn status_opens_and_closes_and_sub_status_moves() {
        assert_eq!(body(&open_case(), vec![option("12")]), json!({"sub_status_id": 12}));
        assert_eq!(body(&open_case(), vec![option("3")]), json!({"status": "closed", "sub_status_id": 3}));
        assert_eq!(body(&open_case(), vec![plain(State::Closed)]), json!({"status": "closed"}));
        assert_eq!(body(&closed_case(), vec![plain(State::Open)]), json!({"status": "open"}));
        assert_eq!(body(&closed_case(), vec![option("12")]), json!({"status": "open", "sub_status_id": 12}));
        assert_eq!(body(&closed_case(), vec![option("3")]), json!({"sub_status_id": 3}));
        let told = |case: &Case, change: Change| planned(case, vec![change]).unwrap().lines.remove(0).new;
        assert_eq!(told(&open_case(), option("3")), "Done");
        assert_eq!(told(&open_case(), plain(State::Closed)), "closed (the vendor picks which)");
    }

    #[test]
    fn what_closing_and_reopening_do_besides_is_said() {
        let closing = planned(&open_case(), vec![plain(State::Closed)]).unwrap();
        assert_eq!(closing.side_effects, [""; 0], "its one condition is met, so nothing is refused");
        assert_eq!(closing.calls[0].lasting, None);
        let mut lacking = open_case();
        lacking.row.assignees.clear();
        let said = planned(&lacking, vec![plain(State::Closed)]).unwrap().side_effects;
        assert_eq!(said, ["Tines refuses to close unless: Number of assignees (not met)"]);
        let reopening = planned(&closed_case(), vec![option("1")]).unwrap();
        assert_eq!(reopening.side_effects, ["re-opening mails the assignees"]);
        assert!(reopening.calls[0].lasting.is_some());
        assert!(planned(&open_case(), vec![option("12")]).unwrap().side_effects.is_empty());
    }

    #[test]
    fn a_contradicting_or_foreign_status_is_never_sent() {
        let with = |id: &str, state, group: &str| {
            vec![Change::Status(StatusOption { state, name: Clean::line("X"), id: id.into(), group: group.into() })]
        };
        assert_eq!(refusal(&open_case(), with("12", State::Closed, "276")).0, FaultKind::Rejected);
        assert_eq!(refusal(&open_case(), with("99", State::Open, "277")).0, FaultKind::NotPossible);
        assert_eq!(refusal(&open_case(), with("", State::InProgress, "276")).0, FaultKind::Rejected);
        assert_eq!(refusal(&open_case(), with("", State::Archived, "276")).0, FaultKind::NotPossible);
        assert_eq!(refusal(&open_case(), with("", State::Open, "276")).0, FaultKind::NotPossible);
    }

    #[test]
    fn what_cannot_be_sent_is_refused_with_the_reason() {
        let case = open_case();
        let (kind, words) = refusal(&case, vec![Change::Assign(person("55", ""))]);
        assert_eq!(kind, FaultKind::NotPossible);
        assert!(words.contains("55 has no mail address"), "{words}");
        let (kind, words) = refusal(&case, vec![Change::Priority("P1".into())]);
        assert!(kind == FaultKind::Rejected && words.contains("CRITICAL, HIGH"), "{words}");
        assert_eq!(refusal(&case, vec![Change::Title(" ".into())]).0, FaultKind::Rejected);
        assert_eq!(refusal(&case, vec![Change::Comment("\n".into())]).0, FaultKind::Rejected);
        assert_eq!(refusal(&case, vec![Change::AddTags(vec![String::new()])]).0, FaultKind::Rejected);
        assert_eq!(refusal(&case, vec![]).0, FaultKind::NotPossible);
        assert_eq!(refusal(&case, vec![Change::Archive]).0, FaultKind::NotPossible);
        assert_eq!(refusal(&case, vec![Change::Attribute { key: "a".into(), values: vec![] }]).0, FaultKind::NotPossible);
        let twice = vec![Change::Title("a".into()), Change::Title("b".into())];
        assert_eq!(refusal(&case, twice).0, FaultKind::Rejected);
        let both = vec![Change::AddTags(vec!["a".into()]), Change::RemoveTags(vec!["a".into()])];
        assert!(refusal(&case, both).1.contains("both added and removed"));
    }

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        let case = read(r#"{"case_id":"../../admin?x="}"#);
        let plan = planned(&case, vec![Change::Title("t".into())]).unwrap();
        assert_eq!(plan.calls[0].path, "/api/v2/cases/..%2F..%2Fadmin%3Fx%3D");
    }
}
