//! Macros: chosen by key or from their list, asked what they need to know, and always shown as a dry run. And recording:
//! the next changes become the steps of one.

use crate::app::App;
use crate::app::action::Action;
use crate::app::ask::{About, AskBox};
use crate::app::bulk::Course;
use crate::app::effect::Effect;
use crate::app::message::{Chord, Key};
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::picker::{Does, Picker};
use crate::config::{MAX_MACROS, Macro, Question};
use crate::domain::bulk::{Target, Wanted};
use crate::domain::case::{Case, CaseId};
use crate::domain::edit::Change;
use crate::domain::recipe::{MAX_STEPS, Recipe, step_of};
use crate::index::Verdict;
use crate::query;

/// The key before the letter of a macro.
pub const PREFIX: char = 'm';

/// Why a case is left out of a macro with a condition; None: it holds.
pub fn unmet(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Yes => None,
        Verdict::No => Some("the condition of the macro does not hold"),
        Verdict::Unexamined => Some("the case was not read far enough to judge the condition of the macro"),
    }
}

fn title(known: &Macro, question: &Question) -> String {
    format!("{}: {}", known.name, question.words)
}

impl App {
    /// The macro behind `m` and this key, by its place.
    pub fn macro_of(&self, pressed: &str) -> Option<usize> {
        let mut chords = pressed.split(' ').filter_map(Chord::parse);
        let is_prefix = chords.next() == Some(Chord::char(PREFIX));
        let Some(Chord { key: Key::Char(letter), ctrl: false, alt: false, .. }) = chords.next().filter(|_| is_prefix) else { return None };
        self.macros.iter().position(|known| known.key == Some(letter))
    }

    pub(super) fn open_macros(&mut self) {
        let choices = self.macros.iter().map(|known| {
            let key = known.key.map_or_else(String::new, |key| format!("  m{key}"));
            (format!("{}{key}", known.name), Does::Macro(known.name.clone()))
        });
        let menu = Picker::new("Run a macro", choices);
        self.push(Overlay::Picker(menu));
    }

    pub(super) fn start_macro_named(&mut self, name: &str) {
        match self.macros.iter().position(|known| known.name == name) {
            Some(at) => self.start_macro(at),
            None => self.say(Grade::Info, format!("there is no macro {name} any more")),
        }
    }

    /// Asks the first question of a macro, or goes to the dry run.
    pub(super) fn start_macro(&mut self, at: usize) {
        self.ask_macro(at, Vec::new());
    }

    /// False: it went no further, and why was said.
    pub(super) fn answered_macro(&mut self, at: usize, mut answers: Vec<String>, answer: String) -> bool {
        answers.push(answer);
        self.ask_macro(at, answers)
    }

    pub(super) fn is_macro(&self, name: &str) -> bool {
        self.macros.iter().any(|known| known.name.eq_ignore_ascii_case(name))
    }

    fn ask_macro(&mut self, at: usize, answers: Vec<String>) -> bool {
        let Some(known) = self.macros.get(at).cloned() else { return false };
        if let Some(question) = known.ask.get(answers.len()) {
            let title = title(&known, question);
            let question = AskBox::new(title, Vec::new(), About::Macro { at, answers }).of_cases(self.cases_meant());
            self.push_box(Overlay::Ask(Box::new(question)));
            return true;
        }
        match known.recipe(&answers) {
            Err(words) => {
                self.say(Grade::Warning, format!("{}: {words}", known.name));
                false
            }
            Ok(recipe) => self.run_macro(&known, recipe),
        }
    }

    /// What was typed where a macro asks about the cases that are meant.
    fn answered(&self, known: &Macro) -> Vec<CaseId> {
        let cases = self.cases_meant();
        known.ask.iter().filter_map(|question| Some(self.draft_of(&cases, &title(known, question))?.case.clone())).collect()
    }

    fn run_macro(&mut self, known: &Macro, recipe: Recipe) -> bool {
        let when = known.when.as_deref().map(query::parse);
        if let Some(problem) = when.as_ref().and_then(|parsed| parsed.error()) {
            let words = format!("{}: its condition cannot be read: {}", known.name, problem.words);
            self.say(Grade::Warning, words);
            return false;
        }
        let judge = when.as_ref().map(|parsed| self.list.judge_of(&parsed.query));
        let unmet = |rid| judge.as_ref().and_then(|judge| unmet(self.list.verdict(judge, rid)));
        if self.is_in_triage() {
            if let Some(words) = self.triage_rid().and_then(unmet) {
                self.say(Grade::Info, format!("{}: {words}", known.name));
                return false;
            }
            let answered = self.answered(known);
            return self.decide_answered(recipe, answered);
        }
        let mut rids = self.marked_rids();
        if rids.is_empty() {
            rids.extend(self.case_in_sight());
        }
        let targets: Vec<Target> = rids.into_iter().map(|rid| Target { rid, refused: unmet(rid).map(str::to_owned) }).collect();
        self.end_range();
        let words = format!("{}: {}", known.name, self.done_to(&recipe, &targets));
        self.start_bulk(Wanted::Recipe(recipe), words, targets, Course::Wish);
        let answered = self.answered(known);
        if let Some(Overlay::Bulk(pane)) = self.overlays.last_mut() {
            pane.answered = answered;
        }
        true
    }

    /// `mr`: begins to record, or asks for the name of what was recorded.
    pub(super) fn record(&mut self) {
        match &self.recording {
            None if self.macros.len() >= MAX_MACROS => {
                let words = format!("there are {MAX_MACROS} macros, which is the most; take one out of the configuration and start again");
                self.say(Grade::Warning, words);
            }
            None => {
                self.recording = Some(Vec::new());
                self.say(Grade::Info, format!("recording: the next changes become a macro; {} ends it", self.key(Action::Record)));
            }
            Some(steps) if steps.is_empty() => {
                self.recording = None;
                self.say(Grade::Info, "nothing was changed, so nothing was recorded");
            }
            Some(steps) => {
                let lines = vec![Recipe::of(steps.clone()).to_string()];
                self.push_box(Overlay::Ask(Box::new(AskBox::new("Name of the recorded macro", lines, About::MacroName))));
            }
        }
    }

    /// A change was saved: while recording, it is a step.
    pub(super) fn note_step(&mut self, case: &Case, changes: &[Change]) {
        let Some(steps) = &mut self.recording else { return };
        for step in changes.iter().flat_map(|change| step_of(change, case)) {
            if steps.len() < MAX_STEPS {
                steps.push(step);
            }
        }
    }

    /// What was recorded gets its name, is there at once, and is written into the configuration.
    pub(super) fn name_macro(&mut self, name: &str) {
        let Some(steps) = self.recording.take() else { return };
        let new = Macro::recorded(name, &steps);
        self.effects.push(Effect::KeepMacro(new.written()));
        self.say(Grade::Good, format!("{name}: recorded; {} runs it", self.key(Action::Macros)));
        self.macros.push(new);
    }
}
