//! How Datadog writes its JSON: a mirror that borrows from the body and decides nothing.
//!
//! Missing, null and `{}` read alike; ids are numbers or strings (see `loose`).

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::super::loose::{Many, Maybe, Text};
use super::maps::{Entries, Scalars};

/// Answers that hold many things, cut apart but not yet read. Search answers go through `split` instead.
#[derive(serde::Deserialize)]
pub(super) struct List<'a> {
    #[serde(borrow)]
    pub data: Vec<&'a RawValue>,
}

/// The answer to who I am. `included[]` holds the person's roles and what these permit, each in the shape of a user.
#[derive(serde::Deserialize)]
pub(super) struct Whoami<'a> {
    #[serde(borrow)]
    pub data: &'a RawValue,
    #[serde(borrow, default)]
    pub included: Many<Maybe<User<'a>>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct Meta<'a> {
    #[serde(borrow)]
    pub page: Maybe<MetaPage<'a>>,
    /// Undocumented.
    #[serde(borrow)]
    pub total_cases: Text<'a>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct MetaPage<'a> {
    /// The number of pages, not of cases.
    #[serde(borrow)]
    pub total: Text<'a>,
}

/// Answers that hold one thing.
#[derive(serde::Deserialize)]
pub(super) struct One<'a> {
    #[serde(borrow)]
    pub data: &'a RawValue,
}

/// The answer for one case.
#[derive(serde::Deserialize)]
pub(super) struct Answer<'a> {
    #[serde(borrow)]
    pub data: Case<'a, Whole<'a>, Maybe<Relation<'a>>>,
    /// Users that the case names.
    #[serde(borrow, default)]
    pub included: Many<Maybe<User<'a>>>,
}

/// A case as far as a row needs it.
pub(super) type BriefCase<'a> = Case<'a, Brief<'a>, IgnoredAny>;

/// A case: its attributes, and what is read of its project.
#[derive(serde::Deserialize)]
#[serde(bound(deserialize = "A: Deserialize<'de>, P: Deserialize<'de> + Default"))]
pub(super) struct Case<'a, A, P> {
    #[serde(borrow, default)]
    pub id: Text<'a>,
    pub attributes: A,
    #[serde(borrow, default)]
    pub relationships: Maybe<Relationships<'a, P>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(bound(deserialize = "P: Deserialize<'de> + Default"))]
pub(super) struct Relationships<'a, P> {
    #[serde(borrow, default)]
    pub assignee: Maybe<Relation<'a>>,
    #[serde(borrow, default)]
    pub created_by: Maybe<Relation<'a>>,
    #[serde(borrow, default)]
    pub modified_by: Maybe<Relation<'a>>,
    #[serde(default)]
    pub project: P,
}

#[derive(serde::Deserialize)]
pub(super) struct Relation<'a> {
    #[serde(borrow, default)]
    data: Maybe<Target<'a>>,
}

#[derive(serde::Deserialize)]
struct Target<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
}

/// The id behind a relation that may be missing on every level.
pub(super) fn target<'r>(relation: &'r Maybe<Relation<'_>>) -> Option<&'r str> {
    relation.0.as_ref()?.data.0.as_ref()?.id.filled()
}

/// What a row needs of a case's attributes.
#[derive(Debug, Default)]
pub(super) struct Brief<'a> {
    pub title: Text<'a>,
    pub key: Text<'a>,
    pub status: Text<'a>,
    pub status_name: Text<'a>,
    pub status_group: Text<'a>,
    pub priority: Text<'a>,
    pub created_at: Text<'a>,
    pub modified_at: Text<'a>,
    pub closed_at: Text<'a>,
    pub archived_at: Text<'a>,
    pub attributes: Entries<'a, Scalars<'a>>,
    /// None: it did not come.
    pub description: Option<Text<'a>>,
    /// One of the keys came twice.
    pub is_doubled: bool,
}

