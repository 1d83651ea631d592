//! Keys and lines of the screen that explains a count.

use crate::index::Step;
use crate::protocol::Coverage;
use crate::query::Mark;
use crate::tui::areas::areas;
use crate::tui::cx::Cx;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::sources::Source;
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::explain::{COUNT_COLUMNS, Explained, Line, MAX_LINES, Tone};
use crate::tui::screens::filter::acts::open_filter;
use crate::tui::widgets::measure::wrapped;

impl Model {
    /// Snoozed cases are missing though the filter says nothing about them.
    pub fn sleepers_left_out(&self) -> bool {
        self.asides.snoozed() > 0 && !self.list.query().names(Mark::Snoozed)
    }

    /// The terms of the filter in the order in which they are judged.
    pub fn explained(&self, cx: &Cx) -> Vec<Explained> {
        let mut before = Some(self.list.index().len());
        let steps = self.list.steps(self.sleepers_left_out()).into_iter();
        let explained = steps.map(|step| {
            let Step { term, left, unexamined, is_branch, .. } = step;
            let took_last = !is_branch && before.is_some_and(|before| before > 0) && left == Some(0) && unexamined == 0;
            before = if is_branch { before } else { left };
            let places = if is_branch { String::new() } else { self.places(&term, unexamined > 0, cx) };
            Explained { term, left, unexamined, is_branch, places, took_last }
        });
        explained.collect()
    }

    /// `datadog: by the vendor, exactly; tines, serverops: here, all its cases are known`.
    fn places(&self, term: &str, is_open: bool, cx: &Cx) -> String {
        let mut places: Vec<(Vec<&str>, String)> = Vec::new();
        for source in &self.sources {
            let place = self.place(source, term, is_open, cx);
            match places.iter_mut().find(|(_, known)| *known == place) {
                Some((names, _)) => names.push(source.info.name.as_str()),
                None => places.push((vec![source.info.name.as_str()], place)),
            }
        }
        match places.as_slice() {
            [(_, place)] if self.sources.len() > 1 => place.clone(),
            several => several.iter().map(|(names, place)| format!("{}: {place}", names.join(", "))).collect::<Vec<_>>().join("; "),
        }
    }

    /// `is_open`: the term could not be judged of every case.
    pub(in crate::tui) fn place(&self, source: &Source, term: &str, is_open: bool, cx: &Cx) -> String {
        let asked = self.ahead.asked().iter().find(|asked| asked.source == source.info.id);
        match asked.and_then(|asked| asked.terms.iter().find(|(node, _)| node.to_string() == term)) {
            Some((_, ran)) => ran.words(),
            None if cx.setup.offline => "here, over what is on disk".into(),
            None if is_open && self.list.unexamined_of(source.info.id) > 0 => "here, over the cases that were examined".into(),
            None if matches!(source.state.coverage, Coverage::Full { .. }) => "here, all its cases are known".into(),
            None if source.was_full => "here, over the cases that were read".into(),
            None if asked.is_some() => "here".into(),
            None => "here so far, its answer is not there yet".into(),
        }
    }

    /// The panel line by line, at this width.
    pub fn explain_lines(&self, columns: u16, cx: &Cx) -> Vec<Line> {
        let room = columns.saturating_sub(COUNT_COLUMNS);
        let mut lines = vec![Line { count: self.list.index().len().to_string(), text: "all cases".into(), tone: Tone::Plain }];
        let mut add = |count: String, text: &str, tone: Tone| {
            let mut count = Some(count);
            for text in wrapped(text, room, MAX_LINES) {
                lines.push(Line { count: count.take().unwrap_or_default(), text: text.to_owned(), tone });
            }
        };
        for step in self.explained(cx) {
            let tone = if step.took_last { Tone::Guilty } else { Tone::Plain };
            let count = step.left.map_or_else(|| "?".to_owned(), |left| left.to_string());
            let term = if step.is_branch { format!("  or {}", step.term) } else { step.term };
            add(count, &term, tone);
            if step.took_last {
                add(String::new(), "this took the last case", tone);
            }
            match step.unexamined {
                0 => {}
                1 => add(String::new(), "and 1 not examined yet", Tone::Beside),
                many => add(String::new(), &format!("and {many} not examined yet"), Tone::Beside),
            }
            if !step.places.is_empty() {
                add(String::new(), &step.places, Tone::Beside);
            }
        }
        if self.sleepers_left_out() {
            add(String::new(), "What sleeps is left out unless the filter names it.", Tone::Beside);
        }
        for told in self.doubts_told(&self.known(cx), cx) {
            add(String::new(), &told, Tone::Guilty);
        }
        lines
    }
}

pub(in crate::tui) fn open_explain(cx: &mut Cx) {
    // Called from a panel over it, it is not laid over itself.
    cx.overlays.retain(|overlay| !matches!(overlay, Overlay::Explain(_)));
    cx.push(Overlay::Explain(Box::default()));
}

pub(in crate::tui) fn act_in_explain(action: Action, times: usize, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    if action == Action::Filter {
        cx.pop();
        return open_filter(model, cx);
    }
    let inner = areas(model, panes, cx).overlay.inner();
    let screenful = usize::from(inner.height.max(1));
    let last = model.explain_lines(inner.width, cx).len().saturating_sub(screenful);
    let Some(Overlay::Explain(pane)) = cx.overlays.last_mut() else { return };
    let at = pane.scroll.min(last);
    pane.scroll = match action {
        Action::Down => at + times,
        Action::Up => at.saturating_sub(times),
        Action::PageDown => at + screenful,
        Action::PageUp => at.saturating_sub(screenful),
        Action::First => 0,
        Action::Last => last,
        _ => at,
    }
    .min(last);
}
