//! Values of a column and how many rows have each: what pickers, the frequency table and completion offer.

pub mod acts;
mod screen;
pub mod view;

use crate::query::{Column, Field, Node, Term, Test, Value, parse};

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
