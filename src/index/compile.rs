//! From a query and who asks to a plan: names become sets, spans become moments, fields become columns.

use super::codes::{Clock, NO_LEVEL, levels, levels_between, states};
use super::deep::Parts;
use super::flags::Flags;
use super::matcher::{Indicator, Matcher};
use super::plan::{DeepLeaf, Leaf, Needle, Plan, Sources, Tree};
use crate::domain::capability::Group;
use crate::domain::case::Vendor;
use crate::query::{Asker, Cmp, Field, Kind, Mark, Node, Query, Term, Test, Thing, Value, Word, fold};

/// Everything that text can stand in beside the row.
const ALL_TEXTS: Parts =
    Parts::DESCRIPTION.with(Parts::COMMENTS).with(Parts::RECORDS).with(Parts::FIELDS).with(Parts::ATTRIBUTES).with(Parts::FILES);
const NEVER: i64 = i64::MAX;
/// Absent times are smaller than this, so they fail every comparison.
const EVER: i64 = i64::MIN + 1;

/// What the query means to this asker at this moment.
pub(super) fn plan(query: &Query, asker: &Asker) -> Plan {
    let compiler = Compiler { asker, now: asker.now.as_second() * 1_000 };
    let mut plan = Plan::default();
    for nodes in conditions(query.conjuncts(), asker) {
        let node = match nodes {
            [node] => node,
            several => {
                plan.fast.push(compiler.all(several));
                continue;
            }
        };
        if let Node::Not(inner) = node
            && let Node::Text(word) = &**inner
            && compiler.case_named(&word.text).is_none()
        {
            plan.excluded.push(needle(word));
            continue;
        }
        match node {
            Node::Text(word) if compiler.case_named(&word.text).is_none() => plan.words.push(needle(word)),
            node => {
                let tree = compiler.node(node);
                if tree.is_slow() {
                    plan.slow.push(tree);
                    continue;
                }
                if let Node::Term(Term { field, test }) = node
                    && field.is_scalar()
                    && !matches!(test, Test::Any(values) if values.contains(&Value::None))
                {
                    plan.scalars.push((field.clone(), plan.fast.len(), missing(field)));
                }
                plan.fast.push(tree);
            }
        }
    }
    plan
}

fn needle(word: &Word) -> Needle {
    Needle { text: fold(&word.text), is_start: word.is_prefix }
}

/// What holds for the rows that lack a scalar.
fn missing(field: &Field) -> Leaf {
    clock(field).map_or(Leaf::Levels(1 << NO_LEVEL), Leaf::NoTime)
}

fn clock(field: &Field) -> Option<Clock> {
    match field {
        Field::Age | Field::Created | Field::Opened => Some(Clock::Created),
        Field::Updated => Some(Clock::Updated),
        Field::Closed => Some(Clock::Closed),
        Field::Due | Field::Sla => Some(Clock::Due),
        _ => None,
    }
}

/// Conditions as they are judged: each by itself, but two words that name a case (`TN #1968`) together.
pub(super) fn conditions<'q>(nodes: &'q [Node], asker: &Asker) -> Vec<&'q [Node]> {
    let mut found = Vec::with_capacity(nodes.len());
    let mut rest = nodes;
    while !rest.is_empty() {
        let is_name = rest.len() > 1 && words(&rest[..2]).is_some_and(|text| asker.named(&text).is_some());
        let (head, tail) = rest.split_at(if is_name { 2 } else { 1 });
        found.push(head);
        rest = tail;
    }
    found
}

/// Two words as one text, where the second looks like a key.
fn words(nodes: &[Node]) -> Option<String> {
    match nodes {
        [Node::Text(first), Node::Text(second)] if second.text.contains(|c: char| c.is_ascii_digit()) => {
            Some(format!("{} {}", first.text, second.text))
        }
        _ => None,
    }
}

/// A key by how it is written, with and without the sign that its vendor puts in front.
fn key_is(matcher: &Matcher) -> Tree {
    let signed = match matcher {
        Matcher::Whole(key) if !key.starts_with('#') => Some(Matcher::Whole(format!("#{key}"))),
        Matcher::Prefix(key) if !key.starts_with('#') => Some(Matcher::Prefix(format!("#{key}"))),
        _ => None,
    };
    Tree::any(std::iter::once(matcher.clone()).chain(signed).map(|matcher| Tree::Leaf(Leaf::Key(matcher))).collect())
}

