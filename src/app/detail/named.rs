//! To a case by its name.

use crate::app::model::Model;
use crate::app::notice::Grade;
use crate::app::{App, Pane};
use crate::query::{Field, Node, Query};

impl App {
    /// Goes to the case of this name: `SOURCE:KEY`, as the list writes it, its key or its id.
    pub(in crate::app) fn go_to_named(&mut self, name: &str) {
        let name = name.trim();
        let either = [Field::Key, Field::Id].map(|field| Node::has_value(field, name));
        let query = Query { node: Node::any(either), ..Query::default() };
        match self.model.list.rows_of(&query)[..] {
            [rid] => {
                self.remember_place();
                let back = std::mem::take(&mut self.panes.detail.back);
                if !self.model.list.go_to(rid) {
                    self.panes.focus = Pane::Detail;
                }
                self.show_case(Some(rid));
                self.panes.detail.back = back;
            }
            [] => self.cx.say(Grade::Info, format!("no case read so far is called {name}")),
            [first, second, ..] => {
                let names = [first, second].map(|rid| self.model.full_name(rid)).join(" or ");
                self.cx.say(Grade::Info, format!("several cases are called {name}; write SOURCE:KEY, as in {names}"));
            }
        }
    }
}

impl Model {
    fn full_name(&self, rid: crate::domain::case::Rid) -> String {
        let Some(row) = self.list.row(rid) else { return String::new() };
        format!("{}:{}", self.source(row.source).map_or("", |source| source.info.name.as_str()), row.key)
    }
}
