//! How the stack of screens sees the outbox.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::model::outbox::acts::unavailable;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::outbox::acts::act_in_outbox;
use crate::tui::screens::outbox::{OutboxPane, view};
use crate::tui::widgets::pen::Pen;

impl Screen for OutboxPane {
    fn scope(&self) -> Scope {
        Scope::Outbox
    }

    fn shape(&self) -> Shape {
        Shape::Panel
    }

    fn act(press: Press, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        act_in_outbox(press.action, press.times(), model, cx);
    }

    fn unavailable(&self, action: Action, scene: Scene<'_>) -> Option<String> {
        match action {
            Action::Retry | Action::RollBack | Action::Drop | Action::Hold | Action::HoldAll | Action::Flush => {
                in_outbox(self, action, scene)
            }
            _ => None,
        }
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, area, scene, self);
        None
    }
}

fn in_outbox(pane: &OutboxPane, action: Action, scene: Scene<'_>) -> Option<String> {
    let Scene { model, cx, .. } = scene;
    let queued = model.outbox.get(pane.at(&model.outbox));
    queued.map_or_else(|| Some(model.nothing_to_send(cx)), |queued| unavailable(queued, action, model, cx))
}
