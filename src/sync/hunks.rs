//! Two versions of a text laid over the one they both began with, line by line. Pure.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::domain::merge::Piece;

/// A stretch of the base that one side has replaced.
struct Hunk {
    /// Lines of the base; empty where lines were only added.
    old: Range<usize>,
    new: Range<usize>,
}

/// One side: its lines, and where they differ from the base.
struct Side<'a> {
    lines: Vec<&'a str>,
    hunks: Vec<Hunk>,
}

/// The pieces of the merged text, in order. Changes that touch each other and are not the same overlap: neither side has
/// seen what the other wrote right beside its own.
pub(super) fn pieces(base: &str, theirs: &str, mine: &str) -> Vec<Piece> {
    let lines: Vec<&str> = base.split_inclusive('\n').collect();
    let theirs = Side::of(&lines, theirs);
    let mine = Side::of(&lines, mine);
    let mut out = Vec::new();
    let (mut t, mut m, mut at) = (0, 0, 0);
    loop {
        let starts = [theirs.hunks.get(t), mine.hunks.get(m)].map(|hunk| hunk.map(|hunk| hunk.old.start));
        let Some(start) = starts.into_iter().flatten().min() else { break };
        let (from_t, from_m, mut end) = (t, m, start);
        loop {
            let touches = |hunk: Option<&Hunk>| hunk.filter(|hunk| hunk.old.start <= end).map(|hunk| hunk.old.end);
            if let Some(until) = touches(theirs.hunks.get(t)) {
                (t, end) = (t + 1, end.max(until));
            } else if let Some(until) = touches(mine.hunks.get(m)) {
                (m, end) = (m + 1, end.max(until));
            } else {
                break;
            }
        }
        agreed(&mut out, &lines[at..start].concat());
        let (by_them, by_me) = (theirs.text(start..end, from_t..t), mine.text(start..end, from_m..m));
        match (from_t == t, from_m == m) {
            (false, true) => out.push(Piece::Theirs(by_them)),
            (true, false) => out.push(Piece::Mine(by_me)),
            _ if by_them == by_me => agreed(&mut out, &by_me),
            _ => out.push(Piece::Overlap { base: lines[start..end].concat(), theirs: by_them, mine: by_me }),
        }
        at = end;
    }
    agreed(&mut out, &lines[at..].concat());
    out
}

fn agreed(out: &mut Vec<Piece>, text: &str) {
    match out.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Agreed(before)) => before.push_str(text),
        _ => out.push(Piece::Agreed(text.to_owned())),
    }
}

impl<'a> Side<'a> {
    fn of(base: &[&str], text: &'a str) -> Self {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let hunk = |op: DiffOp| (!matches!(op, DiffOp::Equal { .. })).then(|| Hunk { old: op.old_range(), new: op.new_range() });
        let mut hunks: Vec<Hunk> = Vec::new();
        for hunk in capture_diff_slices(Algorithm::Myers, base, &lines).into_iter().filter_map(hunk) {
            match hunks.last_mut() {
                Some(last) if last.old.end == hunk.old.start && last.new.end == hunk.new.start => {
                    (last.old.end, last.new.end) = (hunk.old.end, hunk.new.end);
                }
                _ => hunks.push(hunk),
            }
        }
        Self { lines, hunks }
    }

