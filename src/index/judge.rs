//! Whether rows hold for a condition: all at once over their columns, or one alone.

use memchr::memmem::{
    Finder, {self},
};

use super::arena::pieces_with;
use super::bits::Bits;
use super::codes::{Clock, NO_TIME};
use super::columns::Columns;
use super::deep::Parts;
use super::dictionary::{Dictionary, END, is_exact, mask};
use super::matcher::Matcher;
use super::plan::{DeepLeaf, Leaf, Needle, Tree, Verdict};
use crate::domain::case::SourceId;

/// Fewer candidates than one slot in this many are looked at one by one; more, and one pass over all text is faster.
const SPARSE_SHARE: usize = 4;

/// Those of `within` that hold for a condition that every row can answer.
pub(super) fn bits(columns: &Columns, tree: &Tree, within: &Bits) -> Bits {
    match tree {
        Tree::All(trees) => trees.iter().fold(within.clone(), |found, tree| bits(columns, tree, &found)),
        Tree::Any(trees) => {
            let mut found = Bits::default();
            for tree in trees {
                found.or(&bits(columns, tree, within));
            }
            found
        }
        Tree::Not(tree) => {
            let mut found = within.clone();
            found.minus(&bits(columns, tree, within));
            found
        }
        Tree::Leaf(leaf) => leaf_bits(columns, leaf, within),
    }
}

fn leaf_bits(columns: &Columns, leaf: &Leaf, within: &Bits) -> Bits {
    let mut found = within.clone();
    match leaf {
        Leaf::Always(true) => {}
        Leaf::Always(false) => found = Bits::default(),
        Leaf::Text(needle) => found = find(columns, needle, within),
        Leaf::Sources(sources) => found.keep_cells(columns.sources(), |source| sources.has(SourceId(source))),
        Leaf::States(wanted) => found.keep_cells(columns.states(), |state| wanted >> state & 1 == 1),
        Leaf::Levels(wanted) => found.keep_cells(columns.levels(), |level| wanted >> level & 1 == 1),
        Leaf::Flags(wanted) => found.keep_cells(columns.flags(), |flags| flags & wanted != 0),
        Leaf::Time(clock, from, to) => found.keep_cells(columns.times(*clock), |at| (*from..*to).contains(&at)),
        Leaf::NoTime(clock) => found.keep_cells(columns.times(*clock), |at| at == NO_TIME),
        Leaf::Status(matcher) => {
            let wanted = entries(columns.names(), |pieces, folded| matcher.holds(pieces[0], folded));
            found.keep_cells(columns.statuses(), |status| wanted.has(status));
        }
        Leaf::Priority(matcher) => {
            let wanted = entries(columns.names(), |pieces, folded| matcher.holds(pieces[0], folded));
            found.keep(|slot| wanted.has(columns.priority_number(slot)));
        }
        Leaf::NoPeople => found.keep(|slot| columns.terms_of(slot).0.is_empty()),
        Leaf::People(_) | Leaf::PersonId(_) | Leaf::Tags(_) | Leaf::Attribute(..) => listed(columns, leaf, &mut found),
        Leaf::Title(matcher) | Leaf::Key(matcher) | Leaf::Id(matcher) | Leaf::Anywhere(matcher) => {
            if !matcher.needle().is_empty() {
                found = find_in_rows(columns, &Needle { text: matcher.needle().to_owned(), is_start: false }, within);
            }
            found.keep(|slot| leaf_verdict(columns, leaf, slot) == Verdict::Yes);
        }
        Leaf::KeyGroup(_) | Leaf::Deep(_) => found.keep(|slot| leaf_verdict(columns, leaf, slot) == Verdict::Yes),
    }
    found
}

