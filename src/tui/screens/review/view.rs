//! What would change and the literal calls that would make it so.

pub mod preflight;

use crate::domain::aspect::Aspect;
use crate::domain::change::Change;
use crate::domain::count::count;
use crate::domain::directory::Directory;
use crate::domain::edit::{Plan, PlanLine};
use crate::domain::part::Part;
use crate::domain::turn;
use crate::protocol::Quota;
use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::scene::Scene;
use crate::tui::screens::form::Form;
use crate::tui::screens::form::view::lines::{Line, WIDE, call_lines, change, push};
use crate::tui::screens::form::view::moved::moved_words;
use crate::tui::screens::review::acts::{keeps_text, waits_behind};
use crate::tui::screens::review::{Origin, Review, Stage};
use crate::tui::widgets::pen::{Pen, clipped};

/// The review of an edit: over the whole area, or in the right half beside its form.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, review: &Review) {
    let styles = pen.styles;
    let (question, answers) = words(scene, review);
    let inner = if area.height >= 8 && area.width >= 24 {
        pen.frame(area, &question, "", true);
        let is_asked = !matches!(review.stage, Stage::Failed { .. });
        if let Some(words) = review.plan().filter(|_| is_asked).and_then(lasting) {
            let room = area.width.saturating_sub(6);
            pen.text(area.x + 2, area.bottom().saturating_sub(1), room, &format!(" {} ", clipped(&words, room - 2)), styles.warning());
        }
        let inner = area.inner();
        Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
    } else {
        pen.line(area, 0, &question, styles.strong());
        Area { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
    };
    let mut lines = Vec::new();
    if let Some((banner, info)) =
        scene.model.source(review.edit.case.source).and_then(|source| Some((source.info.policy.banner.as_ref()?, &source.info)))
    {
        lines.push((0, format!(" {banner} {} ", info.name), styles.banner(info.policy.accent)));
    }
    if let Some(words) =
        scene.cx.form().map_or_else(|| scene.model.busy_words(review.rid, scene.cx), |form| moved_words(scene, form, inner.width))
    {
        push(&mut lines, inner.width, 0, &words, styles.warning());
        lines.push((0, String::new(), styles.text()));
    }
    if waits_behind(review, scene.model, scene.cx) {
        let words = format!("! {}: {} decides that one", turn::behind().message, scene.cx.key(Action::Outbox));
        push(&mut lines, inner.width, 0, &words, styles.warning());
    }
    let stays = if let Origin::Undo { stays, .. } = &review.origin { stays.as_slice() } else { &[] };
    for words in review.moved.iter().chain(stays) {
        push(&mut lines, inner.width, 0, &format!("! {words}"), styles.warning());
    }
    if let Origin::Decided { theirs, .. } = &review.origin {
        for name in theirs {
            push(&mut lines, inner.width, 0, &format!("{name}: stays as it is there"), styles.text());
        }
    }
    if let Stage::Failed { fault, .. } = &review.stage {
        push(&mut lines, inner.width, 0, &fault.to_string(), styles.bad());
        push(&mut lines, inner.width, 0, fault.next_step(), styles.text());
        lines.push((0, String::new(), styles.text()));
    }
    preflight::lines(&mut lines, pen, inner.width, scene, review);
    if let Some(plan) = review.plan() {
        let quota =
            scene.model.sources.iter().find(|source| source.info.id == review.edit.case.source).and_then(|source| source.state.quota);
        plan_lines(&mut lines, pen, inner.width, plan, quota);
    }
    let room = inner.height.saturating_sub(1);
    let most = lines.len().saturating_sub(usize::from(room));
    let first = review.scroll.min(most);
    for (at, (indent, text, style)) in (0..room).zip(lines.iter().skip(first)) {
        pen.text(inner.x + indent, inner.y + at, inner.width.saturating_sub(*indent), text, *style);
    }
    let foot = inner.height.saturating_sub(1);
    // Where the place in the lines stands beside it, the hints below say the rest.
    let [down, up] = [Action::Down, Action::Up].map(|action| scene.cx.keymap.key(Scope::Confirm, action));
    let place = if most > 0 { format!("  {down}/{up} {}/{}", first + usize::from(room), lines.len()) } else { String::new() };
    let start = pen.right(inner, foot, &place, styles.dim());
    pen.hints(Area { width: start.saturating_sub(inner.x), ..inner }, foot, &answers, styles.title());
}

fn words(scene: Scene<'_>, review: &Review) -> (String, String) {
    let key = scene.model.key_told(review.edit.case.source, &review.key);
    let (yes, no) = (scene.cx.keymap.key(Scope::Confirm, Action::Yes), scene.cx.keymap.keys(Scope::Confirm, Action::No, 2));
    match &review.stage {
        Stage::Planning(_) => (format!("{key}: working out the calls"), format!("{no} goes back")),
        Stage::Asking { plan, .. } => {
            let question = match (&review.origin, plan.calls.len()) {
                (Origin::Undo { .. }, _) => format!("Take your change of {key} back?"),
                (Origin::Redo { .. }, _) => format!("Change {key} after all?"),
                (Origin::Wish | Origin::Decision { .. }, 1) => format!("Send this to {key}?"),
                (Origin::Decided { .. }, 0) => format!("Leave {key} as it is there?"),
                (Origin::Decided { .. }, _) => format!("Send what you decided to {key}?"),
                (Origin::Wish | Origin::Decision { .. }, calls) => format!("Send these {} to {key}?", count(calls, "call")),
            };
            (question, format!("{yes} sends   {no} goes back"))
        }
        Stage::Saving { .. } => (format!("{key}: writing to disk"), "one moment   it is sent once it is safe on disk".into()),
        Stage::Failed { .. } => {
            let kept = if keeps_text(review, scene.cx) { "   your text is kept" } else { "" };
            (format!("{key}: nothing was sent"), format!("{no} goes back{kept}"))
        }
    }
}

