//! How the steps of [`crate::oracle`] are made: through keys, menus and boxes as a person sees them, and what the judge is
//! told of each.

use std::collections::BTreeMap;
use std::process::Output;

use caseload::demo::{Act, Cut, Truth, Vendor};
use caseload::domain::aspect::Value;
use caseload::domain::case::{CaseId, SourceId};
use caseload::domain::edit::{OutboxEntry, Progress};
use caseload::protocol::{Coverage, Phase};
use caseload::store::{Access, Store};
use caseload::tui::app::App;
use caseload::tui::panes::Pane;
use caseload::tui::screens::Overlay;
use jiff::SignedDuration;

use crate::desk::{Desk, House};
use crate::oracle::{Deed, Harm, Step, Verb, vendor};
use crate::oracle_judge::{Asked, Book, Fate, Field, ME, Name, Order, Verdict, Wish, filters};
use crate::oracle_together::{macros, wishes_of};

/// Keys that a question takes to be meant for it.
pub const AFTER_MS: i64 = 400;
/// A refusal that stays: so many in a row.
pub const ALWAYS: u32 = 1_000_000;

/// What people and vendors write. No tabs here: a form takes none.
pub const TEXTS: [&str; 10] = [
    "Looking at it.",
    "two\nlines",
    "zero\u{200c}width and joined \u{1f468}\u{200d}\u{1f469}",
    "heart \u{2764}\u{fe0f} and \u{202e}turned\u{202c}",
    "  blanks around  ",
    "=1+1",
    "e\u{301} is not \u{e9}",
    "فارسی\u{200c}ها",
    "- [ ] a\n- [x] b\n\nend",
    "a \u{2028} separator",
];
/// What only a vendor's own page lets somebody write.
pub const RAW: [&str; 6] = ["log\tof\ttabs\nand\r\nends", "a\u{200d}b\u{fe0f}", "\u{1b}[31mred", "x\u{7}y", "one\rtwo", "  \u{202d}end  "];
pub const TAGS: [&str; 6] = ["vip", "night shift", "a,b", "tab\there", "join\u{200d}er", "Vip"];

pub struct Sitting<'a> {
    pub house: &'a House,
    pub desk: Option<Desk<'a>>,
    pub book: Book,
    pub offline: bool,
    /// Vendors whose rights are gone.
    pub shut: [bool; 3],
    /// Those that were gone when the vendor was last read.
    pub refused: [bool; 3],
    /// Cases known to the list when it was left: none of them is lost over a restart.
    pub known: Vec<Name>,
    pub pinned: BTreeMap<Name, bool>,
}

pub fn source(vendor: Vendor) -> SourceId {
    SourceId(vendor as u8)
}

pub fn id(name: &Name) -> CaseId {
    CaseId { source: source(name.0), id: name.1.as_str().into() }
}

pub fn name(case: &CaseId) -> Name {
    (Vendor::ALL[usize::from(case.source.0)], case.id.to_string())
}

impl Drop for Sitting<'_> {
    fn drop(&mut self) {
        // The judge has spoken; what nobody acknowledged is no finding of its own.
        if let Some(desk) = &mut self.desk {
            desk.acknowledge_all();
        }
    }
}

/// Everything that is on its way, alone or in a bulk change.
pub fn entries(app: &App) -> impl Iterator<Item = &OutboxEntry> {
    let together = app.model.batches.iter().flat_map(caseload::tui::screens::batch::Sent::listed);
    app.model.outbox.iter().chain(together).map(|queued| &queued.entry)
}

/// Nothing of it moves until a person, a vendor or a clock does something.
pub fn is_at_rest(entry: &OutboxEntry, offline: bool) -> bool {
    match &entry.progress {
        Progress::Queued | Progress::Sent => offline || entry.is_held || entry.delayed_by.is_some(),
        // Another process may have left it so.
        Progress::Sending { .. } => offline || entry.delayed_by.is_some(),
        _ => true,
    }
}

impl<'a> Sitting<'a> {
    pub fn new(house: &'a House) -> Self {
        let mut sitting = Self {
            house,
            desk: None,
            book: Book::new(&house.demo),
            offline: false,
            shut: [false; 3],
            refused: [false; 3],
            known: Vec::new(),
            pinned: BTreeMap::new(),
        };
        sitting.open();
        sitting.arrive();
        sitting
    }

