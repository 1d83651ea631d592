//! What stands on the line before clap reads it: `-word` leaves out cases in a filter and is no flag.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Arg, Command};

/// Stands in front of an excluded word until it is parsed: no argument can hold it, so it is never a person's.
const EXCLUDED: char = '\0';

/// Verbs whose words are a filter.
const FILTERED: [&str; 3] = ["list", "export", "bulk"];

/// Single letters that other programs take, with what says the same here. `{}` is the argument behind it.
const LETTERS: [(&str, &str, &str); 8] = [
    ("nLlm", "limit:{}", "10"),
    ("v", "-{}", "WORD"),
    ("s", "status:{}", "closed"),
    ("p", "priority:{}", "high"),
    ("au", "assignee:{}", "me"),
    ("tT", "tag:{}", "NAME"),
    ("Sk", "sort:{}", "sla"),
    ("jJ", "--json", ""),
];

/// Marks the `-word`s of a filter, which clap would take for flags (or, told otherwise, would take flags for words).
///
/// # Errors
/// What looks like a flag of another program (`-n 5`, `-n5`), and is then never a word to leave out.
pub(in crate::cli) fn mark_excluded(line: &mut Command, arguments: impl Iterator<Item = OsString>) -> Result<Vec<OsString>, clap::Error> {
    line.build();
    let arguments: Vec<OsString> = arguments.collect();
    let mut marked = Vec::with_capacity(arguments.len());
    let mut verb: Option<&Command> = None;
    let mut is_value = true;
    let mut all_words = false;
    for (place, argument) in arguments.iter().enumerate() {
        let Some(text) = argument.to_str() else {
            is_value = false;
            marked.push(argument.clone());
            continue;
        };
        let flag = verb.unwrap_or(line).get_arguments().find(|arg| is_flag(arg, text));
        let was_value = std::mem::replace(&mut is_value, flag.is_some_and(takes_next));
        all_words |= !was_value && text == "--";
        if !was_value && !all_words {
            if !text.starts_with('-') {
                verb = verb.or_else(|| line.find_subcommand(text));
            } else if let Some(verb) = verb.filter(|verb| FILTERED.contains(&verb.get_name()))
                && flag.is_none()
                && text != "-"
                && !text.starts_with("--")
            {
                if let Some(short) = Short::of(text, verb) {
                    let next = arguments.get(place + 1).and_then(|next| next.to_str());
                    return Err(short.refused(verb.clone(), next));
                }
                marked.push(format!("{EXCLUDED}{text}").into());
                continue;
            }
        }
        marked.push(argument.clone());
    }
    Ok(marked)
}

fn is_flag(arg: &Arg, text: &str) -> bool {
    match text.strip_prefix("--") {
        Some(long) => arg.get_long() == Some(long),
        None => text.strip_prefix('-').is_some_and(|rest| arg.get_short().is_some_and(|letter| rest.chars().eq([letter]))),
    }
}

/// The next argument is its value.
fn takes_next(arg: &Arg) -> bool {
    arg.get_action().takes_values() && !arg.is_require_equals_set() && arg.get_num_args().is_none_or(|range| range.min_values() > 0)
}

/// A dash and one letter or digit, with a value behind it where it looks like a flag's: `-n`, `-n5`, `-50`, `-oout.csv`.
struct Short<'t> {
    letter: char,
    /// Empty: none.
    value: &'t str,
    /// The verb has this flag, so the value has to stand apart.
    is_ours: bool,
}

impl<'t> Short<'t> {
    /// None: a word to leave out.
    fn of(text: &'t str, verb: &Command) -> Option<Self> {
        let rest = text.strip_prefix('-')?;
        let letter = rest.chars().next().filter(|letter| letter.is_alphanumeric())?;
        let value = &rest[letter.len_utf8()..];
        let is_ours = verb.get_arguments().any(|arg| arg.get_short() == Some(letter) && takes_next(arg));
        (is_ours || value.chars().all(|c| c.is_ascii_digit())).then_some(Self { letter, value, is_ours })
    }