/// Entries of a dictionary for which it holds, by all their pieces as shown and the first one folded.
fn entries(dictionary: &Dictionary, holds: impl Fn([&str; 3], &str) -> bool) -> Bits {
    let mut found = Bits::default();
    for number in (0..).take(dictionary.len()) {
        let folded = dictionary.folded(number).split(END).next().unwrap_or_default();
        found.set(number, holds(dictionary.pieces(number), folded));
    }
    found
}

/// People and tags: the dictionary is judged, then the rows by their numbers.
fn listed(columns: &Columns, leaf: &Leaf, found: &mut Bits) {
    let terms = columns.terms();
    let mut wanted = Bits::default();
    for number in (0..).take(terms.len()) {
        wanted.set(number, term_holds(terms, leaf, number));
    }
    if wanted.is_clear() {
        *found = Bits::default();
        return;
    }
    if let Leaf::People(matcher) | Leaf::Tags(matcher) | Leaf::Attribute(_, matcher) = leaf {
        found.keep_masked(columns.masks(), mask(matcher.needle().as_bytes()));
    }
    let are_people = matches!(leaf, Leaf::People(_) | Leaf::PersonId(_));
    found.keep(|slot| {
        let (people, tags) = columns.terms_of(slot);
        (if are_people { people } else { tags }).iter().any(|term| wanted.has(*term))
    });
}

/// Whether one person or tag holds.
pub(super) fn term_holds(terms: &Dictionary, leaf: &Leaf, number: u32) -> bool {
    let shown = || terms.pieces(number);
    let mut folded = terms.folded(number).split(END);
    let (first, second) = (folded.next().unwrap_or_default(), folded.next().unwrap_or_default());
    match leaf {
        Leaf::People(matcher) => {
            let [label, mail, _] = shown();
            matcher.holds(label, first) || !second.is_empty() && matcher.holds(mail, second)
        }
        Leaf::PersonId(id) => {
            let [_, _, own] = shown();
            !own.is_empty() && crate::query::fold(own) == *id
        }
        Leaf::Tags(matcher) => {
            let [tag, ..] = shown();
            let value = || {
                matches!(matcher, Matcher::Whole(_) | Matcher::Prefix(_))
                    .then(|| Some((tag.split_once(':')?.1, first.split_once(':')?.1)))
                    .flatten()
            };
            matcher.holds(tag, first) || value().is_some_and(|(shown, folded)| matcher.holds(shown, folded))
        }
        Leaf::Attribute(name, matcher) => {
            let [tag, ..] = shown();
            let value = || Some((tag.split_once(':')?.1, first.strip_prefix(name.as_str())?));
            value().is_some_and(|(shown, folded)| matcher.holds(shown, folded))
        }
        _ => false,
    }
}

/// Those of `within`, whose descriptions were not read, that hold whatever those say; with `may`, that hold if they say the
/// right thing.
pub(super) fn bits_if_read(columns: &Columns, tree: &Tree, within: &Bits, may: bool) -> Bits {
    match tree {
        Tree::All(trees) => trees.iter().fold(within.clone(), |found, tree| bits_if_read(columns, tree, &found, may)),
        Tree::Any(trees) => {
            let mut found = Bits::default();
            for tree in trees {
                found.or(&bits_if_read(columns, tree, within, may));
            }
            found
        }
        Tree::Not(tree) => {
            let mut found = within.clone();
            found.minus(&bits_if_read(columns, tree, within, !may));
            found
        }
        Tree::Leaf(Leaf::Text(_)) if may => within.clone(),
        Tree::Leaf(leaf) => leaf_bits(columns, leaf, within),
    }
}

/// The same of one slot, which may ask for more than rows tell.
pub(super) fn holds_if_read(columns: &Columns, tree: &Tree, slot: u32, may: bool) -> bool {
    match tree {
        Tree::All(trees) => trees.iter().all(|tree| holds_if_read(columns, tree, slot, may)),
        Tree::Any(trees) => trees.iter().any(|tree| holds_if_read(columns, tree, slot, may)),
        Tree::Not(tree) => !holds_if_read(columns, tree, slot, !may),
        Tree::Leaf(Leaf::Text(_)) if may => true,
        Tree::Leaf(leaf) => match leaf_verdict(columns, leaf, slot) {
            Verdict::Unexamined => may,
            verdict => verdict == Verdict::Yes,
        },
    }
}

