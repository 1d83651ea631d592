//! What a source knows besides its cases: who I am, people, projects, statuses.

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::capability::Statuses;
use super::case::{Case, FieldKind, Named, State, Vendor};
use super::person::Person;
use super::text::Clean;

/// Names that cases refer to by id. Every list may be empty when the token lacks the right to read it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Directory {
    /// Datadog: `/current_user`. Tines has no such call: the configured `me`. `ServerOps`: none.
    pub me: Option<Person>,
    /// Tines: team members. Datadog: people met in `included`; the whole organisation may be 200 000.
    pub people: Vec<Person>,
    /// Datadog: projects with key and name. Tines: teams.
    pub groups: Vec<Named>,
    /// Datadog: case types that are not deleted, with their statuses.
    pub case_types: Vec<CaseType>,
    /// Statuses for cases without a type: Tines `case_sub_statuses` (with their team), `ServerOps`' three.
    pub statuses: Vec<StatusOption>,
    /// Datadog: custom attributes of every case type. Empty elsewhere: Tines' fields bring their own names.
    #[serde(default)]
    pub fields: Vec<FieldName>,
    /// Datadog: what the roles of `me` permit, of what caseload needs; None: not told. A key with scopes of its own may do
    /// less.
    #[serde(default)]
    pub rights: Option<Vec<CompactString>>,
    pub read_at: Option<Timestamp>,
}

/// What a custom field is called; cases carry only its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldName {
    /// Id of the case type that has it.
    pub case_type: CompactString,
    pub key: CompactString,
    #[serde(with = "super::text::kept")]
    pub name: Clean,
    /// Choices of a select, in the vendor's order; empty when free.
    #[serde(with = "super::text::kept::list")]
    pub options: Vec<Clean>,
    #[serde(default = "text")]
    pub kind: FieldKind,
    #[serde(default)]
    pub is_multi: bool,
}

/// Directories on disk that were read before kinds were kept.
fn text() -> FieldKind {
    FieldKind::Text
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseType {
    pub id: CompactString,
    #[serde(with = "super::text::kept")]
    pub name: Clean,
    pub statuses: Vec<StatusOption>,
}

/// A status that a case can be given.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StatusOption {
    pub state: State,
    /// The vendor's own name, as it is sent back.
    #[serde(with = "super::text::kept")]
    pub name: Clean,
    /// Tines: `sub_status_id`. Empty elsewhere, and for plain Tines open and closed.
    pub id: CompactString,
    /// Tines: the team that owns the sub-status. Empty elsewhere.
    pub group: CompactString,
}

/// Said of a status of which only the state is asked for.
pub const VENDOR_PICKS: &str = "the vendor picks which";

impl StatusOption {
    /// It names a state and no status of the vendor's own: any status in that state is what was meant.
    pub fn is_plain(&self) -> bool {
        self.id.is_empty() && self.name.as_str().to_lowercase().replace(' ', "_") == self.state.name()
    }
}

impl Directory {
    /// With the statuses that every case of the vendor has, for when its own were never read.
    #[must_use]
    pub fn with_plain_statuses(&self, vendor: Vendor) -> Self {
        Self { statuses: plain_statuses(vendor), ..self.clone() }
    }

    /// The statuses that this case can be given, in the vendor's order; empty when the directory was never read.
    pub fn statuses_of(&self, case: &Case) -> Vec<&StatusOption> {
        if let Some(case_type) = case.case_type.as_ref().and_then(|wanted| self.case_types.iter().find(|known| known.id == wanted.id)) {
            return case_type.statuses.iter().collect();
        }
        let group = case.group.as_ref().map(|group| group.id.as_str());
        self.statuses.iter().filter(|status| status.group.is_empty() || Some(status.group.as_str()) == group).collect()
    }

    /// A status that this case is to be given, as it is told before and after: of its own statuses by name; where they were
    /// never read, the vendor is asked for a state only, and which of its statuses that is, is not known before it answers.
    pub fn status_told(&self, vendor: Vendor, case: &Case, wanted: &StatusOption) -> String {
        let is_named = match vendor.capabilities().statuses {
            Statuses::Fixed => true,
            Statuses::OfType => case.case_type.as_ref().is_some_and(|its| self.case_types.iter().any(|known| known.id == its.id)),
            Statuses::OfTeam => self.statuses_of(case).iter().any(|own| !own.id.is_empty() && own.name == wanted.name),
        };
        if is_named || !wanted.is_plain() {
            return wanted.name.raw().to_owned();
        }
        format!("{} ({VENDOR_PICKS})", wanted.state.name().replace('_', " "))
    }

    /// The same for a case of which only the names of its type and its group are known. A group that is not known here
    /// may have any status.
    pub fn statuses_named(&self, case_type: Option<&str>, group: Option<&str>) -> Vec<&StatusOption> {
        if let Some(known) = case_type.and_then(|name| self.case_types.iter().find(|known| known.name.as_str() == name)) {
            return known.statuses.iter().collect();
        }
        let group = group.and_then(|name| self.groups.iter().find(|known| known.name.as_str() == name || known.id == name));
        let is_its = |status: &&StatusOption| status.group.is_empty() || group.is_none_or(|group| status.group == group.id);
        self.statuses.iter().filter(is_its).collect()
    }
}

/// The statuses that a vendor's cases have whatever is set up there.
pub fn plain_statuses(vendor: Vendor) -> Vec<StatusOption> {
    let plain = vendor.capabilities().plain_statuses;
    plain
        .iter()
        .map(|(state, name)| StatusOption {
            state: *state,
            name: Clean::line(name),
            id: CompactString::default(),
            group: CompactString::default(),
        })
        .collect()
}
