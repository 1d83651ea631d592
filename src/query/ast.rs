//! What a query says, as it was written: conditions in a tree, and how the rows that hold are to be shown.

use compact_str::CompactString;

use super::when::{Span, When};
use crate::domain::case::Level;

/// A whole query. The default one asks for nothing, so every row holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    pub node: Node,
    /// First key first; empty: the viewer's own order.
    pub sort: Vec<Key>,
    pub group: Option<Column>,
    /// Empty: the viewer's own columns.
    pub cols: Vec<Column>,
    /// At least 1; applied after sorting.
    pub limit: Option<usize>,
}

impl Default for Query {
    fn default() -> Self {
        Self { node: Node::All(Vec::new()), sort: Vec::new(), group: None, cols: Vec::new(), limit: None }
    }
}

impl Query {
    /// Whether every row holds.
    pub fn is_empty(&self) -> bool {
        matches!(&self.node, Node::All(nodes) if nodes.is_empty())
    }

    /// What must hold all at once.
    pub fn conjuncts(&self) -> &[Node] {
        match &self.node {
            Node::All(nodes) => nodes,
            one => std::slice::from_ref(one),
        }
    }

    /// Every condition on a field, wherever it stands.
    pub fn terms(&self) -> Vec<&Term> {
        let mut found = Vec::new();
        let mut open = vec![&self.node];
        while let Some(node) = open.pop() {
            match node {
                Node::All(nodes) | Node::Any(nodes) => open.extend(nodes.iter().rev()),
                Node::Not(node) => open.push(node),
                Node::Text(_) => {}
                Node::Term(term) => found.push(term),
            }
        }
        found
    }

    /// Whether a condition, wherever it stands, asks for this policy of a case on this desk.
    pub fn names(&self, mark: Mark) -> bool {
        self.node.names(mark)
    }

    /// Whether a condition, wherever it stands, asks for the person at the keyboard.
    pub fn names_me(&self) -> bool {
        self.node.names_me()
    }

    /// As a list shows it: what sleeps is left out, unless the query says something about sleepers itself.
    #[must_use]
    pub fn awake(self) -> Self {
        if self.names(Mark::Snoozed) {
            return self;
        }
        let test = Test::Any(vec![Value::Mark(Mark::Snoozed)]);
        self.with(Node::Term(Term { field: Field::Is, test }).negated())
    }

    /// The same rows with one more condition.
    #[must_use]
    pub fn with(mut self, more: Node) -> Self {
        self.node = Node::all([self.node, more]);
        self
    }
}

/// A condition. Lists hold at least two nodes and no list of their own kind; only the root may be an empty `All`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    /// Occurs in title, key, id, people, tags or description.
    Text(Word),
    Term(Term),
}

impl Node {
    /// All of them; lists inside are laid flat, one alone stands for itself.
    pub fn all(nodes: impl IntoIterator<Item = Self>) -> Self {
        let flat = nodes.into_iter().flat_map(|node| match node {
            Self::All(inner) => inner,
            node => vec![node],
        });
        Self::alone(flat.collect(), Self::All)
    }

    /// Any of them; lists inside are laid flat, one alone stands for itself.
    pub fn any(nodes: impl IntoIterator<Item = Self>) -> Self {
        let flat = nodes.into_iter().flat_map(|node| match node {
            Self::Any(inner) => inner,
            node => vec![node],
        });
        Self::alone(flat.collect(), Self::Any)
    }

    fn alone(mut nodes: Vec<Self>, list: impl Fn(Vec<Self>) -> Self) -> Self {
        match (nodes.len(), nodes.pop()) {
            (1, Some(one)) => one,
            (_, rest) => {
                nodes.extend(rest);
                list(nodes)
            }
        }
    }

    /// Whether it, or something in it, asks for this policy of a case on this desk.
    pub fn names(&self, mark: Mark) -> bool {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().any(|node| node.names(mark)),
            Self::Not(node) => node.names(mark),
            Self::Term(Term { field, test: Test::Any(values) }) => *field == Field::Is && values.contains(&Value::Mark(mark)),
            Self::Term(_) | Self::Text(_) => false,
        }
    }

    /// Whether it, or something in it, asks for the person at the keyboard.
    pub fn names_me(&self) -> bool {
        let is_me = |value: &Value| matches!(value, Value::Me | Value::Mark(Mark::Mine));
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().any(Self::names_me),
            Self::Not(node) => node.names_me(),
            Self::Term(Term { test, .. }) => match test {
                Test::Any(values) => values.iter().any(is_me),
                Test::Compare(_, value) => is_me(value),
                Test::Range(..) | Test::Matches(_) => false,
            },
            Self::Text(_) => false,
        }
    }

    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// A field that has this value, as completion and "more like this" write it. Quoted where it must be.
    pub fn has_value(field: Field, value: &str) -> Self {
        Self::Term(Term { field, test: Test::Any(vec![Value::Word(Word::literal(value))]) })
    }
}