impl<'a> Brief<'a> {
    /// Each by its name.
    pub(super) fn times(&self) -> [(&'static str, &Text<'a>); 4] {
        [
            ("created_at", &self.created_at),
            ("modified_at", &self.modified_at),
            ("closed_at", &self.closed_at),
            ("archived_at", &self.archived_at),
        ]
    }

    /// Takes the value of `key` if it is one of ours.
    fn take<A: MapAccess<'a>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        let place = match key {
            "title" => &mut self.title,
            "key" => &mut self.key,
            "status" => &mut self.status,
            "status_name" => &mut self.status_name,
            "status_group" => &mut self.status_group,
            "priority" => &mut self.priority,
            "created_at" => &mut self.created_at,
            "modified_at" => &mut self.modified_at,
            "closed_at" => &mut self.closed_at,
            "archived_at" => &mut self.archived_at,
            "attributes" => {
                self.attributes = map.next_value()?;
                return Ok(true);
            }
            "description" => {
                self.is_doubled |= self.description.is_some();
                self.description = Some(map.next_value()?);
                return Ok(true);
            }
            _ => return Ok(false),
        };
        self.is_doubled |= place.is_given();
        *place = map.next_value()?;
        Ok(true)
    }
}

/// All attributes of a case.
#[derive(Default)]
pub(super) struct Whole<'a> {
    pub brief: Brief<'a>,
    pub type_id: Text<'a>,
    pub custom_attributes: Entries<'a, CustomAttribute<'a>>,
    pub jira_issue: Maybe<Ticket<'a>>,
    pub service_now_ticket: Maybe<Ticket<'a>>,
    pub comment_count: Text<'a>,
    pub insights: Many<Maybe<Insight<'a>>>,
    /// Search answers only.
    pub created_by_author: Maybe<Author<'a>>,
    /// What this version does not know, as it came.
    pub rest: Vec<(Text<'a>, &'a RawValue)>,
}

impl<'a> Whole<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Text<'a>, map: &mut A) -> Result<(), A::Error> {
        match key.as_str() {
            "type_id" => self.type_id = map.next_value()?,
            "custom_attributes" => self.custom_attributes = map.next_value()?,
            "jira_issue" => self.jira_issue = map.next_value()?,
            "service_now_ticket" => self.service_now_ticket = map.next_value()?,
            "comment_count" => self.comment_count = map.next_value()?,
            "insights" => self.insights = map.next_value()?,
            "created_by_author" => self.created_by_author = map.next_value()?,
            _ => self.rest.push((key, map.next_value()?)),
        }
        Ok(())
    }
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct CustomAttribute<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub is_multi: Text<'a>,
    #[serde(borrow)]
    pub value: Scalars<'a>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct Insight<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    /// A path of the web UI.
    #[serde(borrow, rename = "ref")]
    pub reference: Text<'a>,
    #[serde(borrow)]
    pub resource_id: Text<'a>,
}

/// A ticket in another system; either kind of `result`.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct Ticket<'a> {
    #[serde(borrow)]
    pub status: Text<'a>,
    #[serde(borrow)]
    pub result: Maybe<TicketResult<'a>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct TicketResult<'a> {
    #[serde(borrow)]
    pub issue_key: Text<'a>,
    #[serde(borrow)]
    pub issue_id: Text<'a>,
    #[serde(borrow)]
    pub issue_url: Text<'a>,
    #[serde(borrow)]
    pub sys_target_link: Text<'a>,
}

/// `included[]` (type `user`) and the users' own API (type `users`).
#[derive(serde::Deserialize)]
pub(super) struct User<'a> {
    #[serde(borrow, default)]
    pub id: Text<'a>,
    #[serde(borrow, default, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow, default)]
    pub attributes: Maybe<UserAttributes<'a>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct UserAttributes<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub email: Text<'a>,
    #[serde(borrow)]
    pub handle: Text<'a>,
    #[serde(borrow)]
    pub service_account: Text<'a>,
}

