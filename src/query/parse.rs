//! Text into a query. Total: any text is one; what cannot be meant is left out and named.

use std::ops::Range;

use compact_str::CompactString;

use super::ast::{Cmp, Column, Field, Key, Node, Pattern, Query, Term, Test};
use super::field::{DIRECTIVES, Kind, NAMED, PLAIN, nearest};
use super::limits::{MAX_COLUMNS, MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES};
use super::pattern;
use super::quote::{name, unquote};
use super::value::{
    Raw, Wrong, {self},
};
use crate::domain::text::Clean;

/// What a text says, and what was wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Without what is wrong or half typed.
    pub query: Query,
    pub problems: Vec<Problem>,
    /// Something is not finished: the next key may complete it.
    pub is_half_typed: bool,
}

impl Parsed {
    /// The first thing that keeps the query from being what was meant.
    pub fn error(&self) -> Option<&Problem> {
        self.problems.iter().find(|problem| !problem.is_hint)
    }
}

/// A place in the text that is wrong, or looks so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Bytes of the text.
    pub at: Range<usize>,
    /// What is wrong, and what can be done.
    pub words: String,
    /// The known spelling that was probably meant.
    pub nearest: Option<String>,
    /// It is applied all the same, as plain text.
    pub is_hint: bool,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words)?;
        self.nearest.as_ref().map_or(Ok(()), |nearest| write!(f, "; did you mean `{nearest}`?"))
    }
}

