//! The filter bar: the list narrows with every key; Esc brings back exactly what was there. What is typed can be
//! completed, and what was typed before comes back with the arrows.

pub mod acts;
pub mod complete;
mod screen;
pub mod view;

use tui_textarea::TextArea;

use crate::query;
use crate::tui::model::list::Before;
use crate::tui::screens::filter::complete::Offers;

/// A filter that was left is worth keeping from so many letters on.
const MIN_LEFT: usize = 3;

/// A line below the filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub words: String,
    /// What was typed is not applied.
    pub is_error: bool,
}

/// The filter while it is being typed, and what Esc goes back to.
#[derive(Clone, Debug)]
pub struct FilterBar {
    pub area: TextArea<'static>,
    pub offers: Offers,
    before: Before,
    /// How far back in the filters of before, and the text from which that was begun.
    back: Option<(usize, String)>,
}

/// Texts that must occur.
fn free_text(query: &query::Query) -> Vec<query::Node> {
    let mut found = Vec::new();
    let mut open: Vec<&query::Node> = vec![&query.node];
    while let Some(node) = open.pop() {
        match node {
            query::Node::All(nodes) | query::Node::Any(nodes) => open.extend(nodes.iter().rev()),
            query::Node::Text(_) => found.push(node.clone()),
            query::Node::Not(_) | query::Node::Term(_) => {}
        }
    }
    found
}
