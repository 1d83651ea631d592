//! What differs between two texts, line by line: for showing, never for merging.

/// Above this many pairs of lines, comparing all of them is not worth the wait: the middle is shown as replaced whole.
const MAX_PAIRS: usize = 1 << 20;
/// Unchanged lines shown on either side of a change.
const CONTEXT: usize = 1;

/// A line of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hunk<'t> {
    /// On both sides, beside a change.
    Same(&'t str),
    Old(&'t str),
    New(&'t str),
    /// So many lines that are on both sides.
    Skipped(usize),
}

/// The changed lines with a line of context; empty when nothing differs.
pub fn hunks<'t>(old: &'t str, new: &'t str) -> Vec<Hunk<'t>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(old, new)| old == new).count();
    let (old_middle, new_middle) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    if old_middle.is_empty() && new_middle.is_empty() {
        return Vec::new();
    }
    let mut lines: Vec<Hunk<'t>> = old[..head].iter().map(|line| Hunk::Same(line)).collect();
    compare(old_middle, new_middle, &mut lines);
    lines.extend(old[old.len() - tail..].iter().map(|line| Hunk::Same(line)));
    skip(lines)
}

/// By the longest common run of lines.
fn compare<'t>(old: &[&'t str], new: &[&'t str], out: &mut Vec<Hunk<'t>>) {
    let width = new.len() + 1;
    if old.len().saturating_mul(new.len()) > MAX_PAIRS {
        out.extend(old.iter().map(|line| Hunk::Old(line)));
        out.extend(new.iter().map(|line| Hunk::New(line)));
        return;
    }
    // How many lines the rests from here have in common.
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for at_old in (0..old.len()).rev() {
        for at_new in (0..new.len()).rev() {
            let here = at_old * width + at_new;
            common[here] =
                if old[at_old] == new[at_new] { common[here + width + 1] + 1 } else { common[here + width].max(common[here + 1]) };
        }
    }
    let (mut at_old, mut at_new) = (0, 0);
    while at_old < old.len() || at_new < new.len() {
        let here = at_old * width + at_new;
        if at_old < old.len() && at_new < new.len() && old[at_old] == new[at_new] {
            out.push(Hunk::Same(old[at_old]));
            (at_old, at_new) = (at_old + 1, at_new + 1);
        } else if at_new == new.len() || (at_old < old.len() && common[here + width] >= common[here + 1]) {
            out.push(Hunk::Old(old[at_old]));
            at_old += 1;
        } else {
            out.push(Hunk::New(new[at_new]));
            at_new += 1;
        }
    }
}

fn skip(lines: Vec<Hunk<'_>>) -> Vec<Hunk<'_>> {
    let changed: Vec<usize> = lines.iter().enumerate().filter(|(_, line)| !matches!(line, Hunk::Same(_))).map(|(place, _)| place).collect();
    let is_near = |place: usize| {
        let next = changed.partition_point(|changed| *changed < place);
        let is_close = |changed: Option<&usize>| changed.is_some_and(|changed| changed.abs_diff(place) <= CONTEXT);
        is_close(changed.get(next)) || next.checked_sub(1).is_some_and(|before| is_close(changed.get(before)))
    };
    let mut out = Vec::new();
    for (place, line) in lines.into_iter().enumerate() {
        match (is_near(place), out.last_mut()) {
            (true, _) => out.push(line),
            (false, Some(Hunk::Skipped(count))) => *count += 1,
            (false, _) => out.push(Hunk::Skipped(1)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_changed_is_shown_with_a_line_around_it() {
        let old = "a\nb\nc\nd\ne\nf\ng";
        let new = "a\nb\nc\nD\ne\nf\ng\nh";
        assert_eq!(
            hunks(old, new),
            [
                Hunk::Skipped(2),
                Hunk::Same("c"),
                Hunk::Old("d"),
                Hunk::New("D"),
                Hunk::Same("e"),
                Hunk::Skipped(1),
                Hunk::Same("g"),
                Hunk::New("h")
            ]
        );
        assert_eq!(hunks("same\n", "same"), []);
        assert_eq!(hunks("", "x\ny"), [Hunk::New("x"), Hunk::New("y")]);
        assert_eq!(hunks("x", ""), [Hunk::Old("x")]);
    }

    proptest! {
        #[test]
        fn both_sides_can_be_put_together_again(old in "[ab\n]{0,24}", new in "[ab\n]{0,24}") {
            let lines = hunks(&old, &new);
            let (mut left, mut right) = (0, 0);
            for line in &lines {
                match line {
                    Hunk::Same(text) => {
                        prop_assert_eq!(old.lines().nth(left), Some(*text));
                        prop_assert_eq!(new.lines().nth(right), Some(*text));
                        (left, right) = (left + 1, right + 1);
                    }
                    Hunk::Old(text) => {
                        prop_assert_eq!(old.lines().nth(left), Some(*text));
                        left += 1;
                    }
                    Hunk::New(text) => {
                        prop_assert_eq!(new.lines().nth(right), Some(*text));
                        right += 1;
                    }
                    Hunk::Skipped(count) => (left, right) = (left + count, right + count),
                }
            }
            if !lines.is_empty() {
                prop_assert_eq!((left, right), (old.lines().count(), new.lines().count()));
            }
        }
    }
}