/// Reads any text.
pub fn parse(text: &str) -> Parsed {
    let mut parser = Parser { text, at: 0, depth: 0, conditions: 0, parsed: Parsed::default() };
    let node = parser.any();
    if let Some(node) = node {
        parser.parsed.query.node = node;
    }
    parser.parsed
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    conditions: usize,
    parsed: Parsed,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, piece: &str) -> bool {
        let found = self.rest().starts_with(piece);
        self.at += if found { piece.len() } else { 0 };
        found
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn ends_token(&self, c: Option<char>) -> bool {
        c.is_none_or(|c| c.is_whitespace() || c == '|' || c == ')' && self.depth > 0)
    }

    fn eat_operator(&mut self, word: &str) -> bool {
        let found = self.rest().strip_prefix(word).is_some_and(|behind| {
            let next = behind.chars().next();
            self.ends_token(next) || next == Some('(')
        });
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn complain(&mut self, at: Range<usize>, words: impl Into<String>, nearest: Option<String>) {
        self.parsed.problems.push(Problem { at, words: words.into(), nearest, is_hint: false });
    }

    /// None: nothing is asked for.
    fn any(&mut self) -> Option<Node> {
        let (mut nodes, mut sides) = (Vec::new(), 0);
        loop {
            nodes.extend(self.all());
            sides += 1;
            if !self.eat_operator("OR") && !self.eat("|") {
                break;
            }
        }
        // An OR without one of its sides would mean less, or every case.
        self.parsed.is_half_typed |= nodes.len() < sides && sides > 1;
        (!nodes.is_empty()).then(|| Node::any(nodes))
    }

    fn all(&mut self) -> Option<Node> {
        let (mut nodes, mut is_joined) = (Vec::new(), false);
        self.skip_blanks();
        let start = self.at;
        loop {
            self.skip_blanks();
            let is_operator = |word: &str| {
                self.rest().strip_prefix(word).is_some_and(|behind| self.ends_token(behind.chars().next()) || behind.starts_with('('))
            };
            match self.next() {
                None | Some('|') => break,
                Some(')') if self.depth > 0 => break,
                Some(_) if is_operator("OR") => break,
                Some(_) if self.rest().starts_with("AND") && is_operator("AND") => {
                    self.parsed.is_half_typed |= is_joined || self.at == start;
                    is_joined = self.eat_operator("AND");
                }
                Some(_) => {
                    nodes.extend(self.unary());
                    is_joined = false;
                }
            }
        }
        self.parsed.is_half_typed |= is_joined;
        (!nodes.is_empty()).then(|| Node::all(nodes))
    }

    fn unary(&mut self) -> Option<Node> {
        let start = self.at;
        let mut is_negated = false;
        while self.eat_operator("NOT") {
            is_negated = !is_negated;
            self.skip_blanks();
        }
        if self.eat("-") {
            is_negated = !is_negated;
        }
        if self.at > start && (self.is_at_end() || self.ends_token(self.next())) {
            self.parsed.is_half_typed = true;
            return None;
        }
        let node = self.primary(start)?;
        Some(if is_negated { node.negated() } else { node })
    }

    fn primary(&mut self, start: usize) -> Option<Node> {
        if self.next() == Some('(') {
            return self.group();
        }
        if self.conditions >= MAX_CONDITIONS {
            let end = self.text.len();
            self.complain(start..end, format!("more than {MAX_CONDITIONS} conditions; take some out"), None);
            self.at = end;
            return None;
        }
        self.conditions += 1;
        if self.next() != Some('"')
            && let Some((head, name, colon)) = self.head()
        {
            return self.behind_colon(start, &head, name.as_deref(), colon);
        }
        let raw = self.raw(false);
        let word = value::word(&raw);
        self.parsed.is_half_typed |= word.is_none();
        word.map(Node::Text)
    }

    fn group(&mut self) -> Option<Node> {
        let start = self.at;
        self.at += 1;
        if self.depth >= MAX_DEPTH {
            self.complain(start..self.at, format!("parentheses stand {MAX_DEPTH} deep; take some out"), None);
            return None;
        }
        self.depth += 1;
        let node = self.any();
        self.depth -= 1;
        self.parsed.is_half_typed |= !self.eat(")") || node.is_none();
        node
    }

    /// A field or directive by its name, and where its value begins. Whatever is no field is text, with a word where it
    /// is nearly one.
    fn head(&mut self) -> Option<(String, Option<CompactString>, usize)> {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-')).unwrap_or(rest.len());
        let word = &rest[..end];
        if let Some((kind, _)) = word.split_once('.')
            && NAMED.contains(&kind.to_ascii_lowercase().as_str())
        {
            let (name, behind) = name(&rest[kind.len() + 1..], |c| c == ':')?;
            let colon = rest.len() - behind.len();
            let name = name.filter(|_| behind.starts_with(':'))?;
            return Some((kind.to_owned(), Some(name), self.at + colon + 1));
        }
        let value = self.at + end + 1;
        rest[end..].starts_with(':').then_some(())?;
        let lower = word.to_ascii_lowercase();
        let known = || PLAIN.iter().map(|(name, _)| *name).chain(DIRECTIVES).chain(["no"]);
        if known().any(|name| name == lower) {
            return Some((lower, None, value));
        }
        if lower == "view" {
            let words =
                "a view is no condition: `:view NAME` turns to it; on the command line view:NAME stands by itself or beside conditions";
            self.complain(self.at..self.at + end + 1, words, None);
        } else if word.len() > 2
            && let Some(nearest) = nearest(word, known()).or_else(|| known().find(|name| name.starts_with(&lower)))
        {
            let words = format!("no field `{word}`, so it is looked for as text");
            let at = self.at..self.at + end;
            // Near a short name there is too much else: `ip:` is an address.
            let is_hint = nearest.len() <= 3 || strsim::osa_distance(&lower, nearest) > 1;
            self.parsed.problems.push(Problem { at, words, nearest: Some(format!("{nearest}:")), is_hint });
        }
        None
    }

    fn behind_colon(&mut self, start: usize, head: &str, name: Option<&str>, value: usize) -> Option<Node> {
        self.at = value;
        let is_directive = name.is_none() && DIRECTIVES.contains(&head);
        if self.ends_token(self.next()) {
            if self.is_at_end() {
                self.parsed.is_half_typed = true;
            } else {
                self.complain(start..value, format!("{head}: needs its value right behind the colon"), None);
            }
            return None;
        }
        if is_directive {
            self.directive(start, head);
            return None;
        }
        let no = name.is_none() && head == "no";
        let field = Field::read(if no { "has" } else { head }, name)?;
        let test = self.test(&field)?;
        let node = Node::Term(Term { field, test });
        Some(if no { node.negated() } else { node })
    }

    fn test(&mut self, field: &Field) -> Option<Test> {
        let kind = field.kind();
        if self.next() == Some('/') && kind.is_textual() {
            return self.pattern().map(Test::Matches);
        }
        if let Some((sign, cmp)) = Cmp::ALL.into_iter().find(|(sign, _)| self.rest().starts_with(sign)) {
            self.at += sign.len();
            let value = self.value(field, kind, Some(cmp))?;
            if self.next() == Some(',') {
                let start = self.at;
                self.skip_token();
                self.complain(start..self.at, "a comparison takes one value; write another condition, or a list without a sign", None);
                return None;
            }
            return Some(Test::Compare(cmp, value));
        }
        let start = self.at;
        let raw = self.raw(true);
        if let Some(range) = value::range(kind, &raw).filter(|_| self.next() != Some(',')) {
            return Some(range);
        }
        self.at = start;
        self.list(field, kind)
    }

    fn list(&mut self, field: &Field, kind: Kind) -> Option<Test> {
        let mut values = Vec::new();
        let mut is_whole = true;
        loop {
            let start = self.at;
            if self.next().is_some_and(|c| c != ',') && !self.ends_token(self.next()) {
                match self.value(field, kind, None) {
                    Some(value) if values.len() < MAX_VALUES => values.push(value),
                    Some(_) => {
                        self.skip_token();
                        self.complain(start..self.at, format!("more than {MAX_VALUES} values; take some out"), None);
                        return None;
                    }
                    None => is_whole = false,
                }
            }
            if !self.eat(",") {
                break;
            }
            self.parsed.is_half_typed |= self.is_at_end();
        }
        (is_whole && !values.is_empty()).then_some(Test::Any(values))
    }

    fn value(&mut self, field: &Field, kind: Kind, cmp: Option<Cmp>) -> Option<super::ast::Value> {
        let start = self.at;
        let raw = self.raw(true);
        let is_last = self.is_at_end();
        let wrong = if raw.text.is_empty() {
            Wrong::HalfTyped
        } else {
            match value::value(kind, &raw, cmp, is_last) {
                Ok(value) => return Some(value),
                Err(wrong) => wrong,
            }
        };
        match wrong {
            Wrong::HalfTyped if is_last => self.parsed.is_half_typed = true,
            Wrong::HalfTyped => self.complain(start..self.at, format!("{field}: has no value here"), None),
            Wrong::Words { words, nearest } => self.complain(start..self.at, format!("{field}: {words}"), nearest),
        }
        None
    }

    fn pattern(&mut self) -> Option<Pattern> {
        let start = self.at;
        self.at += 1;
        let mut is_escaped = false;
        let end = self.rest().find(|c: char| {
            let ends = c == '/' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            ends
        });
        let Some(end) = end else {
            self.at = self.text.len();
            self.parsed.is_half_typed = true;
            return None;
        };
        let source = pattern::shown(&self.rest()[..end]);
        self.at += end + 1;
        let ignores_case = self.eat("i");
        if !self.ends_token(self.next()) {
            self.skip_token();
            self.complain(start..self.at, "a regular expression ends with / or /i; put text that begins with / in quotes", None);
            return None;
        }
        let pattern = Pattern { source, ignores_case };
        match pattern.compile() {
            _ if pattern.source.is_empty() => self.parsed.is_half_typed = true,
            Ok(_) => return Some(pattern),
            Err(words) => self.complain(start..self.at, words, None),
        }
        None
    }

    /// A piece in quotes, or a bare one up to a blank; a value ends at a comma too.
    /// It reads as rows show such text: a character that hides stands there by its code point.
    fn raw(&mut self, is_value: bool) -> Raw {
        if self.next() == Some('"') {
            let (text, behind, is_closed) = unquote(self.rest());
            self.at = self.text.len() - behind.len();
            self.parsed.is_half_typed |= !is_closed;
            let behind = behind.strip_prefix('*');
            let is_prefix = behind.is_some_and(|behind| self.ends_token(behind.chars().next()) || behind.starts_with(','));
            self.at += usize::from(is_prefix);
            return Raw { text: Clean::line(&text).as_str().into(), is_quoted: true, is_prefix, bare: CompactString::default() };
        }
        let mut open = 0_usize;
        let rest = self.rest();
        let end = rest.find(|c: char| match c {
            '(' => {
                open += 1;
                false
            }
            ')' if open > 0 => {
                open -= 1;
                false
            }
            ',' => is_value,
            c => self.ends_token(Some(c)),
        });
        let bare = &rest[..end.unwrap_or(rest.len())];
        self.at += bare.len();
        let bare = CompactString::from(Clean::line(bare).as_str());
        let text = bare.strip_suffix('*');
        // Several hidden ones are counted behind a blank, which only quotes can hold.
        Raw { text: text.unwrap_or(&bare).into(), is_quoted: bare.contains(' '), is_prefix: text.is_some(), bare }
    }

    fn skip_token(&mut self) {
        let rest = self.rest();
        let end = rest.find(|c: char| self.ends_token(Some(c))).unwrap_or(rest.len());
        self.at += end;
    }

    fn directive(&mut self, start: usize, head: &str) {
        if self.depth > 0 || self.text.as_bytes().get(self.at.saturating_sub(head.len() + 2)) == Some(&b'-') {
            self.skip_token();
            self.complain(start..self.at, format!("{head}: says how rows are shown; it stands by itself, outside of parentheses"), None);
            return;
        }
        if head == "limit" {
            let from = self.at;
            self.skip_token();
            match self.text[from..self.at].parse::<usize>().ok().filter(|limit| *limit > 0) {
                Some(limit) => self.parsed.query.limit = Some(limit),
                None => self.complain(start..self.at, "limit: takes a number from 1 on", None),
            }
            return;
        }
        let Some(keys) = self.columns(head) else { return };
        let query = &mut self.parsed.query;
        match head {
            "sort" => query.sort = keys,
            "group" => query.group = keys.into_iter().next().map(|key| key.column),
            _ => query.cols = keys.into_iter().map(|key| key.column).collect(),
        }
    }

    /// None: one of them is wrong or not finished.
    fn columns(&mut self, head: &str) -> Option<Vec<Key>> {
        let mut keys: Vec<Key> = Vec::new();
        let mut is_whole = true;
        loop {
            let start = self.at;
            let descending = self.eat("-");
            let column = self.column();
            let at = start..self.at;
            match column {
                Ok(_) if descending && head != "sort" => {
                    self.complain(at, format!("{head}: has no direction; only sort: takes a -"), None);
                    is_whole = false;
                }
                Ok(_) if keys.len() >= if head == "group" { 1 } else { MAX_COLUMNS } => {
                    self.complain(at, format!("{head}: has too many columns"), None);
                    is_whole = false;
                }
                Ok(column) if keys.iter().any(|key| key.column == column) => {}
                Ok(column) => keys.push(Key { column, descending }),
                Err(Wrong::HalfTyped) => self.parsed.is_half_typed = true,
                Err(Wrong::Words { words, nearest }) => {
                    self.complain(at, format!("{head}: {words}"), nearest);
                    is_whole = false;
                }
            }
            if !self.eat(",") {
                break;
            }
        }
        if !self.ends_token(self.next()) {
            let start = self.at;
            self.skip_token();
            self.complain(start..self.at, format!("{head}: takes columns with commas between them"), None);
            return None;
        }
        (is_whole && !keys.is_empty()).then_some(keys)
    }

    fn column(&mut self) -> Result<Column, Wrong> {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let kind = &rest[..end];
        if let Some(behind) = rest[end..].strip_prefix('.') {
            let found = name(behind, |c| c == ',' || self.ends_token(Some(c)));
            let (name, behind) = found.unwrap_or((None, ""));
            self.at = self.text.len() - behind.len();
            let Some(name) = name else { return Err(Wrong::HalfTyped) };
            return match kind.to_ascii_lowercase().as_str() {
                "field" => Ok(Column::Custom(name)),
                "attr" | "meta" => Ok(Column::Attr(name)),
                _ => Err(Wrong::words(format!("no column `{kind}.{name}`; those with a dot are field.NAME and attr.NAME"))),
            };
        }
        self.at += end;
        if let Some(column) = Column::read(kind) {
            return Ok(column);
        }
        let begins_one = Column::PLAIN.iter().any(|(name, _)| name.starts_with(&kind.to_ascii_lowercase()));
        if self.is_at_end() && (begins_one || NAMED.iter().any(|name| name.starts_with(kind))) {
            return Err(Wrong::HalfTyped);
        }
        let nearest = nearest(kind, Column::PLAIN.iter().map(|(name, _)| *name)).map(str::to_owned);
        Err(Wrong::Words { words: format!("no column `{kind}`"), nearest })
    }
}
