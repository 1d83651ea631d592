//! The one ordered table of what a person can do: keys, where they hold, and words.
//!
//! Help, hint bar, which-key strip and the README's key table are all made from [`TABLE`]; why an action cannot act
//! now is said by [`crate::app::available::unavailable`].

use crate::app::message::{Chord, Key};

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
    Run,
    KeyTable,
    Redraw,
    Suspend,
    Interrupt,
    Back,
    Close,
    Quit,
}

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
    /// A line to type with choices below it: people, tags.
    Prompt,
    Confirm,
    Picker,
    Outbox,
    /// The panel of source states.
    Sources,
    FirstRun,
}

impl Scope {
    pub const ALL: [Self; 12] = [
        Self::List,
        Self::Detail,
        Self::Filter,
        Self::Form,
        Self::Help,
        Self::Conflict,
        Self::Prompt,
        Self::Confirm,
        Self::Picker,
        Self::Outbox,
        Self::Sources,
        Self::FirstRun,
    ];

    /// Keys that the table does not name go into a text here, and digits are not counts.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Filter | Self::Form | Self::Help | Self::Prompt)
    }

    /// Digits before a key repeat it.
    pub fn counts(self) -> bool {
        matches!(self, Self::List | Self::Detail | Self::Outbox)
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
            Self::Prompt => "input box",
            Self::Confirm => "question",
            Self::Picker => "menu",
            Self::Outbox => "outbox",
            Self::Sources => "sources",
            Self::FirstRun => "first run",
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

/// One row of the table. An action may have a second row where its keys differ in other scopes.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    pub action: Action,
    /// Alternatives; each is a chord or several with a blank between: `g g`.
    pub keys: &'static [&'static str],
    pub scopes: &'static [Scope],
    pub group: Group,
    /// For help.
    pub words: &'static str,
    /// For the hint bar; empty: not shown there.
    pub short: &'static str,
}

impl Binding {
    /// The chords of every alternative.
    pub fn sequences(&self) -> impl Iterator<Item = Vec<Chord>> {
        self.keys.iter().map(|keys| keys.split(' ').filter_map(Chord::parse).collect())
    }

    /// The alternative that is taught first, as a person writes it: `gg`, `Ctrl-d`.
    pub fn first_key(&self) -> String {
        self.keys.first().map(|keys| written(keys)).unwrap_or_default()
    }

    /// All alternatives: `j Down`, `gg Home`.
    pub fn all_keys(&self) -> String {
        self.keys.iter().map(|keys| written(keys)).collect::<Vec<_>>().join(" ")
    }
}

fn written(keys: &str) -> String {
    keys.replace(' ', "")
}

use Scope::{Confirm, Conflict, Detail, Filter, FirstRun, Form, Help, List, Outbox, Picker, Prompt, Sources};

/// Where digits are counts and letters are commands.
const PANES: &[Scope] = &[List, Detail];
const ROWS: &[Scope] = &[List, Detail, Outbox, Sources, Conflict];
const UNDOES: &[Scope] = &[List, Detail, Outbox];
const MENUS: &[Scope] = &[Picker, FirstRun];
const COMMANDS: &[Scope] = &[List, Detail, Outbox, Sources, Conflict, Picker, FirstRun];

const fn row(
    action: Action,
    keys: &'static [&'static str],
    scopes: &'static [Scope],
    group: Group,
    words: &'static str,
    short: &'static str,
) -> Binding {
    Binding { action, keys, scopes, group, words, short }
}

