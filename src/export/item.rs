//! What a case looks like in JSON, whoever writes it: `list`, `show`, `export` and the workbench. A promise to scripts:
//! every key is always there, unknown is null, nothing is invented.

use std::collections::BTreeMap;
use std::io::{
    Write, {self},
};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::domain::case::{Case, Level, Row, State, Status, Vendor};
use crate::domain::exact;
use crate::domain::person::Person;
use crate::domain::sla::OVER_SINCE_UNKNOWN;
use crate::domain::text::Clean;
use crate::index::Seen;

/// Of all that is here. It grows when a key goes, changes its meaning or its type; new keys may come at any time.
pub const SCHEMA: u8 = 1;

/// Keys of every case.
pub const KEYS: [&str; 21] = [
    "schema",
    "source",
    "vendor",
    "id",
    "key",
    "title",
    "description",
    "status",
    "priority",
    "assignees",
    "tags",
    "created_at",
    "updated_at",
    "closed_at",
    "url",
    "sla_due_at",
    "sla_clock",
    "sla_over",
    "sla",
    "due_date",
    "attributes",
];
/// What `export` adds.
pub const STAMP_KEYS: [&str; 3] = ["coverage", "read_at", "exported_at"];
/// What `show` adds.
pub const WHOLE_KEYS: [&str; 17] = [
    "base",
    "author",
    "opened_by",
    "opened_at",
    "closed_by",
    "changed_by",
    "group",
    "type",
    "comment_count",
    "activities",
    "records",
    "fields",
    "attachments",
    "links",
    "actions",
    "closure_conditions",
    "raw",
];

/// When the case is due by the clock that the list shows.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    pub at: Option<Timestamp>,
    /// By a rule of the configuration, not the vendor's.
    pub is_local: bool,
    pub now: Timestamp,
}

/// One case of a list: what it has, the whole of a case has under the same names.
#[derive(Serialize)]
pub struct Item<'a> {
    schema: u8,
    source: &'a str,
    vendor: Option<Vendor>,
    id: &'a str,
    key: &'a str,
    title: &'a str,
    description: Option<&'a str>,
    status: StatusShape<'a>,
    priority: PriorityShape<'a>,
    assignees: Vec<PersonShape<'a>>,
    tags: Vec<&'a str>,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    url: Option<String>,
    /// When the nearest clock runs out.
    sla_due_at: Option<Timestamp>,
    /// `vendor` or `local`; null: no clock runs.
    sla_clock: Option<&'static str>,
    sla_over: bool,
    /// The vendor's clocks; null where only the row is known.
    sla: Option<Vec<SlaShape<'a>>>,
    /// Datadog's; as the vendor writes it.
    due_date: Option<&'a str>,
    /// Null where only the row is known.
    attributes: Option<BTreeMap<&'a str, &'a [Clean]>>,
}

#[derive(Serialize)]
struct StatusShape<'a> {
    state: Option<&'static str>,
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct PriorityShape<'a> {
    level: Option<&'static str>,
    name: Option<&'a str>,
}

#[derive(Serialize)]
pub struct PersonShape<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    email: Option<&'a str>,
}

#[derive(Serialize)]
struct SlaShape<'a> {
    kind: &'a str,
    due_at: Option<Timestamp>,
    exceeded: bool,
    elapsed_percent: Option<f64>,
    current_seconds: Option<f64>,
}

/// Empty is how the domain says absent.
pub fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

impl<'a> From<&'a Person> for PersonShape<'a> {
    fn from(person: &'a Person) -> Self {
        Self { id: some(&person.id), name: some(person.name.raw()), email: some(person.email.raw()) }
    }
}

impl<'a> From<&'a Status> for StatusShape<'a> {
    fn from(status: &'a Status) -> Self {
        Self { state: status.state.map(State::name), name: some(status.name.raw()) }
    }
}

impl Due {
    fn keys(self) -> (Option<Timestamp>, Option<&'static str>, bool) {
        let clock = self.at.map(|_| if self.is_local { "local" } else { "vendor" });
        (self.at.filter(|due| *due != OVER_SINCE_UNKNOWN), clock, self.at.is_some_and(|due| due <= self.now))
    }
}

impl<'a> Item<'a> {
    pub fn of_case(source: &'a str, vendor: Vendor, case: &'a Case, due: Due) -> Self {
        let Row {
            id,
            key,
            title,
            status,
            priority,
            assignees,
            tags,
            created_at,
            updated_at,
            closed_at,
            url,
            due_at: _,
            also_due: _,
            description: _,
        } = &case.row;
        let due_date = case.fields.iter().find(|field| field.id == "due_date").and_then(|field| field.values.first());
        let (sla_due_at, sla_clock, sla_over) = due.keys();
        Self {
            schema: SCHEMA,
            source,
            vendor: Some(vendor),
            id: &id.id,
            key: key.raw(),
            title: title.raw(),
            description: some(case.description.raw()),
            status: status.into(),
            priority: PriorityShape {
                level: priority.as_ref().and_then(|priority| priority.level).map(Level::name),
                name: priority.as_ref().and_then(|priority| some(priority.name.raw())),
            },
            assignees: assignees.iter().map(PersonShape::from).collect(),
            tags: tags.iter().map(Clean::raw).collect(),
            created_at: *created_at,
            updated_at: *updated_at,
            closed_at: *closed_at,
            url: url.as_ref().map(|url| url.raw().to_owned()),
            sla_due_at,
            sla_clock,
            sla_over,
            sla: Some(slas(case)),
            due_date: due_date.and_then(|date| some(date.raw())),
            attributes: Some(case.attributes.iter().map(|(key, values)| (key.raw(), &values[..])).collect()),
        }
    }

