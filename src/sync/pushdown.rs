//! Which conditions of a query a vendor is asked for. Pure.
//!
//! Only what must hold for the whole query is sent: nothing inside OR or NOT. Of what the vendor offers, a facet that may
//! hide what holds is used only after [`super::fetch`] has found it honest. Whatever comes back is judged again.

use jiff::{SignedDuration, Timestamp};

use crate::domain::case::{Level, Vendor};
use crate::domain::facet::{Facet, Offer, Stage, Who};
use crate::protocol::{Ran, Why};
use crate::query::{Cmp, Field, Node, Query, StateWord, Term, Test, Value, Word};

/// What a plan is made for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground<'a> {
    /// Of the source, as configured.
    pub name: &'a str,
    pub vendor: Vendor,
    /// The analyst's mail at this source; None: not known.
    pub me: Option<&'a str>,
    pub now: Timestamp,
}

/// What is known of a facet that may hide cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// Its answer held every known case that holds.
    Honest,
    Hides {
        missing: usize,
        of: usize,
    },
    /// Nothing known holds.
    Untried,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Plan {
    /// At most one of a kind.
    pub facets: Vec<Facet>,
    /// Facets that would be used if they were found honest.
    pub to_prove: Vec<Facet>,
    /// Every condition of the query that must hold.
    pub terms: Vec<(Node, Ran)>,
}

impl Plan {
    /// Nothing of this source can hold.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.terms.iter().any(|(_, ran)| *ran == Ran::Here(Why::OtherSource))
    }
}

/// The largest set of conditions that this vendor may be asked for.
pub(super) fn plan(query: &Query, ground: Ground<'_>, offers: impl Fn(&Facet) -> Offer, proof: impl Fn(&Facet) -> Option<Proof>) -> Plan {
    let mut plan = Plan::default();
    for node in query.conjuncts() {
        let ran = one(node, ground, &offers, &proof, &mut plan);
        plan.terms.push((node.clone(), ran));
    }
    plan
}

fn one(
    node: &Node,
    ground: Ground<'_>,
    offers: &impl Fn(&Facet) -> Offer,
    proof: &impl Fn(&Facet) -> Option<Proof>,
    plan: &mut Plan,
) -> Ran {
    let term = match node {
        Node::Term(term) => term,
        Node::All(_) | Node::Any(_) | Node::Not(_) => return Ran::Here(Why::Nested),
        // Their search reads title and description, ours key, people, tags and both of these: theirs would hide.
        Node::Text(_) => return Ran::Here(Why::NotOffered),
    };
    if is_elsewhere(term, ground) {
        return Ran::Here(Why::OtherSource);
    }
    let Some((facet, is_whole)) = facet(term, ground) else { return Ran::Here(Why::NotOffered) };
    let ran = if is_whole { Ran::Exact } else { Ran::Narrowed };
    if plan.facets.iter().chain(&plan.to_prove).any(|taken| taken.is_kind_of(&facet)) {
        // Another spelling of the same wish is the same wish.
        return if plan.facets.contains(&facet) { ran } else { Ran::Here(Why::SameKind) };
    }
    let ran = match (offers(&facet), proof(&facet)) {
        (Offer::Exact, _) => ran,
        (Offer::Narrows, _) | (Offer::Unproven, Some(Proof::Honest)) => Ran::Narrowed,
        (Offer::Unproven, Some(Proof::Hides { missing, of })) => return Ran::Here(Why::Hides { missing, of }),
        (Offer::Unproven, Some(Proof::Untried)) => return Ran::Here(Why::Untried),
        (Offer::Unproven, None) => {
            plan.to_prove.push(facet);
            return Ran::Here(Why::Untried);
        }
        (Offer::Never, _) => return Ran::Here(Why::NotOffered),
    };
    plan.facets.push(facet);
    ran
}

/// `src:` that names another source.
fn is_elsewhere(term: &Term, ground: Ground<'_>) -> bool {
    let (Field::Source, Test::Any(values)) = (&term.field, &term.test) else { return false };
    let names = [ground.name, ground.vendor.name(), ground.vendor.code()];
    let may_be = |value: &Value| match value {
        Value::Word(word) if !word.is_prefix => {
            names.iter().any(|name| name.to_lowercase() == word.text.to_lowercase()) || is_numbered(&word.text, ground.vendor)
        }
        _ => true,
    };
    !values.iter().any(may_be)
}

