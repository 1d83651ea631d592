//! The language judged row by row, straight from its description: whole rows, whole cases, no sets and no columns.

use jiff::Timestamp;
use regex::RegexBuilder;

use crate::domain::case::{Case, Field as CaseField, FieldKind, Row, SourceId, State, Vendor};
use crate::domain::person::Person;
use crate::domain::record::Slice;
use crate::domain::text::Clean;
use crate::domain::{activity, sample};
use crate::index::{Flags, Verdict};
use crate::query::{Asker, Cmp, Field, Mark, Me, Node, Origin, Query, StateWord, Term, Test, Thing, Value, Word, fold};

const NOW_MS: i64 = 2_000;

pub(super) fn vendor(source: SourceId) -> Vendor {
    [Vendor::Datadog, Vendor::Tines, Vendor::ServerOps][usize::from(source.0)]
}

pub(super) fn asker() -> Asker {
    let mut asker = Asker::at(Timestamp::from_millisecond(NOW_MS).unwrap(), jiff::tz::TimeZone::UTC);
    asker.shift_at = Timestamp::from_millisecond(1_400).ok();
    asker.origins = [(0, "eu"), (1, "soar"), (2, "ops")]
        .map(|(id, name)| Origin {
            id: SourceId(id),
            name: name.into(),
            code: vendor(SourceId(id)).code().into(),
            vendor: vendor(SourceId(id)),
            is_read_only: false,
            me: (id < 2).then(|| Me { id: "a".into(), mail: "ana@x.io".into() }),
        })
        .to_vec();
    asker
}

/// A case that was read: its author is its first assignee, it has one comment and one field.
pub(super) fn whole(row: &Row, comment: &str, score: i64) -> Case {
    let vendor = vendor(row.id.source);
    let says = activity::Activity {
        id: "1".into(),
        kind: Clean::line("COMMENT"),
        topic: activity::Topic::Comment,
        who: None,
        at: None,
        text: Clean::block(comment),
        file: (score > 1).then(|| Clean::line("shot.PNG")),
        is_deleted: false,
    };
    let tells = vendor != Vendor::ServerOps;
    let field = CaseField {
        id: "f1".into(),
        input_id: "f1".into(),
        name: Clean::line("Score"),
        kind: FieldKind::Number,
        values: vec![Clean::line(&score.to_string())],
        is_multi: false,
        options: Vec::new(),
    };
    Case {
        row: row.clone(),
        description: Clean::block(&format!("seen {comment} from 10.0.0.{}", score.max(0))),
        author: row.assignees.first().filter(|_| tells).cloned(),
        fields: if tells { vec![field] } else { Vec::new() },
        activities: tells.then(|| Slice { items: vec![says], next: None, total: None, malformed: 0 }),
        ..sample::case(vendor, 1)
    }
}

/// All that is judged at once.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) row: &'a Row,
    pub(super) case: Option<&'a Case>,
    pub(super) flags: Flags,
    /// The description, when it was read.
    pub(super) said: Option<&'a str>,
}

fn yes(holds: bool) -> Verdict {
    if holds { Verdict::Yes } else { Verdict::No }
}

fn not(verdict: Verdict) -> Verdict {
    [Verdict::Yes, Verdict::Unexamined, Verdict::No][verdict as usize]
}

