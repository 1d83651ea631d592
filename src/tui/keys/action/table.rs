//! The one ordered table of what a person can do: keys, where they hold, and words.
//!
//! Help, palette, hint bar, which-key strip and the key table of `docs/keys.md` are all made from [`TABLE`], with the keys that
//! [`crate::tui::keys::remap::Keymap`] gives its commands; why an action cannot act now is said by [`crate::tui::available::unavailable`].

use crate::tui::io::message::{Chord, Key};
use crate::tui::keys::action::command::Action;
use crate::tui::keys::action::scope::{Group, Scope};

/// One row of the table. An action may have a second row where its keys differ in other scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

use Scope::{
    Batch, Bulk, Columns, Confirm, Conflict, Detail, Explain, Facets, Filter, FirstRun, Form, Help, List, Name, Outbox, Palette, Picker,
    Prompt, Rewrite, Sources, Triage, Views,
};

/// The views that have a key of their own.
const VIEW_KEYS: &[&str] = &[
    "g 1", "g 2", "g 3", "g 4", "g 5", "g 6", "g 7", "g 8", "g 9", "Alt-1", "Alt-2", "Alt-3", "Alt-4", "Alt-5", "Alt-6", "Alt-7", "Alt-8",
    "Alt-9",
];

/// Where digits are counts and letters are commands.
const PANES: &[Scope] = &[List, Detail];
const ROWS: &[Scope] = &[List, Detail, Outbox, Sources, Conflict, Bulk, Batch];
const UNDOES: &[Scope] = &[List, Detail, Outbox, Batch, Triage];
const MENUS: &[Scope] = &[Picker, FirstRun];
/// Boxes with a table in them.
const TABLES: &[Scope] = &[Views, Facets, Columns];
/// Tables, and what is only read.
const TEXTS: &[Scope] = &[Views, Facets, Columns, Explain];
const COMMANDS: &[Scope] =
    &[List, Detail, Outbox, Sources, Conflict, Picker, FirstRun, Views, Facets, Columns, Bulk, Batch, Triage, Explain];

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
    row(Action::Down, &["Down", "Ctrl-n"], &[Prompt, Palette], Group::Move, "next choice", ""),
    row(Action::Up, &["k", "Up"], ROWS, Group::Move, "up", ""),
    row(Action::Up, &["k", "Up"], MENUS, Group::Move, "previous choice", ""),
    row(Action::Up, &["Up"], &[Help], Group::Move, "previous command", ""),
    row(Action::Down, &["j", "Down"], &[Triage], Group::Move, "scroll its text down", ""),
    row(Action::Up, &["k", "Up"], &[Triage], Group::Move, "scroll its text up", ""),
    row(Action::Up, &["Up", "Ctrl-p"], &[Prompt, Palette], Group::Move, "previous choice", ""),
    row(Action::HalfDown, &["Ctrl-d"], PANES, Group::Move, "half a page down", ""),
    row(Action::HalfUp, &["Ctrl-u"], PANES, Group::Move, "half a page up", ""),
    row(Action::PageDown, &["Ctrl-f", "PgDn"], PANES, Group::Move, "a page down", ""),
    row(Action::PageDown, &["PgDn"], &[Help, Palette], Group::Move, "ten down", "ten down"),
    row(Action::PageUp, &["Ctrl-b", "PgUp"], PANES, Group::Move, "a page up", ""),
    row(Action::PageDown, &["PgDn", "Ctrl-d"], &[Bulk], Group::Move, "a page down", ""),
    row(Action::PageUp, &["PgUp", "Ctrl-u"], &[Bulk], Group::Move, "a page up", ""),
    row(Action::PageUp, &["PgUp"], &[Help, Palette], Group::Move, "a page up", ""),
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
    row(Action::Open, &["Enter"], &[Batch], Group::Move, "decide its conflict, else go to its case", "open"),
    row(Action::Open, &["Enter"], &[Outbox], Group::Move, "decide its conflict, else go to its case", "open"),
    row(Action::Follow, &["Enter", "l", "Right"], &[Detail], Group::Move, "follow: record, linked case", ""),
    row(Action::ToList, &["h", "Left"], &[Detail], Group::Move, "back to the list", ""),
    row(Action::NextPane, &["Tab"], PANES, Group::Move, "next pane", ""),
    row(Action::PreviousPane, &["Shift-Tab"], PANES, Group::Move, "previous pane", ""),
    row(Action::NextTab, &["]"], &[Detail], Group::Move, "next tab", "tabs"),
    row(Action::PreviousTab, &["["], &[Detail], Group::Move, "previous tab of the case", ""),
    row(Action::Down, &["j", "Down"], TABLES, Group::Move, "next line", ""),
    row(Action::Up, &["k", "Up"], TABLES, Group::Move, "previous line", ""),
    row(Action::Down, &["j", "Down"], &[Explain], Group::Move, "scroll down", "scroll"),
    row(Action::Up, &["k", "Up"], &[Explain], Group::Move, "scroll up", ""),
    row(Action::PageDown, &["PgDn", "Ctrl-d"], &[Explain], Group::Move, "a page down", ""),
    row(Action::PageUp, &["PgUp", "Ctrl-u"], &[Explain], Group::Move, "a page up", ""),
    row(Action::First, &["g g", "Home"], TEXTS, Group::Move, "first line", ""),
    row(Action::Last, &["G", "End"], TEXTS, Group::Move, "last line", ""),
    row(Action::Filter, &["/"], &[Explain], Group::Find, "edit the filter", "filter"),
    row(Action::NextTab, &["l", "Right", "]", "Tab"], &[Facets], Group::Move, "next column", "other column"),
    row(Action::PreviousTab, &["h", "Left", "[", "Shift-Tab"], &[Facets], Group::Move, "previous column", ""),
    row(Action::View, VIEW_KEYS, PANES, Group::Find, "view by number; again: as it is saved", ""),
    row(Action::NextView, &["]", "}"], &[List], Group::Find, "next view", ""),
    row(Action::NextView, &["}"], &[Detail], Group::Find, "next view", ""),
    row(Action::PreviousView, &["[", "{"], &[List], Group::Find, "previous view", ""),
    row(Action::PreviousView, &["{"], &[Detail], Group::Find, "previous view", ""),
    row(Action::SaveView, &["g v"], PANES, Group::Find, "save what is shown as a view", ""),
    row(Action::Views, &["g V"], PANES, Group::Find, "views: order, names, delete", ""),
    row(Action::NextTab, &["]", "Tab", "l", "Right"], &[Sources], Group::Move, "next source", "next source"),
    row(Action::PreviousTab, &["[", "Shift-Tab", "h", "Left"], &[Sources], Group::Move, "previous source", ""),
    row(Action::Return, &["-"], &[List], Group::Find, "back to the view and filter before", ""),
    row(Action::Return, &["-"], &[Detail], Group::Move, "back to the case before", ""),
    row(Action::Filter, &["/"], &[List], Group::Find, "filter, with completion and history", "filter"),
    row(Action::ClearFilter, &["Ctrl-x"], &[List], Group::Find, "clear the filter", "clear"),
    row(Action::Sort, &["S"], &[List], Group::Find, "sort menu", ""),
    row(Action::Columns, &["C"], &[List], Group::Find, "columns: which, order, widths", ""),
    row(Action::Group, &["z g"], &[List], Group::Find, "group by", ""),
    row(Action::FoldToggle, &["z a"], &[List], Group::Find, "open or close this fold or group", ""),
    row(Action::FoldOpen, &["z o"], &[List], Group::Find, "open it", ""),
    row(Action::FoldClose, &["z c"], &[List], Group::Find, "close it", ""),
    row(Action::FoldsOpen, &["z R"], &[List], Group::Find, "open all", ""),
    row(Action::FoldsClose, &["z M"], &[List], Group::Find, "close all", ""),
    row(Action::LookAlikes, &["z l"], &[List], Group::Find, "fold look-alike cases, or not", ""),
    row(Action::MoreLike, &["F"], &[List], Group::Find, "more like this cell, or without it", ""),
    row(Action::FacetStatus, &["f s"], &[List], Group::Find, "pick a status", ""),
    row(Action::FacetPriority, &["f p"], &[List], Group::Find, "pick a priority", ""),
    row(Action::FacetAssignee, &["f a"], &[List], Group::Find, "pick an assignee", ""),
    row(Action::FacetTag, &["f t"], &[List], Group::Find, "pick a tag", ""),
    row(Action::FacetSource, &["f o"], &[List], Group::Find, "pick a source", ""),
    row(Action::FacetAge, &["f v"], &[List], Group::Find, "pick an age", ""),
    row(Action::FacetSla, &["f l"], &[List], Group::Find, "pick time left", ""),
    row(Action::Facets, &["f f"], &[List], Group::Find, "count the values of any column", ""),
    row(Action::Explain, &["g e"], PANES, Group::Find, "explain the filter", ""),
    row(Action::FindNext, &["n"], &[List], Group::Find, "next row with the text looked for", ""),
    row(Action::FindPrevious, &["N"], &[List], Group::Find, "previous row with it", ""),
    row(Action::Sort, &["S"], &[Detail], Group::Find, "sort the records by a column", ""),
    row(Action::Mark, &["Space"], &[List], Group::Find, "mark and go down (3Space: three)", "mark"),
    row(Action::MarkRange, &["v"], &[List], Group::Find, "mark a range: move, then v", ""),
    row(Action::MarkAll, &["*"], &[List], Group::Find, "mark all in the filter", ""),
    row(Action::MarkInvert, &["%"], &[List], Group::Find, "turn the marks round", ""),
    row(Action::ClearMarks, &["g m", "Ctrl-\\"], PANES, Group::Find, "clear the marks", ""),
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
    row(Action::Macros, &["m m"], PANES, Group::Act, "run a macro (m and its key: at once)", ""),
    row(Action::Record, &["m r"], PANES, Group::Act, "record a macro; again: name it", ""),
    row(Action::Triage, &["T"], &[List], Group::Act, "triage run over the filter", ""),
    row(Action::Take, &["1"], &[Triage], Group::Act, "take it, start", "take"),
    row(Action::SameAs, &["2"], &[Triage], Group::Act, "same as its look-alike", "same"),
    row(Action::Assign, &["3"], &[Triage], Group::Act, "assign somebody", "assign"),
    row(Action::CloseCase, &["4"], &[Triage], Group::Act, "close it", "close"),
    row(Action::Macros, &["5"], &[Triage], Group::Act, "run a macro on it", "macro"),
    row(Action::Snooze, &["w"], &[Triage], Group::Act, "snooze it until ...", "snooze"),
    row(Action::Later, &["n"], &[Triage], Group::Act, "next, ask again at the end", "later"),
    row(Action::Leave, &["d"], &[Triage], Group::Act, "done: leave it as it is", "leave"),
    row(Action::Comment, &["c"], &[Triage], Group::Act, "comment, then decide", "comment"),
    row(Action::Undo, &["u"], UNDOES, Group::Act, "take back my last change", "undo"),
    row(Action::Redo, &["U"], UNDOES, Group::Act, "make it again after all", ""),
    row(Action::Browse, &["o"], PANES, Group::Act, "open in the browser", "browser"),
    row(Action::Browse, &["o"], &[Triage], Group::Act, "open in the browser", ""),
    row(Action::CopyKey, &["y y"], PANES, Group::Act, "copy the key", ""),
    row(Action::CopyUrl, &["y u", "Y"], PANES, Group::Act, "copy the URL", ""),
    row(Action::CopyTitle, &["y t"], PANES, Group::Act, "copy the title", ""),
    row(Action::CopyJson, &["y j"], PANES, Group::Act, "copy the vendor's JSON", ""),
    row(Action::KeepFilter, &["Enter"], &[Filter], Group::Text, "keep this filter", "keep"),
    row(Action::Complete, &["Tab"], &[Filter], Group::Text, "complete, or show what fits", "complete"),
    row(Action::RestoreFilter, &["Esc", "Ctrl-c"], &[Filter], Group::Text, "back to the filter before", "as before"),
    row(Action::SaveView, &["Ctrl-s"], &[Filter], Group::Text, "save as a view", "save as view"),
    row(Action::ClearFilter, &["Ctrl-x"], &[Filter], Group::Text, "clear it", "clear"),
    row(Action::Down, &["Down"], &[Filter], Group::Text, "next that fits, newer filter", ""),
    row(Action::Up, &["Up"], &[Filter], Group::Text, "one that fits, older filter", ""),
    row(Action::Older, &["Ctrl-p"], &[Filter], Group::Text, "older filter", ""),
    row(Action::Newer, &["Ctrl-n"], &[Filter], Group::Text, "newer filter", ""),
    row(Action::Pick, &["Enter"], &[Name], Group::Text, "save under this name", "save"),
    row(Action::Leave, &["Esc", "Ctrl-c"], &[Name], Group::Text, "leave, nothing is changed", "leave"),
    row(Action::Pick, &["Enter", "l", "Right"], &[Views], Group::Text, "turn to this view", "open"),
    row(Action::Rename, &["r"], &[Views], Group::Text, "rename it", "rename"),
    row(Action::MoveDown, &["J"], &[Views, Columns], Group::Text, "move it down", "move"),
    row(Action::MoveUp, &["K"], &[Views, Columns], Group::Text, "move it up", ""),
    row(Action::Drop, &["d"], &[Views], Group::Text, "delete it (asks)", "delete"),
    row(Action::SaveView, &["v"], &[Views], Group::Text, "save what is shown as a view", "save as"),
    row(Action::Pick, &["Enter", "="], &[Facets], Group::Text, "only these", "only these"),
    row(Action::Exclude, &["-"], &[Facets], Group::Text, "without these", "without"),
    row(Action::Tick, &["Space"], &[Facets], Group::Text, "tick several", "tick"),
    row(Action::Tick, &["Space", "Enter"], &[Columns], Group::Text, "show it, or not", "show or hide"),
    row(Action::Narrower, &["<", "h", "Left"], &[Columns], Group::Text, "narrower", "narrower"),
    row(Action::Wider, &[">", "l", "Right"], &[Columns], Group::Text, "wider", "wider"),
    row(Action::Reverse, &["="], &[Columns], Group::Text, "its own width", ""),
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
    row(Action::Review, &["Ctrl-s"], &[Rewrite], Group::Text, "take it as it is written", "take it"),
    row(Action::Leave, &["Esc", "Ctrl-c"], &[Rewrite], Group::Text, "take it, too: nothing typed is lost", ""),
    row(Action::Discard, &["Ctrl-g"], &[Rewrite], Group::Text, "go back without it", "go back without"),
    row(Action::Leave, &["Esc", "Ctrl-c"], &[Form], Group::Text, "leave, the text is kept", "leave, keeps text"),
    row(Action::Discard, &["Ctrl-g"], &[Form], Group::Text, "discard the text (asks)", "discard"),
    row(Action::Pick, &["Enter"], &[Prompt], Group::Text, "go on to the review", "review"),
    row(Action::Complete, &["Tab"], &[Prompt, Palette], Group::Text, "complete", "complete"),
    row(Action::Leave, &["Esc", "Ctrl-c"], &[Prompt], Group::Text, "leave, nothing is changed", "leave"),
    row(Action::Yes, &["y"], &[Confirm], Group::Text, "yes, do it", "yes"),
    row(Action::No, &["n", "Esc", "Enter", "q", "Ctrl-c"], &[Confirm], Group::Text, "no, leave things as they are", "no"),
    row(Action::Jump, &["f"], &[Confirm], Group::Text, "go to what a condition lacks", "fix a condition"),
    row(Action::Down, &["j", "Down"], &[Confirm], Group::Text, "scroll down", ""),
    row(Action::Up, &["k", "Up"], &[Confirm], Group::Text, "scroll up", ""),
    row(Action::Choose, &["1", "2", "3", "4", "5", "6", "7", "8", "9"], &[Picker, FirstRun, Sources], Group::Text, "choose by number", ""),
    row(Action::Choose, &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], &[Bulk], Group::Text, "the number of cases that sends it", ""),
    row(Action::Pick, &["Enter"], &[Bulk], Group::Text, "send, once the number is typed", ""),
    row(Action::Erase, &["Backspace"], &[Bulk], Group::Text, "erase a digit", ""),
    row(Action::Skip, &["-"], &[Bulk], Group::Text, "skip this case", "skip"),
    row(Action::Keep, &["+"], &[Bulk], Group::Text, "keep it after all", "keep"),
    row(Action::Diffs, &["d"], &[Bulk], Group::Text, "old and new of each case, or the figures", "diffs"),
    row(Action::Pause, &["p"], &[Batch], Group::Act, "pause, or go on", "pause"),
    row(Action::Retry, &["r"], &[Batch], Group::Act, "try again what failed", "retry failed"),
    row(Action::Drop, &["x"], &[Batch], Group::Act, "give up what was not sent (asks)", "cancel"),
    row(Action::MarkFailed, &["m"], &[Batch], Group::Act, "mark the cases that failed", ""),
    row(Action::Pick, &["Enter", "l", "Right", "="], MENUS, Group::Text, "choose", "choose"),
    row(Action::Reverse, &["-"], &[Picker], Group::Text, "turn the order round; without these", ""),
    row(Action::Further, &["+"], &[Picker], Group::Text, "sort by this, too", ""),
    row(Action::Retry, &["r"], &[Outbox], Group::Act, "try again, resume (the case is read first)", "resume"),
    row(Action::RollBack, &["R"], &[Outbox], Group::Act, "roll back what has landed (asks)", "roll back"),
    row(Action::Drop, &["d"], &[Outbox], Group::Act, "drop it (asks)", "drop"),
    row(Action::Hold, &["p"], &[Outbox], Group::Act, "hold it, or let it go", "hold"),
    row(Action::HoldAll, &["P"], &[Outbox], Group::Act, "hold all, or let all go", "hold all"),
    row(Action::Flush, &["F"], &[Outbox], Group::Act, "send now what waits", "flush"),
    row(Action::Refresh, &["r", "F5", "Ctrl-r"], PANES, Group::Run, "look for changes, admit held", "refresh"),
    row(Action::RefreshAll, &["R"], PANES, Group::Run, "read every source completely", ""),
    row(Action::Outbox, &["g o"], PANES, Group::Run, "outbox: what is not sent", ""),
    row(Action::Batch, &["g b"], PANES, Group::Run, "bulk change: progress and outcome", ""),
    row(Action::Sources, &["g s"], PANES, Group::Run, "sources, errors, try again", ""),
    row(Action::Times, &["g z"], PANES, Group::Run, "times: relative, local, UTC", ""),
    row(Action::Preview, &["z p"], PANES, Group::Run, "preview on or off", ""),
    row(Action::Maximise, &["z m", "+"], PANES, Group::Run, "maximise this pane", ""),
    row(Action::Help, &["?", "F1"], COMMANDS, Group::Run, "this page", "help"),
    row(Action::Palette, &[":", "Ctrl-p"], COMMANDS, Group::Run, "palette: every command by name", "palette"),
    row(Action::Export, &["g x"], PANES, Group::Run, "export the list to a file", ""),
    row(Action::Run, &["Enter"], &[Help, Palette], Group::Run, "run the command", "run"),
    row(Action::KeyTable, &["g ?"], PANES, Group::Run, "print the key table on exit", ""),
    row(Action::Redraw, &["Ctrl-l"], COMMANDS, Group::Run, "redraw the screen", ""),
    row(Action::Redraw, &["Ctrl-l"], &[Filter, Form, Rewrite, Help, Prompt, Confirm, Name, Palette], Group::Run, "redraw the screen", ""),
    row(Action::Suspend, &["Ctrl-z"], COMMANDS, Group::Run, "suspend (fg comes back)", ""),
    row(Action::Suspend, &["Ctrl-z"], &[Filter, Help, Prompt, Confirm, Name, Palette], Group::Run, "suspend (fg comes back)", ""),
    row(Action::Interrupt, &["Ctrl-c"], COMMANDS, Group::Run, "cancel reading; twice quits", ""),
    row(Action::Back, &["Esc"], &[List, FirstRun], Group::Run, "put away what is shown; never quits", ""),
    row(Action::Back, &["Esc"], &[Bulk], Group::Run, "leave, nothing is sent", "none"),
    row(Action::Back, &["Esc"], &[Batch], Group::Run, "back; it goes on by itself", "back"),
    row(Action::Back, &["Esc"], &[Triage], Group::Run, "pause; T goes on, also tomorrow", "pause"),
    row(
        Action::Back,
        &["Esc"],
        &[Detail, Outbox, Sources, Conflict, Picker, Views, Facets, Columns, Explain],
        Group::Run,
        "back one layer, never quits",
        "back",
    ),
    row(Action::Back, &["Esc", "Ctrl-c"], &[Help], Group::Run, "close help", "close"),
    row(Action::Back, &["Esc", "Ctrl-c"], &[Palette], Group::Run, "close the palette", "close"),
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

/// The digit of a key that chooses by number, as it was pressed: `g3`, `Alt-3`.
pub fn number(chord: Chord) -> Option<u32> {
    digit(Chord { alt: false, ..chord })
}

impl Action {
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().map(|binding| binding.action).find(|action| action.name() == name)
    }
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
