//! Keys in the outbox.

use crate::protocol::{Order, Settle};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::screens::Overlay;
use crate::tui::screens::confirm::OnYes;
use crate::tui::screens::conflict::open_conflict;
use crate::tui::screens::outbox::OutboxPane;
pub(in crate::tui) fn act_in_outbox(action: Action, times: usize, model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Outbox(pane)) = cx.overlays.last_mut() else { return };
    let last = model.outbox.len().saturating_sub(1);
    let at = match action {
        Action::Down => pane.at(&model.outbox).saturating_add(times).min(last),
        Action::Up => pane.at(&model.outbox).saturating_sub(times),
        _ => pane.at(&model.outbox),
    };
    let Some(queued) = model.outbox.get(at).cloned() else { return };
    **pane = OutboxPane { chosen: Some(queued.entry.id.clone()), was_at: at };
    let entry = queued.entry.id.to_string();
    match action {
        Action::Retry if queued.next_lasts() => {
            let details = vec![queued.wishes(model), "The case is read first; what is there already is not sent again.".into()];
            cx.ask(format!("Send this to {} again? It cannot be taken back.", queued.key), details, OnYes::Retry(entry));
        }
        Action::Retry if queued.entry.is_behind() => cx.settle_entry(entry, Settle::Ahead),
        Action::Retry => cx.settle_entry(entry, Settle::Retry),
        Action::Hold => cx.settle_entry(entry, if queued.entry.is_held { Settle::Release } else { Settle::Hold }),
        Action::HoldAll => {
            let hold = model.outbox.iter().any(|queued| queued.is_waiting() && !queued.entry.is_held);
            cx.send(Ask::HoldAll, Order::HoldAll(hold));
            let release = cx.keymap.key(Scope::Outbox, Action::HoldAll);
            let words = format!("nothing that waits is sent until {release} lets it go");
            cx.say(Grade::Info, if hold { words } else { "what was held is sent".into() });
        }
        Action::Flush => model.flush(cx),
        Action::RollBack => {
            let stays = match queued.entry.roll_back() {
                Ok(back) => back.stays,
                Err(why) => return cx.say(Grade::Warning, format!("{}: {why}", queued.key)),
            };
            let (landed, _) = queued.landed(model).unwrap_or_default();
            let mut details = vec![format!("Landed: {landed}."), "It is set back by a new edit; the rest is given up.".into()];
            details.extend((!stays.is_empty()).then(|| format!("Not set back: {}.", stays.join("; "))));
            cx.ask(format!("Roll this edit of {} back?", queued.key), details, OnYes::RollBack(entry));
        }
        Action::Drop => {
            let mut details = vec![queued.wishes(model), queued.progress(model.is_offline(cx))];
            details.extend(queued.landed(model).map(|(landed, _)| format!("Landed and stays: {landed}.")));
            cx.ask(format!("Drop this edit of {}?", queued.key), details, OnYes::DropEntry(entry));
        }
        Action::Open if queued.entry.conflict.is_some() => open_conflict(&entry, model, cx),
        Action::Open => match queued.rid {
            Some(rid) if model.list.go_to(rid) => {
                cx.pop();
            }
            _ => cx.say(Grade::Info, model.out_of_list(&queued.entry.edit.case, &queued.key)),
        },
        _ => {}
    }
}