/// `T2`: one of several sources of a vendor, which of them is not known here.
fn is_numbered(word: &str, vendor: Vendor) -> bool {
    let word = word.to_ascii_uppercase();
    word.strip_prefix(&vendor.code()[..1]).is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The facet that a term comes to; false beside it: it lets more through than the term.
fn facet(term: &Term, ground: Ground<'_>) -> Option<(Facet, bool)> {
    match (&term.field, &term.test) {
        (Field::Status, Test::Any(values)) => status(values),
        (Field::Priority, test) => Some((levels(test)?, true)),
        (Field::Assignee, Test::Any(values)) => people(values, ground),
        (Field::Tag, Test::Any(values)) => {
            let tags: Option<Vec<String>> = values.iter().map(|value| plain(value).map(|word| word.text.to_string())).collect();
            Some((Facet::Tagged(tags?), false))
        }
        (Field::Updated, Test::Compare(cmp, value)) => since(*cmp, value, ground.now).map(|since| (Facet::UpdatedSince(since), false)),
        _ => None,
    }
}

fn status(values: &[Value]) -> Option<(Facet, bool)> {
    match values {
        [Value::State(StateWord::Open)] => Some((Facet::Status(Stage::Open), true)),
        // Both are open.
        [Value::State(StateWord::New | StateWord::Active)] | [Value::State(StateWord::New), Value::State(StateWord::Active)] => {
            Some((Facet::Status(Stage::Open), false))
        }
        [Value::State(StateWord::Closed)] => Some((Facet::Status(Stage::Closed), true)),
        [Value::State(StateWord::Archived)] => Some((Facet::Status(Stage::Archived), true)),
        _ => None,
    }
}

/// With P-numbers less is more urgent, with words more is.
fn levels(test: &Test) -> Option<Facet> {
    let place = |level: Level| Level::ALL.iter().position(|known| *known == level);
    // The most urgent end is open: a vendor's own word may stand above all that are known.
    let at_least = |place: Option<usize>| Level::ALL.get(place?).copied().map(Facet::AtLeast);
    let at_most = |place: usize| Level::ALL.get(place..).filter(|levels| !levels.is_empty()).map(|levels| Facet::Levels(levels.to_vec()));
    match test {
        Test::Any(values) => values
            .iter()
            .map(|value| match value {
                Value::Level { level, .. } => Some(*level),
                _ => None,
            })
            .collect::<Option<_>>()
            .map(Facet::Levels),
        Test::Compare(cmp, Value::Level { level, by_number }) => {
            let at = place(*level)?;
            match (cmp, by_number) {
                (Cmp::Equal, _) => Some(Facet::Levels(vec![*level])),
                (Cmp::AtMost, true) | (Cmp::AtLeast, false) => at_least(Some(at)),
                (Cmp::Less, true) | (Cmp::More, false) => at_least(at.checked_sub(1)),
                (Cmp::AtLeast, true) | (Cmp::AtMost, false) => at_most(at),
                (Cmp::More, true) | (Cmp::Less, false) => at_most(at + 1),
                (Cmp::Contains, _) => None,
            }
        }
        _ => None,
    }
}

fn people(values: &[Value], ground: Ground<'_>) -> Option<(Facet, bool)> {
    let who = |value: &Value| match value {
        Value::None => Some(Who::Nobody),
        Value::Me => ground.me.map(|mail| Who::Mail(mail.to_lowercase())),
        // A part of a name or an id is nothing that a vendor can be asked for.
        value => plain(value).filter(|word| word.text.contains('@')).map(|word| Who::Mail(word.text.to_lowercase().into())),
    };
    let people: Option<Vec<Who>> = values.iter().map(who).collect();
    Some((Facet::Assigned(people?), true))
}

fn plain(value: &Value) -> Option<&Word> {
    match value {
        Value::Word(word) if !word.is_prefix => Some(word),
        _ => None,
    }
}

/// `updated:<1h`: within the last hour.
fn since(cmp: Cmp, value: &Value, now: Timestamp) -> Option<Timestamp> {
    let (Cmp::Less | Cmp::AtMost, Value::Span(span)) = (cmp, value) else { return None };
    // A span is meant to its unit: an hour may be almost two.
    let reach_s = span.seconds().checked_add(span.unit_s().clamp(1, 7 * 86_400))?;
    now.checked_sub(SignedDuration::from_secs(reach_s)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    const GROUND: Ground<'static> = Ground { name: "soc", vendor: Vendor::Tines, me: Some("Me@x.example"), now: Timestamp::UNIX_EPOCH };

    fn read(text: &str) -> Query {
        let parsed = parse(text);
        assert!(parsed.problems.is_empty(), "{text}: {:?}", parsed.problems);
        parsed.query
    }

    fn asked(text: &str, offer: Offer, proof: Option<Proof>) -> (String, Vec<Ran>) {
        let plan = plan(&read(text), GROUND, |_| offer, |_| proof);
        let words: Vec<String> = plan.facets.iter().map(ToString::to_string).collect();
        (words.join(" "), plan.terms.into_iter().map(|(_, ran)| ran).collect())
    }

    #[test]
    fn what_must_hold_is_sent_and_nothing_else() {
        let here = |why| Ran::Here(why);
        for (text, words, ran) in [
            ("status:open", "status:open", vec![Ran::Exact]),
            ("status:active", "status:open", vec![Ran::Narrowed]),
            ("status:any", "", vec![here(Why::NotOffered)]),
            ("priority:P1,P2 phish", "priority:critical,high", vec![Ran::Exact, here(Why::NotOffered)]),
            ("priority:<=P2", "priority:>=high", vec![Ran::Exact]),
            ("priority:>=high", "priority:>=high", vec![Ran::Exact]),
            ("priority:>P3", "priority:low,info", vec![Ran::Exact]),
            ("priority:<medium", "priority:low,info", vec![Ran::Exact]),
            ("priority:>critical", "", vec![here(Why::NotOffered)]),
            ("priority:none", "", vec![here(Why::NotOffered)]),
            ("assignee:me,none", "assignee:me@x.example,none", vec![Ran::Exact]),
            ("assignee:bob", "", vec![here(Why::NotOffered)]),
            ("tag:a tag:b", "tag:a", vec![Ran::Narrowed, here(Why::SameKind)]),
            ("tag:a*", "", vec![here(Why::NotOffered)]),
            ("status:open status:open", "status:open", vec![Ran::Exact, Ran::Exact]),
            ("status:open OR tag:a", "", vec![here(Why::Nested)]),
            ("-status:closed", "", vec![here(Why::Nested)]),
            ("status:open (tag:a OR priority:P1)", "status:open", vec![Ran::Exact, here(Why::Nested)]),
            ("src:tn status:open", "status:open", vec![here(Why::NotOffered), Ran::Exact]),
            ("src:dd status:open", "status:open", vec![here(Why::OtherSource), Ran::Exact]),
            ("comment:x is:snoozed has:file", "", vec![here(Why::NotOffered); 3]),
            ("", "", vec![]),
        ] {
            assert_eq!(asked(text, Offer::Exact, None), (words.to_owned(), ran), "{text}");
        }
    }

    #[test]
    fn a_facet_that_may_hide_is_used_only_once_it_is_found_honest() {
        assert_eq!(asked("status:open", Offer::Never, None), (String::new(), vec![Ran::Here(Why::NotOffered)]));
        assert_eq!(asked("status:open", Offer::Narrows, None).1, [Ran::Narrowed]);
        assert_eq!(asked("status:open", Offer::Unproven, None), (String::new(), vec![Ran::Here(Why::Untried)]));
        assert_eq!(asked("status:open", Offer::Unproven, Some(Proof::Honest)), ("status:open".into(), vec![Ran::Narrowed]));
        let hides = Proof::Hides { missing: 2, of: 9 };
        assert_eq!(asked("status:open", Offer::Unproven, Some(hides)), (String::new(), vec![Ran::Here(Why::Hides { missing: 2, of: 9 })]));
        let plan = plan(&read("status:open priority:P1"), GROUND, |_| Offer::Unproven, |_| None);
        assert_eq!((plan.facets.len(), plan.to_prove.len()), (0, 2));
    }

    #[test]
    fn me_is_nobody_where_nobody_knows_who_i_am() {
        let ground = Ground { me: None, ..GROUND };
        assert_eq!(plan(&read("assignee:me"), ground, |_| Offer::Exact, |_| None).facets, []);
    }
}
