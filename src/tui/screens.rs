//! The screens over the panes, a folder each: what it holds, its keys, its view, and in `screen.rs` how the stack sees it.
//!
//! A new one is its folder, its line in the list below, and its keys in `keys::action`.

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

/// Every screen there is, as the stack holds it.
macro_rules! each_screen {
    ($then:ident) => {
        $then! {
            Filter($crate::tui::screens::filter::FilterBar),
            Find($crate::tui::screens::detail::find::FindBar),
            Form($crate::tui::screens::form::Form),
            Review($crate::tui::screens::review::Review),
            Conflict($crate::tui::screens::conflict::pane::ConflictPane),
            Help($crate::tui::screens::help::HelpPage),
            Confirm($crate::tui::screens::confirm::Confirm),
            Picker($crate::tui::screens::picker::Picker),
            People($crate::tui::screens::people::PeoplePicker),
            Labels($crate::tui::screens::labels::LabelsBox),
            Snooze($crate::tui::screens::snooze::SnoozeBox),
            Outbox($crate::tui::screens::outbox::OutboxPane),
            Bulk($crate::tui::screens::bulk::BulkPane),
            Batch($crate::tui::screens::batch::BatchPane),
            Triage($crate::tui::screens::triage::TriagePane),
            Ask($crate::tui::screens::ask::AskBox),
            Sources($crate::tui::screens::sources::SourcesPane),
            Views($crate::tui::screens::views::ViewsPanel),
            Name($crate::tui::screens::name::NameBox),
            Facets($crate::tui::screens::facets::Facets),
            Columns($crate::tui::screens::columns::ColumnsPanel),
            FirstRun($crate::tui::screens::first_run::FirstRun),
            Palette($crate::tui::screens::palette::PalettePane),
            Explain($crate::tui::screens::explain::ExplainPane),
        }
    };
}
pub(in crate::tui) use each_screen;

macro_rules! declare {
    ($($name:ident($screen:ty),)*) => {
        /// What lies over the panes, as a stack: the top one has the keys.
        #[derive(Clone, Debug)]
        pub enum Overlay {
            $($name(Box<$screen>),)*
        }
    };
}

each_screen!(declare);
