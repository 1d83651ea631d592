//! A query written out again: reading what is printed gives the same query.

use std::fmt::{Display, Formatter, Result, Write};

use super::ast::{Cmp, Column, Field, Key, Mark, Node, Pattern, Query, StateWord, Term, Test, Thing, Value, Word};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let mut gap = "";
        if !self.is_empty() {
            write!(f, "{}", self.node)?;
            gap = " ";
        }
        if !self.sort.is_empty() {
            write!(f, "{gap}sort:")?;
            list(f, &self.sort)?;
            gap = " ";
        }
        if let Some(group) = &self.group {
            write!(f, "{gap}group:{group}")?;
            gap = " ";
        }
        if !self.cols.is_empty() {
            write!(f, "{gap}cols:")?;
            list(f, &self.cols)?;
            gap = " ";
        }
        self.limit.map_or(Ok(()), |limit| write!(f, "{gap}limit:{limit}"))
    }
}

impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::All(nodes) => {
                for (place, node) in nodes.iter().enumerate() {
                    f.write_str(if place == 0 { "" } else { " " })?;
                    within(f, node, matches!(node, Self::Any(_)))?;
                }
                Ok(())
            }
            Self::Any(nodes) => {
                for (place, node) in nodes.iter().enumerate() {
                    f.write_str(if place == 0 { "" } else { " OR " })?;
                    within(f, node, matches!(node, Self::Any(_)))?;
                }
                Ok(())
            }
            Self::Not(node) => {
                f.write_char('-')?;
                within(f, node, !matches!(**node, Self::Text(_) | Self::Term(_)))
            }
            Self::Text(word) => word.fmt(f),
            Self::Term(term) => term.fmt(f),
        }
    }
}

fn within(f: &mut Formatter<'_>, node: &Node, in_parentheses: bool) -> Result {
    if in_parentheses { write!(f, "({node})") } else { node.fmt(f) }
}

impl Display for Word {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if self.is_quoted {
            quoted(f, &self.text)?;
        } else {
            f.write_str(&self.text)?;
        }
        f.write_str(if self.is_prefix { "*" } else { "" })
    }
}

/// A quote inside stands twice.
fn quoted(f: &mut Formatter<'_>, text: &str) -> Result {
    write!(f, "\"{}\"", text.replace('"', "\"\""))
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}:{}", self.field, self.test)
    }
}

impl Display for Field {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        named(f, self.written())
    }
}

impl Display for Column {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        named(f, self.written())
    }
}

fn named(f: &mut Formatter<'_>, (kind, name): (&str, Option<&str>)) -> Result {
    f.write_str(kind)?;
    let Some(name) = name else { return Ok(()) };
    f.write_char('.')?;
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if is_plain { f.write_str(name) } else { quoted(f, name) }
}

impl Display for Key {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.column)
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Any(values) => list(f, values),
            Self::Compare(cmp, value) => write!(f, "{}{value}", cmp.written()),
            Self::Range(from, to) => {
                from.iter().try_for_each(|from| from.fmt(f))?;
                f.write_str("..")?;
                to.iter().try_for_each(|to| to.fmt(f))
            }
            Self::Matches(pattern) => pattern.fmt(f),
        }
    }
}

fn list<T: Display>(f: &mut Formatter<'_>, items: &[T]) -> Result {
    for (place, item) in items.iter().enumerate() {
        f.write_str(if place == 0 { "" } else { "," })?;
        item.fmt(f)?;
    }
    Ok(())
}

impl Cmp {
    pub const ALL: [(&str, Self); 6] =
        [("<=", Self::AtMost), (">=", Self::AtLeast), ("<", Self::Less), (">", Self::More), ("=", Self::Equal), ("~", Self::Contains)];

    pub fn written(self) -> &'static str {
        name(&Self::ALL, &self)
    }
}

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "/{}/{}", self.source, if self.ignores_case { "i" } else { "" })
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Word(word) => word.fmt(f),
            Self::State(state) => f.write_str(name(&StateWord::ALL, state)),
            Self::Level { level, by_number: true } => write!(f, "P{}", *level as u8 + 1),
            Self::Level { level, by_number: false } => f.write_str(level.name()),
            Self::Number(number) => f.write_str(number),
            Self::Span(span) => f.write_str(span.as_str()),
            Self::When(when) => f.write_str(&when.written()),
            Self::Me => f.write_str("me"),
            Self::None => f.write_str("none"),
            Self::Breached => f.write_str("breached"),
            Self::Thing(thing) => f.write_str(name(&Thing::ALL, thing)),
            Self::Mark(mark) => f.write_str(name(&Mark::ALL, mark)),
        }
    }
}

fn name<T: PartialEq>(table: &[(&'static str, T)], wanted: &T) -> &'static str {
    table.iter().find(|(_, known)| known == wanted).map_or("", |(name, _)| name)
}
