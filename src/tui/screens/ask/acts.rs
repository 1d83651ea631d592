//! Keys and answers in the box that asks for one line.

use crate::domain::change_script::{ChangeScript, Step};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::message::Chord;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::model::left::acts::{keep_line, leave_box, typed_in_box};
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::ask::macros::answered_macro;
use crate::tui::screens::ask::{About, CONSENT};
use crate::tui::screens::bulk::acts::apply_to_marks;
use crate::tui::widgets::text;

pub(in crate::tui) fn act_in_ask(action: Action, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    let Some(Overlay::Ask(ask)) = cx.overlays.last_mut() else { return };
    let count = ask.suggestions().len();
    match action {
        Action::Down if count > 0 => ask.chosen = Some(ask.chosen.map_or(0, |at| (at + 1).min(count - 1))),
        Action::Up => ask.chosen = ask.chosen.and_then(|at| at.checked_sub(1)),
        Action::Complete => {
            let at = ask.chosen.unwrap_or(0);
            if let Some(value) = ask.suggestions().get(at).map(|one| one.value.clone()) {
                ask.area = text::line(&value);
                ask.typed_anew();
                typed_in_box(model, cx);
            }
        }
        Action::Pick => take_answer(model, panes, cx),
        Action::Leave => leave_box(model, cx),
        _ => {}
    }
}

/// The answer goes on. What is refused keeps its box and its text; so does what leads to a dry run, until that is sent.
fn take_answer(model: &mut Model, panes: &Panes, cx: &mut Cx) {
    let Some(Overlay::Ask(ask)) = cx.overlays.last() else { return };
    let (answer, typed, about) = (ask.answer(), ask.typed().to_owned(), ask.about.clone());
    if typed.trim().is_empty() && answer.is_empty() || (about == About::Assign && typed.trim().is_empty() && ask.chosen == Some(0)) {
        cx.say(Grade::Info, format!("type something first; {} leaves", cx.keymap.key(Scope::Prompt, Action::Leave)));
        return;
    }
    let script = match about {
        About::Consent if answer == CONSENT => {
            cx.pop();
            return model.mark_left(cx);
        }
        About::Consent => return cx.say(Grade::Info, format!("`{answer}` is not `{CONSENT}`: nothing is marked")),
        About::Macro { at, answers } => {
            // Offered again when the dry run behind it is left.
            keep_line(model, cx);
            let question = cx.pop();
            if !answered_macro(at, answers, answer, model, panes, cx) {
                cx.overlays.extend(question);
            }
            return;
        }
        About::MacroName if model.is_macro(&answer) => {
            return cx.say(Grade::Warning, format!("there is a macro `{answer}` already; write another name"));
        }
        About::MacroName => {
            cx.pop();
            return model.name_macro(&answer, cx);
        }
        About::Assign => Step::parse(&format!("set assignee={answer}")).map(|step| ChangeScript::of(vec![step])),
        About::Tags => crate::tui::screens::bulk::tags(&answer),
    };
    match script {
        Err(words) => cx.say(Grade::Info, words),
        Ok(script) => apply_to_marks(script, model, panes, cx),
    }
}

pub(in crate::tui) fn type_in_ask(chord: Chord, model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Ask(ask)) = cx.overlays.last_mut() else { return };
    if text::type_in_line(&mut ask.area, chord) {
        ask.typed_anew();
    }
    typed_in_box(model, cx);
}

pub(in crate::tui) fn paste_in_ask(pasted: &str, model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Ask(ask)) = cx.overlays.last_mut() else { return };
    text::paste_in_line(&mut ask.area, pasted);
    ask.typed_anew();
    typed_in_box(model, cx);
}
