//! The values of a row in columns that only some cases have, and whose its source is.

use super::columns::Columns;
use super::deep::Parts;
use crate::domain::capability::Group;
use crate::domain::case::{Rank, Vendor};
use crate::query::{Asker, Column, fold};

/// What of a case tells the value of a column, and under which name.
pub(super) fn part_of(column: &Column) -> Option<(Parts, &str)> {
    Some(match column {
        Column::Author => (Parts::AUTHOR, ""),
        Column::Team | Column::Project => (Parts::GROUP, ""),
        Column::Type => (Parts::TYPE, ""),
        Column::Custom(name) => (Parts::FIELDS, name.as_str()),
        Column::Attr(name) => (Parts::ATTRIBUTES, name.as_str()),
        _ => return None,
    })
}

impl Columns {
    /// Takes over whose the sources are; false: that was known.
    pub(super) fn know_vendors(&mut self, asker: &Asker) -> bool {
        let most = asker.origins.iter().map(|origin| usize::from(origin.id.0) + 1).max().unwrap_or(0);
        let mut vendors = vec![None; most];
        for origin in &asker.origins {
            vendors[usize::from(origin.id.0)] = Some(origin.vendor);
        }
        let is_new = self.vendors != vendors;
        self.vendors = vendors;
        is_new
    }

    /// None: nobody has said whose the source is.
    pub(super) fn vendor(&self, slot: u32) -> Option<Vendor> {
        self.vendors.get(usize::from(self.source(slot).0)).copied().flatten()
    }

    /// What its case is grouped by.
    fn group(&self, slot: u32) -> Option<Group> {
        self.vendor(slot)?.capabilities().group
    }

    /// What stands before the dash of the key, where cases are grouped by projects.
    pub(super) fn project_key(&self, slot: u32) -> Option<&str> {
        if self.group(slot) != Some(Group::Project) {
            return None;
        }
        self.key(slot).split_once('-').map(|(project, _)| project).filter(|project| !project.is_empty())
    }

    /// Whether all that a row has in such a column is known.
    pub(super) fn knows(&self, slot: u32, column: &Column) -> bool {
        let Some((part, _)) = part_of(column) else { return true };
        let vendor = self.vendor(slot);
        let has_none = match (column, vendor) {
            (Column::Project, Some(vendor)) if vendor.capabilities().group != Some(Group::Project) => true,
            (Column::Team, Some(vendor)) if vendor.capabilities().group != Some(Group::Team) => true,
            // Such rows carry their attributes as tags.
            (Column::Attr(_), Some(vendor)) if vendor.capabilities().has_attributes => true,
            (_, Some(vendor)) => Parts::lacking(vendor).has(part),
            (_, None) => false,
        };
        has_none || self.value(slot, column).is_some() || self.deep(slot).is_some_and(|deep| deep.known.has(part))
    }

    /// The level by its name, or the vendor's own word; empty: none is set.
    pub(super) fn priority_value(&self, slot: u32) -> &str {
        match self.rank(slot) {
            Rank::Unknown => self.priority(slot),
            rank => rank.name(),
        }
    }

    /// The first value of an attribute, custom field, author, group or type.
    pub(super) fn value(&self, slot: u32, column: &Column) -> Option<String> {
        let (part, name) = part_of(column)?;
        let vendor = self.vendor(slot);
        let is_elsewhere = |wanted| vendor.is_some_and(|vendor| vendor.capabilities().group != Some(wanted));
        match column {
            // A project is known by the key of its cases, whether or not they were read.
            Column::Project if self.project_key(slot).is_some() => return self.project_key(slot).map(String::from),
            Column::Project if is_elsewhere(Group::Project) => return None,
            Column::Team if is_elsewhere(Group::Team) => return None,
            _ => {}
        }
        let (name, prefix) = (fold(name), fold(name) + ":");
        let mut tags =
            self.terms_of(slot).1.iter().filter(|tag| part == Parts::ATTRIBUTES && self.terms().folded(**tag).starts_with(&prefix));
        let tag = tags.find_map(|tag| Some(self.terms().shown(*tag).split_once(':')?.1.to_owned()));
        let mut facts =
            self.deep(slot).into_iter().flat_map(|deep| deep.of(part)).filter(|fact| fact.name == name && !fact.text.is_empty());
        tag.or_else(|| facts.next().map(|fact| fact.text.to_string()))
    }
}
