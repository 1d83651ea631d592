//! Keys in the line for a name.

use crate::config::ViewChange;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::left::acts::leave_box;
use crate::tui::screens::Overlay;
use crate::tui::screens::name::NameFor;
use crate::tui::screens::views::acts::try_change;
use crate::tui::widgets::text;
pub(in crate::tui) fn act_in_name(action: Action, model: &mut Model, cx: &mut Cx) {
    match action {
        Action::Leave => leave_box(model, cx),
        Action::Pick => {
            let Some(Overlay::Name(name)) = cx.overlays.last() else { return };
            if let Err(why) = model.name_outcome(name) {
                cx.say(Grade::Info, why);
                return;
            }
            let (wanted, purpose) = (name.name().to_owned(), name.purpose.clone());
            cx.pop();
            let change = match purpose {
                NameFor::Save => ViewChange::Save(model.view_here(wanted)),
                NameFor::Rename(from) => ViewChange::Rename { from, to: wanted },
            };
            try_change(change, model, cx);
        }
        _ => {}
    }
}

pub(in crate::tui) fn type_in_name(chord: Chord, cx: &mut Cx) {
    if let Some(Overlay::Name(name)) = cx.overlays.last_mut() {
        text::type_in_line(&mut name.area, chord);
    }
}

pub(in crate::tui) fn paste_in_name(pasted: &str, cx: &mut Cx) {
    if let Some(Overlay::Name(name)) = cx.overlays.last_mut() {
        text::paste_in_line(&mut name.area, pasted);
    }
}
