//! A number with its noun, as every message writes it: `1 case`, `3 cases`.

use std::fmt::Display;

/// `1 case`, `3 cases`: for nouns that take an s.
pub fn count<N: Copy + Display + PartialEq + From<u8>>(number: N, one: &str) -> String {
    if number == N::from(1) { format!("{number} {one}") } else { format!("{number} {one}s") }
}

/// `1 case is held`, `3 cases are held`: where more than an s differs.
pub fn count_of<N: Copy + Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    format!("{number} {}", if number == N::from(1) { one } else { many })
}

/// The same words of several cases once, with their number: `2 cases: the comment stays`.
pub fn counted(mut words: Vec<String>) -> String {
    words.sort();
    let groups = words.chunk_by(|one, other| one == other);
    let told = groups.map(|same| if same.len() == 1 { same[0].clone() } else { format!("{}: {}", count(same.len(), "case"), same[0]) });
    told.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_nothing_else_is() {
        assert_eq!([0_usize, 1, 2].map(|number| count(number, "case")), ["0 cases", "1 case", "2 cases"]);
        assert_eq!([0_u64, 1, 11].map(|number| count_of(number, "entry", "entries")), ["0 entries", "1 entry", "11 entries"]);
    }
}