    /// What this side has in place of a stretch of the base, given the hunks that lie in it.
    fn text(&self, stretch: Range<usize>, hunks: Range<usize>) -> String {
        let Some((first, last)) = self.hunks.get(hunks.start).zip(hunks.end.checked_sub(1).and_then(|last| self.hunks.get(last))) else {
            return String::new();
        };
        let from = first.new.start - (first.old.start - stretch.start);
        let until = last.new.end + (stretch.end - last.old.end);
        self.lines[from..until].concat()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::merge::{Choice, text_of};

    fn merged(base: &str, theirs: &str, mine: &str) -> Option<String> {
        text_of(&pieces(base, theirs, mine), &[])
    }

    #[test]
    fn changes_that_lie_apart_are_both_kept() {
        let base = "a\nb\nc\nd\ne\n";
        assert_eq!(merged(base, "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\nf\n").as_deref(), Some("A\nb\nc\nd\nE\nf\n"));
        assert_eq!(merged(base, "b\nc\nd\ne\n", "a\nb\nc\nnew\nd\ne\n").as_deref(), Some("b\nc\nnew\nd\ne\n"));
        assert_eq!(merged(base, "x\nb\nc\nd\ne\n", "x\nb\nc\nd\nE\n").as_deref(), Some("x\nb\nc\nd\nE\n"), "alike is no overlap");
        assert_eq!(merged("", "a\n", "a\n").as_deref(), Some("a\n"));
    }

    #[test]
    fn changes_that_touch_wait_for_a_person() {
        let overlap = |base: &str, theirs: &str, mine: &str| Piece::Overlap { base: base.into(), theirs: theirs.into(), mine: mine.into() };
        assert_eq!(
            pieces("a\nb\nc\n", "a\nB\nc\n", "a\nX\nc\n"),
            [Piece::Agreed("a\n".into()), overlap("b\n", "B\n", "X\n"), Piece::Agreed("c\n".into())]
        );
        assert_eq!(
            pieces("a\nb\nc\nd\n", "a\nB\nc\nd\n", "a\nb\nC\nd\n"),
            [Piece::Agreed("a\n".into()), overlap("b\nc\n", "B\nc\n", "b\nC\n"), Piece::Agreed("d\n".into())]
        );
        assert_eq!(pieces("", "a\n", "b\n"), [overlap("", "a\n", "b\n")]);
        assert_eq!(pieces("a\n", "a\nt\n", "a\nm\n"), [Piece::Agreed("a\n".into()), overlap("", "t\n", "m\n")]);
    }

    fn plain(line: u8) -> String {
        format!("line {line}\n")
    }

    /// What a side does to each line of the base, whose lines may repeat: 0 takes it out, 1 rewrites it, else it stays; true
    /// puts a line before it.
    fn side(lines: usize) -> impl Strategy<Value = Vec<(u8, bool)>> {
        prop::collection::vec((0_u8..8, prop::bool::weighted(0.1)), lines..=lines)
    }

    fn write(name: &str, base: &[u8], deeds: &[(u8, bool)]) -> (String, Vec<String>) {
        let (mut text, mut written) = (String::new(), Vec::new());
        for (place, (line, (deed, adds))) in base.iter().zip(deeds).enumerate() {
            let mut write = |what: &str, text: &mut String| {
                let line = format!("{name} {what} {place}\n");
                text.push_str(&line);
                written.push(line);
            };
            if *adds {
                write("adds", &mut text);
            }
            match deed {
                0 => {}
                1 => write("changes", &mut text),
                _ => text.push_str(&plain(*line)),
            }
        }
        (text, written)
    }

    proptest! {
        #[test]
        fn nothing_that_one_side_wrote_is_lost(
            (base, theirs, mine) in (0_usize..14).prop_flat_map(|lines| {
                (prop::collection::vec(0_u8..5, lines..=lines), side(lines), side(lines))
            })
        ) {
            let text = base.iter().copied().map(plain).collect::<Vec<_>>().concat();
            let (theirs, by_them) = write("theirs", &base, &theirs);
            let (mine, by_me) = write("mine", &base, &mine);
            let found = pieces(&text, &theirs, &mine);
            let overlaps = found.iter().filter(|piece| matches!(piece, Piece::Overlap { .. })).count();
            // Whatever a person chooses, what is in no overlap stays; with both, all stays.
            let both = text_of(&found, &vec![Some(Choice::Both); overlaps]).unwrap();
            for line in by_them.iter().chain(&by_me) {
                prop_assert!(both.contains(line.as_str()), "{line} is lost in {found:?}");
            }
            // Each side alone is what comes of choosing it where the other changed nothing.
            prop_assert_eq!(merged(&text, &theirs, &text), Some(theirs.clone()));
            prop_assert_eq!(merged(&text, &text, &mine), Some(mine.clone()));
            prop_assert_eq!(merged(&text, &mine, &mine), Some(mine.clone()));
            // The sides may be exchanged.
            let mirrored: Vec<Piece> = pieces(&text, &mine, &theirs).into_iter().map(|piece| match piece {
                Piece::Theirs(text) => Piece::Mine(text),
                Piece::Mine(text) => Piece::Theirs(text),
                Piece::Overlap { base, theirs, mine } => Piece::Overlap { base, theirs: mine, mine: theirs },
                agreed @ Piece::Agreed(_) => agreed,
            }).collect();
            prop_assert_eq!(&mirrored, &found);
        }
    }
}
