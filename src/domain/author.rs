//! Who changed a field of a case, as far as its vendor proves it. When a case was changed last, and by whom, is no proof:
//! a comment, or a change of another field, came maybe after it. Pure.

use jiff::Timestamp;

use super::activity::{Activity, Topic};
use super::aspect::Aspect;
use super::case::Case;
use super::part::Part;
use super::person::Person;

/// Whoever made of some fields what they are now.
#[derive(Clone, Debug, PartialEq)]
pub struct Author {
    pub who: Person,
    pub at: Option<Timestamp>,
}

/// One and the same person who changed all of these fields since then; None: nobody can be named. `moved`: each field with its
/// name on the screen. `said`: the case, where these are all of its fields that changed and nothing is kept from view.
pub fn author<'a>(
    moved: &[(Aspect, String)],
    timeline: impl IntoIterator<Item = &'a Activity>,
    since: Timestamp,
    said: Option<&Case>,
) -> Option<Author> {
    let entries: Vec<&Activity> = timeline.into_iter().filter(|entry| entry.at.is_some_and(|at| at > since)).collect();
    told(moved, &entries).or_else(|| alone(moved, &entries, since, said?))
}

/// As the newest entry about each field tells.
fn told(moved: &[(Aspect, String)], entries: &[&Activity]) -> Option<Author> {
    let mut found: Option<Author> = None;
    for (aspect, name) in moved {
        let entry = entries.iter().filter(|entry| tells(entry, aspect, name)).max_by_key(|entry| entry.at)?;
        let who = entry.who.as_ref()?;
        match &mut found {
            Some(author) if author.who.is(who) => author.at = author.at.max(entry.at),
            Some(_) => return None,
            None => found = Some(Author { who: who.clone(), at: entry.at }),
        }
    }
    found
}

/// Where a single thing has happened, it was whoever changed the case last.
fn alone(moved: &[(Aspect, String)], entries: &[&Activity], since: Timestamp, case: &Case) -> Option<Author> {
    let who = case.changed_by.as_ref()?;
    let at = case.row.updated_at.filter(|at| *at > since)?;
    let is_it = |entry: &Activity| entry.topic == Topic::Change && entry.who.as_ref().is_some_and(|told| told.is(who));
    let is_single = moved.len() == 1 && entries.len() <= 1 && entries.iter().all(|entry| is_it(entry));
    is_single.then(|| Author { who: who.clone(), at: Some(at) })
}

/// Whether an entry of the timeline is about a field: by its kind, or by the field that its text names first.
pub fn tells(entry: &Activity, aspect: &Aspect, name: &str) -> bool {
    if entry.topic != Topic::Change {
        return false;
    }
    let (kind, subject) = (entry.kind.as_str().to_lowercase(), subject(entry.text.as_str()).to_lowercase());
    // Vendors call a priority a severity and a title a name.
    let words: &[&str] = match aspect.part {
        Part::Title => &["title", "name"],
        Part::Priority => &["priority", "severity"],
        Part::Assignees => &["assign"],
        Part::Tags => &["tag"],
        Part::Archived => &["archive"],
        Part::Description => &["description"],
        Part::Status => &["status"],
        Part::Comment => return false,
        Part::Attributes | Part::Field => {
            let name = name.strip_prefix("attribute ").or_else(|| name.strip_prefix("field ")).unwrap_or(name).to_lowercase();
            return subject == name || subject == aspect.key.to_lowercase();
        }
    };
    words.iter().any(|word| kind.contains(word) || subject.starts_with(word))
}

