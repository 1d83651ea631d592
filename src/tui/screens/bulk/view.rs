//! The dry run of a bulk change: figures first, then the cases that need a look, and the number that sends it.

use ratatui::style::Style;

use crate::domain::bulk::{Row, Sends, Share, Verdict, WAITS_ALREADY};
use crate::domain::clock::ago;
use crate::domain::count::count;
use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::scene::Scene;
use crate::tui::screens::bulk::{BulkPane, Stage};
use crate::tui::screens::form::view::{call_lines, change};
use crate::tui::widgets::pen::{Pen, clipped, cut, shortened, width};

/// From this width on the table has columns; below, each source is a line of words.
const WIDE: u16 = 60;
/// Lines kept for the cases below the figures.
const ROWS: u16 = 4;
/// Kinds of change in the figures.
const TURNS: usize = 5;
/// Columns before what a case would be sent.
const DETAIL: u16 = 7;

pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, pane: &BulkPane) {
    let styles = pen.styles;
    pen.clear(area);
    let cases = count(pane.of, "case");
    let start = pen.right(area, 0, " dry run ", styles.accent());
    let room = start.saturating_sub(area.x + 1);
    pen.parts(area, 0, &[(" ", styles.text()), (&clipped(&format!("{cases}: {}", pane.words), room), styles.title())]);
    if area.height > 12 {
        pen.rule(area, 1);
    }
    let top = if area.height > 12 { 2 } else { 1 };
    let foot_lines = if area.height > 12 { 3 } else { 2 };
    let body = Area { y: area.y + top, height: area.height.saturating_sub(top + foot_lines), ..area };
    let foot = Area { y: body.bottom(), height: foot_lines, ..area };
    match &pane.stage {
        Stage::Planning(_) => planning(pen, body, pane),
        Stage::Failed(fault) => {
            pen.line(body, 0, &format!(" not possible: {}", fault.message), styles.bad());
            pen.line(body, 1, &format!(" {}", fault.next_step()), styles.text());
        }
        Stage::Asking | Stage::Saving(..) => {
            let used = if pane.diffs { 0 } else { figures(pen, body, scene, pane) };
            let rest = Area { y: body.y + used, height: body.height.saturating_sub(used), ..body };
            rows(pen, rest, scene, pane);
        }
    }
    answer(pen, foot, scene, pane);
}

fn planning(pen: &mut Pen, area: Area, pane: &BulkPane) {
    let words = format!(" working out what each case would be sent: {} of {}", pane.rows.len(), pane.of);
    pen.line(area, 0, &words, pen.styles.text());
    bar(pen, area, 1, pane.rows.len(), 0, pane.of);
}

/// `####----`: done, failed, of all.
pub(in crate::tui) fn bar(pen: &mut Pen, area: Area, line: u16, done: usize, failed: usize, of: usize) {
    let room = usize::from(area.width.saturating_sub(2));
    if of == 0 || room == 0 {
        return;
    }
    let part = |count: usize| count.min(of) * room / of;
    let (good, all) = (part(done), part(done + failed));
    let (done_text, bad_text, rest) = ("#".repeat(good), "!".repeat(all - good), "-".repeat(room - all));
    let styles = pen.styles;
    pen.parts(area, line, &[(" ", styles.text()), (&done_text, styles.good()), (&bad_text, styles.bad()), (&rest, styles.dim())]);
}