/// The author of a timeline cell, and `created_by_author`.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct Author<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub content: Maybe<AuthorContent<'a>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct AuthorContent<'a> {
    /// Documented as `id`, sent as `ID`.
    #[serde(borrow, alias = "ID")]
    pub id: Text<'a>,
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub email: Text<'a>,
    #[serde(borrow)]
    pub handle: Text<'a>,
}

#[derive(serde::Deserialize)]
pub(super) struct Cell<'a> {
    #[serde(borrow, default)]
    pub id: Text<'a>,
    #[serde(borrow)]
    pub attributes: CellAttributes<'a>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct CellAttributes<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub author: Maybe<Author<'a>>,
    #[serde(borrow)]
    pub cell_content: Option<&'a RawValue>,
    /// The same once more as JSON text; undocumented.
    #[serde(borrow)]
    pub content: Text<'a>,
    #[serde(borrow)]
    pub created_at: Text<'a>,
    #[serde(borrow)]
    pub deleted_at: Text<'a>,
}

#[derive(serde::Deserialize)]
pub(super) struct Project<'a> {
    #[serde(borrow, default)]
    pub id: Text<'a>,
    #[serde(borrow, default)]
    pub attributes: ProjectAttributes<'a>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct ProjectAttributes<'a> {
    #[serde(borrow)]
    pub key: Text<'a>,
    #[serde(borrow)]
    pub name: Text<'a>,
}

#[derive(serde::Deserialize)]
pub(super) struct CaseType<'a> {
    #[serde(borrow, default)]
    pub id: Text<'a>,
    #[serde(borrow, default)]
    pub attributes: CaseTypeAttributes<'a>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct CaseTypeAttributes<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub deleted_at: Text<'a>,
    /// Undocumented; missing in older answers.
    #[serde(borrow)]
    pub statuses_config: Maybe<StatusesConfig<'a>>,
}

/// A custom attribute's configuration.
#[derive(serde::Deserialize)]
pub(super) struct Config<'a> {
    #[serde(borrow, default)]
    pub attributes: ConfigAttributes<'a>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct ConfigAttributes<'a> {
    #[serde(borrow)]
    pub case_type_id: Text<'a>,
    #[serde(borrow)]
    pub key: Text<'a>,
    #[serde(borrow)]
    pub display_name: Text<'a>,
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub is_multi: Text<'a>,
    #[serde(borrow)]
    pub type_data: Maybe<TypeData<'a>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct TypeData<'a> {
    /// Choices of a select.
    #[serde(borrow)]
    pub options: Many<Maybe<Choice<'a>>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct Choice<'a> {
    #[serde(borrow)]
    pub value: Text<'a>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct StatusesConfig<'a> {
    #[serde(borrow)]
    pub open: Maybe<StatusGroup<'a>>,
    #[serde(borrow)]
    pub in_progress: Maybe<StatusGroup<'a>>,
    #[serde(borrow)]
    pub closed: Maybe<StatusGroup<'a>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct StatusGroup<'a> {
    #[serde(borrow)]
    pub status_options: Many<Maybe<StatusName<'a>>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct StatusName<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
}

struct BriefVisitor;

impl<'de> Visitor<'de> for BriefVisitor {
    type Value = Brief<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a case's attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut brief = Brief::default();
        while let Some(key) = map.next_key::<Text<'de>>()? {
            if !brief.take(key.as_str(), &mut map)? {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(brief)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Brief<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(BriefVisitor)
    }
}

struct WholeVisitor;

impl<'de> Visitor<'de> for WholeVisitor {
    type Value = Whole<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a case's attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut whole = Whole::default();
        while let Some(key) = map.next_key::<Text<'de>>()? {
            if !whole.brief.take(key.as_str(), &mut map)? {
                whole.take(key, &mut map)?;
            }
        }
        Ok(whole)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Whole<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WholeVisitor)
    }
}
