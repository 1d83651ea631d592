//! Keys in the palette, and running what was chosen.

use tui_textarea::TextArea;

use crate::domain::clock::Style;
use crate::export::Format;
use crate::tui::areas::scope;
use crate::tui::available::unavailable;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::message::Chord;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::model::left::acts::push_box;
use crate::tui::model::list::{Order, sort_words};
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::detail::named::go_to_named;
use crate::tui::screens::palette::{Command, Entry, PAGE, PalettePane, Run, command_of, is_file, order_of, ranked, sort_of};
use crate::tui::widgets::text;

impl Command {
    /// What can stand behind it, with words; empty: any text.
    fn arguments(self, model: &Model) -> Vec<(String, String)> {
        let pair = |(value, words): (&str, &str)| (value.to_owned(), words.to_owned());
        match self {
            Self::View => model.views.tabs().iter().map(|tab| (tab.view.name.clone(), tab.view.query.clone())).collect(),
            Self::Sort => Order::ALL.into_iter().map(|order| (order.word().to_owned(), order.title().to_owned())).collect(),
            Self::Export => Format::ALL.into_iter().map(|format| pair((format.name(), format.words()))).collect(),
            Self::Times => [("relative", "3h ago"), ("local", "14:22 in your zone"), ("utc", "14:22Z")].map(pair).to_vec(),
            Self::Filter | Self::Row | Self::Case => Vec::new(),
        }
    }
}

/// What was run with an argument, ready to be run again.
fn recent_commands(about: Scope, model: &Model) -> Vec<Entry> {
    let again = |name: &String| {
        let (command, argument) = command_of(name)?;
        let run = Run::Command(command, argument.to_owned());
        Some(Entry { name: name.clone(), words: "again".into(), keys: String::new(), why: None, run })
    };
    let is_here = matches!(about, Scope::List | Scope::Detail);
    model.recent.0.iter().filter(|_| is_here).filter_map(again).collect()
}

fn run_command(command: Command, argument: &str, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    match command {
        Command::Sort => {
            if let Some(order) = order_of(argument) {
                model.list.sort_by_order(order, false, cx);
            } else if let Some(sort) = sort_of(argument) {
                let words = sort_words(&sort);
                model.list.sort_by(sort);
                cx.say(Grade::Info, format!("sorted by {words}"));
            }
        }
        Command::View => model.show_view_named(argument, cx),
        Command::Filter => {
            model.note_place();
            model.use_filter(argument, cx);
        }
        Command::Times => {
            cx.clock.style = match argument {
                "local" => Style::Local,
                "utc" => Style::Utc,
                _ => Style::Relative,
            };
            cx.say(Grade::Info, format!("times: {}", cx.clock.style.name()));
        }
        Command::Row => match argument.parse::<usize>() {
            Ok(row) if row > 0 => model.list.go(row - 1),
            _ => cx.say(Grade::Info, format!("`{argument}` is no row; write a number from 1")),
        },
        Command::Case => go_to_named(argument, model, panes, cx),
        Command::Export => {
            let (format, file) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
            if let Some(format) = Format::ALL.into_iter().find(|known| known.name() == format) {
                model.export(format, Some(file.trim()).filter(|file| !file.is_empty()), cx);
            }
        }
    }
}

pub(in crate::tui) fn open_palette(model: &mut Model, panes: &Panes, cx: &mut Cx) {
    let about = scope(panes, cx);
    push_box(Overlay::Palette(Box::new(PalettePane { begun: "", about, line: TextArea::default(), chosen: None })), model, cx);
    choose_first(model, panes, cx);
}

/// What the palette offers for what is typed, best first.
pub fn palette_entries(pane: &PalettePane, model: &Model, panes: &Panes, cx: &Cx) -> Vec<Entry> {
    let typed = text::line_text(&pane.line).trim_start().trim_start_matches(':');
    if let Some((command, argument)) = command_of(typed) {
        return argument_entries(pane.about, command, argument, model);
    }
    let mut entries: Vec<Entry> = command_entries(pane.about, model, panes, cx);
    entries.sort_by_key(|entry| model.recent.rank(&entry.name));
    ranked(entries, typed, |entry| &entry.name)
}

