//! What a question that was answered with yes does.

use crate::config::ViewChange;
use crate::protocol::{Settle, SettleBatch};
use crate::tui::cx::Cx;
use crate::tui::io::effect::Effect;
use crate::tui::model::Model;
use crate::tui::model::draft::acts::once_kept;
use crate::tui::model::history::keys::undo_before;
use crate::tui::screens::Overlay;
use crate::tui::screens::confirm::OnYes;
use crate::tui::screens::conflict::drop_conflict;
use crate::tui::screens::triage::acts::decide_all_the_same;
use crate::tui::screens::views::acts::try_change;

pub(in crate::tui) fn carry_out(wish: OnYes, model: &mut Model, cx: &mut Cx) {
    match wish {
        OnYes::Quit if model.kept.fault().is_some() => cx.effects.push(Effect::Quit),
        OnYes::Quit => once_kept(Effect::Quit, false, model, cx),
        OnYes::DropEntry(entry) => {
            cx.settle_entry(entry, Settle::Drop);
        }
        OnYes::UndoBefore(last) => undo_before(&last, model, cx),
        OnYes::Retry(entry) => cx.settle_entry(entry, Settle::Retry),
        OnYes::CancelBatch(batch) => cx.settle_batch(batch.into(), SettleBatch::Cancel),
        OnYes::AllowWrites(source) => cx.allow(source, true),
        OnYes::UseV2(source) => {
            let name = model.source(source).map(|source| source.info.name.clone());
            cx.effects.extend(name.map(Effect::UseV2));
        }
        OnYes::Decide(chosen) => decide_all_the_same(chosen, model, cx),
        OnYes::RollBack(entry) => cx.settle_entry(entry, Settle::RollBack),
        OnYes::DeleteView(name) => try_change(ViewChange::Delete(name), model, cx),
        OnYes::DropConflict(entry) => drop_conflict(&entry, model, cx),
        OnYes::DiscardForm => {
            if let Some(Overlay::Form(form)) = cx.overlays.last() {
                let case = form.base.row.id.clone();
                cx.pop();
                model.keep_draft(&case, None, cx);
            }
        }
    }
}
