//! The rows in memory: judge, order, count.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::domain::case::{Level, Rid, Row, SourceId, State};
use crate::query::{Query, fold};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    Sla,
    Priority,
    Created,
    Updated,
    Title,
    Source,
    Key,
    Status,
    Assignee,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortKey {
    pub by: SortBy,
    pub descending: bool,
}

/// What the list shows of a case.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    row: &'a Row,
    pub title: &'a str,
    pub key: &'a str,
    pub id: &'a str,
    pub source: SourceId,
    pub state: Option<State>,
    pub status: &'a str,
    pub level: Option<Level>,
    pub priority: &'a str,
    pub has_priority: bool,
    pub due_at: Option<i64>,
    pub created_at: Option<i64>,
    pub updated_at: Option<i64>,
    pub url: Option<&'a str>,
}

impl<'a> Seen<'a> {
    pub fn assignees(&self) -> impl Iterator<Item = &'a str> {
        self.row.assignees.iter().map(|person| person.label())
    }
    pub fn tags(&self) -> impl Iterator<Item = &'a str> {
        self.row.tags.iter().map(|tag| tag.as_str())
    }
}

#[derive(Debug, Default)]
pub struct Index {
    rows: BTreeMap<Rid, Row>,
}

impl Index {
    pub fn upsert(&mut self, rid: Rid, row: &Row) {
        self.rows.insert(rid, row.clone());
    }
    pub fn remove(&mut self, rid: Rid) {
        self.rows.remove(&rid);
    }
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    pub fn get(&self, rid: Rid) -> Option<Seen<'_>> {
        let row = self.rows.get(&rid)?;
        Some(Seen {
            row,
            title: row.title.as_str(),
            key: row.key.as_str(),
            id: &row.id.id,
            source: row.id.source,
            state: row.status.state,
            status: row.status.name.as_str(),
            level: row.priority.as_ref().and_then(|p| p.level),
            priority: row.priority.as_ref().map_or("", |p| p.name.as_str()),
            has_priority: row.priority.is_some(),
            due_at: row.due_at.map(|at| at.as_second()),
            created_at: row.created_at.map(|at| at.as_second()),
            updated_at: row.updated_at.map(|at| at.as_second()),
            url: row.url.as_ref().map(|url| url.as_str()),
        })
    }
    pub fn matches(&self, query: &Query, rid: Rid) -> bool {
        let Some(row) = self.rows.get(&rid) else { return false };
        let mut hay = format!("{}\n{}\n{}", row.title, row.key, row.id.id);
        for tag in &row.tags {
            hay.push('\n');
            hay.push_str(tag.as_str());
        }
        for person in &row.assignees {
            hay.push('\n');
            hay.push_str(person.label());
        }
        let hay = fold(&hay);
        query.words().iter().all(|word| hay.contains(&word.text) != word.exclude)
    }
    pub fn select(&mut self, query: &Query, sort: &[SortKey]) -> Vec<Rid> {
        let mut rids: Vec<Rid> = self.rows.keys().copied().filter(|rid| self.matches(query, *rid)).collect();
        rids.sort_by(|a, b| {
            let (x, y) = (&self.rows[a], &self.rows[b]);
            sort.iter().map(|key| compare(*key, x, y)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal).then(a.cmp(b))
        });
        rids
    }
}

fn compare(key: SortKey, x: &Row, y: &Row) -> Ordering {
    fn by<T: Ord>(x: Option<T>, y: Option<T>, descending: bool) -> Ordering {
        match (x, y) {
            (Some(x), Some(y)) if descending => y.cmp(&x),
            (Some(x), Some(y)) => x.cmp(&y),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    }
    let d = key.descending;
    match key.by {
        SortBy::Sla => by(x.due_at, y.due_at, d),
        SortBy::Priority => by(x.priority.as_ref().and_then(|p| p.level), y.priority.as_ref().and_then(|p| p.level), d),
        SortBy::Created => by(x.created_at, y.created_at, d),
        SortBy::Updated => by(x.updated_at, y.updated_at, d),
        SortBy::Title => by(Some(fold(x.title.as_str())), Some(fold(y.title.as_str())), d),
        SortBy::Source => by(Some(x.id.source), Some(y.id.source), d),
        SortBy::Key => by(Some(&x.key), Some(&y.key), d),
        SortBy::Status => by(x.status.state, y.status.state, d),
        SortBy::Assignee => by(x.assignees.first().map(|p| p.label()), y.assignees.first().map(|p| p.label()), d),
    }
}