impl Ground<'_> {
    /// `silence`: what a word comes to that stands nowhere, while the description was not read.
    pub(super) fn verdict(self, query: &Query, silence: Verdict) -> Verdict {
        self.node(&query.node, silence)
    }

    fn node(&self, node: &Node, silence: Verdict) -> Verdict {
        let of = |node| self.node(node, silence);
        match node {
            Node::All(nodes) => nodes.iter().map(of).min().unwrap_or(Verdict::Yes),
            Node::Any(nodes) => nodes.iter().map(of).max().unwrap_or(Verdict::No),
            Node::Not(node) => not(of(node)),
            Node::Text(word) => {
                let mut texts = vec![self.row.title.as_str(), self.row.key.as_str(), &self.row.id.id];
                texts.extend(self.row.tags.iter().map(Clean::as_str));
                texts.extend(self.row.assignees.iter().flat_map(|who| [who.label(), who.email.as_str()]));
                texts.extend(self.said);
                let stands = texts.iter().any(|text| {
                    if word.is_prefix { starts_word(&fold(text), &fold(&word.text)) } else { fold(text).contains(&fold(&word.text)) }
                });
                if !stands && self.said.is_none() { silence } else { yes(stands) }
            }
            Node::Term(term) => self.term(term),
        }
    }

    fn term(&self, Term { field, test }: &Term) -> Verdict {
        match test {
            Test::Any(values) => values.iter().map(|value| self.value(field, None, value)).max().unwrap(),
            Test::Compare(cmp, value) => self.value(field, Some(*cmp), value),
            Test::Range(from, to) => {
                let end = |cmp, value: &Option<Value>| value.as_ref().map_or(Verdict::Yes, |value| self.value(field, Some(cmp), value));
                // Spans that look back count the other way than moments do; of levels both directions are one.
                match (from, to) {
                    (Some(Value::Level { by_number: false, .. }), _) => end(Cmp::AtMost, from).min(end(Cmp::AtLeast, to)),
                    _ => end(Cmp::AtLeast, from).min(end(Cmp::AtMost, to)),
                }
            }
            Test::Matches(pattern) => {
                let regex = RegexBuilder::new(&pattern.source).case_insensitive(pattern.ignores_case).build().unwrap();
                self.texts(field, &|text| regex.is_match(text))
            }
        }
    }

    #[expect(clippy::too_many_lines, reason = "one line of the language after the other")]
    fn value(&self, field: &Field, cmp: Option<Cmp>, value: &Value) -> Verdict {
        let row = self.row;
        match (field, value) {
            (Field::Status, Value::State(state)) => yes(match state {
                StateWord::Open => row.status.is_open(),
                StateWord::New => row.status.state == Some(State::Open),
                StateWord::Active => row.status.state == Some(State::InProgress),
                StateWord::Closed => row.status.state == Some(State::Closed),
                StateWord::Archived => row.status.state == Some(State::Archived),
                StateWord::Any => true,
            }),
            (Field::Priority, Value::None) => yes(self.urgency().is_none()),
            (Field::Priority, Value::Level { level, by_number }) => yes(self.urgency().is_some_and(|own| {
                // Numbers rise as urgency falls.
                let (own, wanted) = if *by_number { (own, *level as i8) } else { (-own, -(*level as i8)) };
                compare(own, cmp, wanted)
            })),
            (Field::Priority, Value::Word(word)) => {
                yes(row.priority.as_ref().is_some_and(|priority| fold(priority.name.as_str()) == fold(&word.text)))
            }
            (Field::Assignee, Value::None) => yes(row.assignees.is_empty()),
            (Field::Assignee, Value::Me) => yes(self.is_mine()),
            (Field::Author, Value::None) => not(self.author(&|_| true)),
            (Field::Author, Value::Me) if row.id.source.0 == 2 => Verdict::No,
            (Field::Author, Value::Me) => self.author(&is_me),
            (Field::Is, Value::Mark(mark)) => yes(self.flags.has(Flags::of(*mark)) || *mark == Mark::Mine && self.is_mine()),
            (Field::Has, Value::Thing(thing)) => self.thing(*thing),
            (field, Value::None) => yes(self.time(field).is_none()),
            (Field::Sla, Value::Breached) => yes(row.due_at.is_some_and(|at| at.as_millisecond() < NOW_MS)),
            (Field::Sla | Field::Due, Value::Number(_)) => yes(row.due_at.is_some_and(|at| compare(at.as_millisecond(), cmp, NOW_MS))),
            (Field::Custom(_), Value::Number(wanted)) => {
                let wanted: f64 = wanted.parse().unwrap();
                self.texts(field, &|text| text.parse().is_ok_and(|own: f64| compare(own, cmp, wanted)))
            }
            (field, Value::Span(span)) => yes(self.time(field).is_some_and(|at| {
                let (length, unit) = (span.seconds() * 1_000, span.unit_s() * 1_000);
                let passed = if matches!(field, Field::Due | Field::Sla) { at - NOW_MS } else { NOW_MS - at };
                if cmp.is_none_or(|cmp| cmp == Cmp::Equal) {
                    (length..length + unit).contains(&passed)
                } else {
                    compare(passed, cmp, length)
                }
            })),
            (field, Value::When(when)) => {
                let asker = asker();
                let (start, end) = when.bounds_ms(asker.now, asker.shift_at, &asker.zone);
                let is_shift = end == i64::MAX;
                yes(self.time(field).is_some_and(|at| match cmp {
                    None | Some(Cmp::Equal | Cmp::Contains) => start <= at && at < end,
                    Some(Cmp::Less) => at < start,
                    Some(Cmp::AtMost) => {
                        if is_shift {
                            at < start
                        } else {
                            at < end
                        }
                    }
                    Some(Cmp::More) => {
                        if is_shift {
                            at >= start
                        } else {
                            at >= end
                        }
                    }
                    Some(Cmp::AtLeast) => at >= start,
                }))
            }
            (Field::Tag, Value::Word(word)) if cmp != Some(Cmp::Contains) => {
                let wanted = fold(&word.text);
                let is = |text: &str| if word.is_prefix { text.starts_with(&wanted) } else { text == wanted };
                let tags = row.tags.iter().map(|tag| fold(tag.as_str()));
                yes(tags.into_iter().any(|tag| is(&tag) || tag.split_once(':').is_some_and(|(_, value)| is(value))))
            }
            (Field::Ioc, Value::Word(word)) => {
                let row_has =
                    std::iter::once(row.title.as_str()).chain(row.tags.iter().map(Clean::as_str)).any(|text| indicates(text, &word.text));
                let says = self.said.is_some_and(|said| indicates(said, &word.text));
                if row_has || says { Verdict::Yes } else { self.texts(field, &|text| indicates(text, &word.text)) }
            }
            (Field::Assignee, Value::Word(word)) => yes(row.assignees.iter().any(|who| person_is(who, cmp, word))),
            (Field::Author, Value::Word(word)) => {
                let wanted = fold(&word.text);
                self.author(&|who| {
                    [who.name.as_str(), who.email.as_str(), &who.id]
                        .iter()
                        .any(|text| !text.is_empty() && person_text(&fold(text), cmp, word, &wanted))
                })
            }
            (Field::Project, Value::Word(word)) => {
                let by_key = vendor(row.id.source) == Vendor::Datadog
                    && fold(row.key.as_str()).split_once('-').is_some_and(|(own, _)| own == fold(&word.text));
                let is_key = word.text.chars().all(|c| c.is_ascii_uppercase());
                if by_key || is_key { yes(by_key) } else { self.texts(field, &|text| fold(text) == fold(&word.text)) }
            }
            (field, Value::Word(word)) => {
                // A key is found with and without the sign that its vendor puts in front.
                if *field == Field::Key && matches!(cmp, None | Some(Cmp::Equal)) && !word.text.starts_with('#') {
                    let (own, wanted) = (fold(row.key.as_str()), fold(&word.text));
                    let own = own.strip_prefix('#').unwrap_or(&own);
                    return yes(if word.is_prefix { own.starts_with(&wanted) } else { own == wanted });
                }
                let is_prose = matches!(field, Field::Comment | Field::Description | Field::File | Field::Title);
                let (field, said) = (field, self.said.filter(|_| *field == Field::Description));
                let holds = |text: &str| {
                    let (own, wanted) = (fold(text), fold(&word.text));
                    match cmp {
                        Some(Cmp::Contains) => own.contains(&wanted),
                        None if is_prose && !word.is_prefix => own.contains(&wanted),
                        _ if word.is_prefix => own.starts_with(&wanted),
                        _ => own == wanted,
                    }
                };
                said.map_or_else(|| self.texts(field, &holds), |said| yes(!said.is_empty() && holds(said)))
            }
            other => unreachable!("{other:?} is not drawn"),
        }
    }

    /// By number, less is more urgent; a word that nobody knows is above all.
    fn urgency(&self) -> Option<i8> {
        let priority = self.row.priority.as_ref()?;
        match priority.level {
            Some(level) => Some(level as i8),
            None => (priority.name.as_str() != "NOT_DEFINED").then_some(-1),
        }
    }

    fn is_mine(&self) -> bool {
        self.row.id.source.0 < 2 && self.row.assignees.iter().any(is_me)
    }

    fn time(&self, field: &Field) -> Option<i64> {
        let row = self.row;
        match field {
            Field::Updated => row.updated_at,
            Field::Closed => row.closed_at,
            Field::Due | Field::Sla => row.due_at,
            _ => row.created_at,
        }
        .map(Timestamp::as_millisecond)
    }

    fn author(&self, is: &dyn Fn(&Person) -> bool) -> Verdict {
        match (vendor(self.row.id.source), self.case) {
            (Vendor::ServerOps, _) => Verdict::No,
            (_, None) => Verdict::Unexamined,
            (_, Some(case)) => {
                yes(case.author.as_ref().is_some_and(|who| !(who.name.is_empty() && who.email.is_empty() && who.id.is_empty()) && is(who)))
            }
        }
    }

    /// The texts that a field has, and whether they are known: only what the row shows, or what reading it brings.
    fn texts(&self, field: &Field, holds: &dyn Fn(&str) -> bool) -> Verdict {
        let row = self.row;
        let vendor = vendor(row.id.source);
        let any = |texts: Vec<&str>| yes(texts.into_iter().filter(|text| !text.is_empty()).any(holds));
        let deep = |lacks: bool, of: &dyn Fn(&Case) -> Verdict| match self.case {
            _ if lacks => Verdict::No,
            None => Verdict::Unexamined,
            Some(case) => of(case),
        };
        let tells = vendor != Vendor::ServerOps;
        let comments =
            |case: &Case| case.activities.iter().flat_map(|slice| &slice.items).map(|entry| entry.text.to_string()).collect::<Vec<_>>();
        let files = |case: &Case| {
            case.activities
                .iter()
                .flat_map(|slice| &slice.items)
                .filter_map(|entry| entry.file.as_ref())
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        match field {
            Field::Status => yes(holds(row.status.name.as_str())),
            Field::Title => yes(holds(row.title.as_str())),
            Field::Key => yes(holds(row.key.as_str())),
            Field::Id => yes(holds(&row.id.id)),
            Field::Source => {
                let origin = &asker().origins[usize::from(row.id.source.0)];
                any(vec![&origin.name, vendor.code(), vendor.name()])
            }
            Field::Assignee => {
                yes(row.assignees.iter().any(|who| holds(who.label()) || !who.email.is_empty() && holds(who.email.as_str())))
            }
            Field::Tag => yes(row.tags.iter().any(|tag| holds(tag.as_str()))),
            Field::Comment => deep(!tells, &|case| any(comments(case).iter().map(String::as_str).collect())),
            Field::File => deep(vendor == Vendor::Datadog, &|case| any(files(case).iter().map(String::as_str).collect())),
            Field::Description => deep(false, &|case| any(vec![case.description.as_str()])),
            Field::Custom(name) => deep(!tells, &|case| {
                let named = |field: &CaseField| fold(field.name.as_str()) == fold(name) || fold(&field.id) == fold(name);
                any(case.fields.iter().filter(|field| named(field)).flat_map(|field| &field.values).map(Clean::as_str).collect())
            }),
            Field::Attr(name) | Field::Meta(name) if vendor == Vendor::Datadog => {
                let prefix = fold(name) + ":";
                yes(row.tags.iter().any(|tag| {
                    fold(tag.as_str()).starts_with(&prefix) && tag.as_str().split_once(':').is_some_and(|(_, value)| holds(value))
                }))
            }
            // Read cases have none of these.
            Field::Attr(_) | Field::Meta(_) => deep(!tells, &|_| Verdict::No),
            Field::Project => deep(vendor != Vendor::Datadog, &|_| Verdict::No),
            Field::Team => deep(vendor != Vendor::Tines, &|_| Verdict::No),
            Field::Type => deep(vendor != Vendor::Datadog, &|_| Verdict::No),
            Field::SlaKind => deep(vendor != Vendor::Tines, &|_| Verdict::No),
            // The records of a sample are never read.
            Field::Record(_) => {
                if vendor == Vendor::Tines {
                    Verdict::Unexamined
                } else {
                    Verdict::No
                }
            }
            Field::Ioc => {
                let found = deep(false, &|case| {
                    let described = self.said.is_none().then(|| case.description.to_string());
                    let mut texts: Vec<String> = described.into_iter().collect();
                    texts.extend(comments(case));
                    if vendor != Vendor::Datadog {
                        texts.extend(files(case));
                    }
                    texts.extend(case.fields.iter().flat_map(|field| &field.values).map(ToString::to_string));
                    any(texts.iter().map(String::as_str).collect())
                });
                // Tines' records are never read, so nothing is certain there.
                if vendor == Vendor::Tines && found == Verdict::No { Verdict::Unexamined } else { found }
            }
            other => unreachable!("{other:?} is not drawn as text"),
        }
    }

    fn thing(&self, thing: Thing) -> Verdict {
        let vendor = vendor(self.row.id.source);
        let read = |lacks: bool, of: &dyn Fn(&Case) -> bool| match self.case {
            _ if lacks => Verdict::No,
            None => Verdict::Unexamined,
            Some(case) => yes(of(case)),
        };
        let has_file = |case: &Case| case.activities.iter().flat_map(|slice| &slice.items).any(|entry| entry.file.is_some());
        match thing {
            Thing::Sla | Thing::Due => yes(self.row.due_at.is_some()),
            Thing::Comment => read(vendor == Vendor::ServerOps, &|case| {
                case.activities.iter().flat_map(|slice| &slice.items).any(|entry| !entry.text.is_empty())
            }),
            Thing::File | Thing::Image => read(vendor == Vendor::Datadog, &has_file),
            Thing::Record => {
                if vendor == Vendor::Tines {
                    Verdict::Unexamined
                } else {
                    Verdict::No
                }
            }
            other => unreachable!("{other:?} is not drawn"),
        }
    }
}

