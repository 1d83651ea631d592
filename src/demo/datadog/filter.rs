//! The search language: terms, `key:value`, `key:(a OR b)`, phrases, `-`, `NOT`, `AND`, `OR`, parentheses.
//! A facet that the vendor does not know finds nothing, silently, as observed.

use serde::{Deserialize, Serialize};

use super::case::{Case, PRIORITIES};
use super::catalog::{KINDS, PROJECTS};

/// Parentheses may not nest deeper; the real bound is unknown.
const MAX_DEPTH: usize = 32;

/// What the search makes of `key:value` terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Search {
    /// They hold as the examples say.
    #[default]
    Documented,
    /// They let everything through.
    Ignores,
    /// A quarter of the cases is never found by them.
    Hides,
    /// They find nothing.
    Silent,
}

/// A parsed filter.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    /// Lower-case text in title or description.
    Text(String),
    /// Lower-case key and value.
    Facet(String, String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Or,
    And,
    Not,
    /// `key:` directly before a value, a phrase or a group.
    Key(String),
    Text(String),
}

fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '(' => push(&mut out, Token::Open, &rest[1..]),
            ')' => push(&mut out, Token::Close, &rest[1..]),
            '-' if rest.len() > 1 => push(&mut out, Token::Not, &rest[1..]),
            '"' => {
                let (phrase, tail) = rest[1..].split_once('"').unwrap_or((&rest[1..], ""));
                push(&mut out, Token::Text(phrase.to_lowercase()), tail)
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"')).unwrap_or(rest.len());
                let (word, tail) = rest.split_at(end);
                match (word, word.split_once(':')) {
                    ("OR", _) => push(&mut out, Token::Or, tail),
                    ("AND", _) => push(&mut out, Token::And, tail),
                    ("NOT", _) => push(&mut out, Token::Not, tail),
                    (_, Some((key, value))) if !key.is_empty() => {
                        out.push(Token::Key(key.to_lowercase()));
                        if value.is_empty() { tail } else { push(&mut out, Token::Text(value.to_lowercase()), tail) }
                    }
                    _ => push(&mut out, Token::Text(word.to_lowercase()), tail),
                }
            }
        }
        .trim_start();
    }
    out
}

fn push<'a>(out: &mut Vec<Token>, token: Token, rest: &'a str) -> &'a str {
    out.push(token);
    rest
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

/// Parses a filter; an empty one matches everything.
pub(crate) fn parse(text: &str) -> Result<Filter, String> {
    let mut parser = Parser { tokens: tokens(text), at: 0 };
    let filter = parser.any(None, 0)?;
    if parser.at < parser.tokens.len() { Err("unbalanced parenthesis in filter".to_owned()) } else { Ok(filter) }
}

impl Parser {
    fn any(&mut self, key: Option<&str>, depth: usize) -> Result<Filter, String> {
        if depth > MAX_DEPTH {
            return Err("filter is nested too deeply".to_owned());
        }
        let mut choices = vec![self.all(key, depth)?];
        while self.tokens.get(self.at) == Some(&Token::Or) {
            self.at += 1;
            choices.push(self.all(key, depth)?);
        }
        Ok(if choices.len() == 1 { choices.remove(0) } else { Filter::Any(choices) })
    }

    fn all(&mut self, key: Option<&str>, depth: usize) -> Result<Filter, String> {
        let mut terms = Vec::new();
        while let Some(token) = self.tokens.get(self.at).cloned() {
            match token {
                Token::Or | Token::Close => break,
                Token::And => self.at += 1,
                _ => terms.push(self.term(key, depth)?),
            }
        }
        Ok(if terms.len() == 1 { terms.remove(0) } else { Filter::All(terms) })
    }

    fn term(&mut self, key: Option<&str>, depth: usize) -> Result<Filter, String> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        match token {
            Some(Token::Not) if depth < MAX_DEPTH => Ok(Filter::Not(Box::new(self.term(key, depth + 1)?))),
            Some(Token::Key(name)) if depth < MAX_DEPTH => self.term(Some(&name), depth + 1),
            Some(Token::Open) => {
                let inner = self.any(key, depth + 1)?;
                if self.tokens.get(self.at) != Some(&Token::Close) {
                    return Err("unbalanced parenthesis in filter".to_owned());
                }
                self.at += 1;
                Ok(inner)
            }
            Some(Token::Text(text)) => {
                Ok(key.map_or_else(|| Filter::Text(text.clone()), |key| Filter::Facet(key.to_owned(), text.clone())))
            }
            _ => Err("filter ends where a term is expected".to_owned()),
        }
    }
}

