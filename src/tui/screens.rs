//! What lies over the panes, as a stack: the top one has the keys.

pub mod ask;
pub mod batch;
pub mod bulk;
pub mod columns;
pub mod confirm;
pub mod conflict;
pub mod detail;
pub mod explain;
pub mod facets;
pub mod filter;
pub mod first_run;
pub mod form;
pub mod help;
pub mod labels;
pub mod list;
pub mod name;
pub mod outbox;
pub mod palette;
pub mod people;
pub mod picker;
pub mod review;
pub mod snooze;
pub mod sources;
pub mod triage;
pub mod views;

use crate::tui::screens::confirm::{CONFIRM_TEXT, Confirm};
use crate::tui::screens::first_run::FirstRun;

use crate::tui::io::layout::Shape;
use crate::tui::keys::action::Scope;
use crate::tui::screens::ask::AskBox;
use crate::tui::screens::batch::BatchPane;
use crate::tui::screens::bulk::BulkPane;
use crate::tui::screens::columns::ColumnsPanel;
use crate::tui::screens::conflict::pane::ConflictPane;
use crate::tui::screens::detail::find::FindBar;
use crate::tui::screens::explain::ExplainPane;
use crate::tui::screens::facets::Facets;
use crate::tui::screens::filter::FilterBar;
use crate::tui::screens::form::Form;
use crate::tui::screens::help::HelpPage;
use crate::tui::screens::labels::LabelsBox;
use crate::tui::screens::name::NameBox;
use crate::tui::screens::outbox::OutboxPane;
use crate::tui::screens::palette::PalettePane;
use crate::tui::screens::people::PeoplePicker;
use crate::tui::screens::picker::Picker;
use crate::tui::screens::review::Review;
use crate::tui::screens::snooze::SnoozeBox;
use crate::tui::screens::sources::SourcesPane;
use crate::tui::screens::triage::TriagePane;
use crate::tui::screens::views::ViewsPanel;
use crate::tui::widgets::measure::width;

/// Columns of a line to type with choices below it.
const PROMPT_TEXT: u16 = 66;
/// Its lines: what is typed, what it comes to, and the choices.
const PROMPT_LINES: u16 = 12;
/// Lines of a table to choose from.
const TABLE_LINES: u16 = 18;
/// Columns and lines of the palette: what is typed, its commands, and why one cannot act.
const PALETTE_TEXT: u16 = 72;
const PALETTE_LINES: u16 = 16;
/// Columns and lines of the explained filter; what is longer scrolls.
const EXPLAIN_TEXT: u16 = 78;
const EXPLAIN_LINES: u16 = 20;
/// Lines of the box for a time to snooze until: what is typed, what it means, what can be written.
const SNOOZE_LINES: u16 = 6;

#[derive(Clone, Debug)]
pub enum Overlay {
    /// The bar is painted in the filter line; the list narrows under it.
    Filter(Box<FilterBar>),
    /// The find bar of the case is painted in its footer.
    Find(FindBar),
    Form(Box<Form>),
    /// What an edit would send; on top of the form, or alone.
    Review(Box<Review>),
    /// Decides what overlaps with somebody else's change.
    Conflict(Box<ConflictPane>),
    Help(HelpPage),
    Confirm(Confirm),
    Picker(Picker),
    /// Whom to assign.
    People(Box<PeoplePicker>),
    /// Tags or attributes to add and remove.
    Labels(Box<LabelsBox>),
    /// A time to snooze until, to be typed.
    Snooze(Box<SnoozeBox>),
    Outbox(OutboxPane),
    /// The dry run of a bulk change.
    Bulk(Box<BulkPane>),
    /// How a bulk change goes.
    Batch(BatchPane),
    /// One case after the other.
    Triage(Box<TriagePane>),
    /// One line for a bulk change, a macro or a triage run.
    Ask(Box<AskBox>),
    Sources(SourcesPane),
    /// The views, to be put in order.
    Views(ViewsPanel),
    /// The name of a view.
    Name(Box<NameBox>),
    /// A frequency table.
    Facets(Box<Facets>),
    /// Which columns the list shows.
    Columns(Box<ColumnsPanel>),
    FirstRun(FirstRun),
    /// Every command by name.
    Palette(PalettePane),
    /// What each term of the filter leaves.
    Explain(ExplainPane),
}

impl Overlay {
    pub fn scope(&self) -> Scope {
        match self {
            Self::Filter(_) | Self::Find(_) => Scope::Filter,
            Self::Form(_) => Scope::Form,
            Self::Conflict(pane) if pane.editor.is_some() => Scope::Rewrite,
            Self::Conflict(_) => Scope::Conflict,
            Self::Help(_) => Scope::Help,
            Self::Confirm(_) | Self::Review(_) => Scope::Confirm,
            Self::Picker(_) => Scope::Picker,
            Self::People(_) | Self::Labels(_) | Self::Ask(_) | Self::Snooze(_) => Scope::Prompt,
            Self::Bulk(_) => Scope::Bulk,
            Self::Batch(_) => Scope::Batch,
            Self::Triage(_) => Scope::Triage,
            Self::Outbox(_) => Scope::Outbox,
            Self::Sources(_) => Scope::Sources,
            Self::Views(_) => Scope::Views,
            Self::Name(_) => Scope::Name,
            Self::Facets(_) => Scope::Facets,
            Self::Columns(_) => Scope::Columns,
            Self::FirstRun(_) => Scope::FirstRun,
            Self::Palette(_) => Scope::Palette,
            Self::Explain(_) => Scope::Explain,
        }
    }

    /// How much of the screen it takes.
    pub fn shape(&self) -> Shape {
        let fits = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        match self {
            Self::Filter(_) | Self::Find(_) => Shape::None,
            Self::Form(_)
            | Self::Review(_)
            | Self::Conflict(_)
            | Self::Help(_)
            | Self::FirstRun(_)
            | Self::Bulk(_)
            | Self::Batch(_)
            | Self::Triage(_) => Shape::Whole,
            Self::Explain(_) => Shape::Box { width: EXPLAIN_TEXT, height: EXPLAIN_LINES },
            Self::Outbox(_) | Self::Sources(_) => Shape::Panel,
            Self::Views(_) | Self::Facets(_) | Self::Columns(_) => Shape::Box { width: PROMPT_TEXT, height: TABLE_LINES },
            Self::Name(_) => Shape::Box { width: PROMPT_TEXT, height: 3 },
            Self::Confirm(confirm) => {
                let lines = |detail: &String| usize::from(width(detail) / CONFIRM_TEXT) + 1;
                Shape::Box { width: CONFIRM_TEXT + 4, height: fits(confirm.details.iter().map(lines).sum::<usize>() + 3) }
            }
            Self::Picker(picker) => Shape::Box { width: 44, height: fits(picker.choices.len() + 2) },
            Self::People(_) | Self::Labels(_) | Self::Ask(_) => Shape::Box { width: PROMPT_TEXT, height: PROMPT_LINES },
            Self::Snooze(_) => Shape::Box { width: PROMPT_TEXT, height: SNOOZE_LINES },
            Self::Palette(_) => Shape::Box { width: PALETTE_TEXT, height: PALETTE_LINES },
        }
    }
}
