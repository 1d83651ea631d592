//! To a case by its name.

use crate::query::{Field, Node, Query};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::model::Model;
use crate::tui::panes::{Pane, Panes};
use crate::tui::screens::detail::acts::remember_place;
use crate::tui::screens::detail::text::show_case;

impl Model {
    fn full_name(&self, rid: crate::domain::case::Rid) -> String {
        let Some(row) = self.list.row(rid) else { return String::new() };
        format!("{}:{}", self.source(row.source).map_or("", |source| source.info.name.as_str()), row.key)
    }
}

/// Goes to the case of this name: `SOURCE:KEY`, as the list writes it, its key or its id.
pub(in crate::tui) fn go_to_named(name: &str, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    let name = name.trim();
    let either = [Field::Key, Field::Id].map(|field| Node::has_value(field, name));
    let query = Query { node: Node::any(either), ..Query::default() };
    match model.list.rows_of(&query)[..] {
        [rid] => {
            remember_place(panes);
            let back = std::mem::take(&mut panes.detail.back);
            if !model.list.go_to(rid) {
                panes.focus = Pane::Detail;
            }
            show_case(Some(rid), model, panes);
            panes.detail.back = back;
        }
        [] => cx.say(Grade::Info, format!("no case read so far is called {name}")),
        [first, second, ..] => {
            let names = [first, second].map(|rid| model.full_name(rid)).join(" or ");
            cx.say(Grade::Info, format!("several cases are called {name}; write SOURCE:KEY, as in {names}"));
        }
    }
}