impl Filter {
    /// True when judging needs titles, descriptions or attributes.
    pub(crate) fn reads_text(&self) -> bool {
        match self {
            Self::All(inner) | Self::Any(inner) => inner.iter().any(Self::reads_text),
            Self::Not(inner) => inner.reads_text(),
            Self::Text(_) => true,
            Self::Facet(key, _) => {
                !matches!(key.as_str(), "status" | "status_name" | "priority" | "project_id" | "project" | "type" | "creation_source")
            }
        }
    }

    fn has_facet(&self) -> bool {
        match self {
            Self::All(inner) | Self::Any(inner) => inner.iter().any(Self::has_facet),
            Self::Not(inner) => inner.has_facet(),
            Self::Text(_) => false,
            Self::Facet(..) => true,
        }
    }

    /// Whether a search that behaves like this finds the case.
    pub(crate) fn finds(&self, case: &Case, search: Search) -> bool {
        match search {
            Search::Documented => self.accepts(case),
            _ if !self.has_facet() => self.accepts(case),
            Search::Ignores => true,
            Search::Hides => self.accepts(case) && !case.number.is_multiple_of(4),
            Search::Silent => false,
        }
    }

    pub(crate) fn accepts(&self, case: &Case) -> bool {
        match self {
            Self::All(inner) => inner.iter().all(|f| f.accepts(case)),
            Self::Any(inner) => inner.iter().any(|f| f.accepts(case)),
            Self::Not(inner) => !inner.accepts(case),
            Self::Text(text) => case.title.to_lowercase().contains(text) || case.description.to_lowercase().contains(text),
            Self::Facet(key, value) => facet(case, key, value),
        }
    }
}

fn number_is(value: &serde_json::Value, text: &str) -> bool {
    value.as_f64().is_some_and(|number| text.parse() == Ok(number))
}

fn facet(case: &Case, key: &str, value: &str) -> bool {
    let is = |text: &str| text.to_lowercase() == value;
    match key {
        "status" => is(case.legacy_status()) || case.group().name().to_lowercase().strip_prefix("sg_") == Some(value),
        "status_name" => is(case.status_name()),
        "priority" => is(PRIORITIES[case.priority]),
        "project_id" => is(PROJECTS[case.project].id),
        "project" => is(PROJECTS[case.project].key),
        "type" => is(KINDS[case.kind].legacy_type) || is(KINDS[case.kind].name),
        "creation_source" => case.source.to_lowercase().contains(value),
        _ => {
            case.attributes.get(key).is_some_and(|values| values.iter().any(|v| is(v)))
                || case.custom.get(key).is_some_and(|c| match &c["value"] {
                    serde_json::Value::Array(many) => many.iter().any(|v| v.as_str().map_or_else(|| number_is(v, value), is)),
                    one => one.as_str().map_or_else(|| number_is(one, value), is),
                })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facet(key: &str, value: &str) -> Filter {
        Filter::Facet(key.to_owned(), value.to_owned())
    }

    #[test]
    fn the_documented_examples_parse() {
        assert_eq!(
            parse("status:open (team:case-management OR team:event-management)"),
            Ok(Filter::All(vec![
                facet("status", "open"),
                Filter::Any(vec![facet("team", "case-management"), facet("team", "event-management")])
            ]))
        );
        assert_eq!(parse("priority:(P2 OR P3)"), Ok(Filter::Any(vec![facet("priority", "p2"), facet("priority", "p3")])));
        assert_eq!(
            parse("\"kubernetes pods\" -status:closed"),
            Ok(Filter::All(vec![Filter::Text("kubernetes pods".to_owned()), Filter::Not(Box::new(facet("status", "closed")))]))
        );
        assert_eq!(parse("  "), Ok(Filter::All(Vec::new())));
    }

    #[test]
    fn broken_filters_are_refused_and_never_hang() {
        for broken in ["(a", "a)", "status:", "-", "((((", "a OR )", &"(".repeat(500), &"-".repeat(500), &"NOT ".repeat(500)] {
            if let Ok(filter) = parse(broken) {
                assert_eq!(filter, Filter::Text("-".to_owned()), "{broken} is read as a word");
            }
        }
    }
}
