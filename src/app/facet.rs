//! Values of a column and how many rows have each: what pickers, the frequency table and completion offer.

use rustc_hash::FxHashSet;

use crate::app::App;
use crate::app::action::Action;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::picker::{Does, Picker};
use crate::domain::case::{Level, Rid};
use crate::query::{Column, Field, Node, Query, Term, Test, Value, fold, parse};

/// Values that a table lists; what is rarer is found by typing it.
pub const MAX_VALUES: usize = 500;

/// One value of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub words: String,
    /// The condition that a row with it meets.
    pub node: Node,
    /// Rows that are left when it is chosen; None: telling takes too long.
    pub count: Option<usize>,
    pub is_chosen: bool,
}

/// A frequency table over the rows of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Facets {
    pub column: Column,
    pub choices: Vec<Choice>,
    pub at: usize,
    /// Rows that were counted.
    pub total: usize,
    /// Rows of them whose value nobody has read.
    pub unread: usize,
    /// Values that were left out of the list.
    pub more: usize,
}

/// Columns that the table turns through.
pub const COLUMNS: [Column; 14] = [
    Column::Status,
    Column::Priority,
    Column::Assignee,
    Column::Tags,
    Column::Source,
    Column::Sla,
    Column::Age,
    Column::Updated,
    Column::Closed,
    Column::Team,
    Column::Project,
    Column::Type,
    Column::Author,
    Column::Title,
];

/// Conditions that split a column whose values are all different; none: it is counted by value.
fn buckets(column: &Column) -> &'static [(&'static str, &'static str)] {
    match column {
        Column::Sla | Column::Due => &[
            ("breached", "sla:breached"),
            ("under 30m", "sla:0s..30m"),
            ("30m to 2h", "sla:>30m sla:<=2h"),
            ("2h to 8h", "sla:>2h sla:<=8h"),
            ("more than 8h", "sla:>8h"),
            ("no clock", "sla:none"),
        ],
        Column::Age | Column::Created => &[
            ("under 1h", "age:<1h"),
            ("1h to 4h", "age:>=1h age:<4h"),
            ("4h to 1d", "age:>=4h age:<1d"),
            ("1d to 7d", "age:>=1d age:<7d"),
            ("7d and more", "age:>=7d"),
        ],
        Column::Updated => &[
            ("within 1h", "updated:<1h"),
            ("1h to 1d", "updated:>=1h updated:<1d"),
            ("1d to 7d", "updated:>=1d updated:<7d"),
            ("7d ago and before", "updated:>=7d"),
        ],
        Column::Closed => &[
            ("within 1h", "closed:<1h"),
            ("1h to 1d", "closed:>=1h closed:<1d"),
            ("1d to 7d", "closed:>=1d closed:<7d"),
            ("7d ago and before", "closed:>=7d"),
            ("not closed", "-status:closed,archived"),
        ],
        _ => &[],
    }
}

/// The field that asks for a column's value.
pub fn field_of(column: &Column) -> Field {
    match column {
        Column::Source => Field::Source,
        Column::Key => Field::Key,
        Column::Id => Field::Id,
        Column::Status => Field::Status,
        Column::Priority => Field::Priority,
        Column::Sla => Field::Sla,
        Column::Due => Field::Due,
        Column::Age => Field::Age,
        Column::Created => Field::Created,
        Column::Updated => Field::Updated,
        Column::Closed => Field::Closed,
        Column::Assignee => Field::Assignee,
        Column::Author => Field::Author,
        Column::Title => Field::Title,
        Column::Tags => Field::Tag,
        Column::Team => Field::Team,
        Column::Project => Field::Project,
        Column::Type => Field::Type,
        Column::Custom(name) => Field::Custom(name.clone()),
        Column::Attr(name) => Field::Attr(name.clone()),
    }
}

/// The condition on one value, written as simply as it can be.
pub fn having(field: &Field, value: &str) -> Node {
    let plain = format!("{field}:{value}");
    let parsed = parse(&plain);
    match &parsed.query.node {
        Node::Term(Term { field: read, test: Test::Any(values) })
            if parsed.problems.is_empty()
                && read == field
                && matches!(&values[..], [Value::Word(word)] if word.text == value && !word.is_prefix) =>
        {
            parsed.query.node
        }
        _ => Node::has_value(field.clone(), value),
    }
}

fn read(text: &str) -> Node {
    parse(text).query.node
}

