//! What is to be done to any case, in words that no vendor owns: the steps of a bulk change, of a macro, of a decision.
//! A script becomes the changes of one case once the case and its vendor are known.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::capability::allowed;
use super::case::{Case, State, Vendor};
use super::change::Change;
use super::directory::Directory;
use super::field::FieldName;
use super::field::edits::{
    Absent, {self},
};
use super::field::raw::{EditOp, FieldEdit, RawValue};
use super::part::Part;
use super::text::{Clean, raws};

/// Steps of one script; a longer one is a program of its own.
pub const MAX_STEPS: usize = 20;
/// The verbs that stand alone.
const VERBS: [(&str, Verb); 6] = [
    ("take", Verb::Take),
    ("close", Verb::Close),
    ("reopen", Verb::Reopen),
    ("archive", Verb::Archive),
    ("unarchive", Verb::Unarchive),
    ("unassign", Verb::Unassign),
];

/// What is done without saying more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Assign to me and set in progress.
    Take,
    /// The first closed status of the case.
    Close,
    Reopen,
    Archive,
    Unarchive,
    /// Take everybody off.
    Unassign,
}

/// One step, written `close`, `set FIELD=VALUE`, `add FIELD=VALUE`, `remove FIELD=VALUE` or `comment TEXT`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Step {
    Verb(Verb),
    Field(FieldEdit),
}

impl Step {
    /// Reads one step.
    ///
    /// # Errors
    /// One sentence that says how a step is written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (word, rest) = text.split_once(char::is_whitespace).map_or((text, ""), |(word, rest)| (word, rest.trim()));
        if rest.is_empty()
            && let Some((_, verb)) = VERBS.iter().find(|(name, _)| *name == word)
        {
            return Ok(Self::Verb(*verb));
        }
        let op = match word {
            "comment" if !rest.is_empty() => {
                return Ok(Self::Field(FieldEdit::set(FieldName::Comment, rest)));
            }
            "set" => EditOp::Set,
            "add" => EditOp::Add,
            "remove" => EditOp::Remove,
            _ => {
                let verbs = VERBS.map(|(name, _)| name).join(", ");
                return Err(format!(
                    "`{text}` is no step: write {verbs}, set FIELD=VALUE, add FIELD=VALUE, remove FIELD=VALUE or comment TEXT"
                ));
            }
        };
        let (field, value) = rest.split_once('=').ok_or_else(|| format!("{word}: `{rest}` is not FIELD=VALUE"))?;
        let field = FieldName::read(field);
        field.part()?;
        Ok(Self::Field(FieldEdit { field, op, value: RawValue::of_step(value.into()) }))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verb(verb) => f.write_str(VERBS.iter().find(|(_, known)| known == verb).map_or("", |(name, _)| name)),
            Self::Field(FieldEdit { field: FieldName::Comment, op: EditOp::Set, value: RawValue::Text(text) }) => {
                write!(f, "comment {text}")
            }
            Self::Field(FieldEdit { field, op, value }) => {
                let op = match op {
                    EditOp::Set => "set",
                    EditOp::Add => "add",
                    EditOp::Remove => "remove",
                };
                write!(f, "{op} {field}={}", value.text())
            }
        }
    }
}

impl TryFrom<String> for Step {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Step> for String {
    fn from(step: Step) -> Self {
        step.to_string()
    }
}

/// Steps for every vendor, and other steps in their place where a vendor has its own way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeScript {
    pub steps: Vec<Step>,
    /// At most one per vendor.
    #[serde(default)]
    pub variants: Vec<(Vendor, Vec<Step>)>,
}

impl ChangeScript {
    pub fn of(steps: Vec<Step>) -> Self {
        Self { steps, variants: Vec::new() }
    }

    /// A comment, as it was typed.
    pub fn comment(text: String) -> Self {
        Self::of(vec![Step::Field(FieldEdit::set(FieldName::Comment, text))])
    }

    /// For one line, as it shows: a text of several is cut after its first.
    pub fn line(&self) -> String {
        let told = self.to_string();
        match told.trim().split_once('\n') {
            Some((first, _)) => format!("{} ...", Clean::line(first.trim_end())),
            None => Clean::line(&told).to_string(),
        }
    }

    /// The steps that a vendor's cases are given.
    pub fn steps_of(&self, vendor: Vendor) -> &[Step] {
        self.variants.iter().find(|(known, _)| *known == vendor).map_or(&self.steps, |(_, steps)| steps)
    }

