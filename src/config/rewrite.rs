//! Views changed from inside, written into the configuration file: what a person wrote there stays as it is, comments,
//! blank lines and order; the file is replaced in one step or not at all.

use std::fs::{
    File, OpenOptions, {self},
};
use std::io::{
    Write, {self},
};
use std::path::Path;

use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, RawString, Table, Value};

use super::load::load;
use super::problem::{Problem, Problems};
use super::read::parse;
use super::views::{View, ViewChange, is_same, ready_made};
use crate::domain::ends;

/// Carries out a change in the file; answers with what was changed, and the views after it. `known`: the view that the change
/// is to replace or remove, as whoever makes it knows it ([`ViewChange::beside`]).
///
/// # Errors
/// The file cannot be read or written, holds something wrong, or the change does not fit; it stays as it was.
pub fn change_views(path: &Path, change: &ViewChange, known: Option<&View>) -> Result<(ViewChange, Vec<View>), Problems> {
    // What others wrote into the file meanwhile is kept: the change is made to what is there now.
    load(path)?;
    let text = fs::read_to_string(path).map_err(|error| one(path, &error.to_string(), "look at the file"))?;
    let there = parse(&text, path)?.views;
    let change = change.beside(&there, known).map_err(|why| one(path, &why, "look at it, then change it again"))?;
    let new = rewrite(&text, path, &change)?;
    let views = parse(&new, path)?.views;
    if new != text {
        replace(path, &new)
            .map_err(|error| one(path, &format!("it cannot be written: {error}"), "make the file and its directory writable"))?;
    }
    Ok((change, views))
}

/// The text of the file after the change.
///
/// # Errors
/// The text is no good configuration, or the change does not fit.
pub fn rewrite(text: &str, path: &Path, change: &ViewChange) -> Result<String, Problems> {
    let views = parse(text, path)?.views;
    let wanted = change.apply(&views).map_err(|why| one(path, &why, "choose a view that is there, or another name"))?;
    let fail = |_| one(path, "the views cannot be changed here", "write them as [[view]] tables");
    let mut document: DocumentMut = text.parse().map_err(fail)?;
    let old = match document.remove("view") {
        None => Vec::new(),
        Some(Item::ArrayOfTables(tables)) => tables.into_iter().collect(),
        Some(_) => {
            return Err(one(path, "the views are written inline", "write each as a [[view]] table, then they can be changed from inside"));
        }
    };
    lay(&mut document, old, &wanted, change);
    let new = ends::kept(text, &document.to_string());
    // What was meant must be what is read next time; else nothing is written.
    match parse(&new, path) {
        Ok(config) if config.views == wanted => Ok(new),
        _ => Err(one(path, "the views cannot be changed here without harm", "change them by hand, as config.example.toml shows")),
    }
}

/// Puts tables for the wanted views into the document, each at a place that a view had, new ones at the end.
fn lay(document: &mut DocumentMut, mut old: Vec<Table>, wanted: &[View], change: &ViewChange) {
    let mut places: Vec<isize> = old.iter().filter_map(Table::position).collect();
    places.sort_unstable();
    let is_in_file = |name: &str| old.iter().any(|table| is_same(name_of(table), name));
    let lead: Vec<View> = ready_made().into_iter().filter(|view| !is_in_file(&view.name)).collect();
    let own = if wanted.starts_with(&lead) { &wanted[lead.len()..] } else { wanted };
    let mut tables = Vec::new();
    for view in own {
        let was = match change {
            ViewChange::Rename { from, to } if is_same(to, &view.name) => from,
            _ => &view.name,
        };
        let known = old.iter().position(|table| is_same(name_of(table), was)).map(|at| old.remove(at));
        tables.push(written(known, view));
    }
    let is_hidden = |view: &&View| !wanted.iter().any(|other| is_same(&other.name, &view.name));
    for view in ready_made().iter().filter(is_hidden) {
        let known = old.iter().position(|table| is_same(name_of(table), &view.name)).map(|at| old.remove(at));
        let mut table = known.unwrap_or_else(|| fresh(&view.name));
        set(&mut table, "hidden", Some(true.into()));
        tables.push(table);
    }
    // A view that goes leaves the comments above it behind: they may be about more than the view.
    let left_behind: String = old.iter().filter_map(|table| table.decor().prefix().and_then(RawString::as_str)).collect();
    place(document, tables, &places, &left_behind);
}

