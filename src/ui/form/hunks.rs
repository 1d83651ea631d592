//! The difference of two texts as hunks of lines, for the eye.

use similar::{ChangeTag, TextDiff};

/// Unchanged lines shown around a change.
const AROUND: usize = 1;

/// One stretch of changed lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hunk<'a> {
    /// `@@ -3,2 +3,3 @@`.
    pub(super) head: String,
    pub(super) lines: Vec<(Side, &'a str)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Same,
    Gone,
    Come,
}

/// The hunks that make the new text of the old one.
pub(super) fn hunks<'a>(old: &'a str, new: &'a str) -> Vec<Hunk<'a>> {
    let diff = TextDiff::configure().newline_terminated(false).diff_lines(old, new);
    let mut hunks = Vec::new();
    for group in diff.grouped_ops(AROUND) {
        let mut lines = Vec::new();
        let (mut gone_from, mut come_from) = (usize::MAX, usize::MAX);
        let (mut gone, mut come) = (0, 0);
        for op in &group {
            gone_from = gone_from.min(op.old_range().start);
            come_from = come_from.min(op.new_range().start);
            gone += op.old_range().len();
            come += op.new_range().len();
            for change in diff.iter_changes(op) {
                let side = match change.tag() {
                    ChangeTag::Equal => Side::Same,
                    ChangeTag::Delete => Side::Gone,
                    ChangeTag::Insert => Side::Come,
                };
                lines.push((side, change.value().trim_end_matches('\n')));
            }
        }
        let from = |at: usize, count: usize| if count == 0 { at } else { at + 1 };
        hunks.push(Hunk { head: format!("@@ -{},{gone} +{},{come} @@", from(gone_from, gone), from(come_from, come)), lines });
    }
    hunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown_with_a_line_around_it() {
        let (old, new) = ("a\nb\nc\nd\ne\nf\ng", "a\nB\nc\nd\ne\nf\ng\nh");
        let found = hunks(old, new);
        assert_eq!(found[0].head, "@@ -1,3 +1,3 @@");
        assert_eq!(found[0].lines, [(Side::Same, "a"), (Side::Gone, "b"), (Side::Come, "B"), (Side::Same, "c")]);
        assert_eq!(found[1].lines.last(), Some(&(Side::Come, "h")));
        assert!(hunks("same", "same").is_empty());
        assert_eq!(hunks("", "new\ntext")[0].lines, [(Side::Come, "new"), (Side::Come, "text")]);
        assert_eq!(hunks("", "new")[0].head, "@@ -0,0 +1,1 @@");
    }
}
