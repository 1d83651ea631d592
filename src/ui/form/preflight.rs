//! The conditions that a Tines case sets for its closing: met, not met, or not evaluated here.

use super::review::{Line, push};
use crate::app::App;
use crate::app::review::Review;
use crate::domain::formula::Verdict;
use crate::ui::pen::Pen;

pub(super) fn lines(out: &mut Vec<Line>, pen: &Pen, columns: u16, app: &App, review: &Review) {
    let styles = pen.styles;
    let conditions = app.conditions(review);
    if conditions.is_empty() {
        return;
    }
    let is_not_met = |verdict: &Verdict| matches!(verdict, Verdict::NotMet { .. });
    let (heading, style) = match conditions.iter().filter(|(_, verdict)| is_not_met(verdict)).count() {
        0 => ("Conditions for closing".to_owned(), styles.strong()),
        1 => ("1 CONDITION IS NOT MET: Tines may refuse to close this".to_owned(), styles.bad()),
        count => (format!("{count} CONDITIONS ARE NOT MET: Tines may refuse to close this"), styles.bad()),
    };
    push(out, columns, 0, &heading, style);
    for (name, verdict) in &conditions {
        let (words, style) = match verdict {
            Verdict::Met => (format!("met      {name}"), styles.good()),
            Verdict::NotMet { .. } => (format!("NOT MET  {name}"), styles.bad()),
            Verdict::NotEvaluated { why } => (format!("?        {name}: not evaluated here ({why})"), styles.warning()),
        };
        push(out, columns, 2, &words, style);
    }
    if app.lacking().is_some() {
        push(out, columns, 2, "f goes to what is missing", styles.text());
    }
    out.push((0, String::new(), styles.text()));
}
