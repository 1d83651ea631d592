//! An edit beside what its case holds by now: what still has to be sent, and what a person has to decide. Pure.
//!
//! Three sides per aspect: what the person saw (base), what the vendor holds (theirs), what the person wants (mine). Adding
//! and removing members of a set never collides; texts are merged by lines; any other value is one whole. All of it is byte
//! for byte as the vendor has it. What was sent is compared as it may come back: vendors trim texts and write line ends in
//! their own way.

use std::collections::BTreeSet;

use super::hunks;
use crate::domain::aspect::{Aspect, Seen, Value};
use crate::domain::case::{Case, Vendor};
use crate::domain::change::Change;
use crate::domain::directory::{Directory, StatusOption};
use crate::domain::edit::Edit;
use crate::domain::merge::{Choice, Conflict, Merge, Outcome, Piece, ended, text_of};
use crate::domain::own::Own;
use crate::domain::part::Part;
use crate::domain::person::{Person, Roster};
use crate::domain::text::{Clean, raws};

/// Every aspect of an edit from three sides; whose the other hand was is not known yet.
pub(super) fn merge(edit: &Edit, now: &Case, vendor: Vendor) -> Conflict {
    let edit = &edit.named_by(&edit.roster(now));
    let mut merges: Vec<Merge> = Vec::new();
    for aspect in edit.changes.iter().filter_map(Aspect::of) {
        if !merges.iter().any(|known| known.aspect == aspect) {
            merges.push(one(edit, aspect, now, vendor));
        }
    }
    Conflict { by: None, by_me: false, at: None, merges }
}

/// The edit that is left to be sent to the case as it is now. Undecided overlaps stay as they were wished.
pub(super) fn rewritten(edit: &Edit, conflict: &Conflict, now: &Case) -> Edit {
    let roster = edit.roster(now);
    let effective = |change: &Change, merge: &Merge| effective(change, merge, now, &roster);
    let mut changes = Vec::new();
    for change in &edit.changes {
        let Some(aspect) = Aspect::of(change) else {
            changes.push(change.clone());
            continue;
        };
        let merge = conflict.merges.iter().find(|merge| merge.aspect == aspect);
        match merge.map(|merge| (merge, &merge.outcome)) {
            None | Some((_, Outcome::Overlap(_))) => changes.push(change.clone()),
            Some((_, Outcome::Same)) => {}
            Some((merge, Outcome::Mine)) => changes.extend(effective(change, merge)),
            Some((merge, Outcome::Merged(merged))) => changes.extend(effective(&as_merged(change, merged, now), merge)),
        }
    }
    let mut left = Edit::new(now, changes);
    // What nobody has decided yet keeps the base that it has to be decided against.
    for seen in &mut left.base {
        let is_open = |merge: &&Merge| merge.aspect == seen.aspect && matches!(merge.outcome, Outcome::Overlap(_));
        if conflict.merges.iter().any(|merge| is_open(&merge))
            && let Some(before) = edit.base.iter().find(|before| before.aspect == seen.aspect)
        {
            *seen = before.clone();
        }
    }
    left
}

/// The edit after a person has decided every overlap: their values, to be compared with what the case held then. All else
/// is as it was.
///
/// # Errors
/// One sentence: an overlap is left, or a value cannot be used.
pub(super) fn decided(
    edit: &Edit,
    conflict: &Conflict,
    values: &[(Aspect, Value)],
    now: &Case,
    directory: &Directory,
) -> Result<Edit, String> {
    let overlaps = || conflict.merges.iter().filter(|merge| matches!(merge.outcome, Outcome::Overlap(_)));
    let is_open = |aspect: &Aspect| overlaps().any(|merge| merge.aspect == *aspect);
    let settled = |change: &&Change| Aspect::of(change).is_none_or(|aspect| !is_open(&aspect));
    let mut changes: Vec<Change> = edit.changes.iter().filter(settled).cloned().collect();
    let mut base: Vec<Seen> = edit.base.iter().filter(|seen| !is_open(&seen.aspect)).cloned().collect();
    for merge in overlaps() {
        let value = values.iter().find(|(aspect, _)| *aspect == merge.aspect).map(|(_, value)| value);
        let value = value.ok_or_else(|| format!("{} is not decided yet", merge.aspect.name()))?;
        if *value == merge.theirs {
            continue;
        }
        let wish = Wish { edit, merge, now, directory };
        changes.extend(wish.changes(value)?);
        let shown = Seen::of(now, merge.aspect.clone());
        let then = Seen { aspect: merge.aspect.clone(), value: merge.theirs.clone(), state: None, people: Vec::new(), order: Vec::new() };
        base.push(if shown.value == then.value { shown } else { then });
    }
    Ok(Edit { case: edit.case.clone(), changes, base })
}