    /// What the row alone tells.
    pub fn of_row(source: &'a str, vendor: Option<Vendor>, seen: Seen<'a>, due: Due) -> Self {
        let time = |seconds: Option<i64>| seconds.and_then(|at| Timestamp::from_second(at).ok());
        let (sla_due_at, sla_clock, sla_over) = due.keys();
        Self {
            schema: SCHEMA,
            source,
            vendor,
            id: seen.id,
            key: seen.key,
            title: seen.title,
            description: None,
            status: StatusShape { state: seen.state.map(State::name), name: some(seen.status) },
            priority: PriorityShape { level: seen.rank.level().map(Level::name), name: some(seen.priority) },
            assignees: seen.assignees().map(|name| PersonShape { id: None, name: some(name), email: None }).collect(),
            tags: seen.tags().collect(),
            created_at: time(seen.created_at),
            updated_at: time(seen.updated_at),
            closed_at: time(seen.closed_at),
            url: seen.url(),
            sla_due_at,
            sla_clock,
            sla_over,
            sla: None,
            due_date: None,
            attributes: None,
        }
    }
}

fn slas(case: &Case) -> Vec<SlaShape<'_>> {
    case.slas
        .iter()
        .map(|sla| SlaShape {
            kind: sla.kind.raw(),
            due_at: sla.due_at,
            exceeded: sla.exceeded,
            elapsed_percent: sla.elapsed_percent,
            current_seconds: sla.current_s,
        })
        .collect()
}

/// Which keys of an object are written, and in which order; none named: all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picked(Vec<&'static str>);

impl Picked {
    /// Out of `key,title,sla`.
    ///
    /// # Errors
    /// There is no such key: which there are.
    pub fn read(text: &str, known: &[&[&'static str]]) -> Result<Self, String> {
        let known: Vec<&'static str> = known.concat();
        let find = |name: &str| known.iter().copied().find(|known| *known == name);
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let picked: Result<Vec<_>, String> = names
            .map(|name| find(name).ok_or_else(|| format!("there is no field `{name}`\n  the fields are {}", known.join(", "))))
            .collect();
        let mut picked = picked?;
        let mut met = Vec::new();
        picked.retain(|name| {
            !met.contains(name) && {
                met.push(*name);
                true
            }
        });
        Ok(Self(picked))
    }

    pub fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    pub fn names(&self, key: &str) -> bool {
        self.0.contains(&key)
    }

    /// One object on one line.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, out: &mut impl Write, object: &impl Serialize) -> io::Result<()> {
        if self.is_all() {
            return exact::write(out, object);
        }
        let whole = serde_json::to_value(object)?;
        let mut before = b"{";
        for name in &self.0 {
            out.write_all(before)?;
            before = b",";
            exact::write(out, name)?;
            out.write_all(b":")?;
            exact::write(out, whole.get(name).unwrap_or(&Value::Null))?;
        }
        out.write_all(b"}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::Rid;
    use crate::domain::sample;
    use crate::index::Index;

    fn keys(item: &Item<'_>) -> Vec<String> {
        let text = serde_json::to_string(item).unwrap();
        let mut keys: Vec<String> = serde_json::from_str::<Value>(&text).unwrap().as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    }

    #[test]
    fn a_row_and_a_case_have_the_same_keys_and_those_can_be_picked() {
        let case = sample::case(Vendor::Tines, 1);
        let due = Due { at: Some(OVER_SINCE_UNKNOWN), is_local: true, now: Timestamp::UNIX_EPOCH };
        let of_case = Item::of_case("tn", Vendor::Tines, &case, due);
        let mut index = Index::new();
        index.upsert(Rid(1), &case.row);
        let of_row = Item::of_row("tn", None, index.get(Rid(1)).unwrap(), Due { at: None, ..due });
        let mut known = KEYS.map(str::to_owned).to_vec();
        known.sort();
        assert_eq!((keys(&of_case), keys(&of_row)), (known.clone(), known));
        let picked = |text: &str, item: &Item<'_>| {
            let mut out = Vec::new();
            Picked::read(text, &[&KEYS]).unwrap().write(&mut out, item).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            picked("sla_clock, sla_due_at,sla_over,sla_clock", &of_case),
            r#"{"sla_clock":"local","sla_due_at":null,"sla_over":true}"#
        );
        assert_eq!(picked("vendor,sla,description,sla_over", &of_row), r#"{"vendor":null,"sla":null,"description":null,"sla_over":false}"#);
        assert_eq!(picked("", &of_row), serde_json::to_string(&of_row).unwrap());
        let wrong = Picked::read("key,titel", &[&KEYS, &STAMP_KEYS]).unwrap_err();
        assert!(wrong.starts_with("there is no field `titel`\n  the fields are schema, ") && wrong.ends_with("exported_at"), "{wrong}");
    }
}