/// Sources, changes, and what is worth knowing; returns how many lines it took.
fn figures(pen: &mut Pen, area: Area, scene: Scene<'_>, pane: &BulkPane) -> u16 {
    let styles = pen.styles;
    let mut lines: Vec<(String, bool)> = Vec::new();
    let is_wide = area.width >= WIDE;
    if !pane.stays.is_empty() {
        lines.push((format!(" ! {}", pane.stays), true));
    }
    if is_wide {
        lines.push(("    source      cases   calls   what it needs".into(), false));
    }
    for share in &pane.summary.shares {
        let name = scene.model.source(share.source).map_or("?", |source| source.info.name.as_str());
        let line = if is_wide {
            format!("    {:<12}{:>5}{:>8}   {}", cut(name, 12), share.cases, share.calls, needs(share))
        } else {
            format!(" {} {}: {} {}", cut(name, 10), share.cases, count(share.calls, "call"), needs(share))
        };
        lines.push((line, share.cannot > 0));
    }
    if is_wide && area.height > ROWS + 8 {
        lines.push((String::new(), false));
        lines.push(("    now                       after                      cases".into(), false));
        for turn in pane.summary.turns.iter().take(TURNS) {
            let first = if turn.cases == 1 { format!("   {}", turn.first) } else { String::new() };
            lines.push((format!("    {:<26}-> {:<24}{:>5}{first}", shortened(&turn.old, 24), shortened(&turn.new, 23), turn.cases), false));
        }
        let more = pane.summary.more_turns + pane.summary.turns.iter().skip(TURNS).map(|turn| turn.cases).sum::<usize>();
        if more > 0 {
            lines.push((format!("    and {}", count(more, "other change")), false));
        }
        lines.push((String::new(), false));
    }
    let room = area.height.saturating_sub(ROWS.min(area.height));
    let mut line = 0;
    for (text, warns) in lines.into_iter().take(usize::from(room)) {
        pen.line(area, line, &text, if warns { styles.warning() } else { styles.text() });
        line += 1;
    }
    line
}

/// `status, tags; 2 CANNOT`.
fn needs(share: &Share) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !share.parts.is_empty() {
        parts.push(share.parts.iter().map(|part| part.name()).collect::<Vec<_>>().join(", "));
    }
    let counts = [(share.cannot, "CANNOT"), (share.nothing, "so already"), (share.waits, "wait already"), (share.skipped, "skipped")];
    parts.extend(counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")));
    parts.join("; ")
}

/// The cases, from the one under the cursor up as far as there is room.
fn rows(pen: &mut Pen, area: Area, scene: Scene<'_>, pane: &BulkPane) {
    let styles = pen.styles;
    let shown = usize::from(area.height.max(1));
    let (first, scroll) = if pane.diffs { (pane.at, pane.scroll) } else { ((pane.at + 1).saturating_sub(shown), 0) };
    let most = shown.saturating_add(scroll);
    // A detail is indented; None: the line of a case, by its place.
    let mut lines: Vec<(Option<u16>, String, Style)> = Vec::new();
    for (at, row) in pane.rows.iter().enumerate().skip(first) {
        if lines.len() >= most {
            break;
        }
        let is_cursor = at == pane.at;
        let style = match &row.verdict {
            _ if is_cursor => styles.cursor(true),
            Verdict::Cannot(_) => styles.warning(),
            Verdict::Sends(sends) if !sends.objections.is_empty() || sends.busy.is_some() => styles.warning(),
            Verdict::Nothing | Verdict::Waits => styles.dim(),
            Verdict::Sends(_) => styles.text(),
        };
        lines.push((None, format!("{}{}", if is_cursor { ">" } else { " " }, row_words(scene, pane, row)), style));
        if pane.diffs
            && let Verdict::Sends(sends) = &row.verdict
        {
            lines.extend(details(pen, area.width, sends).into_iter().map(|(indent, text, style)| (Some(indent), text, style)));
        }
    }
    let skipped = scroll.min(lines.len().saturating_sub(shown));
    for (line, (indent, text, style)) in (0..area.height).zip(lines.iter().skip(skipped)) {
        if let Some(indent) = indent {
            pen.text(area.x + indent, area.y + line, area.width.saturating_sub(*indent), text, *style);
            continue;
        }
        if text.starts_with('>') {
            pen.tint(area, line, *style);
        }
        pen.words(area, line, text, *style);
    }
}

