//! The account numbers of people.

/// Account numbers start somewhere.
pub(crate) fn user_number(person: usize) -> usize {
    person + 168
}
