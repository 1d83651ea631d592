//! A case that was read whole goes along with its row: what a list tells of it later is newer than what was read. Pure.

use std::borrow::Cow;

use super::case::{Case, Row, Vendor};
use super::person::Person;
use super::text::Clean;

impl Case {
    /// Takes over what a list tells of the case now. False: it tells nothing new, or an older state of it.
    pub fn relist(&mut self, row: &Row, vendor: Vendor) -> bool {
        let known = &self.row;
        if row.updated_at.zip(known.updated_at).is_some_and(|(now, known)| now < known) {
            return false;
        }
        let now = Row {
            assignees: people(&known.assignees, &row.assignees).into_owned(),
            url: row.url.clone().or_else(|| known.url.clone()),
            description: row.description.clone().or_else(|| known.description.clone()),
            ..row.clone()
        };
        // Clocks that count down differ in each answer.
        if (Row { due_at: known.due_at, also_due: known.also_due.clone(), ..now.clone() }) == *known {
            return false;
        }
        if now.updated_at != known.updated_at {
            // A list does not tell who it was.
            self.changed_by = None;
        }
        if vendor.capabilities().has_attributes && now.tags != known.tags {
            self.attributes = attributes(&self.attributes, &now.tags);
        }
        if let Some(description) = &row.description {
            self.description.clone_from(description);
        }
        self.row = now;
        true
    }
}

/// A list may name the same people by their ids only.
fn people<'p>(known: &'p [Person], listed: &'p [Person]) -> Cow<'p, [Person]> {
    let is_same = known.len() == listed.len() && known.iter().zip(listed).all(|(known, listed)| known.is(listed));
    if is_same && listed.iter().any(|person| person.name.is_empty()) { known.into() } else { listed.into() }
}

/// Datadog's attributes from its tags, `key:value` each; a key that is known may hold a colon.
fn attributes(known: &[(Clean, Vec<Clean>)], tags: &[Clean]) -> Vec<(Clean, Vec<Clean>)> {
    let mut found: Vec<(Clean, Vec<Clean>)> = Vec::new();
    for tag in tags.iter().map(Clean::raw) {
        let of_known = known.iter().filter_map(|(key, _)| Some((key.raw(), tag.strip_prefix(key.raw())?.strip_prefix(':')?)));
        let (key, value) = of_known.max_by_key(|(key, _)| key.len()).or_else(|| tag.split_once(':')).unwrap_or((tag, ""));
        let value = Clean::line(value);
        match found.iter_mut().find(|(known, _)| known.raw() == key) {
            Some((_, values)) => values.push(value),
            None => found.push((Clean::line(key), vec![value])),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::case::Priority;
    use super::super::sample;
    use super::super::text::raws;
    use super::*;

    #[test]
    fn an_older_row_and_a_clock_that_counts_down_are_no_news() {
        let second = jiff::SignedDuration::from_secs(1);
        for vendor in Vendor::ALL {
            let mut case = sample::case(vendor, 1);
            let at = jiff::Timestamp::from_second(1_790_000_000).unwrap();
            case.row.updated_at = Some(at);
            let read = case.clone();
            let older = Row { title: Clean::line("older"), updated_at: at.checked_sub(second).ok(), ..case.row.clone() };
            assert!(!case.relist(&older, vendor));
            assert!(!case.relist(&Row { due_at: Some(at), description: None, ..read.row.clone() }, vendor));
            assert_eq!(case, read, "{vendor:?}");
            let newer = Row { title: Clean::line("e\u{200d}w"), updated_at: at.checked_add(second).ok(), ..case.row.clone() };
            case.changed_by = Some(Person::default());
            assert!(case.relist(&newer, vendor));
            assert_eq!((case.row.title.raw(), &case.changed_by), ("e\u{200d}w", &None), "{vendor:?}");
            assert!(!case.relist(&newer, vendor), "once");
        }
    }

    #[test]
    fn what_changed_within_the_same_second_is_taken_over_too() {
        let mut case = sample::case(Vendor::Tines, 1);
        let row = Row { priority: Some(Priority::read("INFO")), ..case.row.clone() };
        assert!(case.relist(&row, Vendor::Tines));
        assert_eq!(case.row.priority, row.priority);
    }

    #[test]
    fn the_same_people_keep_their_names() {
        let named = Person { id: "7".into(), name: Clean::line("Ana"), ..Person::default() };
        let nameless = Person { name: Clean::default(), ..named.clone() };
        let other = Person { id: "8".into(), ..nameless.clone() };
        let mut case = sample::case(Vendor::Datadog, 1);
        case.row.assignees = vec![named.clone()];
        let row =
            |people: &Person| Row { title: Clean::line("new"), assignees: vec![people.clone()], ..sample::case(Vendor::Datadog, 1).row };
        case.relist(&row(&nameless), Vendor::Datadog);
        assert_eq!(case.row.assignees, [named]);
        case.relist(&row(&other), Vendor::Datadog);
        assert_eq!(case.row.assignees, [other]);
    }

    #[test]
    fn attributes_go_along_with_the_tags_of_datadog() {
        let clean = |text: &str| Clean::line(text);
        let mut case = sample::case(Vendor::Datadog, 1);
        case.attributes = vec![(clean("a:b"), vec![clean("1")]), (clean("gone"), vec![clean("x")])];
        let tags = ["a:b:2", "a:b:c:d", "env:e\u{200d}u", "env:us:1"].map(clean).to_vec();
        assert!(case.relist(&Row { tags, ..case.row.clone() }, Vendor::Datadog));
        let now: Vec<_> = case.attributes.iter().map(|(key, values)| (key.raw(), raws(values))).collect();
        let raw = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        assert_eq!(now, [("a:b", raw(&["2", "c:d"])), ("env", raw(&["e\u{200d}u", "us:1"]))]);
        let mut tines = sample::case(Vendor::Tines, 1);
        let metadata = tines.attributes.clone();
        assert!(tines.relist(&Row { tags: vec![clean("a:b")], ..tines.row.clone() }, Vendor::Tines));
        assert_eq!(tines.attributes, metadata, "at Tines tags are no attributes");
    }
}