fn is_me(who: &Person) -> bool {
    fold(who.email.as_str()) == "ana@x.io" || who.id == "a"
}

fn person_is(who: &Person, cmp: Option<Cmp>, word: &Word) -> bool {
    let wanted = fold(&word.text);
    let texts = [who.label(), who.email.as_str()];
    let by_id = cmp != Some(Cmp::Contains) && !word.is_prefix && fold(&who.id) == wanted;
    by_id || texts.iter().any(|text| !text.is_empty() && person_text(&fold(text), cmp, word, &wanted))
}

fn person_text(own: &str, cmp: Option<Cmp>, word: &Word, wanted: &str) -> bool {
    match cmp {
        Some(Cmp::Contains) => own.contains(wanted),
        Some(_) if word.is_prefix => own.starts_with(wanted),
        Some(_) => own == wanted,
        None if word.is_prefix => starts_word(own, wanted),
        // Texts and words here are letters and digits: a part of a name is one of its words.
        None => own.split(|c: char| !c.is_alphanumeric()).any(|part| part == wanted) || own == wanted,
    }
}

fn starts_word(text: &str, wanted: &str) -> bool {
    text.char_indices().any(|(at, _)| text[at..].starts_with(wanted) && !text[..at].chars().next_back().is_some_and(char::is_alphanumeric))
}

/// Only what the drawn queries ask: two addresses, a network of two, a word.
fn indicates(text: &str, wanted: &str) -> bool {
    let text = fold(text);
    let mut pieces = text.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '-');
    match wanted {
        "10.0.0.0/31" => pieces.any(|piece| piece == "10.0.0.0" || piece == "10.0.0.1"),
        wanted => pieces.any(|piece| piece == wanted),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "numbers")]
fn compare<T: PartialOrd>(own: T, cmp: Option<Cmp>, wanted: T) -> bool {
    match cmp {
        None | Some(Cmp::Equal | Cmp::Contains) => own == wanted,
        Some(Cmp::Less) => own < wanted,
        Some(Cmp::AtMost) => own <= wanted,
        Some(Cmp::More) => own > wanted,
        Some(Cmp::AtLeast) => own >= wanted,
    }
}
