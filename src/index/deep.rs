//! What rows do not tell: the facts that reading a case whole brings, and which of them are known of which case.

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};

use crate::domain::activity::{Activity, Topic};
use crate::domain::case::{Case, Vendor};
use crate::domain::person::Person;
use crate::domain::record::{RecordTable, Slice};
use crate::query::fold;

/// A set of kinds of facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Parts(u16);

impl Parts {
    pub const NONE: Self = Self(0);
    pub const DESCRIPTION: Self = Self(1);
    pub const AUTHOR: Self = Self(1 << 1);
    /// Project or team.
    pub const GROUP: Self = Self(1 << 2);
    pub const TYPE: Self = Self(1 << 3);
    /// Datadog attributes, Tines metadata.
    pub const ATTRIBUTES: Self = Self(1 << 4);
    pub const FIELDS: Self = Self(1 << 5);
    pub const RECORDS: Self = Self(1 << 6);
    pub const COMMENTS: Self = Self(1 << 7);
    pub const FILES: Self = Self(1 << 8);
    pub const LINKS: Self = Self(1 << 9);
    pub const TICKETS: Self = Self(1 << 10);
    /// The kinds of the SLA clocks.
    pub const CLOCKS: Self = Self(1 << 11);

    #[must_use]
    pub const fn with(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    #[must_use]
    pub const fn without(self, less: Self) -> Self {
        Self(self.0 & !less.0)
    }

    pub const fn has(self, all: Self) -> bool {
        self.0 & all.0 == all.0
    }

    pub const fn has_any(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What no case of this vendor ever has, so that nothing needs to be read to know.
    pub const fn lacking(vendor: Vendor) -> Self {
        match vendor {
            Vendor::Datadog => Self::RECORDS.with(Self::FILES).with(Self::LINKS).with(Self::CLOCKS),
            Vendor::Tines => Self::TYPE.with(Self::TICKETS),
            Vendor::ServerOps => Self(u16::MAX).without(Self::DESCRIPTION).without(Self::FILES),
        }
    }
}

/// One thing that a case says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    /// One of them.
    pub(super) part: Parts,
    /// Folded; empty where the part has no names.
    pub(super) name: CompactString,
    pub(super) text: CompactString,
}

/// What one reading of a case showed beyond its row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deep {
    /// The case's last change when it was read, milliseconds since 1970. A later one makes it old.
    pub(super) as_of: Option<i64>,
    /// Everything that there is of these is among the facts.
    pub(super) known: Parts,
    pub(super) facts: Vec<Fact>,
    /// The page of the timeline that was read last in their order, then that of the records.
    pages: [Option<Page>; 2],
}

/// The case and its pages are asked for side by side, so a page may be stored this much before its case.
const SAME_READING: SignedDuration = SignedDuration::from_mins(1);

const TIMELINE: usize = 0;
const RECORDS: usize = 1;

/// A page of a long list in the vendor's own counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Page {
    /// What the list has all of, once it is read to its end.
    tells: Parts,
    /// None: the first.
    number: Option<u32>,
    /// None: the last.
    next: Option<u32>,
}

impl Deep {
    /// Of a case as `vendor` gave it. `is_whole`: it was asked for by itself; a list item shows less.
    pub fn of_case(case: &Case, vendor: Vendor, is_whole: bool) -> Self {
        let mut deep = Self { as_of: case.row.updated_at.map(Timestamp::as_millisecond), ..Self::default() };
        deep.known = Parts::AUTHOR.with(Parts::GROUP);
        if is_whole || case.row.description.is_some() {
            deep.known = deep.known.with(Parts::DESCRIPTION);
        }
        if vendor == Vendor::Datadog {
            let more = [Parts::TYPE, Parts::ATTRIBUTES, Parts::FIELDS, Parts::TICKETS];
            deep.known = more.into_iter().fold(deep.known, Parts::with);
        }
        if is_whole {
            let more = [Parts::TYPE, Parts::ATTRIBUTES, Parts::FIELDS, Parts::LINKS, Parts::TICKETS, Parts::CLOCKS];
            deep.known = more.into_iter().fold(deep.known, Parts::with);
            if vendor == Vendor::ServerOps {
                deep.known = deep.known.with(Parts::FILES);
            }
        }
        deep.add(Parts::DESCRIPTION, "", case.description.as_str());
        if let Some(author) = &case.author {
            deep.add_person(Parts::AUTHOR, author);
        }
        for (part, named) in [(Parts::GROUP, &case.group), (Parts::TYPE, &case.case_type)] {
            if let Some(named) = named {
                deep.add(part, "", named.name.as_str());
                deep.add(part, "", &named.id);
            }
        }
        for (name, values) in &case.attributes {
            for value in values {
                deep.add(Parts::ATTRIBUTES, name.as_str(), value.as_str());
            }
        }
        for field in &case.fields {
            for value in &field.values {
                deep.add(Parts::FIELDS, field.name.as_str(), value.as_str());
                if field.id != field.name.as_str() {
                    deep.add(Parts::FIELDS, &field.id, value.as_str());
                }
            }
        }
        case.slas.iter().for_each(|sla| deep.add(Parts::CLOCKS, "", sla.kind.as_str()));
        for link in &case.links {
            deep.add(Parts::LINKS, "", &format!("{} {}", link.id, link.title.as_str()));
        }
        case.tickets.iter().for_each(|ticket| deep.add(Parts::TICKETS, ticket.system.as_str(), ticket.label.as_str()));
        case.attachments.iter().for_each(|file| deep.add(Parts::FILES, file.content_type.as_str(), file.name.as_str()));
        if vendor == Vendor::Datadog && case.comment_count == Some(0) {
            deep.known = deep.known.with(Parts::COMMENTS);
        } else if case.comment_count.is_some_and(|count| count > 0) {
            deep.mention(Parts::COMMENTS);
        }
        if let Some(slice) = &case.activities {
            deep.add_activities(slice, vendor, None);
        }
        if let Some(slice) = &case.records {
            deep.add_records(slice, None);
        }
        deep
    }

