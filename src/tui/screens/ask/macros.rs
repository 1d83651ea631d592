//! Macros: chosen by key or from their list, asked what they need to know, and always shown as a dry run. And recording:
//! the next changes become the steps of one.

use crate::config::{MAX_MACROS, Macro, Question};
use crate::domain::bulk::{Target, Wanted};
use crate::domain::case::CaseId;
use crate::domain::change_script::ChangeScript;
use crate::index::Verdict;
use crate::query;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::stack::case_in_sight;
use crate::tui::io::effect::Effect;
use crate::tui::io::message::{Chord, Key};
use crate::tui::keys::action::Action;
use crate::tui::keys::remap::PREFIX;
use crate::tui::model::Model;
use crate::tui::model::left::acts::{cases_meant, push_box};
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::ask::{About, AskBox};
use crate::tui::screens::bulk::Course;
use crate::tui::screens::bulk::acts::start_bulk;
use crate::tui::screens::picker::{Does, Picker};
use crate::tui::screens::triage::acts::{decide_answered, is_in_triage, triage_rid};

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

impl Model {
    /// The macro behind `m` and this key, by its place.
    pub fn macro_of(&self, pressed: &str) -> Option<usize> {
        let mut chords = pressed.split(' ').filter_map(Chord::parse);
        let is_prefix = chords.next() == Some(Chord::char(PREFIX));
        let Some(Chord { key: Key::Char(letter), ctrl: false, alt: false, .. }) = chords.next().filter(|_| is_prefix) else { return None };
        self.macros.iter().position(|known| known.key == Some(letter))
    }

    pub(in crate::tui) fn is_macro(&self, name: &str) -> bool {
        self.macros.iter().any(|known| known.name.eq_ignore_ascii_case(name))
    }

    /// What was recorded gets its name, is there at once, and is written into the configuration.
    pub(in crate::tui) fn name_macro(&mut self, name: &str, cx: &mut Cx) {
        let Some(steps) = self.recording.take() else { return };
        let new = Macro::recorded(name, &steps);
        cx.effects.push(Effect::KeepMacro(new.written()));
        cx.say(Grade::Good, format!("{name}: recorded; {} runs it", cx.key(Action::Macros)));
        self.macros.push(new);
    }
}

pub(in crate::tui) fn open_macros(model: &Model, cx: &mut Cx) {
    let choices = model.macros.iter().map(|known| {
        let key = known.key.map_or_else(String::new, |key| format!("  m{key}"));
        (format!("{}{key}", known.name), Does::Macro(known.name.clone()))
    });
    let menu = Picker::new("Run a macro", choices);
    cx.push(Overlay::Picker(Box::new(menu)));
}

pub(in crate::tui) fn start_macro_named(name: &str, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    match model.macros.iter().position(|known| known.name == name) {
        Some(at) => start_macro(at, model, panes, cx),
        None => cx.say(Grade::Info, format!("there is no macro {name} any more")),
    }
}

/// Asks the first question of a macro, or goes to the dry run.
pub(in crate::tui) fn start_macro(at: usize, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    ask_macro(at, Vec::new(), model, panes, cx);
}

/// False: it went no further, and why was said.
pub(in crate::tui) fn answered_macro(
    at: usize,
    mut answers: Vec<String>,
    answer: String,
    model: &mut Model,
    panes: &Panes,
    cx: &mut Cx,
) -> bool {
    answers.push(answer);
    ask_macro(at, answers, model, panes, cx)
}

fn ask_macro(at: usize, answers: Vec<String>, model: &mut Model, panes: &Panes, cx: &mut Cx) -> bool {
    let Some(known) = model.macros.get(at).cloned() else { return false };
    if let Some(question) = known.ask.get(answers.len()) {
        let title = title(&known, question);
        let question = AskBox::new(title, Vec::new(), About::Macro { at, answers }).of_cases(cases_meant(model, panes, cx));
        push_box(Overlay::Ask(Box::new(question)), model, cx);
        return true;
    }
    match known.script(&answers) {
        Err(words) => {
            cx.say(Grade::Warning, format!("{}: {words}", known.name));
            false
        }
        Ok(script) => run_macro(&known, script, model, panes, cx),
    }
}

/// What was typed where a macro asks about the cases that are meant.
fn answered(known: &Macro, model: &Model, panes: &Panes, cx: &Cx) -> Vec<CaseId> {
    let cases = cases_meant(model, panes, cx);
    known.ask.iter().filter_map(|question| Some(model.kept.draft_of(&cases, &title(known, question))?.case.clone())).collect()
}

fn run_macro(known: &Macro, script: ChangeScript, model: &mut Model, panes: &Panes, cx: &mut Cx) -> bool {
    let when = known.when.as_deref().map(query::parse);
    if let Some(problem) = when.as_ref().and_then(|parsed| parsed.error()) {
        let words = format!("{}: its condition cannot be read: {}", known.name, problem.words);
        cx.say(Grade::Warning, words);
        return false;
    }
    let judge = when.as_ref().map(|parsed| model.list.judge_of(&parsed.query));
    let unmet = |rid| judge.as_ref().and_then(|judge| unmet(model.list.verdict(judge, rid)));
    if is_in_triage(cx) {
        if let Some(words) = triage_rid(cx).and_then(unmet) {
            cx.say(Grade::Info, format!("{}: {words}", known.name));
            return false;
        }
        let answered = answered(known, model, panes, cx);
        return decide_answered(script, answered, model, cx);
    }
    let mut rids = model.marked_rids();
    if rids.is_empty() {
        rids.extend(case_in_sight(model, panes));
    }
    let targets: Vec<Target> = rids.into_iter().map(|rid| Target { rid, refused: unmet(rid).map(str::to_owned) }).collect();
    model.end_range(cx);
    let words = format!("{}: {}", known.name, model.done_to(&script, &targets));
    start_bulk(Wanted::ChangeScript(script), words, targets, Course::Wish, model, cx);
    let answered = answered(known, model, panes, cx);
    if let Some(Overlay::Bulk(pane)) = cx.overlays.last_mut() {
        pane.answered = answered;
    }
    true
}

/// `mr`: begins to record, or asks for the name of what was recorded.
pub(in crate::tui) fn record(model: &mut Model, cx: &mut Cx) {
    match &model.recording {
        None if model.macros.len() >= MAX_MACROS => {
            let words = format!("there are {MAX_MACROS} macros, which is the most; take one out of the configuration and start again");
            cx.say(Grade::Warning, words);
        }
        None => {
            model.recording = Some(Vec::new());
            cx.say(Grade::Info, format!("recording: the next changes become a macro; {} ends it", cx.key(Action::Record)));
        }
        Some(steps) if steps.is_empty() => {
            model.recording = None;
            cx.say(Grade::Info, "nothing was changed, so nothing was recorded");
        }
        Some(steps) => {
            let lines = vec![ChangeScript::of(steps.clone()).to_string()];
            push_box(Overlay::Ask(Box::new(AskBox::new("Name of the recorded macro", lines, About::MacroName))), model, cx);
        }
    }
}