/// In the order in which help lists them and the hint bar offers them.
pub const TABLE: &[Binding] = &[
    row(Action::Down, &["j", "Down"], ROWS, Group::Move, "down (5j: five)", ""),
    row(Action::Down, &["j", "Down"], MENUS, Group::Move, "next choice", ""),
    row(Action::Down, &["Down"], &[Help], Group::Move, "next command", ""),
    row(Action::Down, &["Down", "Ctrl-n"], &[Prompt], Group::Move, "next choice", ""),
    row(Action::Up, &["k", "Up"], ROWS, Group::Move, "up", ""),
    row(Action::Up, &["k", "Up"], MENUS, Group::Move, "previous choice", ""),
    row(Action::Up, &["Up"], &[Help], Group::Move, "previous command", ""),
    row(Action::Up, &["Up", "Ctrl-p"], &[Prompt], Group::Move, "previous choice", ""),
    row(Action::Down, &["j", "Down"], &[Confirm], Group::Move, "scroll down", ""),
    row(Action::Up, &["k", "Up"], &[Confirm], Group::Move, "scroll up", ""),
    row(Action::HalfDown, &["Ctrl-d"], PANES, Group::Move, "half a page down", ""),
    row(Action::HalfUp, &["Ctrl-u"], PANES, Group::Move, "half a page up", ""),
    row(Action::PageDown, &["Ctrl-f", "PgDn"], PANES, Group::Move, "a page down", ""),
    row(Action::PageDown, &["PgDn"], &[Help], Group::Move, "a page down", "more"),
    row(Action::PageUp, &["Ctrl-b", "PgUp"], PANES, Group::Move, "a page up", ""),
    row(Action::PageUp, &["PgUp"], &[Help], Group::Move, "a page up", ""),
    row(Action::First, &["g g", "Home"], PANES, Group::Move, "first", ""),
    row(Action::Last, &["G", "End"], PANES, Group::Move, "last (12G: row 12)", ""),
    row(Action::RowMiddle, &["z z"], &[List], Group::Move, "this row to the middle", ""),
    row(Action::RowTop, &["z t"], &[List], Group::Move, "this row to the top", ""),
    row(Action::RowBottom, &["z b"], &[List], Group::Move, "this row to the bottom", ""),
    row(Action::OtherDown, &["J"], &[List], Group::Move, "scroll the case down", ""),
    row(Action::OtherDown, &["J"], &[Detail], Group::Move, "next case", "next case"),
    row(Action::OtherUp, &["K"], &[List], Group::Move, "scroll the case up", ""),
    row(Action::OtherUp, &["K"], &[Detail], Group::Move, "previous case", ""),
    row(Action::NextUnseen, &["g n"], PANES, Group::Move, "next unseen change", ""),
    row(Action::PreviousUnseen, &["g N"], PANES, Group::Move, "previous unseen change", ""),
    row(Action::Open, &["Enter", "l", "Right"], &[List], Group::Move, "open the case", "open"),
    row(Action::Open, &["Enter"], &[Outbox], Group::Move, "decide its conflict, else go to its case", "open"),
    row(Action::Follow, &["Enter", "l", "Right"], &[Detail], Group::Move, "follow: record, linked case", ""),
    row(Action::ToList, &["h", "Left"], &[Detail], Group::Move, "back to the list", ""),
    row(Action::NextPane, &["Tab"], PANES, Group::Move, "next pane", ""),
    row(Action::PreviousPane, &["Shift-Tab"], PANES, Group::Move, "previous pane", ""),
    row(Action::NextTab, &["]"], &[List], Group::Move, "next tab of the case", ""),
    row(Action::NextTab, &["]"], &[Detail], Group::Move, "next tab", "tabs"),
    row(Action::PreviousTab, &["["], PANES, Group::Move, "previous tab of the case", ""),
    row(Action::NextTab, &["]", "Tab", "l", "Right"], &[Sources], Group::Move, "next source", "next source"),
    row(Action::PreviousTab, &["[", "Shift-Tab", "h", "Left"], &[Sources], Group::Move, "previous source", ""),
    row(Action::Return, &["-"], &[List], Group::Find, "bring a cleared filter back", ""),
    row(Action::Return, &["-"], &[Detail], Group::Move, "back to the case before", ""),
    row(Action::Filter, &["/"], &[List], Group::Find, "filter: words, -word excludes", "filter"),
    row(Action::ClearFilter, &["Ctrl-x"], &[List, Filter], Group::Find, "clear the filter", "clear"),
    row(Action::Sort, &["S"], &[List], Group::Find, "sort menu", ""),
    row(Action::Sort, &["S"], &[Detail], Group::Find, "sort the records by a column", ""),
    row(Action::Find, &["/"], &[Detail], Group::Find, "find in the case", "find"),
    row(Action::FindNext, &["n"], &[Detail], Group::Find, "next match", ""),
    row(Action::FindPrevious, &["N"], &[Detail], Group::Find, "previous match", ""),
    row(Action::EntryKinds, &["z f"], &[Detail], Group::Find, "activity: all, comments, changes, files", ""),
    row(Action::EntryOrder, &["z r"], &[Detail], Group::Find, "activity: newest or oldest first", ""),
    row(Action::Take, &["i"], PANES, Group::Act, "take it: assign to me, start", "take"),
    row(Action::Edit, &["e"], PANES, Group::Act, "edit form", "edit"),
    row(Action::EditWhole, &["E"], PANES, Group::Act, "the whole case in $EDITOR", ""),
    row(Action::Status, &["s"], PANES, Group::Act, "status", "status"),
    row(Action::Priority, &["p"], PANES, Group::Act, "priority", "priority"),
    row(Action::Comment, &["c"], PANES, Group::Act, "comment", "comment"),
    row(Action::Assign, &["a"], PANES, Group::Act, "assign somebody", "assign"),
    row(Action::Unassign, &["A"], PANES, Group::Act, "take somebody off", ""),
    row(Action::Tags, &["t"], PANES, Group::Act, "tags or attributes: +new -old", "tags"),
    row(Action::CloseCase, &["x"], PANES, Group::Act, "close it, conditions checked", "close"),
    row(Action::Reopen, &["X"], PANES, Group::Act, "reopen it", ""),
    row(Action::Archive, &["g a"], PANES, Group::Act, "archive it", ""),
    row(Action::Unarchive, &["g A"], PANES, Group::Act, "bring it back from the archive", ""),
    row(Action::Snooze, &["w"], PANES, Group::Act, "snooze it until ...", "snooze"),
    row(Action::Wake, &["W"], PANES, Group::Act, "wake it", ""),
    row(Action::Pin, &["b"], PANES, Group::Act, "pin it on top, or no longer", ""),
    row(Action::Repeat, &["."], PANES, Group::Act, "the last change again, on this case", ""),
    row(Action::Undo, &["u"], UNDOES, Group::Act, "take back my last change", "undo"),
    row(Action::Redo, &["U"], UNDOES, Group::Act, "make it again after all", ""),
    row(Action::Browse, &["o"], PANES, Group::Act, "open in the browser", "browser"),
    row(Action::CopyKey, &["y y"], PANES, Group::Act, "copy the key", ""),
    row(Action::CopyUrl, &["y u", "Y"], PANES, Group::Act, "copy the URL", ""),
    row(Action::CopyTitle, &["y t"], PANES, Group::Act, "copy the title", ""),
    row(Action::CopyJson, &["y j"], PANES, Group::Act, "copy the vendor's JSON", ""),
    row(Action::KeepFilter, &["Enter"], &[Filter], Group::Text, "keep this filter", "keep"),
    row(Action::RestoreFilter, &["Esc", "Ctrl-c"], &[Filter], Group::Text, "back to the filter before", "as before"),
    row(Action::NextField, &["Tab"], &[Form], Group::Text, "next field", "next"),
    row(Action::PreviousField, &["Shift-Tab"], &[Form], Group::Text, "previous field", ""),
    row(Action::Review, &["Ctrl-s"], &[Form], Group::Text, "review what would be sent", "review and send"),
    row(Action::EditText, &["Ctrl-o", "F4"], &[Form], Group::Text, "this field in $EDITOR", "editor"),
    row(Action::EditWhole, &["Alt-e"], &[Form], Group::Text, "the whole case in $EDITOR", ""),
    row(Action::Theirs, &["t"], &[Conflict], Group::Act, "take theirs", "theirs"),
    row(Action::Mine, &["m"], &[Conflict], Group::Act, "take mine", "mine"),
    row(Action::Both, &["b"], &[Conflict], Group::Act, "take both", "both"),
    row(Action::Rewrite, &["e"], &[Conflict], Group::Act, "write it anew", "edit"),
    row(Action::Review, &["Ctrl-s"], &[Conflict], Group::Act, "send what was decided", "send merged"),
    row(Action::Drop, &["d"], &[Conflict], Group::Act, "drop mine (asks)", "drop mine"),
    row(Action::Leave, &["Esc", "Ctrl-c"], &[Form], Group::Text, "leave, the text is kept", "leave, keeps text"),
    row(Action::Discard, &["Ctrl-g"], &[Form], Group::Text, "discard the text (asks)", "discard"),
    row(Action::Pick, &["Enter"], &[Prompt], Group::Text, "go on to the review", "review"),
    row(Action::Complete, &["Tab"], &[Prompt], Group::Text, "complete", "complete"),
    row(Action::Leave, &["Esc", "Ctrl-c"], &[Prompt], Group::Text, "leave, nothing is changed", "leave"),
    row(Action::Jump, &["f"], &[Confirm], Group::Text, "go to what a condition lacks", "fix a condition"),
    row(Action::Yes, &["y"], &[Confirm], Group::Text, "yes, do it", "yes"),
    row(Action::No, &["n", "Esc", "Enter", "q", "Ctrl-c"], &[Confirm], Group::Text, "no, leave things as they are", "no"),
    row(Action::Choose, &["1", "2", "3", "4", "5", "6", "7", "8", "9"], &[Picker, FirstRun, Sources], Group::Text, "choose by number", ""),
    row(Action::Pick, &["Enter", "l", "Right"], MENUS, Group::Text, "choose", "choose"),
    row(Action::Reverse, &["-"], &[Picker], Group::Text, "turn the order round", ""),
    row(Action::Retry, &["r"], &[Outbox], Group::Act, "try again, resume (the case is read first)", "resume"),
    row(Action::RollBack, &["R"], &[Outbox], Group::Act, "roll back what has landed (asks)", "roll back"),
    row(Action::Drop, &["d"], &[Outbox], Group::Act, "drop it (asks)", "drop"),
    row(Action::Hold, &["p"], &[Outbox], Group::Act, "hold it, or let it go", "hold"),
    row(Action::HoldAll, &["P"], &[Outbox], Group::Act, "hold all, or let all go", "hold all"),
    row(Action::Flush, &["F"], &[Outbox], Group::Act, "send now what waits", "flush"),
    row(Action::Refresh, &["r", "F5", "Ctrl-r"], PANES, Group::Run, "look for changes, admit held", "refresh"),
    row(Action::RefreshAll, &["R"], PANES, Group::Run, "read every source completely", ""),
    row(Action::Outbox, &["g o"], PANES, Group::Run, "outbox: what is not sent", ""),
    row(Action::Sources, &["g s"], PANES, Group::Run, "sources, errors, try again", ""),
    row(Action::Times, &["g z"], PANES, Group::Run, "times: relative, local, UTC", ""),
    row(Action::Preview, &["z p"], PANES, Group::Run, "preview on or off", ""),
    row(Action::Maximise, &["z m", "+"], PANES, Group::Run, "maximise this pane", ""),
    row(Action::Help, &["?", "F1"], COMMANDS, Group::Run, "this page", "help"),
    row(Action::Run, &["Enter"], &[Help], Group::Run, "run the command", "run"),
    row(Action::KeyTable, &["g ?"], PANES, Group::Run, "print the key table on exit", ""),
    row(Action::Redraw, &["Ctrl-l"], COMMANDS, Group::Run, "redraw the screen", ""),
    row(Action::Redraw, &["Ctrl-l"], &[Filter, Form, Help, Prompt, Confirm], Group::Run, "redraw the screen", ""),
    row(Action::Suspend, &["Ctrl-z"], COMMANDS, Group::Run, "suspend (fg comes back)", ""),
    row(Action::Suspend, &["Ctrl-z"], &[Filter, Help, Prompt, Confirm], Group::Run, "suspend (fg comes back)", ""),
    row(Action::Interrupt, &["Ctrl-c"], COMMANDS, Group::Run, "cancel reading; twice quits", ""),
    row(Action::Back, &["Esc"], &[List, FirstRun], Group::Run, "put away what is shown; never quits", ""),
    row(Action::Back, &["Esc"], &[Detail, Outbox, Sources, Conflict, Picker], Group::Run, "back one layer, never quits", "back"),
    row(Action::Back, &["Esc", "Ctrl-c"], &[Help], Group::Run, "close help", "close"),
    row(Action::Close, &["q"], COMMANDS, Group::Run, "back a layer; at the list quit", ""),
    row(Action::Quit, &["Q"], COMMANDS, Group::Run, "quit", "quit"),
];

