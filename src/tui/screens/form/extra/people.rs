//! People by the words that a form writes for them.

use crate::domain::case::Case;
use crate::domain::directory::Directory;
use crate::domain::person::Person;

/// Everybody whom a line may name.
pub(in crate::tui) fn everybody<'a>(base: &'a Case, directory: Option<&'a Directory>) -> impl Iterator<Item = &'a Person> + Clone {
    let me = directory.and_then(|directory| directory.me.as_ref());
    base.row.assignees.iter().chain(me).chain(directory.into_iter().flat_map(|directory| &directory.people))
}

/// Somebody by name, mail address or id: whom the case shows already, me, then the source's people.
///
/// # Errors
/// Nobody, or several, in words.
pub(in crate::tui) fn person(word: &str, base: &Case, directory: Option<&Directory>) -> Result<Person, String> {
    let is = |known: &str| !known.is_empty() && known.eq_ignore_ascii_case(word);
    let by_mark = |person: &&Person| {
        is(person.email.as_str()) || is(&person.id) || (word.ends_with('>') && is(&person.told(everybody(base, directory))))
    };
    let mut found: Vec<&Person> = Vec::new();
    for person in everybody(base, directory).filter(|person| is(person.label()) || is(person.name.as_str()) || by_mark(person)) {
        if !found.iter().any(|known| known.is(person)) {
            found.push(person);
        }
    }
    match (found.iter().find(|person| by_mark(person)), &found[..]) {
        (Some(one), _) | (None, [one]) => Ok((*one).clone()),
        (None, []) => Err(format!("nobody here is called {word}: write a name or mail address as the source has it")),
        (None, several) => {
            let marks: Vec<&str> = several.iter().map(|person| person.mark()).collect();
            Err(format!("several people are called {word}: write one of {}", marks.join(", ")))
        }
    }
}
