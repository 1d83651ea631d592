//! Everything that a person can do, by the name that the configuration and the palette give it.

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    Down,
    Up,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    First,
    Last,
    RowMiddle,
    RowTop,
    RowBottom,
    OtherDown,
    OtherUp,
    NextUnseen,
    PreviousUnseen,
    Open,
    Follow,
    ToList,
    NextPane,
    PreviousPane,
    NextTab,
    PreviousTab,
    Return,
    Filter,
    ClearFilter,
    KeepFilter,
    RestoreFilter,
    Sort,
    Mark,
    MarkRange,
    MarkAll,
    MarkInvert,
    ClearMarks,
    Find,
    FindNext,
    FindPrevious,
    EntryKinds,
    EntryOrder,
    Take,
    Assign,
    Unassign,
    Status,
    Priority,
    Tags,
    Comment,
    Edit,
    EditWhole,
    EditText,
    CloseCase,
    Reopen,
    Archive,
    Unarchive,
    Repeat,
    Macros,
    Record,
    Triage,
    SameAs,
    Batch,
    Diffs,
    Erase,
    Skip,
    Keep,
    Pause,
    MarkFailed,
    Later,
    Snooze,
    Wake,
    Pin,
    Undo,
    Redo,
    Browse,
    CopyKey,
    CopyUrl,
    CopyTitle,
    CopyJson,
    NextField,
    PreviousField,
    Review,
    Leave,
    Discard,
    Theirs,
    Mine,
    Both,
    Rewrite,
    Complete,
    Jump,
    Yes,
    No,
    Choose,
    Pick,
    Reverse,
    Retry,
    RollBack,
    Drop,
    Hold,
    HoldAll,
    Flush,
    Refresh,
    RefreshAll,
    Outbox,
    Sources,
    Times,
    Preview,
    Maximise,
    Help,
    Palette,
    Export,
    Run,
    KeyTable,
    Redraw,
    Suspend,
    Interrupt,
    Back,
    Close,
    Quit,
    View,
    NextView,
    PreviousView,
    SaveView,
    Views,
    Rename,
    MoveDown,
    MoveUp,
    Narrower,
    Wider,
    Columns,
    Group,
    FoldOpen,
    FoldClose,
    FoldToggle,
    FoldsOpen,
    FoldsClose,
    LookAlikes,
    MoreLike,
    Facets,
    Explain,
    FacetStatus,
    FacetPriority,
    FacetAssignee,
    FacetTag,
    FacetSource,
    FacetAge,
    FacetSla,
    Tick,
    Exclude,
    Further,
    Older,
    Newer,
}

impl Action {
    /// Whether it is done to a case in one step: no form, no menu of the case's own values.
    pub(in crate::tui) const fn is_verb(self) -> bool {
        matches!(
            self,
            Self::Take
                | Self::Assign
                | Self::Unassign
                | Self::Tags
                | Self::CloseCase
                | Self::Reopen
                | Self::Archive
                | Self::Unarchive
                | Self::Repeat
        )
    }

    /// Whether it changes a case: it needs the whole case, and acts on the marks when there are any.
    pub(in crate::tui) const fn is_change(self) -> bool {
        self.is_verb() || matches!(self, Self::Edit | Self::EditWhole | Self::Comment | Self::Status | Self::Priority)
    }

    /// As the configuration, `caseload keys` and the palette name it: `close-case`.
    pub fn name(self) -> String {
        let mut name = String::new();
        for c in format!("{self:?}").chars() {
            if c.is_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.extend(c.to_lowercase());
        }
        name
    }
}