    fn refused(&self, mut verb: Command, next: Option<&str>) -> clap::Error {
        let Self { letter, value, is_ours } = *self;
        let given = Some(value).filter(|value| !value.is_empty()).or(next.filter(|next| !next.starts_with('-')));
        let known = LETTERS.iter().find(|(letters, ..)| letters.contains(letter));
        let known = known.map(|(_, written, example)| format!("write {}, or ", written.replace("{}", given.unwrap_or(example))));
        let (wrong, known) = if is_ours {
            (format!("the value of -{letter} stands apart"), format!("write -{letter} {value}, or "))
        } else {
            (format!("{} has no -{letter}", verb.get_name()), known.unwrap_or_default())
        };
        let words = format!("{wrong}\n\n  {known}write NOT {letter}{value} to leave out cases with the text `{letter}{value}`");
        verb.error(ErrorKind::UnknownArgument, words)
    }
}

/// `--json -` → `--json=-`: without the sign, what stands behind `--json` is never its value, so that a reference may.
pub(in crate::cli) fn join_dash(arguments: Vec<OsString>) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::with_capacity(arguments.len());
    let is_edit = arguments.iter().any(|argument| argument == "edit");
    for argument in arguments {
        match joined.last_mut() {
            Some(last) if is_edit && argument == "-" && last == "--json" => last.push("=-"),
            _ => joined.push(argument),
        }
    }
    joined
}

/// A word of a filter as it was typed.
pub(in crate::cli) fn word(text: String) -> String {
    text.strip_prefix(EXCLUDED).map(String::from).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    fn marked(line: &str) -> Result<Vec<String>, String> {
        let arguments = line.split(' ').map(OsString::from);
        let marked = mark_excluded(&mut Cli::command(), arguments).map_err(|error| error.to_string())?;
        Ok(marked.into_iter().map(|argument| argument.to_string_lossy().replace(EXCLUDED, "!")).collect())
    }

    #[test]
    fn a_dash_and_one_letter_is_refused_with_what_to_write_instead() {
        for (line, instead) in [
            ("caseload list -n 5", "write limit:5"),
            ("caseload list phish -L 2 --json", "write limit:2"),
            ("caseload list -v phish", "write -phish"),
            ("caseload export -s closed", "write status:closed"),
            ("caseload bulk -p high --do take", "write priority:high"),
            ("caseload list -j", "write --json"),
            ("caseload list -s", "write status:closed"),
            ("caseload list -x", "write NOT x"),
            ("caseload list -5", "write NOT 5"),
            ("caseload list -é", "write NOT é"),
            ("caseload list -n5", "write limit:5"),
            ("caseload list -p1 high", "write priority:1"),
            ("caseload list -50", "write NOT 50"),
            ("caseload list -s3", "write NOT s3"),
            ("caseload export -oout.csv", "write -o out.csv"),
            ("caseload export -outage", "write NOT outage"),
        ] {
            let words = marked(line).expect_err(line);
            assert!(words.contains(instead), "{line}: {words}");
        }
    }

    /// Every flag with a value of every verb: what stands behind it is its value, whatever it looks like.
    #[test]
    fn what_stands_behind_a_flag_is_never_a_word() {
        let mut line = Cli::command();
        line.build();
        for verb in FILTERED {
            let flags = line.find_subcommand(verb).unwrap().get_arguments().filter(|arg| takes_next(arg) && !arg.is_positional());
            let flags: Vec<String> = flags
                .flat_map(|arg| [arg.get_long().map(|long| format!("--{long}")), arg.get_short().map(|short| format!("-{short}"))])
                .flatten()
                .collect();
            assert!(flags.iter().any(|flag| flag == "--source") && flags.iter().any(|flag| flag == "--config"), "{verb}: {flags:?}");
            for flag in flags {
                let told = marked(&format!("caseload {verb} {flag} -a=b -news -- -x")).unwrap();
                assert_eq!(told[2..], [flag.as_str(), "-a=b", "!-news", "--", "-x"], "{verb}");
            }
        }
    }

    #[test]
    fn flags_of_the_verb_and_words_of_other_verbs_stay() {
        for line in
            ["caseload list -h", "caseload -V", "caseload export a -o x", "caseload comment dd:1 -m -x", "caseload --source list show -x"]
        {
            assert_eq!(marked(line).unwrap().join(" "), line);
        }
        assert_eq!(marked("caseload list -outage -hello -4xx").unwrap()[2..], ["!-outage", "!-hello", "!-4xx"]);
    }
}