/// The rows that hold in a scope, in the table's order.
pub fn bindings(scope: Scope) -> impl Iterator<Item = &'static Binding> {
    TABLE.iter().filter(move |binding| binding.scopes.contains(&scope))
}

/// The row of an action in a scope.
pub fn binding(scope: Scope, action: Action) -> Option<&'static Binding> {
    bindings(scope).find(|binding| binding.action == action)
}

/// What a digit chooses; None for other keys.
pub fn digit(chord: Chord) -> Option<u32> {
    match chord {
        Chord { key: Key::Char(c), ctrl: false, alt: false, .. } => c.to_digit(10),
        _ => None,
    }
}

/// The whole key table as Markdown, a section per scope: the README's table and what `g?` prints.
pub fn key_table() -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for scope in Scope::ALL {
        let _ = writeln!(out, "### {}\n\n| keys | action |\n|---|---|", capital(scope.title()));
        for binding in bindings(scope) {
            let keys: Vec<_> = binding.keys.iter().map(|keys| format!("`{}`", written(keys))).collect();
            let _ = writeln!(out, "| {} | {} |", keys.join(" "), binding.words);
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_key_in_the_table_can_be_pressed() {
        for binding in TABLE {
            for keys in binding.keys {
                for chord in keys.split(' ') {
                    assert_eq!(Chord::parse(chord).map(|chord| chord.to_string()).as_deref(), Some(chord), "{:?}", binding.action);
                }
            }
            assert!(!binding.keys.is_empty() && !binding.scopes.is_empty() && !binding.words.is_empty(), "{:?}", binding.action);
        }
    }

    #[test]
    fn in_a_scope_no_key_means_two_things_and_no_command_hides_behind_a_prefix() {
        for scope in Scope::ALL {
            let mut seen: BTreeMap<Vec<Chord>, Action> = BTreeMap::new();
            for binding in bindings(scope) {
                for keys in binding.sequences() {
                    assert_eq!(seen.insert(keys.clone(), binding.action), None, "{scope:?} {keys:?}");
                }
            }
            for keys in seen.keys().filter(|keys| keys.len() > 1) {
                assert!(!seen.contains_key(&keys[..1]), "{scope:?}: {keys:?} can never be completed");
            }
        }
    }

    #[test]
    fn an_action_is_in_the_help_of_a_scope_once() {
        for scope in Scope::ALL {
            let mut actions: Vec<_> = bindings(scope).map(|binding| binding.action).collect();
            let count = actions.len();
            actions.sort_unstable();
            actions.dedup();
            assert_eq!(actions.len(), count, "{scope:?}");
        }
    }

    #[test]
    fn text_keeps_its_letters() {
        for scope in Scope::ALL.into_iter().filter(|scope| scope.is_text()) {
            for binding in bindings(scope) {
                for keys in binding.sequences() {
                    let plain = matches!(keys[0], Chord { key: Key::Char(_), ctrl: false, alt: false, .. });
                    assert!(!plain && keys.len() == 1, "{scope:?}: {keys:?} would eat what is typed");
                }
            }
        }
    }

    #[test]
    fn every_place_can_be_left_and_helped() {
        for scope in Scope::ALL {
            let leaves = |action| binding(scope, action).is_some();
            assert!([Action::Back, Action::No, Action::Leave, Action::RestoreFilter].into_iter().any(leaves), "{scope:?}");
        }
    }
}