    /// What of it is done where cases of these vendors are meant.
    #[must_use]
    pub fn for_vendors(&self, vendors: &[Vendor]) -> Self {
        let variants = self.variants.iter().filter(|(vendor, _)| vendors.contains(vendor)).cloned();
        let variants: Vec<(Vendor, Vec<Step>)> = variants.collect();
        let has_own = |vendor: &Vendor| variants.iter().any(|(known, _)| known == vendor);
        match variants.as_slice() {
            _ if vendors.is_empty() => self.clone(),
            // One way for all of them needs no vendor's name.
            [(_, first), rest @ ..] if !first.is_empty() && vendors.iter().all(has_own) && rest.iter().all(|(_, steps)| steps == first) => {
                Self::of(first.clone())
            }
            _ => Self { steps: if vendors.iter().all(has_own) { Vec::new() } else { self.steps.clone() }, variants },
        }
    }

    /// Whether any vendor's cases are given anything.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.variants.iter().all(|(_, steps)| steps.is_empty())
    }

    /// What this case is to change: only what is not so already; empty when all of it is.
    ///
    /// # Errors
    /// Why this case cannot do all of it, in one sentence.
    pub fn changes(&self, vendor: Vendor, case: &Case, directory: &Directory) -> Result<Vec<Change>, String> {
        // A directory that was never read still lets a case be opened and closed.
        let filled = directory.statuses_of(case).is_empty().then(|| directory.with_plain_statuses(vendor));
        let directory = filled.as_ref().unwrap_or(directory);
        let mut wishes = Vec::new();
        for step in self.steps_of(vendor) {
            match step {
                Step::Field(wish) => wishes.push(wish.clone()),
                Step::Verb(verb) => wishes.extend(wishes_of(*verb, vendor, case, directory)?),
            }
        }
        edits::changes(&wishes, vendor, case, directory, Absent::IsFine).map_err(|wrong| wrong.join("; "))
    }

    /// Whether what it changes is only in a case that was read by itself.
    pub fn is_deep(&self, vendor: Vendor) -> bool {
        let is_deep = |step: &Step| match step {
            Step::Field(edit) => edit.field.is_deep(),
            Step::Verb(_) => false,
        };
        self.steps_of(vendor).iter().any(is_deep)
    }

    /// Whether it may close cases, whose vendor may then object.
    pub fn closes(&self, vendor: Vendor) -> bool {
        self.steps_of(vendor).iter().any(|step| match step {
            Step::Verb(verb) => *verb == Verb::Close,
            Step::Field(edit) => edit.field == FieldName::Status,
        })
    }

    /// Names of people in it, for looking them up where the directory does not know them.
    pub fn strangers(&self, vendor: Vendor, directory: &Directory) -> Vec<String> {
        let wish = |step: &Step| match step {
            Step::Field(wish) => Some(wish.clone()),
            Step::Verb(_) => None,
        };
        let wishes: Vec<FieldEdit> = self.steps_of(vendor).iter().filter_map(wish).collect();
        edits::strangers(&wishes, directory)
    }
}

/// `close, add tag=vip`; what a vendor has its own way for stands behind it.
impl fmt::Display for ChangeScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |steps: &[Step]| steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let mut parts = Vec::new();
        if !self.steps.is_empty() {
            parts.push(joined(&self.steps));
        }
        for (vendor, steps) in &self.variants {
            let steps = if steps.is_empty() { "nothing".into() } else { joined(steps) };
            parts.push(format!("{}: {steps}", vendor.title()));
        }
        f.write_str(&parts.join("; "))
    }
}