    /// Of what is on disk, in the order in which it is to be taken over. `whole_at`: when the case was read whole; None: it
    /// was listed since. Then, and of pages that were read before it, nobody knows whether they are all there is now.
    pub fn of_disk(
        case: &Case,
        vendor: Vendor,
        whole_at: Option<Timestamp>,
        activities: &[(u32, Slice<Activity>, Timestamp)],
        records: &[(u32, Slice<RecordTable>, Timestamp)],
    ) -> Vec<Self> {
        let mut all = vec![Self::of_case(case, vendor, whole_at.is_some())];
        let Some(since) = whole_at.and_then(|at| at.checked_sub(SAME_READING).ok()) else { return all };
        let of_activities = activities.iter().filter(|(_, _, read_at)| *read_at >= since).enumerate();
        all.extend(of_activities.map(|(place, (page, slice, _))| Self::of_activities(slice, vendor, (place > 0).then_some(*page))));
        let of_records = records.iter().filter(|(_, _, read_at)| *read_at >= since).enumerate();
        all.extend(of_records.map(|(place, (page, slice, _))| Self::of_records(slice, (place > 0).then_some(*page))));
        all
    }

    /// Of one page of the timeline. `page`: its number, None for the first.
    pub fn of_activities(slice: &Slice<Activity>, vendor: Vendor, page: Option<u32>) -> Self {
        let mut deep = Self::default();
        deep.add_activities(slice, vendor, page);
        deep
    }

    /// Of one page of the records. `page`: its number, None for the first.
    pub fn of_records(slice: &Slice<RecordTable>, page: Option<u32>) -> Self {
        let mut deep = Self::default();
        deep.add_records(slice, page);
        deep
    }

    /// Only these parts of it.
    #[must_use]
    pub fn only(mut self, parts: Parts) -> Self {
        self.known = Parts(self.known.0 & parts.0);
        self.facts.retain(|fact| parts.has(fact.part));
        self
    }

    fn add_activities(&mut self, slice: &Slice<Activity>, vendor: Vendor, page: Option<u32>) {
        for entry in slice.items.iter().filter(|entry| !entry.is_deleted) {
            if entry.topic == Topic::Comment {
                self.add(Parts::COMMENTS, "", entry.text.as_str());
            }
            if let Some(file) = &entry.file {
                self.add(Parts::FILES, "", file.as_str());
            }
        }
        // Files of `ServerOps` stand in the case, and its timeline knows none.
        let tells = if vendor == Vendor::Tines { Parts::COMMENTS.with(Parts::FILES) } else { Parts::COMMENTS };
        self.add_page(TIMELINE, Page { tells, number: page, next: slice.next });
    }

    fn add_records(&mut self, slice: &Slice<RecordTable>, page: Option<u32>) {
        for table in &slice.items {
            for record in &table.rows {
                for (column, cell) in table.columns.iter().zip(&record.cells) {
                    self.add(Parts::RECORDS, column.as_str(), cell.as_str());
                }
            }
        }
        self.add_page(RECORDS, Page { tells: Parts::RECORDS, number: page, next: slice.next });
    }

    fn add_page(&mut self, list: usize, page: Page) {
        if page.number.is_none() && page.next.is_none() {
            self.known = self.known.with(page.tells);
        }
        self.pages[list] = Some(page);
    }

    fn add_person(&mut self, part: Parts, person: &Person) {
        for text in [person.name.as_str(), person.email.as_str(), person.id.as_str()] {
            self.add(part, "", text);
        }
    }

    fn add(&mut self, part: Parts, name: &str, text: &str) {
        if !text.is_empty() {
            self.facts.push(Fact { part, name: fold(name).into(), text: text.into() });
        }
    }

    /// There is one; what it says is not known.
    fn mention(&mut self, part: Parts) {
        self.facts.push(Fact { part, name: CompactString::default(), text: CompactString::default() });
    }

    /// Takes over what a newer reading showed.
    pub(super) fn absorb(&mut self, newer: Self) {
        self.as_of = newer.as_of.or(self.as_of);
        self.facts.retain(|fact| !newer.known.has(fact.part));
        for fact in newer.facts {
            let is_told = self.known.has(fact.part) && !newer.known.has(fact.part);
            if !is_told && !self.facts.contains(&fact) {
                self.facts.push(fact);
            }
        }
        self.known = self.known.with(newer.known);
        for (known, newer) in self.pages.iter_mut().zip(newer.pages) {
            let Some(page) = newer else { continue };
            // Pages complete a list only when none between them was left out.
            let is_again = |known: &Page| known.next == page.number || known.number == page.number;
            if page.number.is_none() || known.as_ref().is_some_and(is_again) {
                *known = Some(page);
                self.known = if page.next.is_none() { self.known.with(page.tells) } else { self.known };
            }
        }
    }

    /// All of the description; None: it is not told.
    pub(super) fn description(&self) -> Option<String> {
        let is_known = self.known.has(Parts::DESCRIPTION);
        is_known.then(|| self.of(Parts::DESCRIPTION).map(|fact| fact.text.as_str()).collect())
    }

    pub(super) fn weight(&self) -> usize {
        self.facts.iter().map(|fact| fact.text.len()).sum()
    }

    pub(super) fn of(&self, parts: Parts) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |fact| parts.has(fact.part))
    }
}