/// Whether what was sent is in what the case holds; where not, what a person has to be shown: somebody has changed it since.
/// `None`: the case still shows what was there before, so it may only be late.
pub(super) fn landed(edit: &Edit, now: &Case, vendor: Vendor) -> Option<Conflict> {
    let mut conflict = merge(edit, now, vendor);
    if conflict.merges.iter().any(|merge| merge.outcome == Outcome::Mine) {
        return None;
    }
    for merge in &mut conflict.merges {
        let Outcome::Merged(merged) = &merge.outcome else { continue };
        merge.outcome = if merge.aspect.is_same(merged, &merge.theirs) {
            Outcome::Same
        } else {
            // Nothing is sent a second time unasked; taking mine keeps what both wrote.
            let whole = Piece::Overlap { base: merge.mine.line(), theirs: merge.theirs.line(), mine: merged.line() };
            merge.mine = merged.clone();
            Outcome::Overlap(vec![whole])
        };
    }
    Some(conflict)
}

/// Of an edit whose texts were kept as they are shown: what would take the place of a text that holds more than it shows
/// is left to a person.
pub(super) fn ask_about_shown(conflict: &mut Conflict) {
    let holds_more = |value: &Value| match value {
        Value::Text(text) => Clean::block(text).as_str() != text,
        Value::Set(members) => members.iter().any(|member| Clean::line(member).as_str() != member),
    };
    for merge in &mut conflict.merges {
        let is_asked = matches!(merge.outcome, Outcome::Overlap(_));
        if holds_more(&merge.theirs) && merge.mine != merge.theirs && !is_asked {
            // What shows alike is the same member, not one that came and one that went.
            if let Value::Set(theirs) = &merge.theirs {
                let theirs: Vec<Clean> = theirs.iter().map(|member| Clean::line(member)).collect();
                let raw = |member: &String| {
                    let known = theirs.iter().find(|known| known.as_str() == member);
                    known.map_or_else(|| member.clone(), |known| known.raw().to_owned())
                };
                for side in [&mut merge.base, &mut merge.mine] {
                    *side = Value::Set(side.members().iter().map(raw).collect());
                }
            }
            let whole = Piece::Overlap { base: merge.base.line(), theirs: merge.theirs.line(), mine: merge.mine.line() };
            merge.outcome = Outcome::Overlap(vec![whole]);
        }
    }
}

/// Follows what this program itself has made of an aspect since it was seen: one's own change is nobody else's.
pub(super) fn follow<'o>(seen: &mut Seen, now: &Case, own: impl Iterator<Item = &'o Own>) {
    let now = Seen::of(now, seen.aspect.clone());
    let mut at = seen.clone();
    for own in own {
        at.follow(own);
    }
    if at.is_same(&now) {
        *seen = now;
    }
}

fn one(edit: &Edit, aspect: Aspect, now: &Case, vendor: Vendor) -> Merge {
    let theirs = aspect.read(now);
    let seen = edit.base.iter().find(|seen| seen.aspect == aspect);
    let base = seen.map_or_else(|| theirs.clone(), |seen| seen.value.clone());
    let changes: Vec<&Change> = edit.about(&aspect).collect();
    let mine = aspect.wished(&base, &changes, vendor);
    let outcome = if changes.iter().all(|change| change.is_met(now) == Some(true)) {
        Outcome::Same
    } else if base == theirs || aspect.is_one_of(&theirs, &base, vendor) {
        Outcome::Mine
    } else if changes.iter().all(|change| change.holds(now) == Some(true)) {
        // The case has come to what was wished, in its vendor's spelling.
        Outcome::Same
    } else if aspect.is_same(&base, &theirs) {
        respelled(&aspect, &base, &theirs, &mine)
    } else if aspect.holds_one(vendor) {
        whole(people_named(seen, &base), now.row.assignees.iter().map(Person::label).collect::<Vec<_>>().join(", "), names(&changes))
    } else {
        beside(&aspect, &base, &theirs, &mine)
    };
    Merge { aspect, base, theirs, mine, outcome }
}