/// A verb as wishes of this case; none where it is so already.
fn wishes_of(verb: Verb, vendor: Vendor, case: &Case, directory: &Directory) -> Result<Vec<FieldEdit>, String> {
    let state = case.row.status.state.unwrap_or(State::Open);
    let set = |field, value: &str| FieldEdit::set(field, value);
    let may = |part| allowed(vendor, &case.row, part).map_err(|reason| reason.to_string());
    Ok(match (verb, state) {
        (Verb::Take, State::Closed | State::Archived) => return Err(format!("it is {}: it has to be reopened first", state.name())),
        (Verb::Take, _) => {
            may(Part::Assignees)?;
            let mut wishes = vec![FieldEdit { field: FieldName::Assignee, op: EditOp::Add, value: RawValue::Text("me".into()) }];
            // Tines knows a status in progress only where the team has made one.
            let can_start = directory.statuses_of(case).iter().any(|status| status.state == State::InProgress);
            if state == State::Open && can_start {
                wishes.push(set(FieldName::Status, "in_progress"));
            }
            wishes
        }
        (Verb::Close, State::Closed) | (Verb::Reopen, State::Open | State::InProgress) | (Verb::Archive, State::Archived) => Vec::new(),
        (Verb::Close, State::Archived) => return Err("it is archived".into()),
        (Verb::Close, _) => vec![set(FieldName::Status, "closed")],
        (Verb::Reopen, State::Archived) if may(Part::Archived).is_ok() => vec![set(FieldName::Archived, "false")],
        (Verb::Reopen, _) => vec![set(FieldName::Status, "open")],
        (Verb::Archive, _) if vendor.capabilities().archives_by_status() => vec![set(FieldName::Status, "archived")],
        (Verb::Archive, _) => vec![set(FieldName::Archived, "true")],
        (Verb::Unarchive, State::Archived) if vendor.capabilities().archives_by_status() => vec![set(FieldName::Status, "open")],
        (Verb::Unarchive, State::Archived) => vec![set(FieldName::Archived, "false")],
        (Verb::Unarchive, _) => Vec::new(),
        (Verb::Unassign, _) => {
            may(Part::Assignees)?;
            if case.row.assignees.is_empty() { Vec::new() } else { vec![set(FieldName::Assignee, "none")] }
        }
    })
}