impl App {
    /// The values of a column among rows, the most frequent first; how many were left out.
    pub(super) fn choices(&self, column: &Column, rows: &[Rid], query: &Query) -> (Vec<Choice>, usize) {
        let buckets = buckets(column);
        if !buckets.is_empty() {
            let named = buckets.iter().map(|(words, text)| ((*words).to_owned(), read(text))).collect();
            return (self.counted(named, query), 0);
        }
        let mut counted = self.list.facet(column, rows);
        let more = counted.len().saturating_sub(MAX_VALUES);
        counted.truncate(MAX_VALUES);
        let mut named: Vec<(String, Node)> = Vec::new();
        let mut known = FxHashSet::default();
        for (value, _) in counted {
            // Values that the filter cannot tell apart are one: `Closed` and `CLOSED`.
            named.extend(self.named_value(column, &value).filter(|(_, node)| known.insert(fold(&node.to_string()))));
        }
        let mut choices = self.counted(named, query);
        choices.sort_by_key(|choice| std::cmp::Reverse(choice.count));
        (choices, more)
    }

    /// Conditions with the rows that each leaves of the query; what leaves none is left out.
    fn counted(&self, named: Vec<(String, Node)>, query: &Query) -> Vec<Choice> {
        let nodes: Vec<Node> = named.iter().map(|(_, node)| node.clone()).collect();
        let counts = self.list.counts(query, &nodes).map_or_else(|| vec![None; nodes.len()], |(_, counts)| counts);
        let choice = |((words, node), count)| Choice { words, node, count, is_chosen: false };
        named.into_iter().zip(counts).map(choice).filter(|choice| choice.count != Some(0)).collect()
    }

    /// How a value reads, and the condition on it; None: nothing can be asked about those that have none.
    pub(super) fn named_value(&self, column: &Column, value: &str) -> Option<(String, Node)> {
        let field = &field_of(column);
        Some(match (column, value) {
            (Column::Assignee | Column::Author, "") => ("nobody".into(), read(&format!("{field}:none"))),
            (Column::Priority, "") => ("none".into(), read("priority:none")),
            (_, "") => return None,
            (Column::Priority, level) if Level::read(level).is_some() => (level.into(), read(&format!("priority:{level}"))),
            (Column::Assignee, name) if self.is_my_label(name) => (format!("{name} (me)"), read("assignee:me")),
            (_, value) => (value.into(), having(field, value)),
        })
    }

    fn is_my_label(&self, name: &str) -> bool {
        self.sources.iter().filter_map(crate::app::Source::me).any(|me| me.label() == name)
    }

    /// The frequency table of a column.
    pub(super) fn open_facets(&mut self, column: Column) {
        if let Some(facets) = self.facets(column) {
            self.push(Overlay::Facets(Box::new(facets)));
        }
    }

    fn facets(&mut self, column: Column) -> Option<Facets> {
        let rows = self.list.rows().to_vec();
        if rows.is_empty() {
            self.say(Grade::Info, "the list is empty: there is nothing to count");
            return None;
        }
        let query = self.list.query().clone();
        let (choices, more) = self.choices(&column, &rows, &query);
        let unread = rows.iter().filter(|rid| self.list.row(**rid).is_some_and(|row| !row.knows(&column))).count();
        let total = self.list.counts(&query, &[]).map_or(rows.len(), |(total, _)| total);
        Some(Facets { column, choices, at: 0, total, unread, more })
    }

    pub(super) fn act_in_facets(&mut self, action: Action) {
        let Some(Overlay::Facets(facets)) = self.overlays.last_mut() else { return };
        let last = facets.choices.len().saturating_sub(1);
        match action {
            Action::Down => facets.at = (facets.at + 1).min(last),
            Action::Up => facets.at = facets.at.saturating_sub(1),
            Action::First => facets.at = 0,
            Action::Last => facets.at = last,
            Action::Tick => {
                if let Some(choice) = facets.choices.get_mut(facets.at) {
                    choice.is_chosen = !choice.is_chosen;
                    facets.at = (facets.at + 1).min(last);
                }
            }
            Action::NextTab | Action::PreviousTab => {
                let at = COLUMNS.iter().position(|column| *column == facets.column).unwrap_or(0);
                let step = if action == Action::NextTab { 1 } else { COLUMNS.len() - 1 };
                let column = COLUMNS[(at + step) % COLUMNS.len()].clone();
                if let Some(next) = self.facets(column)
                    && let Some(Overlay::Facets(facets)) = self.overlays.last_mut()
                {
                    **facets = next;
                }
            }
            Action::Pick | Action::Exclude => {
                let Some(node) = chosen_node(facets) else { return };
                self.pop();
                self.narrow_by(if action == Action::Exclude { node.negated() } else { node });
            }
            _ => {}
        }
    }