struct Compiler<'a> {
    asker: &'a Asker,
    /// Whole seconds, as milliseconds: within one second equal queries give equal plans.
    now: i64,
}

impl Compiler<'_> {
    fn node(&self, node: &Node) -> Tree {
        match node {
            Node::All(nodes) => Tree::All(conditions(nodes, self.asker).into_iter().map(|nodes| self.all(nodes)).collect()),
            Node::Any(nodes) => Tree::Any(nodes.iter().map(|node| self.node(node)).collect()),
            Node::Not(node) => self.node(node).negated(),
            Node::Text(word) => {
                let text = Tree::Leaf(Leaf::Text(needle(word)));
                Tree::any(std::iter::once(text).chain(self.case_named(&word.text)).collect())
            }
            Node::Term(term) => self.term(term),
        }
    }

    /// One condition, or two words that name a case together.
    fn all(&self, nodes: &[Node]) -> Tree {
        match nodes {
            [one] => self.node(one),
            several => {
                let both = Tree::All(several.iter().map(|node| self.node(node)).collect());
                Tree::any(std::iter::once(both).chain(words(several).and_then(|text| self.case_named(&text))).collect())
            }
        }
    }

    /// Cases that a text names with their source: `tn:1968`, `TN #1968`.
    fn case_named(&self, text: &str) -> Option<Tree> {
        let (sources, key) = self.asker.named(text)?;
        let key = fold(key);
        let here = Tree::Leaf(Leaf::Sources(Sources::of(sources.into_iter())));
        let id = Tree::Leaf(Leaf::Id(Matcher::Whole(key.trim_start_matches('#').to_owned())));
        Some(Tree::All(vec![here, Tree::Any(vec![key_is(&Matcher::Whole(key)), id])]))
    }

    fn term(&self, Term { field, test }: &Term) -> Tree {
        if let Some(clock) = clock(field) {
            return self.time(clock, test);
        }
        match test {
            Test::Any(values) => merged(values.iter().map(|value| self.value(field, None, value)).collect()),
            Test::Compare(cmp, value) => self.value(field, Some(*cmp), value),
            Test::Range(from, to) if *field == Field::Priority => Tree::Leaf(Leaf::Levels(levels_between(from.as_ref(), to.as_ref()))),
            Test::Range(from, to) => self.field(field, &self.between(from.as_ref(), to.as_ref())),
            Test::Matches(pattern) => match pattern.compile() {
                Ok(regex) => self.field(field, &Matcher::Regex(pattern.clone(), regex)),
                Err(_) => Tree::Leaf(Leaf::Always(false)),
            },
        }
    }

    fn value(&self, field: &Field, cmp: Option<Cmp>, value: &Value) -> Tree {
        match value {
            Value::State(state) => Tree::Leaf(Leaf::States(states(*state))),
            Value::Level { level, by_number } => Tree::Leaf(Leaf::Levels(levels(cmp, *level, *by_number))),
            Value::None => match field {
                Field::Priority => Tree::Leaf(Leaf::Levels(1 << NO_LEVEL)),
                Field::Assignee => Tree::Leaf(Leaf::NoPeople),
                field => self.field(field, &Matcher::Anything).negated(),
            },
            Value::Me => self.me(field),
            Value::Thing(thing) => self.thing(*thing),
            Value::Mark(mark) => self.mark(*mark),
            Value::Word(word) => self.word(field, cmp, word),
            Value::Number(number) => {
                let number: f64 = number.parse().unwrap_or_default();
                let (at, beyond) = (Some((number, true)), Some((number, false)));
                let (from, to) = match cmp {
                    Some(Cmp::Less) => (None, beyond),
                    Some(Cmp::AtMost) => (None, at),
                    Some(Cmp::More) => (beyond, None),
                    Some(Cmp::AtLeast) => (at, None),
                    _ => (at, at),
                };
                self.field(field, &Matcher::Number { from, to })
            }
            Value::Span(_) | Value::When(_) => {
                let (from, to) = self.moments(Clock::Created, cmp, value);
                self.field(field, &Matcher::Moment { from, to })
            }
            Value::Breached => Tree::Leaf(Leaf::Always(false)),
        }
    }

    fn word(&self, field: &Field, cmp: Option<Cmp>, word: &Word) -> Tree {
        let text = fold(&word.text);
        if *field == Field::Ioc {
            return self.field(field, &Matcher::Indicator(Indicator::read(&word.text)));
        }
        let is_person = field.kind() == Kind::Person;
        let is_prose = matches!(field, Field::Comment | Field::Description | Field::File | Field::Title);
        let matcher = match (cmp, word.is_prefix) {
            (Some(Cmp::Contains), _) => Matcher::Contains(text.clone()),
            (None, true) if is_person || is_prose => Matcher::WordStart(text.clone()),
            (_, true) => Matcher::Prefix(text.clone()),
            (None, false) if is_person => Matcher::Words(text.clone()),
            (None, false) if is_prose => Matcher::Contains(text.clone()),
            (_, false) => Matcher::Whole(text.clone()),
        };
        match field {
            Field::Assignee if cmp != Some(Cmp::Contains) && !word.is_prefix => {
                Tree::Any(vec![self.field(field, &matcher), Tree::Leaf(Leaf::PersonId(text))])
            }
            // A project of Datadog is known by the key of its cases; written as a key, nothing else is meant.
            Field::Project if cmp.is_none_or(|cmp| cmp == Cmp::Equal) && !word.is_prefix => {
                let here = Tree::All(vec![
                    self.only(|vendor| vendor.capabilities().group == Some(Group::Project)),
                    Tree::Leaf(Leaf::KeyGroup(text)),
                ]);
                let is_key = word.text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
                if is_key { here } else { Tree::Any(vec![here, self.field(field, &matcher)]) }
            }
            Field::Key => Tree::any(std::iter::once(key_is(&matcher)).chain(self.case_named(&word.text)).collect()),
            field => self.field(field, &matcher),
        }
    }

    /// The text of a field against one matcher.
    fn field(&self, field: &Field, matcher: &Matcher) -> Tree {
        let matcher = matcher.clone();
        let leaf = match field {
            Field::Source => return Tree::Leaf(Leaf::Sources(self.sources(&matcher))),
            Field::Status => Leaf::Status(matcher),
            Field::Assignee => Leaf::People(matcher),
            Field::Tag => Leaf::Tags(matcher),
            Field::Title => Leaf::Title(matcher),
            Field::Key => Leaf::Key(matcher),
            Field::Id => Leaf::Id(matcher),
            Field::Attr(name) | Field::Meta(name) => return self.attribute(name, matcher),
            Field::Custom(name) => return self.deep(Parts::FIELDS, Some(name), matcher),
            Field::Record(name) => return self.deep(Parts::RECORDS, name.as_deref(), matcher),
            Field::Author => return self.deep(Parts::AUTHOR, None, matcher),
            Field::Team => return self.group(Group::Team, matcher),
            Field::Project => return self.group(Group::Project, matcher),
            Field::Type => return self.deep(Parts::TYPE, None, matcher),
            Field::Description => return self.deep(Parts::DESCRIPTION, None, matcher),
            Field::Comment => return self.deep(Parts::COMMENTS, None, matcher),
            Field::File => return self.deep(Parts::FILES, None, matcher),
            Field::SlaKind => return self.deep(Parts::CLOCKS, None, matcher),
            Field::Ioc => return Tree::Any(vec![Tree::Leaf(Leaf::Anywhere(matcher.clone())), self.deep(ALL_TEXTS, None, matcher)]),
            Field::Priority => Leaf::Priority(matcher),
            Field::Age
            | Field::Created
            | Field::Updated
            | Field::Opened
            | Field::Closed
            | Field::Due
            | Field::Sla
            | Field::Has
            | Field::Is => Leaf::Always(false),
        };
        Tree::Leaf(leaf)
    }

    fn deep(&self, parts: Parts, name: Option<&str>, matcher: Matcher) -> Tree {
        let most = self.asker.origins.iter().map(|origin| usize::from(origin.id.0) + 1).max().unwrap_or(0);
        let mut lacking = vec![Parts::NONE; most];
        for origin in &self.asker.origins {
            lacking[usize::from(origin.id.0)] = Parts::lacking(origin.vendor);
        }
        Tree::Leaf(Leaf::Deep(DeepLeaf { parts, name: name.map(fold), matcher, lacking }))
    }

    /// Some vendors have projects and some have teams; both are the one group of a case.
    fn group(&self, group: Group, matcher: Matcher) -> Tree {
        let Tree::Leaf(Leaf::Deep(mut leaf)) = self.deep(Parts::GROUP, None, matcher) else { return Tree::Leaf(Leaf::Always(false)) };
        for origin in self.asker.origins.iter().filter(|origin| origin.vendor.capabilities().group != Some(group)) {
            leaf.lacking[usize::from(origin.id.0)] = Parts::GROUP;
        }
        let elsewhere = self.only(|known| known.capabilities().group != Some(group)).negated();
        Tree::All(vec![elsewhere, Tree::Leaf(Leaf::Deep(leaf))])
    }

    /// Rows of vendors with attributes carry them as tags.
    fn attribute(&self, name: &str, matcher: Matcher) -> Tree {
        let here = Tree::Leaf(Leaf::Attribute(format!("{}:", fold(name)), matcher.clone()));
        let has_them = || self.only(|vendor| vendor.capabilities().has_attributes);
        let in_rows = Tree::All(vec![has_them(), here]);
        let origins = &self.asker.origins;
        if !origins.is_empty()
            && origins
                .iter()
                .all(|origin| origin.vendor.capabilities().has_attributes || Parts::lacking(origin.vendor).has(Parts::ATTRIBUTES))
        {
            return in_rows;
        }
        let elsewhere = Tree::All(vec![has_them().negated(), self.deep(Parts::ATTRIBUTES, Some(name), matcher)]);
        Tree::Any(vec![in_rows, elsewhere])
    }

    fn only(&self, is_wanted: impl Fn(Vendor) -> bool) -> Tree {
        let origins = self.asker.origins.iter().filter(|origin| is_wanted(origin.vendor));
        Tree::Leaf(Leaf::Sources(Sources::of(origins.map(|origin| origin.id))))
    }

    fn sources(&self, matcher: &Matcher) -> Sources {
        let origins = self.asker.origins.iter();
        let wanted = origins.filter(|origin| {
            [&*origin.name, &*origin.code, origin.vendor.code(), origin.vendor.name()].iter().any(|name| matcher.holds_shown(name))
        });
        Sources::of(wanted.map(|origin| origin.id))
    }

    fn me(&self, field: &Field) -> Tree {
        let mine = self.asker.origins.iter().filter_map(|origin| {
            let me = origin.me.as_ref()?;
            let (mail, id) = (fold(&me.mail), fold(&me.id));
            let is_mail = (!mail.is_empty()).then(|| self.field(field, &Matcher::Whole(mail)));
            let is_id = (!id.is_empty()).then(|| match field {
                Field::Assignee => Tree::Leaf(Leaf::PersonId(id)),
                field => self.field(field, &Matcher::Whole(id)),
            });
            let here = Tree::Leaf(Leaf::Sources(Sources::of(std::iter::once(origin.id))));
            Some(Tree::All(vec![here, Tree::any(is_mail.into_iter().chain(is_id).collect())]))
        });
        Tree::any(mine.collect())
    }

    fn thing(&self, thing: Thing) -> Tree {
        let exists = |parts| self.deep(parts, None, Matcher::Anything);
        match thing {
            Thing::Comment => exists(Parts::COMMENTS),
            Thing::File => exists(Parts::FILES),
            Thing::Image => self.deep(Parts::FILES, None, Matcher::Image),
            Thing::Record => exists(Parts::RECORDS),
            Thing::Link => exists(Parts::LINKS),
            Thing::Ticket => exists(Parts::TICKETS),
            Thing::Sla | Thing::Due => Tree::Leaf(Leaf::NoTime(Clock::Due)).negated(),
        }
    }

    fn mark(&self, mark: Mark) -> Tree {
        let marked = Tree::Leaf(Leaf::Flags(Flags::of(mark).bits()));
        match mark {
            Mark::Mine => Tree::Any(vec![marked, self.me(&Field::Assignee)]),
            Mark::Readonly => {
                let origins = self.asker.origins.iter().filter(|origin| origin.is_read_only);
                Tree::Any(vec![marked, Tree::Leaf(Leaf::Sources(Sources::of(origins.map(|origin| origin.id))))])
            }
            _ => marked,
        }
    }

    fn time(&self, clock: Clock, test: &Test) -> Tree {
        let one = |cmp: Option<Cmp>, value: &Value| match value {
            Value::None => Tree::Leaf(Leaf::NoTime(clock)),
            value => {
                let (from, to) = self.moments(clock, cmp, value);
                Tree::Leaf(Leaf::Time(clock, from, to))
            }
        };
        match test {
            Test::Any(values) => Tree::any(values.iter().map(|value| one(None, value)).collect()),
            Test::Compare(cmp, value) => one(Some(*cmp), value),
            Test::Range(from, to) => {
                let (from, to) = self.moments_between(clock, from.as_ref(), to.as_ref());
                Tree::Leaf(Leaf::Time(clock, from, to))
            }
            Test::Matches(_) => Tree::Leaf(Leaf::Always(false)),
        }
    }

    /// Which moments hold: from the first up to the second. Spans look back, those of a clock that runs out look forward.
    fn moments(&self, clock: Clock, cmp: Option<Cmp>, value: &Value) -> (i64, i64) {
        let now = self.now;
        let zero = (0, 60_000);
        let span = match value {
            Value::When(when) => {
                let (start, end) = when.bounds_ms(self.asker.now, self.asker.shift_at, &self.asker.zone);
                return match cmp {
                    None | Some(Cmp::Equal | Cmp::Contains) => (start.max(EVER), end),
                    Some(Cmp::Less) => (EVER, start),
                    // A shift goes on: all of it is since its beginning.
                    Some(Cmp::AtMost) => (EVER, if end == NEVER { start } else { end }),
                    Some(Cmp::More) => (if end == NEVER { start } else { end }, NEVER),
                    Some(Cmp::AtLeast) => (start, NEVER),
                };
            }
            Value::Breached => return (EVER, now),
            Value::Span(span) => (span.seconds() * 1_000, span.unit_s() * 1_000),
            _ => zero,
        };
        let (length, unit) = span;
        if clock == Clock::Due {
            return match cmp {
                None | Some(Cmp::Equal | Cmp::Contains) => (now + length, now + length + unit),
                Some(Cmp::Less) => (EVER, now + length),
                Some(Cmp::AtMost) => (EVER, now + length + 1),
                Some(Cmp::More) => (now + length + 1, NEVER),
                Some(Cmp::AtLeast) => (now + length, NEVER),
            };
        }
        match cmp {
            None | Some(Cmp::Equal | Cmp::Contains) => (now - length - unit + 1, now - length + 1),
            Some(Cmp::Less) => (now - length + 1, NEVER),
            Some(Cmp::AtMost) => (now - length, NEVER),
            Some(Cmp::More) => (EVER, now - length),
            Some(Cmp::AtLeast) => (EVER, now - length + 1),
        }
    }

    /// Both ends included, whichever is written first.
    fn moments_between(&self, clock: Clock, from: Option<&Value>, to: Option<&Value>) -> (i64, i64) {
        let at_least = |value: &Value| self.moments(clock, Some(Cmp::AtLeast), value);
        let at_most = |value: &Value| self.moments(clock, Some(Cmp::AtMost), value);
        let both = |(a, b): (i64, i64), (c, d): (i64, i64)| (a.max(c), b.min(d));
        match (from, to) {
            (Some(from), Some(to)) => {
                let (start, end) = both(at_least(from), at_most(to));
                if start < end { (start, end) } else { both(at_least(to), at_most(from)) }
            }
            (Some(from), None) => at_least(from),
            (None, Some(to)) => at_most(to),
            (None, None) => (EVER, NEVER),
        }
    }

    fn between(&self, from: Option<&Value>, to: Option<&Value>) -> Matcher {
        let number = |value: &Value| match value {
            Value::Number(number) => number.parse::<f64>().ok(),
            _ => None,
        };
        if !matches!(from.or(to), Some(Value::Number(_))) {
            let (from, to) = self.moments_between(Clock::Created, from, to);
            return Matcher::Moment { from, to };
        }
        let (from, to) = (from.and_then(number), to.and_then(number));
        let (from, to) = match (from, to) {
            (Some(from), Some(to)) if to < from => (Some(to), Some(from)),
            ends => ends,
        };
        Matcher::Number { from: from.map(|from| (from, true)), to: to.map(|to| (to, true)) }
    }
}

/// Several values of one column are one look at it.
fn merged(trees: Vec<Tree>) -> Tree {
    let mut kept: Vec<Tree> = Vec::with_capacity(trees.len());
    for tree in trees {
        let is_taken = kept.iter_mut().any(|known| match (known, &tree) {
            (Tree::Leaf(Leaf::Levels(known)), Tree::Leaf(Leaf::Levels(more)))
            | (Tree::Leaf(Leaf::States(known)), Tree::Leaf(Leaf::States(more))) => {
                *known |= more;
                true
            }
            (Tree::Leaf(Leaf::Flags(known)), Tree::Leaf(Leaf::Flags(more))) => {
                *known |= more;
                true
            }
            _ => false,
        });
        if !is_taken {
            kept.push(tree);
        }
    }
    Tree::any(kept)
}
