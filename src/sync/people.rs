//! Looking for a person: among those who are known, and at the vendor where it can be asked.

use super::gate::Urgency;
use crate::domain::case::SourceId;
use crate::domain::directory::Directory;
use crate::domain::fault::Fault;
use crate::domain::person::Person;
use crate::protocol::{Report, Ticket};
use crate::sync::shared::Shared;

/// People in one answer: more than a list on the screen holds.
const PEOPLE: usize = 100;

/// Answers [`crate::protocol::Order::FindPeople`]. Whoever is known is told also when the vendor cannot be asked; why it
/// cannot is then how the order ends, unless this run asks nobody anyway.
pub(super) async fn find(shared: &Shared, ticket: Ticket, source: SourceId, text: &str) -> Result<(), Fault> {
    let handle = shared.handle(source)?;
    let mut people = matching(&handle.directory(), text);
    let asked = match handle.network() {
        Ok(provider) if !text.trim().is_empty() => {
            let _turn = handle.gate.enter(Urgency::High).await;
            provider.people(text).await
        }
        _ => Ok(Vec::new()),
    };
    let (found, result) = match asked {
        Ok(found) => (found, Ok(())),
        Err(fault) => (Vec::new(), Err(fault)),
    };
    for person in found {
        if !people.iter().any(|known| known.is(&person)) {
            people.push(person);
        }
    }
    people.truncate(PEOPLE);
    shared.report(Report::People { ticket, people }).await;
    result
}

/// Those whose name or mail has the text, me first.
fn matching(directory: &Directory, text: &str) -> Vec<Person> {
    let wanted = text.trim().to_lowercase();
    let has = |words: &str| words.to_lowercase().contains(&wanted);
    let mut found: Vec<Person> = Vec::new();
    for person in directory.me.iter().chain(&directory.people) {
        if (has(person.name.as_str()) || has(person.email.as_str())) && !found.iter().any(|known| known.is(person)) {
            found.push(person.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Clean;

    #[test]
    fn a_name_or_a_mail_is_enough_and_nobody_comes_twice() {
        let person = |id: &str, name: &str, email: &str| Person {
            id: id.into(),
            name: Clean::line(name),
            email: Clean::line(email),
            ..Person::default()
        };
        let (ana, bo) = (person("1", "Ana Müller", "am@x.io"), person("2", "", "bo.ANA@x.io"));
        let directory = Directory {
            me: Some(ana.clone()),
            people: vec![bo.clone(), ana.clone(), person("3", "Cy", "cy@x.io")],
            ..Directory::default()
        };
        assert_eq!(matching(&directory, " ana "), [ana.clone(), bo.clone()]);
        assert_eq!(matching(&directory, "MÜLLER"), [ana]);
        assert_eq!(matching(&directory, "").len(), 3);
        assert_eq!(matching(&directory, "nobody"), []);
    }
}
