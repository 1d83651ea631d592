//! The difference of two texts as hunks of lines, for the eye.

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

/// Unchanged lines shown around a change.
const AROUND: usize = 1;

/// One stretch of changed lines.
#[derive(Debug, PartialEq, Eq)]
pub struct Hunk<'a> {
    /// `@@ -3,2 +3,3 @@`.
    pub head: String,
    pub lines: Vec<(Side, &'a str)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Same,
    Gone,
    Come,
}

/// The hunks that make the new text of the old one.
pub fn hunks<'a>(old: &'a str, new: &'a str) -> Vec<Hunk<'a>> {
    let lines = |text: &'a str| if text.is_empty() { Vec::new() } else { text.split('\n').collect::<Vec<_>>() };
    let (old, new) = (lines(old), lines(new));
    let groups = group_diff_ops(capture_diff_slices(Algorithm::Myers, &old, &new), AROUND);
    groups.iter().map(|group| hunk(group, &old, &new)).collect()
}

fn hunk<'a>(group: &[DiffOp], old: &[&'a str], new: &[&'a str]) -> Hunk<'a> {
    let mut lines = Vec::new();
    let (mut gone, mut come) = (0, 0);
    for (tag, before, after) in group.iter().map(DiffOp::as_tag_tuple) {
        gone += before.len();
        come += after.len();
        if tag == DiffTag::Equal {
            lines.extend(old[before].iter().map(|line| (Side::Same, *line)));
        } else {
            lines.extend(old[before].iter().map(|line| (Side::Gone, *line)));
            lines.extend(new[after].iter().map(|line| (Side::Come, *line)));
        }
    }
    let first = group.first().map(|op| (op.old_range().start, op.new_range().start)).unwrap_or_default();
    let from = |at: usize, count: usize| if count == 0 { at } else { at + 1 };
    Hunk { head: format!("@@ -{},{gone} +{},{come} @@", from(first.0, gone), from(first.1, come)), lines }
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
