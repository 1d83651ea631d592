//! Words in the source: keys by their letters, numbers before their nouns, tests that hope.

/// Keys by their names. Only what is typed into a text has keys of its own, which nobody can bind anew.
const NAMED_KEYS: &[&str] = &["Enter", "Esc", "Tab", "Space", "Backspace", "PgDn", "PgUp"];
const OF_TEXTS: &[&str] = &["Enter never sends", "Esc comes late"];
/// One letter that begins a text and is no key: a word, a mark, the sign of a line to type in.
const NO_HINTS: &[&str] = &["A", "I", "!", "/"];
/// Two letters that look like a key and are a word.
const NO_KEYS: &[&str] = &["go", "gt", "gg", "it"];

/// Nouns that are counted. Their number is written by `domain::count`, so that one is not `1 cases`.
const COUNTED: &[&str] = &[
    "cases", "calls", "rows", "edits", "lines", "sources", "entries", "changes", "readings", "requests", "fields", "comments", "views",
    "macros", "chars", "people",
];
/// Where a name stands before the noun, not a number.
const NAMED: &[&str] = &["cases have no", "cases: {}", "sources take no", "{vendor} cases"];

/// Numbers that a text of this line puts before a noun by itself: `{} cases`, `{many} snoozed cases`.
pub(crate) fn counts_by_hand(line: &str) -> Vec<String> {
    let texts = line.split('"').skip(1).step_by(2).filter(|text| !NAMED.iter().any(|named| text.contains(named)));
    let counted = |text: &str| -> Vec<String> {
        let after = text.match_indices('}').map(|(at, _)| (&text[..at], &text[at + 1..]));
        let of_number = after.filter(|(before, _)| {
            let name = before.rsplit('{').next().unwrap_or("");
            name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        });
        let noun = |rest: &str| {
            let words: Vec<&str> = rest.strip_prefix(' ')?.split(|c: char| !c.is_ascii_alphabetic()).collect();
            words.first().filter(|word| COUNTED.contains(word)).map(ToString::to_string)
        };
        of_number.filter_map(|(_, rest)| noun(rest)).collect()
    };
    texts.flat_map(counted).collect()
}

/// Keys that the texts of a line tell to press: `press s`, `gs`.
pub(crate) fn keys_named(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for text in line.split('"').skip(1).step_by(2) {
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '?').filter(|word| !word.is_empty()).collect();
        let is_pair = |word: &str| {
            let mut letters = word.chars();
            let is_prefix = letters.next().is_some_and(|first| matches!(first, 'g' | 'z'));
            is_prefix && letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none() && !NO_KEYS.contains(&word)
        };
        found.extend(words.iter().filter(|word| is_pair(word)).map(ToString::to_string));
        let pressed = words
            .windows(2)
            .filter(|pair| pair[0].eq_ignore_ascii_case("press") && pair[1].chars().count() <= 2 && !NO_KEYS.contains(&pair[1]));
        found.extend(pressed.map(|pair| pair[1].to_owned()));
        if !OF_TEXTS.iter().any(|known| text.contains(known)) {
            found.extend(words.iter().filter(|word| NAMED_KEYS.contains(word)).map(ToString::to_string));
        }
        // A row of hints: `1 changes  2 all`, `r rename   J K move`. A line of its own is no further hint.
        for line in text.split("\\n") {
            let hints: Vec<&str> = line.split("  ").map(str::trim).filter(|hint| !hint.is_empty()).collect();
            if hints.len() > 1 {
                let first = hints.iter().filter_map(|hint| hint.split_once(' ')).map(|(key, _)| key);
                found.extend(first.filter(|key| key.chars().count() == 1 && !NO_HINTS.contains(key)).map(str::to_owned));
            }
        }
    }
    found
}

/// What is wrong with a line of a test: a pause hopes that something has happened by then, and a machine that was busy has no
/// fault.
pub(crate) fn hopes(line: &str) -> Option<&'static str> {
    let line = line.split("//").next().unwrap_or("");
    let pause = ["sl", "eep("].concat();
    let is_word = |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    if line.match_indices(&pause).any(|(at, _)| is_word(at)) {
        return Some("waits for a time; wait for what it is about");
    }
    line.contains(&["elap", "sed() <"].concat()).then_some("holds a machine to a time; hold the clock, or wait until a deadline")
}
