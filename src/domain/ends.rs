//! How lines end in a file, and the mark at its front: as whoever wrote it has them.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What some editors put at the front of a text.
const FRONT: char = '\u{feff}';

/// The new text of a file, written with the line ends of the old one: a line that stays keeps its own, a new one ends as the
/// line above it.
pub fn kept(old: &str, new: &str) -> String {
    let (before, after) = (lines(old), lines(new));
    let bodies = |lines: &[(&str, &str)]| lines.iter().map(|(body, _)| (*body).to_owned()).collect::<Vec<_>>();
    let mut ends: Vec<Option<&str>> = vec![None; after.len()];
    for op in capture_diff_slices(Algorithm::Myers, &bodies(&before), &bodies(&after)) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            let known = before[old_index..old_index + len].iter().map(|(_, end)| Some(*end).filter(|end| !end.is_empty()));
            ends[new_index..new_index + len].iter_mut().zip(known).for_each(|(end, known)| *end = known);
        }
    }
    let mut out = String::with_capacity(new.len() + after.len());
    out.extend(Some(FRONT).filter(|front| old.starts_with(*front) && !new.starts_with(*front)));
    let mut last = before.first().map_or("\n", |(_, end)| *end);
    for ((body, own), end) in after.into_iter().zip(ends) {
        out.push_str(body);
        if !own.is_empty() {
            last = end.unwrap_or(last);
            out.push_str(if last.is_empty() { own } else { last });
        }
    }
    out
}

/// How the last line of a text ends.
pub fn last(text: &str) -> &'static str {
    let whole = text.rfind('\n').map_or("", |at| &text[..=at]);
    if whole.ends_with("\r\n") { "\r\n" } else { "\n" }
}

/// Each line and its end.
fn lines(text: &str) -> Vec<(&str, &str)> {
    let text = text.strip_prefix(FRONT).unwrap_or(text);
    let split = |line: &'_ str| line.trim_end_matches('\n').trim_end_matches('\r').len();
    text.split_inclusive('\n').map(|line| if line.ends_with('\n') { line.split_at(split(line)) } else { (line, "") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_keeps_its_end_and_what_comes_ends_as_the_line_above() {
        assert_eq!(kept("a\r\nb\r\n", "a\nnew\nb\n"), "a\r\nnew\r\nb\r\n");
        assert_eq!(kept("a\nb\r\nc\n", "a\nb\nnew\nc\n"), "a\nb\r\nnew\r\nc\n", "each its own");
        assert_eq!(kept("a\r\nb", "a\nb\nnew"), "a\r\nb\r\nnew", "a last line without an end");
        assert_eq!(kept("\u{feff}a\r\n", "new\na\n"), "\u{feff}new\r\na\r\n");
        assert_eq!(kept("", "a\n"), "a\n");
        assert_eq!(["", "a", "a\r\nb", "a\r\nb\n"].map(last), ["\n", "\n", "\r\n", "\n"]);
    }
}