/// The vendor writes the same in its own way: lines that I left alone stay as it writes them.
fn respelled(aspect: &Aspect, base: &Value, theirs: &Value, mine: &Value) -> Outcome {
    if aspect.part != Part::Description {
        return Outcome::Mine;
    }
    let (pieces, end) = pieces(base, theirs, mine);
    let overlaps = pieces.iter().filter(|piece| matches!(piece, Piece::Overlap { .. })).count();
    let merged = text_of(&pieces, &vec![Some(Choice::Mine); overlaps]).map(|text| Value::Text(end(text)));
    merged.filter(|merged| merged != mine).map_or(Outcome::Mine, Outcome::Merged)
}

/// Both sides moved, or seem to have.
fn beside(aspect: &Aspect, base: &Value, theirs: &Value, mine: &Value) -> Outcome {
    if mine == base || aspect.is_same(mine, theirs) {
        return Outcome::Same;
    }
    if let Some((base, theirs, mine)) = sets(base, theirs, mine) {
        let merged: BTreeSet<String> = theirs
            .iter()
            .filter(|member| mine.contains(*member) || !base.contains(*member))
            .chain(mine.difference(&base))
            .cloned()
            .collect();
        return if merged == theirs { Outcome::Same } else { Outcome::Merged(Value::Set(merged)) };
    }
    if aspect.part != Part::Description {
        return whole(base.line(), theirs.line(), mine.line());
    }
    let (pieces, end) = pieces(base, theirs, mine);
    match text_of(&pieces, &[]).map(|text| Value::Text(end(text))) {
        Some(merged) if merged == *theirs => Outcome::Same,
        Some(merged) => Outcome::Merged(merged),
        None => Outcome::Overlap(pieces),
    }
}

/// The pieces of three texts whose last lines were ended, so that these are compared like the others; and what takes that
/// end off a merged text again.
fn pieces(base: &Value, theirs: &Value, mine: &Value) -> (Vec<Piece>, impl Fn(String) -> String) {
    let [base, theirs, mine] = [base, theirs, mine].map(Value::line);
    let lines = |text: &str| if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
    let pieces = hunks::pieces(&lines(&base), &lines(&theirs), &lines(&mine));
    (pieces, move |text| ended(text, &base, &theirs, &mine))
}

fn whole(base: String, theirs: String, mine: String) -> Outcome {
    Outcome::Overlap(vec![Piece::Overlap { base, theirs, mine }])
}

/// All three as sets, when any is one; a field that was empty reads as a text.
fn sets(base: &Value, theirs: &Value, mine: &Value) -> Option<(BTreeSet<String>, BTreeSet<String>, BTreeSet<String>)> {
    let is_set = |value: &Value| matches!(value, Value::Set(_));
    (is_set(base) || is_set(theirs) || is_set(mine)).then(|| (base.members(), theirs.members(), mine.members()))
}

fn people_named(seen: Option<&Seen>, base: &Value) -> String {
    match seen {
        Some(seen) if !seen.people.is_empty() => seen.people.iter().map(Person::label).collect::<Vec<_>>().join(", "),
        _ => base.line(),
    }
}

fn names(changes: &[&Change]) -> String {
    let name = |change: &&Change| if let Change::Assign(person) = change { Some(person.label().to_owned()) } else { None };
    changes.iter().filter_map(name).collect::<Vec<_>>().join(", ")
}

/// The members as the case lists them, repeats and all; then those that come, in the order in which they were wished.
fn ordered(merged: &Value, held: Option<&[Clean]>, wished: &[String]) -> Vec<String> {
    let members = merged.members();
    let mut values = raws(held.unwrap_or_default());
    values.retain(|value| members.contains(value));
    for value in wished.iter().chain(&members) {
        if members.contains(value) && !values.contains(value) {
            values.push(value.clone());
        }
    }
    values
}

fn as_merged(change: &Change, merged: &Value, now: &Case) -> Change {
    let held = Aspect::of(change).and_then(|aspect| aspect.held(now));
    match (change, merged) {
        (Change::Description(_), Value::Text(text)) => Change::Description(text.clone()),
        (Change::Attribute { key, values }, merged) => Change::Attribute { key: key.clone(), values: ordered(merged, held, values) },
        (Change::Field { id, values }, merged) => Change::Field { id: id.clone(), values: ordered(merged, held, values) },
        (other, _) => other.clone(),
    }
}