fn place(document: &mut DocumentMut, mut tables: Vec<Table>, places: &[isize], left_behind: &str) {
    let end = last_place(document.as_table()).max(places.last().copied().unwrap_or(0));
    for (table, n) in tables.iter_mut().zip(0_isize..) {
        let at = usize::try_from(n).ok().and_then(|n| places.get(n)).copied();
        table.set_position(Some(at.unwrap_or(end + 1 + n)));
    }
    let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
    let first_new = tables.get_mut(places.len());
    match first_new {
        // Behind what stood at the end of the file.
        Some(table) => {
            document.set_trailing("");
            let gap = if trailing.is_empty() || trailing.ends_with('\n') { "" } else { "\n" };
            let own = table.decor().prefix().and_then(RawString::as_str).unwrap_or("\n").to_owned();
            table.decor_mut().set_prefix(format!("{left_behind}{trailing}{gap}{own}"));
        }
        None if left_behind.trim().is_empty() => {}
        None => document.set_trailing(format!("{left_behind}{trailing}")),
    }
    let is_bare = document.as_table().is_empty();
    let mut array = ArrayOfTables::new();
    for (n, mut table) in tables.into_iter().enumerate() {
        if is_bare && n == 0 && table.decor().prefix().and_then(RawString::as_str) == Some("\n") {
            table.decor_mut().set_prefix("");
        }
        array.push(table);
    }
    if !array.is_empty() {
        document.insert("view", Item::ArrayOfTables(array));
    }
}

fn last_place(table: &Table) -> isize {
    let below = table.iter().map(|(_, item)| match item {
        Item::Table(table) => last_place(table),
        Item::ArrayOfTables(tables) => tables.iter().map(last_place).max().unwrap_or(0),
        _ => 0,
    });
    below.max().unwrap_or(0).max(table.position().unwrap_or(0))
}

fn name_of(table: &Table) -> &str {
    table.get("name").and_then(Item::as_str).unwrap_or_default()
}

fn fresh(name: &str) -> Table {
    let mut table = Table::new();
    table.insert("name", toml_edit::value(name));
    table.decor_mut().set_prefix("\n");
    table
}

/// The table of a view, with what a person wrote beside the values kept.
fn written(known: Option<Table>, view: &View) -> Table {
    let was_known = known.is_some();
    let mut table = known.unwrap_or_else(|| fresh(&view.name));
    set(&mut table, "name", Some(view.name.as_str().into()));
    let ready = ready_made().into_iter().find(|ready| is_same(&ready.name, &view.name));
    let is_as_is = ready.as_ref().is_some_and(|ready| View { name: view.name.clone(), ..ready.clone() } == *view);
    let is_plain = !was_known || ["query", "widths", "fold"].iter().all(|key| !table.contains_key(key));
    set(&mut table, "hidden", None);
    if is_as_is && is_plain {
        return table;
    }
    set(&mut table, "query", Some(view.query.as_str().into()));
    let default_fold = ready.is_some_and(|ready| ready.fold);
    let says_fold = view.fold != default_fold || table.contains_key("fold");
    set(&mut table, "fold", says_fold.then(|| view.fold.into()));
    set_widths(&mut table, &view.widths);
    table
}

fn set_widths(table: &mut Table, widths: &[(String, u16)]) {
    let is_there = |table: &Table| {
        let item = table.get("widths")?.as_table_like()?;
        let read = item.iter().map(|(key, value)| (key.to_owned(), value.as_integer().and_then(|width| u16::try_from(width).ok())));
        let mut read: Vec<_> = read.collect();
        let mut wanted: Vec<_> = widths.iter().map(|(key, width)| (key.clone(), Some(*width))).collect();
        read.sort();
        wanted.sort();
        Some(read == wanted)
    };
    if is_there(table) == Some(true) {
        return;
    }
    let mut inline = InlineTable::new();
    for (key, width) in widths {
        inline.insert(key, i64::from(*width).into());
    }
    set(table, "widths", (!widths.is_empty()).then_some(Value::InlineTable(inline)));
}

/// Sets or removes a key; a value that is the same already is not touched, and what stands beside one stays.
fn set(table: &mut Table, key: &str, value: Option<Value>) {
    let Some(mut value) = value else {
        table.remove(key);
        return;
    };
    match table.get_mut(key) {
        Some(Item::Value(old)) => {
            let is_same =
                old.as_str().is_some() && old.as_str() == value.as_str() || old.as_bool().is_some() && old.as_bool() == value.as_bool();
            if !is_same {
                *value.decor_mut() = old.decor().clone();
                *old = value;
            }
        }
        _ => {
            table.insert(key, Item::Value(value));
        }
    }
}

fn one(path: &Path, what: &str, instead: &str) -> Problems {
    Problems(vec![Problem::in_file(path, what, instead)])
}

/// Replaces a file in one step: whoever reads it sees the old or the new text, also after a power cut. A link stays a
/// link, and rights stay as they are; a new file is its owner's only.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = real.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let name = real.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = folder.join(format!(".{name}.{}.new", std::process::id()));
    let written = (|| {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        if let Ok(known) = fs::metadata(&real) {
            file.set_permissions(known.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &real)
    })();
    if written.is_err() {
        // The half-written copy helps nobody; that it cannot be removed changes nothing.
        let _ = fs::remove_file(&beside);
        return written;
    }
    // The rename itself is on disk once its directory is; not every system lets a directory be opened.
    File::open(folder).map_or(Ok(()), |folder| folder.sync_all())
}
