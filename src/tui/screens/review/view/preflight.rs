//! The conditions that a Tines case sets for its closing: met, not met, or not evaluated here.

use crate::domain::formula::Verdict;
use crate::tui::scene::Scene;
use crate::tui::screens::form::view::lines::{Line, push};
use crate::tui::screens::review::Review;
use crate::tui::screens::review::preflight::{condition_words, lacking, not_met};
use crate::tui::widgets::pen::Pen;

pub(in crate::tui) fn lines(out: &mut Vec<Line>, pen: &Pen, columns: u16, scene: Scene<'_>, review: &Review) {
    let styles = pen.styles;
    let conditions = scene.model.conditions(review);
    if conditions.is_empty() {
        return;
    }
    let (heading, style) = match not_met(&conditions) {
        None => ("Conditions for closing".to_owned(), styles.strong()),
        Some(words) => (words, styles.bad()),
    };
    push(out, columns, 0, &heading, style);
    for (name, verdict) in &conditions {
        let style = match verdict {
            Verdict::Met => styles.good(),
            Verdict::NotMet { .. } => styles.bad(),
            Verdict::NotEvaluated { .. } => styles.warning(),
        };
        push(out, columns, 2, &condition_words(name, verdict), style);
    }
    if lacking(scene.model, scene.cx).is_some() {
        push(out, columns, 2, "f goes to what is missing", styles.text());
    }
    out.push((0, String::new(), styles.text()));
}
