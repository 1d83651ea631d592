//! The sources: how each is doing, what its vendor said, and what can be done about it.

use compact_str::CompactString;

use crate::domain::clock;
use crate::domain::clock::ago;
use crate::domain::count::count;
use crate::domain::fault::Fault;
use crate::protocol::{Coverage, Phase, hidden_words};
use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::sources::{Source, WriteProof};
use crate::tui::scene::Scene;
use crate::tui::screens::sources::acts::source_in_panel;
use crate::tui::widgets::pen::{Pen, wrapped};

/// Columns that the names of facts take.
const NAMES: u16 = 10;

/// Below this width the keys have one word each.
const NARROW: u16 = 60;

/// The panel of `gs`.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>) {
    let Some(source) = source_in_panel(scene.model, scene.cx) else { return };
    pen.clear(area);
    let at = scene.model.sources.iter().position(|known| known.info.id == source.info.id).unwrap_or(0) + 1;
    let title = format!("Source {at} of {}: {}", scene.model.sources.len(), source.info.name);
    pen.frame(area, &title, &keys(scene, source, area.width < NARROW), true);
    let mut inner = area.inner();
    inner.x += 1;
    inner.width = inner.width.saturating_sub(2);
    let mut facts = facts(scene, source);
    if source.state.fault.is_some() {
        facts.splice(0..0, fault_facts(scene, source));
    }
    list(pen, inner, &facts);
}

/// What can be done here, with its keys.
fn keys(scene: Scene<'_>, source: &Source, is_narrow: bool) -> String {
    let [look, all, edits] = if is_narrow { ["look", "all", "edits"] } else { ["read changes", "read all", "allow or forbid edits"] };
    let has_fourth = source.has_ending_api();
    let numbered = [(1, look), (2, all), (3, edits), (4, "use v2")].into_iter().filter(|(number, _)| *number < 4 || has_fourth);
    let numbered = numbered.filter_map(|(number, words)| Some(format!("{} {words}", scene.cx.keymap.digit(Scope::Sources, number)?)));
    let next = (!has_fourth).then(|| scene.cx.keymap.keys(Scope::Sources, Action::NextTab, 2)).map(|keys| format!("{keys} next"));
    numbered.chain(next).collect::<Vec<_>>().join("  ")
}

/// A fault where the rows would be: the list is empty because of it.
pub(in crate::tui) fn problem(pen: &mut Pen, area: Area, scene: Scene<'_>, source: &Source) {
    let styles = pen.styles;
    pen.line(area, 0, &format!("{} could not be read.", source.info.name), styles.bad());
    let body = Area { y: area.y + 2.min(area.height), height: area.height.saturating_sub(2), ..area };
    let used = list(pen, body, &fault_facts(scene, source));
    let [again, all] = [Action::Refresh, Action::Sources].map(|action| scene.cx.key(action));
    let keys = [(&*again, styles.accent()), (" try now   ", styles.text()), (&*all, styles.accent()), (" all sources", styles.text())];
    pen.parts(body, used + 1, &keys);
}