/// One row, dead or not.
pub(super) fn verdict(columns: &Columns, tree: &Tree, slot: u32) -> Verdict {
    match tree {
        Tree::All(trees) => {
            let mut least = Verdict::Yes;
            for tree in trees {
                least = least.min(verdict(columns, tree, slot));
                if least == Verdict::No {
                    break;
                }
            }
            least
        }
        Tree::Any(trees) => {
            let mut most = Verdict::No;
            for tree in trees {
                most = most.max(verdict(columns, tree, slot));
                if most == Verdict::Yes {
                    break;
                }
            }
            most
        }
        Tree::Not(tree) => match verdict(columns, tree, slot) {
            Verdict::Yes => Verdict::No,
            Verdict::Unexamined => Verdict::Unexamined,
            Verdict::No => Verdict::Yes,
        },
        Tree::Leaf(leaf) => leaf_verdict(columns, leaf, slot),
    }
}

fn leaf_verdict(columns: &Columns, leaf: &Leaf, slot: u32) -> Verdict {
    let at = slot as usize;
    let time = |clock: Clock| columns.time(slot, clock);
    let of_terms = |terms: &[u32]| terms.iter().any(|term| term_holds(columns.terms(), leaf, *term));
    let holds = match leaf {
        Leaf::Always(holds) => *holds,
        Leaf::Text(needle) => has_word(columns, needle, slot),
        Leaf::Sources(sources) => sources.has(columns.source(slot)),
        Leaf::States(wanted) => wanted >> columns.states()[at] & 1 == 1,
        Leaf::Levels(wanted) => wanted >> columns.levels()[at] & 1 == 1,
        Leaf::Flags(wanted) => columns.flags()[at] & wanted != 0,
        Leaf::Time(clock, from, to) => (*from..*to).contains(&time(*clock)),
        Leaf::NoTime(clock) => time(*clock) == NO_TIME,
        Leaf::Status(matcher) => {
            let folded = columns.folded_status(slot).split(END).next().unwrap_or_default();
            matcher.holds(columns.status(slot), folded)
        }
        Leaf::Priority(matcher) => {
            let folded = columns.folded_priority(slot).split(END).next().unwrap_or_default();
            matcher.holds(columns.priority(slot), folded)
        }
        Leaf::NoPeople => columns.terms_of(slot).0.is_empty(),
        Leaf::People(_) | Leaf::PersonId(_) => of_terms(columns.terms_of(slot).0),
        Leaf::Tags(_) | Leaf::Attribute(..) => of_terms(columns.terms_of(slot).1),
        Leaf::Title(matcher) => matcher.holds(columns.title(slot), columns.folded_title(slot)),
        Leaf::Key(matcher) => matcher.holds(columns.key(slot), columns.folded_key(slot)),
        Leaf::KeyGroup(group) => columns.folded_key(slot).split_once('-').is_some_and(|(own, _)| own == group),
        Leaf::Id(matcher) => matcher.holds(columns.id(slot), columns.folded_id(slot)),
        Leaf::Anywhere(matcher) => {
            let in_tags = || columns.terms_of(slot).1.iter().any(|tag| matcher.holds("", columns.terms().folded(*tag)));
            matcher.holds("", columns.folded_title(slot)) || in_tags()
        }
        Leaf::Deep(deep) => return deep_verdict(columns, deep, slot),
    };
    Verdict::of(holds)
}