    /// One more condition in the filter; `-` takes it back.
    pub(super) fn narrow_by(&mut self, node: Node) {
        let text = self.list.query().clone().with(node).to_string();
        self.note_place();
        self.use_filter(&text);
    }

    /// A filter that was put together for the person: applied, and remembered as if typed.
    pub(super) fn use_filter(&mut self, text: &str) {
        self.list.set_filter(text);
        self.note_filter(text);
        self.say(Grade::Info, format!("{} left; {} goes back", self.list.matching(), self.key(Action::Return)));
    }

    /// What the row under the cursor has, as conditions to pick from.
    pub(super) fn open_more_like(&mut self) {
        let Some(rid) = self.list.cursor() else { return };
        let mut found: Vec<(String, Node)> = Vec::new();
        let mut columns = vec![Column::Status, Column::Priority, Column::Assignee, Column::Tags, Column::Source, Column::Team];
        for column in self.list.query().cols.iter().filter(|column| buckets(column).is_empty()) {
            if !columns.contains(column) {
                columns.push(column.clone());
            }
        }
        for column in columns {
            let values = self.list.facet(&column, &[rid]);
            let named = values.into_iter().filter_map(|(value, _)| self.named_value(&column, &value));
            found.extend(named.map(|(words, node)| (format!("{column}  {words}"), node)));
        }
        // Only what the row itself meets is more like it.
        found.retain(|(_, node)| {
            let judge = self.list.judge_of(&Query { node: node.clone(), ..Query::default() });
            self.list.holds(&judge, rid)
        });
        found.truncate(MAX_LIKE);
        let counted = self.counted(found, self.list.query());
        let words = |choice: &Choice| match choice.count {
            Some(count) => format!("{}  {count}", choice.words),
            None => choice.words.clone(),
        };
        let choices = counted.into_iter().map(|choice| (words(&choice), Does::MoreLike(choice.node)));
        let menu = Picker::new("More like this", choices);
        self.push(Overlay::Picker(menu));
    }
}

/// Cells of one row that are offered.
const MAX_LIKE: usize = 40;

/// The condition that the ticked values stand for, or else the one under the cursor.
fn chosen_node(facets: &Facets) -> Option<Node> {
    let ticked: Vec<&Node> = facets.choices.iter().filter(|choice| choice.is_chosen).map(|choice| &choice.node).collect();
    if ticked.is_empty() {
        return facets.choices.get(facets.at).map(|choice| choice.node.clone());
    }
    // `tag:a,b` reads better than `tag:a OR tag:b`.
    let mut together: Option<(Field, Vec<Value>)> = None;
    for node in &ticked {
        let Node::Term(Term { field, test: Test::Any(values) }) = node else {
            return Some(Node::any(ticked.into_iter().cloned()));
        };
        together.get_or_insert_with(|| (field.clone(), Vec::new())).1.extend(values.iter().cloned());
    }
    together.map(|(field, values)| Node::Term(Term { field, test: Test::Any(values) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_written_as_simply_as_it_can_be() {
        for (field, value, text) in [
            (Field::Tag, "phish", "tag:phish"),
            (Field::Tag, "two words", "tag:\"two words\""),
            (Field::Tag, "env:prod", "tag:env:prod"),
            (Field::Tag, "star*", "tag:\"star*\""),
            (Field::Status, "In progress", "status:\"In progress\""),
            (Field::Status, "closed", "status:\"closed\""),
            (Field::Assignee, "none", "assignee:\"none\""),
        ] {
            let node = having(&field, value);
            assert_eq!(node.to_string(), text);
            assert_eq!(parse(text).query.node, node, "{text}");
        }
    }

    #[test]
    fn every_bucket_is_a_filter() {
        for (_, column) in Column::PLAIN {
            for (words, text) in buckets(&column) {
                let parsed = parse(text);
                assert!(parsed.problems.is_empty() && !parsed.query.is_empty(), "{words}: {:?}", parsed.problems);
            }
        }
    }
}
