//! Keys in the table of values, and narrowing the filter by one.

use rustc_hash::FxHashSet;

use crate::domain::case::{Level, Rid};
use crate::query::{Column, Node, Query, fold};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::screens::Overlay;
use crate::tui::screens::facets::{COLUMNS, Choice, Facets, MAX_LIKE, MAX_VALUES, buckets, chosen_node, field_of, having, read};
use crate::tui::screens::picker::{Does, Picker};

impl Model {
    /// The values of a column among rows, the most frequent first; how many were left out.
    pub(in crate::tui) fn choices(&self, column: &Column, rows: &[Rid], query: &Query) -> (Vec<Choice>, usize) {
        let buckets = buckets(column);
        if !buckets.is_empty() {
            let named = buckets.iter().map(|(words, text)| ((*words).to_owned(), read(text))).collect();
            return (self.counted(named, query), 0);
        }
        let mut counted = self.list.facet(column, rows);
        let more = counted.len().saturating_sub(MAX_VALUES);
        counted.truncate(MAX_VALUES);
        let mut named: Vec<(String, Node)> = Vec::new();
        let mut known = FxHashSet::default();
        for (value, _) in counted {
            // Values that the filter cannot tell apart are one: `Closed` and `CLOSED`.
            named.extend(self.named_value(column, &value).filter(|(_, node)| known.insert(fold(&node.to_string()))));
        }
        let mut choices = self.counted(named, query);
        choices.sort_by_key(|choice| std::cmp::Reverse(choice.count));
        (choices, more)
    }

    /// Conditions with the rows that each leaves of the query; what leaves none is left out.
    pub(in crate::tui) fn counted(&self, named: Vec<(String, Node)>, query: &Query) -> Vec<Choice> {
        let nodes: Vec<Node> = named.iter().map(|(_, node)| node.clone()).collect();
        let counts = self.list.counts(query, &nodes).map_or_else(|| vec![None; nodes.len()], |(_, counts)| counts);
        let choice = |((words, node), count)| Choice { words, node, count, is_chosen: false };
        named.into_iter().zip(counts).map(choice).filter(|choice| choice.count != Some(0)).collect()
    }

    /// How a value reads, and the condition on it; None: nothing can be asked about those that have none.
    pub(in crate::tui) fn named_value(&self, column: &Column, value: &str) -> Option<(String, Node)> {
        let field = &field_of(column);
        Some(match (column, value) {
            (Column::Assignee | Column::Author, "") => ("nobody".into(), read(&format!("{field}:none"))),
            (Column::Priority, "") => ("none".into(), read("priority:none")),
            (_, "") => return None,
            (Column::Priority, level) if Level::read(level).is_some() => (level.into(), read(&format!("priority:{level}"))),
            (Column::Assignee, name) if self.is_my_label(name) => (format!("{name} (me)"), read("assignee:me")),
            (_, value) => (value.into(), having(field, value)),
        })
    }

    fn is_my_label(&self, name: &str) -> bool {
        self.sources.iter().filter_map(crate::tui::model::sources::Source::me).any(|me| me.label() == name)
    }

    fn facets(&mut self, column: Column, cx: &mut Cx) -> Option<Facets> {
        let rows = self.list.rows().to_vec();
        if rows.is_empty() {
            cx.say(Grade::Info, "the list is empty: there is nothing to count");
            return None;
        }
        let query = self.list.query().clone();
        let (choices, more) = self.choices(&column, &rows, &query);
        let unread = rows.iter().filter(|rid| self.list.row(**rid).is_some_and(|row| !row.knows(&column))).count();
        let total = self.list.counts(&query, &[]).map_or(rows.len(), |(total, _)| total);
        Some(Facets { column, choices, at: 0, total, unread, more })
    }

    /// One more condition in the filter; `-` takes it back.
    pub(in crate::tui) fn narrow_by(&mut self, node: Node, cx: &mut Cx) {
        let text = self.list.query().clone().with(node).to_string();
        self.note_place();
        self.use_filter(&text, cx);
    }

    /// A filter that was put together for the person: applied, and remembered as if typed.
    pub(in crate::tui) fn use_filter(&mut self, text: &str, cx: &mut Cx) {
        self.list.set_filter(text);
        self.note_filter(text, cx);
        cx.say(Grade::Info, format!("{} left; {} goes back", self.list.matching(), cx.key(Action::Return)));
    }
}

/// The frequency table of a column.
pub(in crate::tui) fn open_facets(column: Column, model: &mut Model, cx: &mut Cx) {
    if let Some(facets) = model.facets(column, cx) {
        cx.push(Overlay::Facets(Box::new(facets)));
    }
}

pub(in crate::tui) fn act_in_facets(action: Action, model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Facets(facets)) = cx.overlays.last_mut() else { return };
    let last = facets.choices.len().saturating_sub(1);
    match action {
        Action::Down => facets.at = (facets.at + 1).min(last),
        Action::Up => facets.at = facets.at.saturating_sub(1),
        Action::First => facets.at = 0,
        Action::Last => facets.at = last,
        Action::Tick => {
            if let Some(choice) = facets.choices.get_mut(facets.at) {
                choice.is_chosen = !choice.is_chosen;
                facets.at = (facets.at + 1).min(last);
            }
        }
        Action::NextTab | Action::PreviousTab => {
            let at = COLUMNS.iter().position(|column| *column == facets.column).unwrap_or(0);
            let step = if action == Action::NextTab { 1 } else { COLUMNS.len() - 1 };
            let column = COLUMNS[(at + step) % COLUMNS.len()].clone();
            if let Some(next) = model.facets(column, cx)
                && let Some(Overlay::Facets(facets)) = cx.overlays.last_mut()
            {
                **facets = next;
            }
        }
        Action::Pick | Action::Exclude => {
            let Some(node) = chosen_node(facets) else { return };
            cx.pop();
            model.narrow_by(if action == Action::Exclude { node.negated() } else { node }, cx);
        }
        _ => {}
    }
}

/// What the row under the cursor has, as conditions to pick from.
pub(in crate::tui) fn open_more_like(model: &Model, cx: &mut Cx) {
    let Some(rid) = model.list.cursor() else { return };
    let mut found: Vec<(String, Node)> = Vec::new();
    let mut columns = vec![Column::Status, Column::Priority, Column::Assignee, Column::Tags, Column::Source, Column::Team];
    for column in model.list.query().cols.iter().filter(|column| buckets(column).is_empty()) {
        if !columns.contains(column) {
            columns.push(column.clone());
        }
    }
    for column in columns {
        let values = model.list.facet(&column, &[rid]);
        let named = values.into_iter().filter_map(|(value, _)| model.named_value(&column, &value));
        found.extend(named.map(|(words, node)| (format!("{column}  {words}"), node)));
    }
    // Only what the row itself meets is more like it.
    found.retain(|(_, node)| {
        let judge = model.list.judge_of(&Query { node: node.clone(), ..Query::default() });
        model.list.holds(&judge, rid)
    });
    found.truncate(MAX_LIKE);
    let counted = model.counted(found, model.list.query());
    let words = |choice: &Choice| match choice.count {
        Some(count) => format!("{}  {count}", choice.words),
        None => choice.words.clone(),
    };
    let choices = counted.into_iter().map(|choice| (words(&choice), Does::MoreLike(choice.node)));
    let menu = Picker::new("More like this", choices);
    cx.push(Overlay::Picker(Box::new(menu)));
}