fn command_entries(about: Scope, model: &Model, panes: &Panes, cx: &Cx) -> Vec<Entry> {
    let of_action = |bound: &crate::tui::keys::remap::Bound| {
        let action = bound.binding.action;
        Entry {
            name: action.name(),
            words: bound.binding.words.into(),
            keys: bound.all_keys(),
            why: unavailable(about, action, model, panes, cx),
            run: Run::Act(action),
        }
    };
    let is_offered =
        |bound: &&crate::tui::keys::remap::Bound| !matches!(bound.binding.action, Action::Palette | Action::Choose | Action::View);
    let of_command = |command: Command| {
        let name = command.name().to_owned();
        Entry { run: Run::Type(format!("{name} ")), name, words: command.words().into(), keys: String::new(), why: None }
    };
    let commands = Command::ALL.into_iter().filter(|_| matches!(about, Scope::List | Scope::Detail));
    let entries = cx.keymap.bindings(about).filter(is_offered).map(of_action).chain(commands.map(of_command));
    entries.chain(recent_commands(about, model)).collect()
}

fn argument_entries(about: Scope, command: Command, argument: &str, model: &Model) -> Vec<Entry> {
    let why = (!matches!(about, Scope::List | Scope::Detail)).then(|| "this works on the list".to_owned());
    let entry = |value: &str, words: String| Entry {
        name: format!("{} {value}", command.name()).trim_end().to_owned(),
        words,
        keys: String::new(),
        why: why.clone(),
        run: Run::Command(command, value.trim().to_owned()),
    };
    let known = command.arguments(model);
    if command == Command::Export && is_file(argument) {
        let file = argument.trim();
        let format = Format::ALL.into_iter().find(|format| file.ends_with(&format!(".{}", format.ending())));
        let why = format!("write the format before the file: export {} {file}", Format::ALL[0].name());
        return vec![match format {
            Some(format) => entry(&format!("{} {file}", format.name()), command.words().into()),
            None => Entry { why: Some(why), ..entry(file, command.words().into()) },
        }];
    }
    let (first, rest) = argument.trim_start().split_once(char::is_whitespace).unwrap_or((argument.trim_start(), ""));
    if known.is_empty() || (command == Command::Export && known.iter().any(|(value, _)| value == first) && !rest.trim().is_empty()) {
        return vec![entry(argument, command.words().into())];
    }
    let mut entries: Vec<_> = known.into_iter().map(|(value, words)| entry(&value, words)).collect();
    entries.sort_by_key(|entry| model.recent.rank(&entry.name));
    let mut found = ranked(entries, argument, Entry::argument);
    if found.is_empty() && command == Command::Sort && sort_of(argument).is_some() {
        found.push(entry(argument, "as the filter's sort: says it".into()));
    }
    found
}

/// Why nothing is offered for what is typed.
pub fn nothing_offered(pane: &PalettePane, model: &Model, panes: &Panes, cx: &Cx) -> String {
    let typed = text::line_text(&pane.line).trim_start().trim_start_matches(':');
    let first = typed.split_whitespace().next().unwrap_or_default();
    match command_of(typed) {
        Some((Command::View, _)) => "no view is called that".into(),
        Some((command, _)) => {
            let known: Vec<_> = command.arguments(model).into_iter().map(|(value, _)| value).collect();
            format!("{first} takes {}", known.join(", "))
        }
        None if command_entries(pane.about, model, panes, cx).iter().any(|entry| entry.name == first) => {
            format!("{first} takes no words behind it")
        }
        None => "no command is called that".into(),
    }
}