fn deep_verdict(columns: &Columns, leaf: &DeepLeaf, slot: u32) -> Verdict {
    let mut lacking = leaf.lacking(columns.source(slot));
    let is_of_description = leaf.parts.has(Parts::DESCRIPTION) && leaf.name.is_none() && leaf.matcher.reads_folded();
    if let Some(text) = columns.prose().of(slot).filter(|_| is_of_description) {
        let text = text.trim_end_matches(END);
        if !text.is_empty() && leaf.matcher.holds("", text) {
            return Verdict::Yes;
        }
        lacking = lacking.with(Parts::DESCRIPTION);
    }
    let known = match columns.deep(slot) {
        None => lacking,
        Some(deep) => {
            let mut facts = deep.of(leaf.parts.without(lacking));
            let is_named = |name: &str| leaf.name.as_ref().is_none_or(|wanted| name == wanted);
            if facts.any(|fact| is_named(&fact.name) && fact_holds(&leaf.matcher, &fact.name, &fact.text, fact.part)) {
                return Verdict::Yes;
            }
            deep.known.with(lacking)
        }
    };
    if known.has(leaf.parts) { Verdict::No } else { Verdict::Unexamined }
}

fn fact_holds(matcher: &Matcher, name: &str, text: &str, part: Parts) -> bool {
    match matcher {
        Matcher::Anything => true,
        // A file is a picture by its type too, which is its fact's name.
        Matcher::Image if part == Parts::FILES && matcher.holds(name, name) => true,
        _ if text.is_empty() => false,
        matcher => matcher.holds_shown(text),
    }
}

/// Whether the word occurs in title, key, id, people, tags or description.
pub(super) fn has_word(columns: &Columns, needle: &Needle, slot: u32) -> bool {
    row_has(columns, needle, slot) || columns.prose().has(needle, slot)
}

fn row_has(columns: &Columns, needle: &Needle, slot: u32) -> bool {
    let terms = columns.all_terms_of(slot);
    contains(columns.folded(slot), needle) || terms.iter().any(|term| contains(columns.terms().folded(*term), needle))
}

fn contains(text: &str, needle: &Needle) -> bool {
    if !needle.is_start {
        return memmem::find(text.as_bytes(), needle.text.as_bytes()).is_some();
    }
    text.split(END).any(|piece| Matcher::WordStart(needle.text.clone()).holds("", piece))
}

/// Those of `slots` in which the word occurs.
pub(super) fn find(columns: &Columns, needle: &Needle, slots: &Bits) -> Bits {
    let mut found = find_in_rows(columns, needle, slots);
    if columns.prose().is_bare() {
        return found;
    }
    let mut rest = slots.clone();
    rest.minus(&found);
    found.or(&columns.prose().find(needle, rest));
    found
}

fn find_in_rows(columns: &Columns, needle: &Needle, slots: &Bits) -> Bits {
    let word = needle.text.as_str();
    let mut found = slots.clone();
    found.keep_masked(columns.masks(), mask(word.as_bytes()));
    if needle.is_start {
        let mut found = find_in_rows(columns, &Needle { is_start: false, ..needle.clone() }, &found);
        found.keep(|slot| row_has(columns, needle, slot));
        return found;
    }
    if is_exact(word) {
        return found;
    }
    let finder = Finder::new(word.as_bytes());
    let (text, ends) = columns.terms().all_folded();
    let terms = pieces_with(text, ends, &finder);
    let any_terms = !terms.is_clear();
    let in_lists = |slot: u32| any_terms && columns.all_terms_of(slot).iter().any(|term| terms.has(*term));
    if found.count() * SPARSE_SHARE < columns.len() {
        found.keep(|slot| finder.find(columns.folded_bytes(slot)).is_some() || in_lists(slot));
        return found;
    }
    let (text, ends) = columns.all_folded();
    let in_text = pieces_with(text, ends, &finder);
    let mut rest = found.clone();
    rest.minus(&in_text);
    found.and(&in_text);
    if any_terms {
        rest.keep(in_lists);
        found.or(&rest);
    }
    found
}