/// What nobody can take back of it, said where it is in sight before the answer.
fn lasting(plan: &Plan) -> Option<String> {
    let lasting: Vec<usize> = (1..).zip(&plan.calls).filter(|(_, call)| call.lasting.is_some()).map(|(n, _)| n).collect();
    match (lasting.len(), plan.calls.len()) {
        (0, _) => None,
        (count, all) if count == all => Some("cannot be taken back".into()),
        (1, _) => Some(format!("call {} cannot be taken back", lasting[0])),
        (count, all) => Some(format!("{count} of {all} cannot be taken back")),
    }
}

fn plan_lines(out: &mut Vec<Line>, pen: &Pen, columns: u16, plan: &Plan, quota: Option<Quota>) {
    let styles = pen.styles;
    for line in &PlanLine::told(&plan.lines) {
        change(out, pen, columns, line);
    }
    out.push((0, String::new(), styles.text()));
    let how = match plan.calls.len() {
        0 => "Nothing is sent: the case is read once more, and your edit is over".to_owned(),
        1 => format!("How it is sent: {}", count(1_u8, "call")),
        calls => format!("How it is sent: {}, not one transaction", count(calls, "call")),
    };
    push(out, columns, 0, &how, styles.strong());
    if plan.calls.is_empty() {
        return;
    }
    let first = match (plan.lines.iter().all(|line| line.part == Part::Comment), columns < 60) {
        (true, _) => "0 read the case: is it still there?",
        (false, true) => "0 read again and compared",
        (false, false) => "0 read the case again: still as you saw it? else merged, or you are asked",
    };
    push(out, columns, 0, first, styles.dim());
    for (n, call) in plan.calls.iter().enumerate() {
        call_lines(out, pen, columns, n + 1, call);
    }
    push(out, columns, 0, "then it is read back and compared with your wish", styles.dim());
    if plan.calls.len() > 1 {
        let last = plan.calls.len();
        let stays = if last == 2 { "1 stays".to_owned() } else { format!("1 to {} stay", last - 1) };
        let words = format!("If call {last} fails, {stays}: you are told, and can resume or roll back.");
        push(out, columns, 0, &words, styles.text());
    }
    for effect in &plan.side_effects {
        push(out, columns, 0, &format!("! {effect}"), styles.warning());
    }
    if let Some(quota) = quota {
        let style = if quota.remaining < plan.calls.len() as u64 + 2 { styles.warning() } else { styles.dim() };
        push(out, columns, 0, &format!("The vendor's quota: {} of {} left", quota.remaining, count(quota.limit, "call")), style);
    }
}

/// Beside a form on a wide screen: what would change, before anything is asked.
pub(in crate::tui) fn wishes(pen: &mut Pen, area: Area, scene: Scene<'_>, form: &Form) {
    let styles = pen.styles;
    debug_assert!(area.width * 2 + 1 >= WIDE, "only a wide screen has room for this");
    let (shows, sends) = (scene.cx.keymap.key(Scope::Form, Action::Review), scene.cx.keymap.key(Scope::Confirm, Action::Yes));
    pen.frame(area, "What would change", &format!("{shows} shows the calls, {sends} sends"), false);
    let inner = area.inner();
    let inner = Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let mut lines = Vec::new();
    for wish in form.changes() {
        change(&mut lines, pen, inner.width, &wished(form, &wish));
    }
    if lines.is_empty() {
        lines.push((0, "nothing yet".to_owned(), styles.dim()));
    }
    for (at, (indent, text, style)) in (0..inner.height).zip(&lines) {
        pen.text(inner.x + indent, inner.y + at, inner.width.saturating_sub(*indent), text, *style);
    }
}

/// Old and new of a wish, as the case and the form have them.
fn wished(form: &Form, wish: &Change) -> PlanLine {
    let part = wish.part();
    let (old, new) = match (Aspect::of(wish), wish) {
        (None, Change::Comment(text)) => (String::new(), text.clone()),
        (Some(aspect), _) if part == Part::Assignees || part == Part::Tags => {
            let field = form.extra(&aspect);
            field.map_or_else(Default::default, |extra| (extra.first().to_owned(), extra.line()))
        }
        (Some(aspect), _) => {
            let old = aspect.read(&form.base);
            let new = old.after([wish]);
            let new = match wish {
                Change::Status(wanted) => {
                    form.directory.as_deref().unwrap_or(&Directory::default()).status_told(form.vendor, &form.base, wanted)
                }
                _ => new.line(),
            };
            let name = if aspect.key.is_empty() { String::new() } else { format!("{}: ", form.name(&aspect)) };
            (format!("{name}{}", old.line()), format!("{name}{new}"))
        }
        (None, _) => return PlanLine { part, old: String::new(), new: String::new() },
    };
    PlanLine { part, old, new }
}
