//! The conflict screen: every aspect from three sides, and the text of the one that has the keys.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

use crate::domain::aspect::Value;
use crate::domain::count::{count, count_of};
use crate::domain::merge::{Choice, Merge, Outcome, Piece};
use crate::domain::text::Clean;
use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::scene::Scene;
use crate::tui::screens::conflict::{ConflictPane, is_block};
use crate::tui::widgets::pen::{Pen, clipped, wrapped};

/// From this width on the base has a column of its own.
const WIDE: u16 = 110;
/// Below this width the sides stand below the table, each on a line, instead of in it.
const NARROW: u16 = 60;
/// Below this many lines the table is only the row that has the keys.
const TALL: u16 = 14;
/// Columns of names.
const NAME: u16 = 14;
/// Columns of what is taken.
const TAKE: u16 = 25;
/// Unchanged lines shown around what differs.
const AROUND: usize = 2;
/// Lines of one value shown in full.
const MAX_LINES: usize = 200;

pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, pane: &ConflictPane) {
    let styles = pen.styles;
    pen.clear(area);
    let open = pane.undecided();
    let send = scene.cx.keymap.key(Scope::Conflict, Action::Review);
    let state = match open {
        _ if pane.is_gone => "settled elsewhere".into(),
        0 if area.width < NARROW => format!("{send} sends"),
        0 => format!("all decided: {send} sends"),
        open => count_of(open, "needs you", "need you"),
    };
    let start = pen.right(
        Area { width: area.width.saturating_sub(1), ..area },
        0,
        &state,
        if open == 0 && !pane.is_gone { styles.good() } else { styles.bad() },
    );
    let title = pane.rid.and_then(|rid| scene.model.list.row(rid)).map(|row| row.title).unwrap_or_default();
    let head = format!("Conflict {}  {title}", scene.model.key_told(pane.case.source, &pane.key));
    let room = start.saturating_sub(area.x + 2);
    pen.text(area.x + 1, area.y, room, &clipped(&head, room), styles.strong());
    let who = pane.conflict.who();
    let when = pane.conflict.at.map(|at| format!(" at {}", scene.cx.clock.time_of_day(at))).unwrap_or_default();
    let words = if pane.is_gone {
        scene.cx.gone_words()
    } else if area.width < NARROW {
        format!("{who} changed it{when}; nothing is sent")
    } else {
        format!("{who} changed it{when}, after you saw it. Nothing is sent yet.")
    };
    let line = Area { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    pen.words(line, 1, &words, styles.warning());
    pen.rule(area, 2);
    let mut rest = Area { y: area.y + 3, height: area.height.saturating_sub(3), ..area };
    let used = table(pen, rest, scene, pane);
    rest = Area { y: rest.y + used, height: rest.height.saturating_sub(used), ..rest };
    pen.rule(rest, 0);
    let below = Area { x: rest.x + 1, y: rest.y + 1, width: rest.width.saturating_sub(2), height: rest.height.saturating_sub(1) };
    match &pane.editor {
        Some(editor) => {
            let [take, leave, not] =
                [Action::Review, Action::Leave, Action::Discard].map(|action| scene.cx.keymap.key(Scope::Rewrite, action));
            let words = if area.width < NARROW {
                format!("{take} takes it   {not} does not")
            } else {
                format!("Write what it shall be. {take} or {leave} takes it, {not} goes back without.")
            };
            pen.hints(below, 0, &words, styles.title());
            let text = Rect::new(below.x, below.y + 1, below.width, below.height.saturating_sub(1)).intersection(pen.buffer.area);
            editor.render(text, pen.buffer);
        }
        None => detail(pen, below, scene, pane),
    }
}

/// Lines used.
fn table(pen: &mut Pen, area: Area, scene: Scene<'_>, pane: &ConflictPane) -> u16 {
    let styles = pen.styles;
    let columns = columns(area.width);
    let names = match columns.len() {
        5 => &["field", "base", "theirs now", "mine", "take"][..],
        4 => &["field", "theirs now", "mine", "take"][..],
        // What is taken says it already.
        _ => &[][..],
    };
    let mut x = area.x + 2;
    for (name, width) in names.iter().zip(&columns) {
        pen.text(x, area.y, *width, name, styles.dim());
        x += width + 1;
    }
    let head = u16::from(!names.is_empty());
    let (chosen, _) = pane.chosen();
    let rows: Vec<_> = pane.conflict.merges.iter().enumerate().filter(|(at, _)| area.height >= TALL || *at == chosen).collect();
    let room = usize::from(area.height.saturating_sub(1) / 2).max(1);
    let first = rows.iter().position(|(at, _)| *at == chosen).unwrap_or(0).saturating_sub(room - 1);
    let shown = rows.len().saturating_sub(first).min(room);
    for (line, (at, merge)) in (head..).zip(rows.into_iter().skip(first).take(shown)) {
        let y = area.y + line;
        let is_chosen = at == chosen;
        pen.text(area.x, y, 1, if is_chosen { ">" } else { " " }, styles.accent());
        let (take, style) = taken(pen, pane, at, merge);
        let base = side(scene, pane, merge, &merge.base, true);
        let theirs = side(scene, pane, merge, &merge.theirs, false);
        let mine = side(scene, pane, merge, &merge.mine, false);
        let texts = match columns.len() {
            5 => vec![merge.aspect.name(), base, theirs, mine, take],
            4 => vec![merge.aspect.name(), theirs, mine, take],
            _ => vec![merge.aspect.name(), take],
        };
        let mut x = area.x + 2;
        for (n, (text, width)) in texts.iter().zip(&columns).enumerate() {
            let style = match n {
                _ if n + 1 == texts.len() => style,
                0 if is_chosen => styles.title(),
                _ => styles.text(),
            };
            pen.text(x, y, *width, &clipped(text, *width), style);
            x += width + 1;
        }
    }
    head + u16::try_from(shown).unwrap_or(u16::MAX)
}

fn columns(width: u16) -> Vec<u16> {
    if width < NARROW {
        return vec![NAME, width.saturating_sub(NAME + 4)];
    }
    let sides = if width >= WIDE { 3 } else { 2 };
    let name = NAME.min(width / 5);
    let take = TAKE.min(width / 3);
    let each = width.saturating_sub(name + take + 4 + sides) / sides;
    let mut all = vec![name];
    all.extend(std::iter::repeat_n(each, usize::from(sides)));
    all.push(take);
    all
}

/// A value in one line: a set by what differs from the base, a text by its lines.
fn side(scene: Scene<'_>, pane: &ConflictPane, merge: &Merge, value: &Value, is_base: bool) -> String {
    let name = |member: &String| scene.model.member_name(pane, &merge.aspect, member);
    match (value, &merge.base) {
        (Value::Set(now), Value::Set(base)) if !is_base => {
            let come = now.difference(base).map(|member| format!("+{}", name(member)));
            let gone = base.difference(now).map(|member| format!("-{}", name(member)));
            let words: Vec<String> = come.chain(gone).collect();
            if words.is_empty() { "as it was".into() } else { words.join(" ") }
        }
        (Value::Set(now), _) if now.is_empty() => "--".into(),
        (Value::Set(now), _) => now.iter().map(name).collect::<Vec<_>>().join(", "),
        (Value::Text(text), _) if text.is_empty() => "--".into(),
        (Value::Text(text), _) if is_block(merge) => match text.lines().count() {
            1 => Clean::line(text).to_string(),
            lines => format!("({})", count(lines, "line")),
        },
        (Value::Text(text), _) => Clean::line(text).to_string(),
    }
}

fn taken(pen: &Pen, pane: &ConflictPane, at: usize, merge: &Merge) -> (String, Style) {
    let styles = pen.styles;
    let choices = pane.choices.get(at).map_or(&[][..], Vec::as_slice);
    let open = choices.iter().filter(|choice| choice.is_none()).count();
    match (&merge.outcome, choices) {
        (Outcome::Same, _) => ("same, nothing to do".into(), styles.dim()),
        (Outcome::Mine, _) => ("mine".into(), styles.text()),
        (Outcome::Merged(_), _) => ("both: they fit".into(), styles.text()),
        (Outcome::Overlap(_), [Some(choice)]) => (words(choice).into(), styles.good()),
        (Outcome::Overlap(_), [_]) => ("decide !".into(), styles.bad()),
        (Outcome::Overlap(_), _) if open == 0 => ("all decided".into(), styles.good()),
        (Outcome::Overlap(_), all) => (format!("{open} of {} overlaps !", all.len()), styles.bad()),
    }
}

fn words(choice: &Choice) -> &'static str {
    match choice {
        Choice::Theirs => "theirs",
        Choice::Mine => "mine",
        Choice::Both => "theirs, then mine",
        Choice::Text(_) => "as you wrote it",
    }
}

