//! How like a command is to what is typed.

/// How far a command is from what is typed: 0 is its very name. The sum over the words that are typed; None: one of them is not
/// in it. `name` and `said` (what help and people call it) are compared without regard to case.
pub(in crate::tui) fn distance(typed: &str, name: &str, said: &str) -> Option<usize> {
    let (typed, name, said) = (typed.to_lowercase(), name.to_lowercase(), said.to_lowercase());
    typed.split_whitespace().map(|word| of_word(word, &name, &said)).sum()
}

fn of_word(word: &str, name: &str, said: &str) -> Option<usize> {
    let ways = [
        name == word,
        name.starts_with(word),
        begins_in(name, word),
        begins_in(said, word),
        name.contains(word),
        has_in_order(name, word),
        said.contains(word),
    ];
    ways.iter().position(|holds| *holds)
}

/// Whether one of the words of `text` begins so.
fn begins_in(text: &str, beginning: &str) -> bool {
    text.match_indices(beginning).any(|(at, _)| !text[..at].ends_with(char::is_alphanumeric))
}

/// Whether `text` has these letters in this order, others between them or not.
fn has_in_order(text: &str, letters: &str) -> bool {
    let mut rest = text.chars();
    letters.chars().all(|letter| rest.any(|c| c == letter))
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_name_is_likelier_the_more_of_it_is_typed_from_its_start() {
        let said = "copy the address of the case clipboard yank";
        let far = ["copy-url", "Copy", "url", "yan", "opy", "cpu", "ress"].map(|typed| distance(typed, "copy-url", said));
        assert_eq!(far, [0, 1, 2, 3, 4, 5, 6].map(Some));
    }

    #[test]
    fn every_word_that_is_typed_has_to_be_there() {
        assert_eq!(distance("copy u", "copy-url", ""), Some(1 + 2));
        assert_eq!(distance("copy key", "copy-url", "the address"), None);
        assert_eq!(distance("lru", "copy-url", ""), None, "letters in another order");
        assert_eq!(distance("ades", "copy-url", "the address"), None, "letters in order count in the name alone");
        assert_eq!(distance("  ", "copy-url", ""), Some(0), "nothing typed fits everything");
    }

    #[test]
    fn names_are_found_in_every_script() {
        assert_eq!(distance("ÜBER", "überfällig", ""), Some(1));
        assert_eq!(distance("案件", "view 案件", ""), Some(2));
    }
}
