//! Keys and answers in the box that asks for one line.

use crate::app::action::{Action, Scope};
use crate::app::ask::{About, CONSENT};
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::{App, text};
use crate::domain::change_script::{ChangeScript, Step};

impl App {
    pub(in crate::app) fn act_in_ask(&mut self, action: Action) {
        let Some(Overlay::Ask(ask)) = self.cx.overlays.last_mut() else { return };
        let count = ask.suggestions().len();
        match action {
            Action::Down if count > 0 => ask.chosen = Some(ask.chosen.map_or(0, |at| (at + 1).min(count - 1))),
            Action::Up => ask.chosen = ask.chosen.and_then(|at| at.checked_sub(1)),
            Action::Complete => {
                let at = ask.chosen.unwrap_or(0);
                if let Some(value) = ask.suggestions().get(at).map(|one| one.value.clone()) {
                    ask.area = text::line(&value);
                    ask.typed_anew();
                    self.typed_in_box();
                }
            }
            Action::Pick => self.take_answer(),
            Action::Leave => self.leave_box(),
            _ => {}
        }
    }

    /// The answer goes on. What is refused keeps its box and its text; so does what leads to a dry run, until that is sent.
    fn take_answer(&mut self) {
        let Some(Overlay::Ask(ask)) = self.cx.overlays.last() else { return };
        let (answer, typed, about) = (ask.answer(), ask.typed().to_owned(), ask.about.clone());
        if typed.trim().is_empty() && answer.is_empty() || (about == About::Assign && typed.trim().is_empty() && ask.chosen == Some(0)) {
            self.cx.say(Grade::Info, format!("type something first; {} leaves", self.cx.keymap.key(Scope::Prompt, Action::Leave)));
            return;
        }
        let script = match about {
            About::Consent if answer == CONSENT => {
                self.pop();
                return self.model.mark_left(&mut self.cx);
            }
            About::Consent => return self.cx.say(Grade::Info, format!("`{answer}` is not `{CONSENT}`: nothing is marked")),
            About::Macro { at, answers } => {
                // Offered again when the dry run behind it is left.
                self.keep_line();
                let question = self.pop();
                if !self.answered_macro(at, answers, answer) {
                    self.cx.overlays.extend(question);
                }
                return;
            }
            About::MacroName if self.model.is_macro(&answer) => {
                return self.cx.say(Grade::Warning, format!("there is a macro `{answer}` already; write another name"));
            }
            About::MacroName => {
                self.pop();
                return self.model.name_macro(&answer, &mut self.cx);
            }
            About::Assign => Step::parse(&format!("set assignee={answer}")).map(|step| ChangeScript::of(vec![step])),
            About::Tags => crate::app::bulk::tags(&answer),
        };
        match script {
            Err(words) => self.cx.say(Grade::Info, words),
            Ok(script) => self.apply_to_marks(script),
        }
    }
}