/// The aspect that has the keys, in full.
fn detail(pen: &mut Pen, area: Area, scene: Scene<'_>, pane: &ConflictPane) {
    let styles = pen.styles;
    let Some(merge) = pane.merge() else { return };
    let (lines, focus) = match &merge.outcome {
        Outcome::Overlap(pieces) if is_block(merge) => hunks(pen, pane, pieces),
        _ => {
            let mut lines: Vec<(String, Style)> = Vec::new();
            let sides = [("base    ", &merge.base, true), ("theirs  ", &merge.theirs, false), ("mine    ", &merge.mine, false)];
            for (name, value, is_base) in sides {
                lines.push((format!("{name}{}", side(scene, pane, merge, value, is_base)), styles.text()));
            }
            if let Some(Some(Choice::Text(text))) = pane.choices.get(pane.chosen().0).and_then(|choices| choices.first()) {
                lines.push((format!("yours   {}", Clean::line(text)), styles.good()));
            }
            (lines, 0)
        }
    };
    let words = if pane.begun().is_some() {
        let write = scene.cx.keymap.key(Scope::Conflict, Action::Rewrite);
        format!("What you wrote here is kept: {write} goes on with it.")
    } else if pane.undecided() == 0 {
        let send = scene.cx.keymap.key(Scope::Conflict, Action::Review);
        format!("{send}: the case is read once more; if it moved again you come back here.")
    } else {
        "Nothing is sent while a ! is undecided. Your text stays, whatever you choose.".to_owned()
    };
    let says = area.width >= NARROW || lines.len() < usize::from(area.height);
    let last = area.height.saturating_sub(u16::from(says));
    let folded: Vec<(&str, Style, usize)> = lines
        .iter()
        .enumerate()
        .flat_map(|(at, (text, style))| {
            let mut parts = wrapped(text, area.width, MAX_LINES);
            if parts.is_empty() {
                parts.push("");
            }
            parts.into_iter().map(move |part| (part, *style, at))
        })
        .collect();
    let at = folded.iter().position(|(_, _, at)| *at == focus).unwrap_or(0);
    let first = at.saturating_sub(usize::from(last) / 3).min(folded.len().saturating_sub(usize::from(last)));
    for (line, (text, style, _)) in (0..last).zip(folded.iter().skip(first)) {
        pen.line(area, line, text, *style);
    }
    if says {
        pen.words(area, last, &words, styles.dim());
    }
}

