//! Keys in the panel of sources.

use crate::domain::case::SourceId;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::{Cause, Grade};
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::sources::Source;
use crate::tui::model::sources::acts::{offer_v2, turn_writes};
use crate::tui::screens::Overlay;
use crate::tui::screens::sources::SourcesPane;
/// The source that the panel of sources is about.
pub fn source_in_panel<'a>(model: &'a Model, cx: &Cx) -> Option<&'a Source> {
    cx.overlays.iter().rev().find_map(|overlay| match overlay {
        Overlay::Sources(pane) => model.source(pane.source),
        _ => None,
    })
}

pub(in crate::tui) fn open_sources(model: &Model, cx: &mut Cx) {
    // What the status line speaks of is what the person asks about.
    let spoken_of = cx.notices.shown().and_then(|notice| match notice.cause {
        Some(Cause::Source(id)) => Some(id),
        _ => None,
    });
    let noted = || model.sources.iter().find(|source| source.info.notice.is_some());
    let asks = || model.problem().or_else(noted).or(model.sources.first()).map(|source| source.info.id);
    if let Some(source) = spoken_of.or_else(asks) {
        cx.push(Overlay::Sources(Box::new(SourcesPane { source })));
    }
}

pub(in crate::tui) fn act_in_sources(action: Action, number: Option<u32>, model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Sources(pane)) = cx.overlays.last_mut() else { return };
    let (at, count) = (usize::from(pane.source.0), model.sources.len().max(1));
    let source = pane.source;
    let to = match action {
        Action::NextTab | Action::Down => (at + 1) % count,
        Action::PreviousTab | Action::Up => (at + count - 1) % count,
        Action::Choose => return choose_for_source(source, number, model, cx),
        _ => return,
    };
    pane.source = model.sources.get(to).map_or(source, |source| source.info.id);
}

pub(in crate::tui) fn choose_for_source(source: SourceId, number: Option<u32>, model: &mut Model, cx: &mut Cx) {
    match number {
        Some(1) => model.refresh(Some(source), false, cx),
        Some(2) => model.refresh(Some(source), true, cx),
        Some(3) => turn_writes(source, model, cx),
        Some(4) if model.source(source).is_some_and(Source::has_ending_api) => offer_v2(source, model, cx),
        Some(n) => cx.say(Grade::Info, format!("{n} is not on the list")),
        None => {}
    }
}