fn list(pen: &mut Pen, area: Area, facts: &[(&'static str, String)]) -> u16 {
    let styles = pen.styles;
    let mut line = 0;
    for (name, text) in facts {
        pen.line(area, line, name, styles.dim());
        let room = Area { x: area.x + NAMES.min(area.width), width: area.width.saturating_sub(NAMES), ..area };
        for part in wrapped(text, room.width, usize::from(area.height)) {
            let style = if *name == "answer" { styles.bad() } else { styles.text() };
            pen.line(room, line, part, style);
            line += 1;
        }
    }
    line
}

fn fault_facts(scene: Scene<'_>, source: &Source) -> Vec<(&'static str, String)> {
    let Some(fault) = &source.state.fault else { return Vec::new() };
    let mut facts = Vec::new();
    let status = fault.status.map(|status| format!("{status}: ")).unwrap_or_default();
    facts.push(("answer", format!("{status}{}", fault.message)));
    facts.push(("do", fault.next_step().into()));
    if let Some(at) = source.tries_at(scene.cx.now) {
        facts.push(("next try", clock::until(at, scene.cx.now).to_string()));
    }
    let is_well = |other: &Source| other.info.id != source.info.id && other.state.fault.is_none();
    let others = if scene.model.sources.iter().any(is_well) { "the other sources, and " } else { "" };
    facts.push(("works", format!("{others}what is on disk")));
    if !fault.request.is_empty() {
        facts.push(("asked", fault.request.to_string()));
    }
    facts
}

fn facts(scene: Scene<'_>, source: &Source) -> Vec<(&'static str, String)> {
    let mut facts = vec![("vendor", format!("{} at {}", source.info.vendor.title(), source.info.host))];
    let state = match source.state.phase {
        Phase::Reading { pages, of: Some(of) } => format!("reading page {} of {of}", (pages + 1).min(of)),
        Phase::Reading { pages, of: None } => format!("reading page {}", pages + 1),
        Phase::Waiting { until } => format!("waits for its quota, goes on {}", clock::until(until, scene.cx.now)),
        Phase::Idle if source.state.fault.is_some() => "stopped by the fault above".into(),
        Phase::Idle => "ok".into(),
    };
    // Where none has come, `now` would be one.
    let is_silent = source.state.fault.is_some() || source.state.phase != Phase::Idle;
    let answered = |at| match ago(at, scene.cx.now) {
        now if is_silent && now == "now" => "less than a minute ago".into(),
        ago => ago,
    };
    let read = source.state.read_at.map(|at| format!("; last answer {}", answered(at))).unwrap_or_default();
    facts.push(("state", format!("{state}{read}")));
    facts.push((
        "rows",
        match &source.state.coverage {
            Coverage::Nothing => "never read".into(),
            Coverage::Partial { seen, of: Some(of), gap: None } => format!("{seen} of {of}, the pass is not complete"),
            Coverage::Partial { seen, of: None, gap: None } => format!("{seen} so far, the pass is not complete"),
            Coverage::Partial { seen, of: Some(of), gap: Some(_) } => format!("PARTIAL: {seen} of {of}"),
            Coverage::Partial { seen, of: None, gap: Some(_) } => format!("PARTIAL: {seen}"),
            Coverage::Full { at, .. } => format!("complete: every page was read {}", ago(*at, scene.cx.now)),
        },
    ));
    match &source.state.coverage {
        Coverage::Partial { gap: Some(gap), .. } => facts.extend([("missing", gap.words()), ("do", gap.next_step().into())]),
        Coverage::Full { hidden, .. } => facts.extend(hidden_words(*hidden).map(|words| ("hidden", words))),
        _ => {}
    }
    if source.state.malformed > 0 {
        facts.push(("unread", format!("{} of the last pass could not be read", count(source.state.malformed, "row"))));
    }
    facts.extend(source.state.remarks.iter().map(|remark| ("row", remark.to_string())));
    if let Some(quota) = source.state.quota {
        let left = format!("{} of {} left", quota.remaining, count(quota.limit, "call"));
        facts.push((
            "quota",
            if quota.resets_at > scene.cx.now {
                format!("{left}, refills {}", clock::until(quota.resets_at, scene.cx.now))
            } else {
                format!("{left} at the last answer, refilled since")
            },
        ));
    }
    if let Some(me) = source.me() {
        facts.push(("me", me.label().to_owned()));
    }
    facts.extend(rights(scene, source));
    if let Some(notice) = &source.info.notice {
        facts.push(("note", notice.words(scene.cx.now)));
    }
    facts
}

/// What this token may do, as far as it has shown: no vendor tells without a write.
fn rights(scene: Scene<'_>, source: &Source) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(banner) = &source.info.policy.banner {
        facts.push(("mark", banner.to_string()));
    }
    if source.info.is_test {
        facts.push(("token", "TEST: nothing here is live".into()));
    }
    let refused = source.state.fault.as_ref().is_some_and(Fault::is_auth);
    let reads = match (refused, source.state.read_at) {
        (true, _) => "refused",
        (false, Some(_)) => "yes, cases were read",
        (false, None) => "not known yet",
    };
    let needs = source.info.vendor.capabilities().rights;
    facts.push(("reads", reads.into()));
    let writes = match (&source.info.read_only, &source.writes) {
        (Some(why), _) => scene.cx.reason(why),
        (None, WriteProof::NotSeen) => "allowed here; the first edit shows whether the token may".into(),
        (None, WriteProof::Accepted) => "yes, an edit was accepted".into(),
        (None, WriteProof::Refused(words)) => format!("refused by the vendor: {words}"),
    };
    facts.push(("writes", writes));
    let told = source.directory.as_ref().and_then(|directory| directory.rights.as_deref());
    let told = told.map_or_else(|| format!("{} tells of none", source.info.vendor.title()), |given| given_of(needs, given));
    facts.push(("rights", format!("{told}; needs {needs}")));
    facts
}

/// What the person's roles give of what is needed, and what they do not.
fn given_of(needs: &str, given: &[CompactString]) -> String {
    let words = needs.split([',', ' ']).filter(|word| word.contains('_'));
    let lacking: Vec<&str> = words.filter(|word| given.iter().all(|right| right != word)).collect();
    if lacking.is_empty() { "your roles give all".into() } else { format!("YOUR ROLES LACK {}", lacking.join(", ")) }
}