/// A command that was chosen comes back with the place that it is meant for, to be run there.
pub(in crate::tui) fn act_in_palette(action: Action, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    let Some(Overlay::Palette(pane)) = cx.overlays.last() else { return };
    let entries = palette_entries(pane, model, panes, cx);
    let (about, at) = (pane.about, pane.at(&entries));
    let nothing = nothing_offered(pane, model, panes, cx);
    let is_there = pane.chosen.as_ref().is_none_or(|run| entries.get(at).is_some_and(|entry| entry.run == *run));
    let last = entries.len().saturating_sub(1);
    let chosen = match action {
        Action::Down => at + 1,
        Action::Up => at.saturating_sub(1),
        Action::PageDown => at + PAGE,
        Action::PageUp => at.saturating_sub(PAGE),
        _ => at,
    };
    let run = entries.get(chosen.min(last)).map(|entry| entry.run.clone());
    match (action, entries.into_iter().nth(at)) {
        (Action::Run | Action::Complete, _) if !is_there => {
            choose_first(model, panes, cx);
            cx.say(Grade::Info, "what was highlighted is not offered any more; look again");
        }
        (Action::Run, Some(entry)) => run_entry(about, entry, model, panes, cx),
        (Action::Run, None) => {
            cx.say(Grade::Info, format!("{nothing}; {} closes the palette", cx.keymap.key(Scope::Palette, Action::Back)));
        }
        (Action::Complete, Some(entry)) => retype(
            &match entry.run {
                Run::Type(text) => text,
                _ => entry.name,
            },
            model,
            panes,
            cx,
        ),
        _ => {
            if let Some(Overlay::Palette(pane)) = cx.overlays.last_mut() {
                pane.chosen = run;
            }
        }
    }
}

fn run_entry(about: Scope, entry: Entry, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    if let Some(why) = entry.why {
        cx.say(Grade::Info, why);
        return;
    }
    match entry.run {
        Run::Type(text) => retype(&text, model, panes, cx),
        Run::Act(action) => {
            model.recent.push(entry.name);
            cx.pop();
            cx.chosen = Some((about, action));
        }
        Run::Command(command, argument) => {
            // The command itself first: what was run with it stands above it.
            model.recent.push(command.name().to_owned());
            model.recent.push(entry.name);
            cx.pop();
            run_command(command, &argument, model, panes, cx);
        }
    }
}

fn retype(text: &str, model: &Model, panes: &Panes, cx: &mut Cx) {
    if let Some(Overlay::Palette(pane)) = cx.overlays.last_mut() {
        pane.line = text::line(text);
    }
    choose_first(model, panes, cx);
}

/// What is typed has changed: the best that fits it is highlighted.
fn choose_first(model: &Model, panes: &Panes, cx: &mut Cx) {
    let Some(Overlay::Palette(pane)) = cx.overlays.last() else { return };
    let first = palette_entries(pane, model, panes, cx).into_iter().next().map(|entry| entry.run);
    if let Some(Overlay::Palette(pane)) = cx.overlays.last_mut() {
        pane.chosen = first;
    }
}

/// Opens the palette with the beginning of a command in it, or what was left behind that.
pub(in crate::tui) fn open_palette_at(begun: &'static str, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    let about = scope(panes, cx);
    push_box(Overlay::Palette(Box::new(PalettePane { begun, about, line: text::line(begun), chosen: None })), model, cx);
    choose_first(model, panes, cx);
}

pub(in crate::tui) fn type_in_palette(chord: Chord, model: &Model, panes: &Panes, cx: &mut Cx) {
    let Some(Overlay::Palette(pane)) = cx.overlays.last_mut() else { return };
    if text::type_in_line(&mut pane.line, chord) {
        choose_first(model, panes, cx);
    }
}

pub(in crate::tui) fn paste_in_palette(pasted: &str, model: &Model, panes: &Panes, cx: &mut Cx) {
    let Some(Overlay::Palette(pane)) = cx.overlays.last_mut() else { return };
    text::paste_in_line(&mut pane.line, pasted);
    choose_first(model, panes, cx);
}