/// A change of a case as steps for others.
pub fn step_of(change: &Change, case: &Case) -> Vec<Step> {
    let field = FieldName::of(change);
    let edit = |op: EditOp, values: Vec<String>| {
        let value = if field.is_text() { RawValue::of_text(values) } else { RawValue::of(values) };
        Step::Field(FieldEdit { field: field.clone(), op, value })
    };
    let person = |person: &super::person::Person| {
        let mail = person.email.as_str();
        if mail.is_empty() { person.label().to_owned() } else { mail.to_owned() }
    };
    match change {
        Change::Title(text) | Change::Description(text) | Change::Priority(text) | Change::Comment(text) => {
            vec![edit(EditOp::Set, vec![text.clone()])]
        }
        Change::Status(status) => vec![edit(EditOp::Set, vec![status.name.raw().to_owned()])],
        Change::Assign(who) => vec![edit(EditOp::Add, vec![person(who)])],
        Change::Unassign(who) => vec![edit(EditOp::Remove, vec![person(who)])],
        Change::AddTags(tags) => vec![edit(EditOp::Add, tags.clone())],
        Change::RemoveTags(tags) => vec![edit(EditOp::Remove, tags.clone())],
        Change::Attribute { key, values } => {
            let known: Vec<String> =
                case.attributes.iter().find(|(name, _)| name.raw() == key).map(|(_, values)| raws(values)).unwrap_or_default();
            let come: Vec<String> = values.iter().filter(|value| !known.contains(value)).cloned().collect();
            let gone: Vec<String> = known.into_iter().filter(|value| !values.contains(value)).collect();
            let some = |op, values: Vec<String>| (!values.is_empty()).then(|| edit(op, values));
            some(EditOp::Add, come).into_iter().chain(some(EditOp::Remove, gone)).collect()
        }
        Change::Field { values, .. } => vec![edit(EditOp::Set, values.clone())],
        Change::Archive => vec![Step::Verb(Verb::Archive)],
        Change::Unarchive => vec![Step::Verb(Verb::Unarchive)],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::person::Person;
    use crate::domain::sample;

    fn script(steps: &[&str]) -> ChangeScript {
        ChangeScript::of(steps.iter().map(|step| Step::parse(step).unwrap()).collect())
    }

    fn me() -> Directory {
        Directory { me: Some(Person { id: "9".into(), email: Clean::line("me@x.io"), ..Person::default() }), ..Directory::default() }
    }

    #[test]
    fn a_step_is_read_as_it_is_written() {
        for text in ["take", "close", "unassign", "set priority=P2", "add tag=a,b", "remove attr.team=x", "comment Seen, all = fine"] {
            assert_eq!(Step::parse(text).unwrap().to_string(), text);
        }
        assert!(Step::parse("closed").unwrap_err().contains("is no step"));
        assert!(Step::parse("set x").unwrap_err().contains("FIELD=VALUE"));
        assert!(Step::parse("set prioritty=P1").unwrap_err().contains("did you mean priority"));
        assert!(Step::parse("comment").is_err() && Step::parse("close now").is_err() && Step::parse("").is_err());
    }

    #[test]
    fn the_line_of_a_comment_shows_what_it_holds() {
        assert_eq!(ChangeScript::comment("a\u{200c}b\nc".into()).line(), "comment a<U+200C>b ...");
        assert_eq!(ChangeScript::comment("a\u{200c}b".into()).line(), "comment a<U+200C>b");
    }

    #[test]
    fn verbs_change_only_what_is_not_so() {
        let directory = me();
        let mut case = sample::case(Vendor::Datadog, 1);
        let changes = script(&["take"]).changes(Vendor::Datadog, &case, &directory).unwrap();
        assert!(matches!(&changes[..], [Change::Assign(_), Change::Status(status)] if status.state == State::InProgress), "{changes:?}");
        assert_eq!(script(&["close"]).changes(Vendor::Datadog, &case, &directory).unwrap().len(), 1);
        case.row.status.state = Some(State::Closed);
        assert_eq!(script(&["close"]).changes(Vendor::Datadog, &case, &directory).unwrap(), []);
        assert!(script(&["take"]).changes(Vendor::Datadog, &case, &directory).unwrap_err().contains("closed"));
        let case = sample::case(Vendor::ServerOps, 1);
        assert!(script(&["take"]).changes(Vendor::ServerOps, &case, &directory).unwrap_err().contains("no assignee"));
        assert_eq!(script(&["archive"]).changes(Vendor::ServerOps, &case, &directory).unwrap().len(), 1);
        let case = sample::case(Vendor::Tines, 1);
        let changes = script(&["take"]).changes(Vendor::Tines, &case, &directory).unwrap();
        assert!(matches!(&changes[..], [Change::Assign(_)]), "a team without a status in progress still takes: {changes:?}");
    }

    #[test]
    fn a_vendor_may_have_its_own_way() {
        let mut script = script(&["add tag=fp"]);
        script.variants = vec![(Vendor::Datadog, vec![Step::parse("add attr.team=fp").unwrap()]), (Vendor::ServerOps, vec![])];
        let changes = |vendor| script.changes(vendor, &sample::case(vendor, 1), &me());
        assert_eq!(changes(Vendor::Tines).unwrap(), [Change::AddTags(vec!["fp".into()])]);
        assert!(matches!(&changes(Vendor::Datadog).unwrap()[..], [Change::Attribute { .. }]));
        assert_eq!(changes(Vendor::ServerOps).unwrap(), []);
        assert_eq!(script.to_string(), "add tag=fp; Datadog: add attr.team=fp; ServerOps: nothing");
        // It says what is done, not what would be done to cases that nobody means.
        let told = |vendors: &[Vendor]| script.for_vendors(vendors).to_string();
        assert_eq!(told(&[Vendor::Datadog]), "add attr.team=fp");
        assert_eq!(told(&[Vendor::Tines]), "add tag=fp");
        assert_eq!(told(&[Vendor::ServerOps]), "ServerOps: nothing");
        assert_eq!(told(&[Vendor::Tines, Vendor::ServerOps]), "add tag=fp; ServerOps: nothing");
        assert_eq!(told(&[Vendor::Datadog, Vendor::ServerOps]), "Datadog: add attr.team=fp; ServerOps: nothing");
        assert_eq!(told(&[]), script.to_string());
    }

    #[test]
    fn what_was_changed_here_means_the_same_elsewhere() {
        let case = sample::case(Vendor::Tines, 1);
        let changes = [Change::Priority("HIGH".into()), Change::AddTags(vec!["a".into(), "b".into()]), Change::Comment("Seen".into())];
        let steps: Vec<Step> = changes.iter().flat_map(|change| step_of(change, &case)).collect();
        let there = ChangeScript::of(steps).changes(Vendor::Tines, &sample::case(Vendor::Tines, 2), &me()).unwrap();
        assert_eq!(there, changes);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_is_printed_back(text in "(set|add|remove|comment|take|close)?[ =a-z.,]{0,20}.{0,10}") {
            if let Ok(step) = Step::parse(&text) {
                prop_assert_eq!(Step::parse(&step.to_string()), Ok(step));
            }
        }
    }
}