/// The merged text with its overlaps; and the line at which the overlap that has the keys begins.
fn hunks(pen: &Pen, pane: &ConflictPane, pieces: &[Piece]) -> (Vec<(String, Style)>, usize) {
    let styles = pen.styles;
    let (merge, chosen) = pane.chosen();
    let choices = pane.choices.get(merge).map_or(&[][..], Vec::as_slice);
    let mut lines: Vec<(String, Style)> = Vec::new();
    let (mut overlap, mut focus) = (0, 0);
    let put = |lines: &mut Vec<(String, Style)>, mark: &str, text: &str, style: Style| {
        for line in Clean::block(text).as_str().lines() {
            lines.push((format!("{mark} {line}"), style));
        }
    };
    for piece in pieces {
        match piece {
            Piece::Agreed(text) => agreed(&mut lines, text, styles.dim()),
            Piece::Theirs(text) => put(&mut lines, "t", text, styles.text()),
            Piece::Mine(text) => put(&mut lines, "m", text, styles.text()),
            Piece::Overlap { theirs, mine, .. } => {
                if chosen == Some(overlap) {
                    focus = lines.len();
                }
                let here = if chosen == Some(overlap) { ">" } else { " " };
                match choices.get(overlap).and_then(Option::as_ref) {
                    None => {
                        lines.push((format!("!{here}<<<<<<< theirs"), styles.bad()));
                        put(&mut lines, "! ", theirs, styles.text());
                        lines.push(("! =======".into(), styles.bad()));
                        put(&mut lines, "! ", mine, styles.text());
                        lines.push(("! >>>>>>> mine".into(), styles.bad()));
                    }
                    Some(choice) => {
                        lines.push((format!("={here}{}", words(choice)), styles.good()));
                        let text = match choice {
                            Choice::Theirs => theirs.clone(),
                            Choice::Mine => mine.clone(),
                            Choice::Both => format!("{theirs}{mine}"),
                            Choice::Text(text) => text.clone(),
                        };
                        put(&mut lines, "= ", &text, styles.text());
                    }
                }
                overlap += 1;
            }
        }
    }
    (lines, focus)
}

/// What both sides agree on, without the middle of long stretches.
fn agreed(lines: &mut Vec<(String, Style)>, text: &str, style: Style) {
    let text = Clean::block(text);
    let all: Vec<&str> = text.as_str().lines().collect();
    let left_out = all.len().saturating_sub(2 * AROUND);
    for (at, line) in all.iter().enumerate() {
        if left_out <= 1 || at < AROUND || at >= all.len() - AROUND {
            lines.push((format!("  {line}"), style));
        } else if at == AROUND {
            lines.push((format!("  ... {}", count_of(left_out, "line as it was", "lines as they were")), style));
        }
    }
}
