//! Questions, menus and the first run.

use crate::tui::app::App;
use crate::tui::io::layout::{Area, MIN_HEIGHT, MIN_WIDTH};
use crate::tui::keys::action::{Action, Scope};
use crate::tui::screens::picker::{Does, Picker};
use crate::tui::screens::{Confirm, FirstRun};
use crate::tui::widgets::pen::{Pen, clipped, width, wrapped};

/// From this width on what a choice takes stands beside it.
const BESIDE: u16 = 110;

/// A question; the answers stand below it, no first.
pub(in crate::tui) fn confirm(pen: &mut Pen, area: Area, app: &App, confirm: &Confirm) {
    let styles = pen.styles;
    pen.clear(area);
    pen.frame(area, &confirm.question, "", true);
    let mut inner = area.inner();
    inner.x += 1;
    inner.width = inner.width.saturating_sub(2);
    let room = inner.height.saturating_sub(1);
    let lines: Vec<&str> = confirm.details.iter().flat_map(|detail| wrapped(detail, inner.width, usize::from(room))).collect();
    for (line, text) in (0..room).zip(lines) {
        pen.line(inner, line, text, styles.text());
    }
    let [no, yes] = [Action::No, Action::Yes].map(|action| app.cx.keymap.key(Scope::Confirm, action));
    let others = app.cx.keymap.keys(Scope::Confirm, Action::No, 3);
    let also = others.strip_prefix(&format!("{no} ")).map_or_else(String::new, |also| format!(" (also {})", also.replace(' ', ", ")));
    let answers = [(&*no, styles.accent()), (&*format!(" no{also}   "), styles.text()), (&*yes, styles.accent()), (" yes", styles.text())];
    pen.parts(inner, inner.height.saturating_sub(1), &answers);
}

/// A numbered menu.
pub(in crate::tui) fn picker(pen: &mut Pen, area: Area, app: &App, picker: &Picker) {
    let styles = pen.styles;
    pen.clear(area);
    pen.frame(area, &picker.title, "", true);
    let inner = area.inner();
    let room = inner.height.saturating_sub(1);
    let first = (picker.chosen + 1).saturating_sub(usize::from(room.max(1)));
    for (line, (n, choice)) in (0..room).zip(picker.choices.iter().enumerate().skip(first)) {
        let style = if n == picker.chosen { styles.cursor(true) } else { styles.text() };
        if n == picker.chosen {
            pen.tint(inner, line, style);
        }
        let mark = if n == picker.chosen { ">" } else { " " };
        let number = if n < 9 { (n + 1).to_string() } else { " ".into() };
        let choice = clipped(&choice.words, inner.width.saturating_sub(4));
        pen.parts(inner, line, &[(mark, style), (&number, style), ("  ", style), (&choice, style)]);
    }
    let hints = |gap, hints: &[(&[Action], &str)]| app.cx.keymap.hints(Scope::Picker, gap, hints);
    let [pick, reverse, further] = [&[Action::Pick], &[Action::Reverse], &[Action::Further]];
    let hint = match picker.choices.first().map(|choice| &choice.does) {
        Some(Does::SortList(_)) => hints("  ", &[(pick, "choose"), (reverse, "reverse"), (further, "this, too")]),
        Some(Does::SortRecords(_)) => hints("   ", &[(pick, "choose"), (reverse, "the other way round")]),
        Some(Does::MoreLike(_)) => hints("   ", &[(pick, "only these"), (reverse, "without these")]),
        _ => {
            let [first, last] = [1, 9].map(|number| app.cx.keymap.digit(Scope::Picker, number));
            let by_number = first.zip(last).map_or_else(String::new, |(first, last)| format!("   {first}-{last} by number"));
            format!("{}{by_number}", hints("   ", &[(pick, "choose")]))
        }
    };
    pen.hints(inner, inner.height.saturating_sub(1), &format!(" {hint}"), styles.dim());
}

/// For somebody who has no configuration yet.
pub(in crate::tui) fn first_run(pen: &mut Pen, area: Area, page: &FirstRun) {
    let styles = pen.styles;
    pen.clear(area);
    let framed = area.width >= 80 && area.height >= 18;
    let mut inner = area;
    if framed {
        pen.frame(area, "Welcome", "", true);
        inner = area.inner();
        inner.x += 1;
        inner.width = inner.width.saturating_sub(2);
        inner.y += 1;
        inner.height = inner.height.saturating_sub(1);
    }
    let gap = u16::from(area.height >= 14);
    let mut line = 0;
    for text in wrapped("No configuration was found.", inner.width, 2) {
        pen.line(inner, line, text, styles.strong());
        line += 1;
    }
    if area.height >= 14 && !page.looked_in.is_empty() {
        let looked = format!("Looked in: {}", page.looked_in.join(", "));
        for text in wrapped(&looked, inner.width, 3) {
            pen.line(inner, line, text, styles.dim());
            line += 1;
        }
    }
    line += gap;
    for (n, (choice, words)) in FirstRun::CHOICES.into_iter().enumerate() {
        let is_chosen = n == page.chosen;
        let style = if is_chosen { styles.cursor(true) } else { styles.text() };
        let mark = if is_chosen { ">" } else { " " };
        let text = format!("{mark}[{}] {choice}", n + 1);
        pen.line(inner, line, &text, style);
        let beside = Area { x: inner.x + 36, width: inner.width.saturating_sub(36), ..inner };
        if inner.width >= BESIDE {
            pen.line(beside, line, words, styles.dim());
        } else if area.height >= 20 {
            line += 1;
            let below = Area { x: inner.x + 6, width: inner.width.saturating_sub(6), ..inner };
            pen.line(below, line, words, styles.dim());
        }
        line += 1;
    }
    line += gap;
    for text in wrapped(
        "Secrets are never written to the file: it refers to an environment variable, a command, or a file of mode 0600.",
        inner.width,
        3,
    ) {
        pen.line(inner, line, text, styles.dim());
        line += 1;
    }
}

/// One line where nothing else fits: the size that is needed, or the question that is answered without it.
pub(in crate::tui) fn too_small(pen: &mut Pen, area: Area, asks_to_quit: bool) {
    let size = format!("{MIN_WIDTH}x{MIN_HEIGHT}");
    let texts = if asks_to_quit {
        ["unsent edits stay on disk; quit now? y/n".into(), "edits unsent; quit? y/n".into(), "quit? y/n".into(), "y/n".into()]
    } else {
        [
            format!("caseload needs {size} cells: nothing is sent until you enlarge the window"),
            format!("needs {size}: nothing is sent; enlarge"),
            format!("needs {size}"),
            size,
        ]
    };
    let text = texts.iter().find(|text| width(text) <= area.width).unwrap_or(&texts[3]);
    pen.line(area, 0, text, pen.styles.strong());
}