    pub fn desk(&mut self) -> &mut Desk<'a> {
        self.desk.as_mut().unwrap()
    }

    pub fn app(&self) -> &App {
        self.desk.as_ref().unwrap().app()
    }

    pub fn shown(&self) -> String {
        self.desk.as_ref().map(Desk::shown).unwrap_or_default()
    }

    pub fn open(&mut self) {
        let mut desk = if self.offline { self.house.sit_offline() } else { self.house.sit() };
        desk.set(|app| {
            app.model.send_delay_ms = 0;
            app.model.macros = macros();
        });
        self.desk = Some(desk);
        self.book.spend(0);
    }

    /// Everything has been read at the start of a sitting, as far as it can be.
    fn arrive(&mut self) {
        self.rest();
        self.refused = if self.offline { [false; 3] } else { self.shut };
    }

    /// Waits until nothing is asked, read or sent any more.
    pub fn rest(&mut self) {
        // A case that a command has found gone is not on disk any more.
        let (offline, known) = (self.offline, self.known.iter().filter(|name| self.is_there(name)).count());
        let is_read = |app: &App| {
            app.model.sources.iter().all(|source| {
                source.state.phase == Phase::Idle
                    && (source.state.fault.is_some() || matches!(source.state.coverage, Coverage::Full { .. }))
            })
        };
        let is_sent = |app: &App| entries(app).all(|entry| is_at_rest(entry, offline || app.model.is_offline(&app.cx)));
        let desk = self.desk();
        desk.until("everything is read and sent", |app| {
            let is_here = app.model.unsent_told() != "?" && if offline { app.model.list.known() >= known } else { is_read(app) };
            is_here && app.cx.is_idle() && is_sent(app)
        });
        desk.settle();
    }

    /// The list with nothing over it.
    pub fn home(&mut self) {
        for _ in 0..12 {
            let app = self.app();
            if app.cx.overlays.is_empty() && app.panes.focus == Pane::List && app.cx.keys.written().is_empty() {
                return;
            }
            self.desk().later(AFTER_MS, "<esc>");
        }
        assert!(self.app().cx.overlays.is_empty(), "Esc does not lead back to the list:\n{}", self.shown());
    }

    /// The cursor on some row of the list; the case it is on.
    pub fn go(&mut self, row: u32) -> Option<Name> {
        self.home();
        let rows = self.app().model.list.order().len();
        let at = (row as usize).checked_rem(rows)?;
        self.desk().press("Home");
        if at > 0 {
            let keys: Vec<String> = at.to_string().chars().map(String::from).collect();
            self.desk().press(&format!("{} j", keys.join(" ")));
        }
        self.case_at_cursor()
    }

    pub fn case_at_cursor(&self) -> Option<Name> {
        let app = self.app();
        let row = app.model.list.row(app.model.list.cursor()?)?;
        Some((Vendor::ALL[usize::from(row.source.0)], row.id.to_owned()))
    }

    pub fn step(&mut self, step: &Step) -> Verdict {
        match step {
            Step::Walk(keys) => {
                for key in keys {
                    self.desk().press(key);
                    self.see();
                }
            }
            Step::Filter(which) => {
                self.home();
                let text = self.asked(*which).text;
                self.desk().press("Ctrl-x").press("/").paste(&text).press("<enter>");
            }
            Step::View(number) => {
                self.home();
                self.desk().press(&format!("g {number}"));
            }
            Step::Refresh => {
                self.home();
                self.refresh();
            }
            Step::Admit => {
                self.home();
                self.desk().press("r");
            }
            Step::Do { row, verb, choice, yes } => self.act(*row, *verb, *choice, *yes)?,
            Step::Comment { row, text, send } => self.comment(*row, *text, *send)?,
            Step::Append { row, title, text, send } => self.append(*row, *title, *text, *send)?,
            Step::Undo => self.undo("u")?,
            Step::Redo => self.undo("U")?,
            Step::Pin { row } => self.pin(*row),
            Step::Snooze { row, choice } => self.snooze(*row, *choice),
            Step::Bulk { rows, choice } => self.bulk(*rows, *choice)?,
            Step::Colleague { vendor: at, case, deed, value } => self.colleague(vendor(*at), *case, *deed, *value),
            Step::Trouble { vendor: at, harm } => self.trouble(vendor(*at), *harm),
            Step::Outbox { retry } => self.settle_outbox(*retry)?,
            Step::Later { ms } => {
                self.desk().later(*ms, "");
            }
            Step::Restart { offline, cut } => self.restart(*offline, *cut, None)?,
            Step::Hasty { row, verb, choice } => self.restart(false, false, Some((*row, *verb, *choice)))?,
            Step::Macro { row, which } => self.run_macro(*row, *which)?,
            Step::Triage(choices) => self.triage(choices)?,
            Step::Decide { theirs } => self.decide(*theirs),
            Step::Command { vendor: at, case, field, value } => self.command(vendor(*at), *case, *field, *value)?,
            Step::List { filter } => self.list(*filter)?,
            Step::Editor { row, text, send } => self.edit_whole(*row, *text, *send)?,
            Step::Killed { vendor: at, case, field, value, at: step } => self.kill(vendor(*at), *case, (*field, *value), *step)?,
            Step::Clock { by_s } => {
                self.house.wall.set(SignedDuration::from_secs(*by_s));
                self.desk().later(0, "");
            }
        }
        self.judge()
    }

    /// Everything is mended, sent and read; then nothing is missing.
    pub fn end(mut self) -> Verdict {
        for vendor in Vendor::ALL {
            self.trouble(vendor, Harm::Mended);
        }
        self.restart(false, false, None)?;
        self.judge()?;
        self.home();
        self.refresh();
        self.settle_outbox(true)?;
        self.judge()?;
        self.leave();
        Ok(())
    }

    pub fn leave(&mut self) {
        self.desk().acknowledge_all();
        let (_, at_exit) = self.desk.take().unwrap().leave();
        assert!(at_exit.is_empty(), "said on the way out: {at_exit:?}");
    }

    /// Reads every source completely; what its list had is known from here on.
    pub fn refresh(&mut self) {
        let before = self.book.moved.clone();
        let read_at = |app: &App, vendor: Vendor| match app.model.sources[vendor as usize].state.coverage {
            Coverage::Full { at, .. } => Some(at),
            _ => None,
        };
        let earlier = Vendor::ALL.map(|vendor| read_at(self.app(), vendor));
        self.desk().press("R");
        self.rest();
        self.desk().press("r");
        self.rest();
        let is_read = |vendor: Vendor| {
            let at = read_at(self.app(), vendor);
            self.app().model.sources[vendor as usize].state.fault.is_none() && at.is_some() && at != earlier[vendor as usize]
        };
        let read: Vec<bool> = Vendor::ALL.into_iter().map(is_read).collect();
        if !self.offline {
            self.book.moved.retain(|name| !(read[name.0 as usize] && before.contains(name)));
            self.refused = self.shut;
        }
    }

    pub fn asked(&self, which: u32) -> Asked {
        let tags: Vec<&String> = self.book.world.values().flat_map(|truth| &truth.tags).filter(|tag| tag.is_ascii()).collect();
        let tag = tags.first().map_or("none", |tag| tag.as_str());
        let mut all = filters(tag);
        all.swap_remove(which as usize % all.len())
    }

    pub fn colleague(&mut self, vendor: Vendor, case: u32, deed: Deed, value: u32) {
        let ids = self.house.demo.ids(vendor);
        let Some(at) = (case as usize).checked_rem(ids.len()) else { return };
        let id = ids[at].clone();
        let texts: Vec<&str> = TEXTS.iter().chain(&RAW).copied().collect();
        let text = texts[value as usize % texts.len()].to_owned();
        let edit = |field: &str, value: String| Act::Edit { vendor, id: id.clone(), field: field.into(), value };
        let pick = |of: &[&str]| of[value as usize % of.len()].to_owned();
        let act = match deed {
            Deed::Title => edit("title", format!("Seen: {text}")),
            Deed::Description => edit("description", format!("First line\n{text}")),
            Deed::Status => match vendor {
                Vendor::Datadog => edit("status", pick(&["In Progress", "Closed", "Open"])),
                Vendor::Tines => edit("status", pick(&["Investigating", "Done", "To do", "False positive"])),
                Vendor::ServerOps => edit("status", pick(&["closed", "open", "archived"])),
            },
            Deed::Priority if vendor == Vendor::Datadog => edit("priority", pick(&["P1", "P2", "P4", "NOT_DEFINED"])),
            Deed::Priority => edit("priority", pick(&["CRITICAL", "HIGH", "LOW"])),
            Deed::Assignee => edit("assignee", pick(&[ME, "", "jonas.weber@northwind.example"])),
            Deed::Tag if vendor == Vendor::Datadog => edit("attribute zone", pick(&TAGS)),
            Deed::Tag => edit(if value.is_multiple_of(3) { "remove_tag" } else { "add_tag" }, pick(&TAGS)),
            Deed::Comment => Act::Comment { vendor, id: id.clone(), text },
            Deed::Arrive => Act::Arrive { vendor },
            Deed::Remove => Act::Remove { vendor, id: id.clone() },
        };
        // What a vendor refuses (a condition, a field it has not) simply does not happen.
        drop(self.house.demo.act(act));
        self.book.colleague(&self.house.demo, (vendor, id));
    }

    pub fn trouble(&mut self, vendor: Vendor, harm: Harm) {
        let fail =
            |method: &str, status, times| Act::FailNext { vendor, method: method.into(), path_contains: String::new(), status, times };
        let change = match vendor {
            Vendor::Datadog => "POST",
            Vendor::Tines => "PUT",
            Vendor::ServerOps => "PATCH",
        };
        let act = match harm {
            Harm::Reading(status) => fail("GET", status, 1),
            Harm::Change(status) => fail(change, status, 1),
            Harm::LostAnswer => Act::CutNext { vendor, method: change.into(), path_contains: String::new(), when: Cut::AfterRead },
            Harm::Shut => {
                self.shut[vendor as usize] = true;
                fail("", 403, ALWAYS)
            }
            Harm::Mended => {
                self.shut[vendor as usize] = false;
                Act::Mend { vendor }
            }
        };
        self.house.demo.act(act).unwrap();
    }

    /// What waits for a person is tried again; what waits even then is given up.
    pub fn settle_outbox(&mut self, retry: bool) -> Verdict {
        self.home();
        self.desk().press("g o");
        if !matches!(self.app().cx.overlays.last(), Some(Overlay::Outbox(_))) {
            return Ok(());
        }
        if retry {
            let count = self.app().model.outbox.len();
            for _ in 0..count {
                // What waits behind another is for that one's decision; sent ahead, it is another order of calls.
                let is_behind = match self.app().cx.overlays.last() {
                    Some(Overlay::Outbox(pane)) => {
                        self.app().model.outbox.get(pane.at(&self.app().model.outbox)).is_some_and(|queued| queued.entry.is_behind())
                    }
                    _ => false,
                };
                if !is_behind {
                    self.desk().press("r");
                }
                self.desk().press("j");
            }
            self.desk().press("F");
            self.rest();
        } else {
            let before: Vec<OutboxEntry> = entries(self.app()).cloned().collect();
            self.desk().press("d").later(AFTER_MS, "y");
            self.rest();
            self.give_up_what_left(&before)?;
        }
        self.home();
        Ok(())
    }

    /// Ends the sitting and begins another; in haste, acts before anything has been read again.
    pub fn restart(&mut self, offline: bool, cut: bool, haste: Option<(u32, Verb, u32)>) -> Verdict {
        self.home();
        // What was typed is on disk within a second.
        self.desk().later(1_000, "");
        self.rest();
        self.judge()?;
        self.known = self.names();
        if cut {
            self.house.cut_power();
        }
        self.leave();
        self.offline = offline;
        self.open();
        if let Some((row, verb, choice)) = haste {
            self.act(row, verb, choice, true)?;
        }
        self.arrive();
        let known = self.names();
        let lost: Vec<_> = self.known.iter().filter(|name| !known.contains(name) && self.is_there(name)).collect();
        if lost.is_empty() { Ok(()) } else { Err(format!("lost over a restart: {lost:?}")) }
    }

    /// Its vendor lists it, and has done so since it was read.
    pub fn is_there(&self, name: &Name) -> bool {
        self.book.truth(name).is_some_and(|truth| truth.is_listed)
    }

    pub fn names(&self) -> Vec<Name> {
        self.app().model.list.find_all(|_| true).into_iter().map(|(_, case, _)| name(&case)).collect()
    }

    /// One change on the command line, while the workbench is open.
    pub fn command(&mut self, vendor: Vendor, case: u32, field: u8, value: u32) -> Verdict {
        let Some(told) = self.set_by_command(vendor, case, (field, value), &[])? else { return Ok(()) };
        let Told { case, wish, output, is_saved } = told;
        let is_open = self.book.orders.last().is_some_and(|order| order.fate == Fate::Open);
        if is_open && !is_saved && output.status.code() == Some(0) && !matches!(wish, Wish::Some(_)) {
            return Err(format!("an edit of {case:?} ended with 0, and nothing came of {wish:?}\n{}", words(&output)));
        }
        if is_open && !is_saved {
            // It was refused, and said so.
            self.book.give_up_last(&case, &wish);
        }
        Ok(())
    }

    /// A command that is killed: what it had saved is sent by the workbench, or waits for the person; what it had not, it had
    /// not promised. What it was just saving may be on disk, and be seen only after a restart.
    pub fn kill(&mut self, vendor: Vendor, case: u32, (field, value): (u8, u32), step: u8) -> Verdict {
        let step = step.to_string();
        let told = self.set_by_command(vendor, case, (field, value), &[("CASELOAD_CRASH", &step)])?;
        if let Some(told) = told.filter(|told| !told.is_saved) {
            self.book.doubt_last(&told.case, &told.wish);
        }
        Ok(())
    }

    /// Orders one change on the command line, and waits until the workbench has done with what it left.
    fn set_by_command(
        &mut self,
        vendor: Vendor,
        case: u32,
        (field, value): (u8, u32),
        environment: &[(&str, &str)],
    ) -> Result<Option<Told>, String> {
        let ids = self.house.demo.ids(vendor);
        let Some(at) = (case as usize).checked_rem(ids.len()) else { return Ok(None) };
        let case = (vendor, ids[at].clone());
        let (assignment, wish) = self.assigned(&case, field, value);
        let first = self.book.orders.len();
        self.book.ordered(&case, wish.clone());
        self.book.spend(first);
        // The workbench learns of it with its next reading.
        self.book.moved.insert(case.clone());
        let reference = format!("{}:{}", vendor.name(), case.1);
        let earlier = self.on_disk(&case);
        let output = self.house.run_with(&["edit", &reference, "--set", &assignment, "--yes"], environment);
        if std::env::var_os("CASELOAD_TRACE").is_some() {
            eprintln!("    $ edit {reference} --set {assignment}: {}", words(&output));
        }
        let is_saved = self.hear_of(&case, &wish, &earlier);
        self.rest();
        self.book.compare(&self.house.demo)?;
        Ok(Some(Told { case, wish, output, is_saved }))
    }

    /// An assignment of the command line, and what it means.
    fn assigned(&self, case: &Name, field: u8, value: u32) -> (String, Wish) {
        let text = TEXTS[value as usize % TEXTS.len()];
        let is_open = self.book.truth(case).is_some_and(|truth| truth.is_open);
        // Of one that is open already, begun or escalated, another open status may come, and nothing of it shows in its state.
        let state = |open: bool| if open == is_open { Wish::Some(Field::Status) } else { Wish::Open(open) };
        match field {
            0 => (format!("title=Now {value}"), Wish::Set(Field::Title, vec![format!("Now {value}")])),
            1 => (format!("description={text}"), Wish::Set(Field::Description, vec![text.into()])),
            2 => (format!("comment={text}"), Wish::Comment(text.into())),
            3 => ("status=closed".into(), state(false)),
            _ => ("status=open".into(), state(true)),
        }
    }

    /// What waits for a case, as any process reads it.
    fn on_disk(&self, case: &Name) -> Vec<OutboxEntry> {
        let mut store = Store::open(&self.house.data(), Access::ReadOnly).unwrap();
        store.sources(&Vendor::ALL.map(Vendor::name)).unwrap();
        let mut left = store.outbox_of(&id(case)).unwrap();
        left.retain(|entry| !entry.progress.is_settled());
        left
    }

    /// What a command has left in the outbox is told by the workbench a moment later. False: it left nothing of this wish;
    /// the case may have others on their way, of the same field, too.
    fn hear_of(&mut self, case: &Name, wish: &Wish, earlier: &[OutboxEntry]) -> bool {
        let left = self.on_disk(case);
        if !left.is_empty() {
            let mut desk = self.desk.take().unwrap();
            let is_known = |app: &App| self.on_disk(case).iter().all(|left| entries(app).any(|entry| entry.id == left.id));
            desk.until("the workbench sees what a command has left", is_known);
            self.desk = Some(desk);
        }
        let is_new = |entry: &&OutboxEntry| earlier.iter().all(|known| known.id != entry.id);
        left.iter().filter(is_new).flat_map(|entry| wishes_of(case.0, &entry.edit.changes)).any(|left| match wish {
            Wish::Comment(_) => left == *wish,
            _ => left.field() == wish.field(),
        })
    }

    pub fn queued(&self, case: &Name) -> bool {
        entries(self.app()).any(|entry| entry.edit.case == id(case) && !entry.progress.is_settled())
    }

    /// The list on the command line: with exit code 0 it is the truth.
    pub fn list(&mut self, which: u32) -> Verdict {
        let asked = self.asked(which);
        let output = self.house.run(&["list", &asked.text, "--json", "--full"]);
        self.rest();
        if output.status.code() != Some(0) {
            return Ok(());
        }
        let rows: Vec<serde_json::Value> =
            serde_json::from_slice(&output.stdout).map_err(|why| format!("list {:?} --json: {why}\n{}", asked.text, words(&output)))?;
        let named: Vec<Name> =
            rows.iter().filter_map(|row| Some((row["source"].as_str()?.parse().ok()?, row["id"].as_str()?.to_owned()))).collect();
        let is_archived = |case: &Name, truth: &Truth| case.0 == Vendor::Datadog && !truth.is_listed;
        for (case, truth) in self.book.world.iter().filter(|(case, truth)| !self.is_own(case) && !is_archived(case, truth)) {
            let Some(holds) = (asked.holds)(truth) else { continue };
            if (holds && truth.is_listed) != named.contains(case) {
                return Err(format!("list {:?} with exit code 0: {case:?} {} there", asked.text, if holds { "is not" } else { "is" }));
            }
        }
        Ok(())
    }

    /// The person's own wishes are in it, or it sleeps: the list is not only its vendor's.
    pub fn is_own(&self, case: &Name) -> bool {
        self.queued(case) || self.aside(case).is_some_and(|aside| aside.snooze.is_some())
    }

    pub fn judge(&mut self) -> Verdict {
        self.rest();
        let said = self.desk().acknowledge_all();
        if let Some(broken) = said.iter().find(|text| text.contains("stopped unexpectedly") || text.contains("have stopped; restart")) {
            return Err(broken.clone());
        }
        if let Err(why) = self.book.compare(&self.house.demo) {
            return Err(format!("{why}; said was {:?}", self.said()));
        }
        let waiting = entries(self.app()).filter(|entry| !entry.progress.is_settled()).map(|entry| &entry.edit);
        let waiting = waiting.map(|edit| (name(&edit.case), wishes_of(name(&edit.case).0, &edit.changes)));
        let waiting = waiting.flat_map(|(case, wishes)| wishes.into_iter().map(move |wish| (case.clone(), wish))).collect();
        self.book.waiting = waiting;
        self.book.chain();
        self.book.unite();
        self.judge_orders()?;
        self.judge_typed()?;
        self.judge_shown()
    }

    /// What was confirmed is at its vendor, or waits where the person sees it.
    pub fn judge_orders(&self) -> Verdict {
        let is_lost = |order: &&Order| !self.queued(&order.case) && !matches!(order.wish, Wish::Some(_)) && !self.book.is_overtaken(order);
        match self.book.open_orders().find(is_lost) {
            None => Ok(()),
            Some(order) => Err(format!(
                "{:?} was confirmed for {:?}, is not at the vendor, and does not wait; its case is {:?}, said was {:?}",
                order.wish,
                order.case,
                self.book.truth(&order.case).map(|truth| order.wish.field().of(truth)),
                self.said()
            )),
        }
    }

    /// What was said last and what waits, in a line.
    pub fn traced(&self) -> String {
        let said = self.said();
        let waits = entries(self.app()).map(|entry| format!("{} {:?} {:?}", entry.edit.case.id, entry.progress, entry.edit.changes));
        format!("{:?} | {:?}", &said[said.len().saturating_sub(4)..], waits.collect::<Vec<_>>())
    }

    pub fn said(&self) -> Vec<&str> {
        self.app().cx.notices.iter().map(|notice| notice.text.as_str()).collect()
    }

    pub fn judge_typed(&self) -> Verdict {
        for (case, text) in &self.book.typed {
            let draft = self.app().model.kept.get(&id(case));
            let is_it = |value: &Value| matches!(value, Value::Text(kept) if self.book.is_offered(case, kept, text));
            let holds = draft.is_some_and(|draft| draft.values.iter().any(|(_, value)| is_it(value)));
            if !holds {
                return Err(format!("{text:?} was typed for {case:?} and is not kept: {draft:?}"));
            }
        }
        for (case, pinned) in &self.pinned {
            let is_pinned = self.aside(case).is_some_and(|aside| aside.is_pinned);
            if is_pinned != *pinned && self.is_there(case) {
                return Err(format!("{case:?} was pinned: {pinned}, is: {is_pinned}"));
            }
        }
        Ok(())
    }
}

/// What became of a change on the command line.
struct Told {
    case: Name,
    wish: Wish,
    output: Output,
    /// It was in the outbox when the command had ended.
    is_saved: bool,
}

pub fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
