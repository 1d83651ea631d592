//! What a question that was answered with yes does.

use crate::app::App;
use crate::app::effect::Effect;
use crate::app::overlay::{OnYes, Overlay};
use crate::config::ViewChange;
use crate::protocol::{Settle, SettleBatch};

impl App {
    pub(in crate::app) fn carry_out(&mut self, wish: OnYes) {
        match wish {
            OnYes::Quit if self.model.kept.fault().is_some() => self.cx.effects.push(Effect::Quit),
            OnYes::Quit => self.once_kept(Effect::Quit, false),
            OnYes::DropEntry(entry) => {
                self.cx.settle_entry(entry, Settle::Drop);
            }
            OnYes::UndoBefore(last) => self.undo_before(&last),
            OnYes::Retry(entry) => self.cx.settle_entry(entry, Settle::Retry),
            OnYes::CancelBatch(batch) => self.cx.settle_batch(batch.into(), SettleBatch::Cancel),
            OnYes::AllowWrites(source) => self.cx.allow(source, true),
            OnYes::UseV2(source) => {
                let name = self.model.source(source).map(|source| source.info.name.clone());
                self.cx.effects.extend(name.map(Effect::UseV2));
            }
            OnYes::Decide(chosen) => self.decide_all_the_same(chosen),
            OnYes::RollBack(entry) => self.cx.settle_entry(entry, Settle::RollBack),
            OnYes::DeleteView(name) => self.try_change(ViewChange::Delete(name)),
            OnYes::DropConflict(entry) => self.drop_conflict(&entry),
            OnYes::DiscardForm => {
                if let Some(Overlay::Form(form)) = self.cx.overlays.last() {
                    let case = form.base.row.id.clone();
                    self.pop();
                    self.model.keep_draft(&case, None, &mut self.cx);
                }
            }
        }
    }
}