/// What a case would be sent, whole: old and new of each part, and the calls.
fn details(pen: &Pen, columns: u16, sends: &Sends) -> Vec<(u16, String, Style)> {
    let columns = columns.saturating_sub(DETAIL);
    let mut lines = Vec::new();
    sends.told().iter().for_each(|line| change(&mut lines, pen, columns, line));
    for (n, call) in sends.plan.calls.iter().enumerate() {
        call_lines(&mut lines, pen, columns, n + 1, call);
    }
    lines.into_iter().map(|(indent, text, style)| (indent + DETAIL, text, style)).collect()
}

/// One case and what is to be known about it.
fn row_words(scene: Scene<'_>, pane: &BulkPane, row: &Row) -> String {
    let code = scene.model.source(row.case.source).map_or("??", |source| source.code.as_str());
    let head = format!("{code} {}", row.key);
    let key = |action| scene.cx.keymap.key(Scope::Bulk, action);
    if pane.is_skipped(row) {
        return format!("- {head} skipped, {} keeps it", key(Action::Keep));
    }
    match &row.verdict {
        Verdict::Cannot(words) => format!("! {head} CANNOT: {words}"),
        Verdict::Nothing => format!("  {head} is so already"),
        Verdict::Waits => format!("  {head} {WAITS_ALREADY}, {} lists it", scene.cx.key(Action::Outbox)),
        Verdict::Sends(sends) => {
            let stays = pane.stays_of(row);
            let look = match (&sends.busy, &sends.objections[..]) {
                (Some(busy), _) => Some(format!("is {}   {} skips it", busy.words(&ago(busy.at, scene.cx.now)), key(Action::Skip))),
                (None, [first, ..]) => Some(format!("has a close check that is not met: {first}")),
                (None, []) => None,
            };
            match (look, stays) {
                (None, []) => format!("  {head} {}", row.title),
                (None, stays) => format!("! {head} {}   {}", stays.join("; "), row.title),
                (Some(look), []) => format!("! {head} {look}"),
                (Some(look), stays) => format!("! {head} {}; it {look}", stays.join("; ")),
            }
        }
    }
}

/// What is to be typed, and what it costs.
fn answer(pen: &mut Pen, area: Area, scene: Scene<'_>, pane: &BulkPane) {
    let styles = pen.styles;
    let key = |action| scene.cx.keymap.key(Scope::Bulk, action);
    let summary = &pane.summary;
    let first = area.height.saturating_sub(2);
    if area.height > 2 {
        pen.rule(area, 0);
    }
    let hidden = if pane.hidden > 0 { format!("{} hidden; ", pane.hidden) } else { String::new() };
    let seconds = scene.model.bulk_estimate_s(pane, scene.cx);
    let calls = count(summary.calls, "call");
    let cost = if area.width >= WIDE {
        format!(" {hidden}{calls} and {}, about {seconds} s; asks after 2 failures in a row", count(summary.reads(), "reading"))
    } else {
        format!(" {hidden}{calls}, about {seconds} s")
    };
    match &pane.stage {
        Stage::Asking if summary.sends == 0 => {
            pen.line(area, first, " nothing would be sent", styles.text());
        }
        Stage::Asking => {
            pen.line(area, first, &cost, styles.text());
            let (sends, send) = (summary.sends, key(Action::Pick));
            let ask = format!(" type {sends} and {send} to send {sends}: ");
            let x = pen.parts(area, first + 1, &[(&ask, styles.strong()), (&pane.typed, styles.accent()), ("_", styles.accent())]);
            let note = format!("{send} alone does nothing ");
            if x + width(&note) < area.right() {
                pen.right(area, first + 1, &note, styles.dim());
            }
        }
        Stage::Saving(..) => drop(pen.line(area, first, " being written to disk...", styles.text())),
        Stage::Planning(_) | Stage::Failed(_) => {
            pen.line(area, first, &format!(" nothing is sent; {} leaves", key(Action::Back)), styles.dim());
        }
    }
}
