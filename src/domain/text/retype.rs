//! What a person changed in a shown text, done to the raw one. Pure.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Changed characters of a stretch that are looked for one by one; where more have changed, the stretch was written anew.
const MAX_CHANGES: usize = 2_000;

/// The raw text with the changes that lead from `shown` to `typed`. `cuts` are places, ascending, before which the shown
/// and the raw text say the same.
pub(super) fn retype(shown: &str, raw: &str, cuts: &[(usize, usize)], typed: &str) -> String {
    let old: Vec<&str> = shown.split_inclusive('\n').collect();
    let new: Vec<&str> = typed.split_inclusive('\n').collect();
    let ends = |lines: &[&str]| {
        let sum = |at: &mut usize, line: &&str| {
            *at += line.len();
            Some(*at)
        };
        std::iter::once(0).chain(lines.iter().scan(0, sum)).collect::<Vec<_>>()
    };
    let (old_at, new_at) = (ends(&old), ends(&new));
    let mut out = Out { shown, raw, cuts, text: String::with_capacity(raw.len() + typed.len()) };
    for op in capture_diff_slices(Algorithm::Patience, &old, &new) {
        let (from, to) = (op.old_range(), op.new_range());
        let (from, to) = (old_at[from.start]..old_at[from.end], new_at[to.start]..new_at[to.end]);
        match op {
            DiffOp::Equal { .. } => out.keep(from),
            DiffOp::Delete { .. } => {}
            DiffOp::Insert { .. } => out.text.push_str(&typed[to]),
            DiffOp::Replace { .. } => out.replace(from, &typed[to]),
        }
    }
    out.text
}

struct Out<'a> {
    shown: &'a str,
    raw: &'a str,
    cuts: &'a [(usize, usize)],
    text: String,
}

impl Out<'_> {
    /// A stretch that was left alone. Of a raw character that is only partly in it, what is shown of it.
    fn keep(&mut self, stretch: Range<usize>) {
        let first = self.cuts.partition_point(|(shown, _)| *shown < stretch.start);
        let last = self.cuts.partition_point(|(shown, _)| *shown <= stretch.end);
        match self.cuts.get(first..last) {
            Some([from, .., to]) => {
                self.text.push_str(&self.shown[stretch.start..from.0]);
                self.text.push_str(&self.raw[from.1..to.1]);
                self.text.push_str(&self.shown[to.0..stretch.end]);
            }
            _ => self.text.push_str(&self.shown[stretch]),
        }
    }

    fn replace(&mut self, stretch: Range<usize>, typed: &str) {
        let chars = |text: &str, start: usize| text.char_indices().map(|(at, c)| (start + at, c)).collect::<Vec<_>>();
        let (old, new) = (chars(&self.shown[stretch.clone()], stretch.start), chars(typed, 0));
        let old_at = |place: usize| old.get(place).map_or(stretch.end, |(at, _)| *at);
        let new_at = |place: usize| new.get(place).map_or(typed.len(), |(at, _)| *at);
        let is_same = |(a, b): (&(usize, char), &(usize, char))| a.1 == b.1;
        let head = old.iter().zip(&new).take_while(|pair| is_same(*pair)).count();
        let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|pair| is_same(*pair)).count();
        let (old_mid, new_mid) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
        let mut kept = vec![(0, 0, head)];
        kept.extend(common(old_mid, new_mid).into_iter().map(|(a, b, len)| (head + a, head + b, len)));
        kept.push((old.len() - tail, new.len() - tail, tail));
        let (mut old_end, mut new_end) = (0, 0);
        let mut runs: Vec<(usize, usize, usize)> = Vec::new();
        for (a, b, len) in kept {
            match runs.last_mut() {
                Some(last) if (a, b) == (old_end, new_end) => last.2 += len,
                _ => runs.push((a, b, len)),
            }
            (old_end, new_end) = (a + len, b + len);
        }
        let mut done = 0;
        for (a, b, len) in runs {
            self.text.push_str(&typed[new_at(done)..new_at(b)]);
            if len > 0 {
                self.keep(old_at(a)..old_at(a + len));
            }
            done = b + len;
        }
        self.text.push_str(&typed[new_at(done)..]);
    }
}

/// Runs that two texts have in common, in order: place in the old, place in the new, length. Empty when more than
/// [`MAX_CHANGES`] have changed. The shortest way from one to the other, after Myers.
fn common(old: &[(usize, char)], new: &[(usize, char)]) -> Vec<(usize, usize, usize)> {
    let most = (old.len() + new.len()).min(MAX_CHANGES);
    let middle = most + 1;
    // How far each diagonal has come, and what it was before each step.
    let mut reach = vec![0_usize; 2 * middle + 1];
    let mut steps: Vec<Vec<usize>> = Vec::new();
    for step in 0..=most {
        steps.push(reach[middle - step..=middle + step].to_vec());
        for diagonal in (middle - step..=middle + step).step_by(2) {
            let comes_down = diagonal == middle - step || (diagonal != middle + step && reach[diagonal - 1] < reach[diagonal + 1]);
            let mut a = if comes_down { reach[diagonal + 1] } else { reach[diagonal - 1] + 1 };
            // Diagonals beyond the edge of a text hold nothing.
            let Some(mut b) = (a + middle).checked_sub(diagonal).filter(|b| a <= old.len() && *b <= new.len()) else {
                reach[diagonal] = a;
                continue;
            };
            while a < old.len() && b < new.len() && old[a].1 == new[b].1 {
                (a, b) = (a + 1, b + 1);
            }
            reach[diagonal] = a;
            if (a, b) == (old.len(), new.len()) {
                return way_back(&steps, middle, diagonal, a, b);
            }
        }
    }
    Vec::new()
}

fn way_back(steps: &[Vec<usize>], middle: usize, mut diagonal: usize, mut a: usize, mut b: usize) -> Vec<(usize, usize, usize)> {
    let mut runs = Vec::new();
    for (step, reach) in steps.iter().enumerate().skip(1).rev() {
        let at = |diagonal: usize| reach[diagonal + step - middle];
        let comes_down = diagonal == middle - step || (diagonal != middle + step && at(diagonal - 1) < at(diagonal + 1));
        let from = if comes_down { at(diagonal + 1) } else { at(diagonal - 1) };
        let start = if comes_down { from } else { from + 1 };
        let len = a - start;
        runs.push((start, b - len, len));
        diagonal = if comes_down { diagonal + 1 } else { diagonal - 1 };
        a = from;
        b = a + middle - diagonal;
    }
    runs.push((0, 0, a));
    runs.reverse();
    runs.retain(|(_, _, len)| *len > 0);
    runs
}