/// What of a change is not so already. Asking for a member that was there when the person looked asks for nothing.
fn effective(change: &Change, merge: &Merge, now: &Case, roster: &Roster<'_>) -> Option<Change> {
    if change.is_met(now) == Some(true) {
        return None;
    }
    let (base, theirs) = (merge.base.members(), merge.theirs.members());
    let some = |tags: &[String], is: &dyn Fn(&String) -> bool| {
        let tags: Vec<String> = tags.iter().filter(|tag| is(tag)).cloned().collect();
        (!tags.is_empty()).then_some(tags)
    };
    match change {
        Change::AddTags(tags) => some(tags, &|tag| !base.contains(tag) && !theirs.contains(tag)).map(Change::AddTags),
        Change::RemoveTags(tags) => some(tags, &|tag| theirs.contains(tag)).map(Change::RemoveTags),
        Change::Assign(person) if merge.outcome != Outcome::Mine && base.contains(roster.person(person).key()) => None,
        _ => Some(change.clone()),
    }
}

/// How a decided value becomes changes.
struct Wish<'a> {
    edit: &'a Edit,
    merge: &'a Merge,
    now: &'a Case,
    directory: &'a Directory,
}

impl Wish<'_> {
    fn changes(&self, value: &Value) -> Result<Vec<Change>, String> {
        let text = || value.line();
        let values = || {
            let wished = self.edit.about(&self.merge.aspect).find_map(|change| match change {
                Change::Attribute { values, .. } | Change::Field { values, .. } => Some(values.as_slice()),
                _ => None,
            });
            ordered(value, self.merge.aspect.held(self.now), wished.unwrap_or_default())
        };
        let key = || self.merge.aspect.key.to_string();
        Ok(vec![match self.merge.aspect.part {
            Part::Title if text().trim().is_empty() => return Err("a title cannot be empty".into()),
            Part::Title => Change::Title(text()),
            Part::Description => Change::Description(text()),
            Part::Priority => Change::Priority(text()),
            Part::Status => Change::Status(self.status(&text())?),
            Part::Attributes => Change::Attribute { key: key(), values: values() },
            Part::Field => Change::Field { id: key(), values: values() },
            Part::Archived if text() == "true" => Change::Archive,
            Part::Archived => Change::Unarchive,
            Part::Assignees => return self.people(value),
            Part::Tags => return Ok(self.tags(value)),
            Part::Comment => return Ok(Vec::new()),
        }])
    }

    fn status(&self, name: &str) -> Result<StatusOption, String> {
        let wished = self.edit.changes.iter().filter_map(|change| if let Change::Status(option) = change { Some(option) } else { None });
        let mut known = wished.chain(self.directory.statuses_of(self.now));
        known.find(|option| option.name.raw() == name).cloned().ok_or_else(|| format!("`{name}` is no status that this case can have"))
    }

    fn people(&self, value: &Value) -> Result<Vec<Change>, String> {
        let of_change = |change: &'_ Change| match change {
            Change::Assign(person) | Change::Unassign(person) => Some(person.clone()),
            _ => None,
        };
        let mut known: Vec<Person> = self.edit.changes.iter().filter_map(of_change).collect();
        known.extend(self.now.row.assignees.iter().chain(&self.directory.people).chain(&self.directory.me).cloned());
        let mut wanted = Vec::new();
        for name in value.members() {
            let is = |person: &&Person| person.id == name || person.email.raw().eq_ignore_ascii_case(&name) || person.label() == name;
            wanted.push(known.iter().find(is).cloned().ok_or_else(|| format!("nobody here is called `{name}`"))?);
        }
        let gone = self.now.row.assignees.iter().filter(|person| !wanted.iter().any(|wanted| wanted.is(person)));
        let mut changes: Vec<Change> = gone.cloned().map(Change::Unassign).collect();
        changes.extend(wanted.into_iter().map(Change::Assign));
        Ok(changes)
    }

    fn tags(&self, value: &Value) -> Vec<Change> {
        let (wanted, theirs) = (value.members(), self.merge.theirs.members());
        let (added, removed): (Vec<_>, Vec<_>) =
            (wanted.difference(&theirs).cloned().collect(), theirs.difference(&wanted).cloned().collect());
        let add = (!added.is_empty()).then_some(Change::AddTags(added));
        add.into_iter().chain((!removed.is_empty()).then_some(Change::RemoveTags(removed))).collect()
    }
}

#[cfg(test)]
mod tests;