/// Text to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Word {
    /// As written, without quotes and star; never empty.
    pub text: CompactString,
    /// It ended in `*`: the beginning of a value, or of a word in a text.
    pub is_prefix: bool,
    /// It stood in quotes, so it is no keyword.
    pub is_quoted: bool,
}

impl Word {
    /// Exactly this text, in quotes: what it might mean otherwise does not matter.
    pub fn literal(text: &str) -> Self {
        Self { text: text.into(), is_prefix: false, is_quoted: true }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    pub field: Field,
    pub test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    Source,
    Status,
    Priority,
    Assignee,
    Author,
    Tag,
    Team,
    Project,
    Type,
    Key,
    Id,
    Title,
    Description,
    Age,
    Created,
    Updated,
    Opened,
    Closed,
    Due,
    Sla,
    SlaKind,
    Has,
    Is,
    Ioc,
    Comment,
    File,
    Attr(CompactString),
    Custom(CompactString),
    Meta(CompactString),
    /// A column of the records, or any of them.
    Record(Option<CompactString>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// Any of these, each matched as the field naturally is.
    Any(Vec<Value>),
    Compare(Cmp, Value),
    /// Both ends included; at least one is there.
    Range(Option<Value>, Option<Value>),
    Matches(Pattern),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cmp {
    Equal,
    Less,
    AtMost,
    More,
    AtLeast,
    Contains,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Word(Word),
    State(StateWord),
    /// `by_number`: written P1 to P5, where less is more urgent.
    Level {
        level: Level,
        by_number: bool,
    },
    /// As written: digits, perhaps with a sign and a fraction.
    Number(CompactString),
    Span(Span),
    When(When),
    Me,
    None,
    /// The clock has run out.
    Breached,
    Thing(Thing),
    Mark(Mark),
}

/// Statuses that every vendor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StateWord {
    /// Neither closed nor archived.
    Open,
    /// Open and not started.
    New,
    /// In progress.
    Active,
    Closed,
    Archived,
    Any,
}

impl StateWord {
    pub const ALL: [(&str, Self); 6] = [
        ("open", Self::Open),
        ("new", Self::New),
        ("active", Self::Active),
        ("closed", Self::Closed),
        ("archived", Self::Archived),
        ("any", Self::Any),
    ];
}

/// What a case may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Thing {
    Comment,
    File,
    Image,
    Record,
    Link,
    Sla,
    Due,
    Ticket,
}

impl Thing {
    pub const ALL: [(&str, Self); 8] = [
        ("comment", Self::Comment),
        ("file", Self::File),
        ("image", Self::Image),
        ("record", Self::Record),
        ("link", Self::Link),
        ("sla", Self::Sla),
        ("due", Self::Due),
        ("ticket", Self::Ticket),
    ];
}

/// How a case stands on this desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    Unseen,
    Pinned,
    Snoozed,
    Marked,
    Dirty,
    Queued,
    Conflict,
    Folded,
    Mine,
    Readonly,
}

impl Mark {
    pub const ALL: [(&str, Self); 10] = [
        ("unseen", Self::Unseen),
        ("pinned", Self::Pinned),
        ("snoozed", Self::Snoozed),
        ("marked", Self::Marked),
        ("dirty", Self::Dirty),
        ("queued", Self::Queued),
        ("conflict", Self::Conflict),
        ("folded", Self::Folded),
        ("mine", Self::Mine),
        ("readonly", Self::Readonly),
    ];
}

/// A regular expression as written between the slashes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    pub source: CompactString,
    pub ignores_case: bool,
}

/// What rows are sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub column: Column,
    pub descending: bool,
}

/// What can be sorted by, grouped by, counted and shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    Source,
    Key,
    Id,
    Status,
    Priority,
    Sla,
    Due,
    Age,
    Created,
    Updated,
    Closed,
    Assignee,
    Author,
    Title,
    Tags,
    Team,
    Project,
    Type,
    Custom(CompactString),
    Attr(CompactString),
}

impl Column {
    /// Those without a name of their own.
    pub const PLAIN: [(&str, Self); 18] = [
        ("src", Self::Source),
        ("key", Self::Key),
        ("id", Self::Id),
        ("status", Self::Status),
        ("priority", Self::Priority),
        ("sla", Self::Sla),
        ("due", Self::Due),
        ("age", Self::Age),
        ("created", Self::Created),
        ("updated", Self::Updated),
        ("closed", Self::Closed),
        ("assignee", Self::Assignee),
        ("author", Self::Author),
        ("title", Self::Title),
        ("tags", Self::Tags),
        ("team", Self::Team),
        ("project", Self::Project),
        ("type", Self::Type),
    ];
}