/// What a text like `status: Open → Closed` or `attribute: title` is about.
fn subject(text: &str) -> &str {
    const NAMES: [&str; 6] = ["attribute", "attribute_name", "field", "field_name", "name", "key"];
    let line = text.lines().next().unwrap_or_default();
    match line.split_once(": ") {
        Some((head, rest)) if NAMES.contains(&head) => rest.split(',').next().unwrap_or_default().trim(),
        Some((head, _)) => head.trim(),
        None => line.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::case::Vendor;
    use super::super::sample;
    use super::super::text::Clean;
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn person(id: &str) -> Person {
        Person { id: id.into(), name: Clean::line(id), ..Person::default() }
    }

    fn entry(topic: Topic, kind: &str, text: &str, who: &str, second: i64) -> Activity {
        let who = (!who.is_empty()).then(|| person(who));
        Activity { topic, kind: Clean::line(kind), text: Clean::line(text), who, at: Some(at(second)), ..sample::activity() }
    }

    fn fields(parts: &[Part]) -> Vec<(Aspect, String)> {
        parts.iter().map(|part| (Aspect::of_part(*part), part.name().to_owned())).collect()
    }

    fn named(moved: &[(Aspect, String)], timeline: &[Activity], said: Option<&Case>) -> Option<(String, i64)> {
        let author = author(moved, timeline, at(0), said)?;
        Some((author.who.id.to_string(), author.at?.as_second() - at(0).as_second()))
    }

    #[test]
    fn a_comment_that_came_after_a_change_is_no_proof_of_its_author() {
        let comment = entry(Topic::Comment, "COMMENTED", "the title is odd", "me", 9);
        let title = fields(&[Part::Title]);
        let mut case = sample::case(Vendor::Datadog, 1);
        case.changed_by = Some(person("me"));
        case.row.updated_at = Some(at(9));
        assert_eq!(named(&title, std::slice::from_ref(&comment), Some(&case)), None);
        let renamed = entry(Topic::Change, "ATTRIBUTE_UPDATE", "attribute: title", "kim", 5);
        assert_eq!(named(&title, &[renamed.clone(), comment.clone()], Some(&case)), Some(("kim".into(), 5)));
        let later = entry(Topic::Change, "NAME_UPDATED", "", "lee", 7);
        assert_eq!(named(&title, &[later, renamed.clone()], None), Some(("lee".into(), 7)), "the newest made what is there");
        assert_eq!(named(&fields(&[Part::Status]), &[renamed], None), None, "of another field");
        let before = entry(Topic::Change, "ATTRIBUTE_UPDATE", "attribute: title", "kim", 0);
        assert_eq!(named(&title, &[before], None), None, "it was seen");
        let robot = entry(Topic::Change, "ATTRIBUTE_UPDATE", "attribute: title", "", 5);
        assert_eq!(named(&title, &[robot], None), None, "nor automation");
    }

    #[test]
    fn of_several_fields_one_person_is_named_only_if_all_are_theirs() {
        let moved = fields(&[Part::Title, Part::Priority]);
        let title = entry(Topic::Change, "ATTRIBUTE_UPDATE", "title: a → b", "kim", 5);
        let priority = |who| entry(Topic::Change, "SEVERITY_UPDATED", "high", who, 8);
        assert_eq!(named(&moved, &[title.clone(), priority("kim")], None), Some(("kim".into(), 8)));
        assert_eq!(named(&moved, &[title.clone(), priority("lee")], None), None);
        assert_eq!(named(&moved, &[title], None), None);
    }

    #[test]
    fn where_a_single_thing_happened_it_was_whoever_changed_the_case_last() {
        let title = fields(&[Part::Title]);
        let mut case = sample::case(Vendor::Datadog, 1);
        case.changed_by = Some(person("kim"));
        case.row.updated_at = Some(at(9));
        assert_eq!(named(&title, &[], Some(&case)), Some(("kim".into(), 9)));
        assert_eq!(named(&title, &[], None), None, "what else happened is not known");
        let change = |who| entry(Topic::Change, "SOMETHING_NEW", "", who, 9);
        assert_eq!(named(&title, &[change("kim")], Some(&case)), Some(("kim".into(), 9)));
        assert_eq!(named(&title, &[change("lee")], Some(&case)), None);
        assert_eq!(named(&title, &[change("kim"), change("kim")], Some(&case)), None);
        assert_eq!(named(&fields(&[Part::Title, Part::Status]), &[], Some(&case)), None);
        case.row.updated_at = Some(at(0));
        assert_eq!(named(&title, &[], Some(&case)), None, "it was seen");
    }

    #[test]
    fn an_entry_is_about_the_field_that_it_names_and_not_about_a_word_in_a_value() {
        let field = Aspect { part: Part::Field, key: "71".into() };
        let told = |kind: &str, text: &str, aspect: &Aspect, name: &str| tells(&entry(Topic::Change, kind, text, "kim", 1), aspect, name);
        assert!(told("FIELD_UPDATED", "Operating system", &field, "field Operating system"));
        assert!(!told("FIELD_UPDATED", "Operating system", &field, "field system"));
        assert!(!told("ATTRIBUTE_UPDATE", "priority: status → title", &Aspect::of_part(Part::Title), "title"));
        assert!(told("SUB_STATUS_UPDATED", "Done", &Aspect::of_part(Part::Status), "status"));
        assert!(told("UNASSIGNED", "Kim", &Aspect::of_part(Part::Assignees), "assignees"));
        let team = Aspect { part: Part::Attributes, key: "team".into() };
        assert!(told("ATTRIBUTE_UPDATE", "attribute: team", &team, "attribute team"));
    }
}
