//! Where keys go, and under which heading help lists them.

/// Where keys go: the focused pane, or the overlay on top of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    List,
    Detail,
    /// The filter bar, and the find bar of the detail: text.
    Filter,
    /// The edit form: text.
    Form,
    /// The search line of help: text.
    Help,
    /// Deciding what overlaps with somebody else's change.
    Conflict,
    /// An overlap that is written anew: text.
    Rewrite,
    /// A line to type with choices below it: people, tags.
    Prompt,
    Confirm,
    Picker,
    Outbox,
    /// The panel of source states.
    Sources,
    FirstRun,
    /// The panel of views.
    Views,
    /// The name of a view: text.
    Name,
    /// A frequency table.
    Facets,
    /// The columns of the list.
    Columns,
    /// The line of the command palette: text.
    Palette,
    /// The dry run of a bulk change.
    Bulk,
    /// How a bulk change goes.
    Batch,
    /// One case after the other.
    Triage,
    /// What each term of the filter leaves, and where it was judged.
    Explain,
}

impl Scope {
    pub const ALL: [Self; 22] = [
        Self::List,
        Self::Detail,
        Self::Filter,
        Self::Form,
        Self::Help,
        Self::Conflict,
        Self::Rewrite,
        Self::Prompt,
        Self::Confirm,
        Self::Picker,
        Self::Outbox,
        Self::Sources,
        Self::FirstRun,
        Self::Views,
        Self::Name,
        Self::Facets,
        Self::Columns,
        Self::Palette,
        Self::Bulk,
        Self::Batch,
        Self::Triage,
        Self::Explain,
    ];

    /// Keys that the table does not name go into a text here, and digits are not counts.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Filter | Self::Form | Self::Rewrite | Self::Help | Self::Prompt | Self::Name | Self::Palette)
    }

    /// Digits before a key repeat it.
    pub fn counts(self) -> bool {
        matches!(self, Self::List | Self::Detail | Self::Outbox | Self::Batch | Self::Explain)
    }

    /// As help names the place.
    pub fn title(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Detail => "case",
            Self::Filter => "filter",
            Self::Form => "edit form",
            Self::Help => "help",
            Self::Conflict => "conflict",
            Self::Rewrite => "conflict text",
            Self::Prompt => "input box",
            Self::Confirm => "question",
            Self::Picker => "menu",
            Self::Outbox => "outbox",
            Self::Sources => "sources",
            Self::FirstRun => "first run",
            Self::Views => "views",
            Self::Name => "name of a view",
            Self::Facets => "frequency table",
            Self::Columns => "columns",
            Self::Palette => "palette",
            Self::Bulk => "dry run",
            Self::Batch => "bulk change",
            Self::Triage => "triage run",
            Self::Explain => "explained filter",
        }
    }
}

/// The boxes of the help page, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    Move,
    Find,
    Act,
    Text,
    Run,
}

impl Group {
    pub const ALL: [Self; 5] = [Self::Move, Self::Find, Self::Act, Self::Text, Self::Run];

    pub fn title(self) -> &'static str {
        match self {
            Self::Move => "Move",
            Self::Find => "Find",
            Self::Act => "Act on this case",
            Self::Text => "While typing or answering",
            Self::Run => "Share and run",
        }
    }
}
