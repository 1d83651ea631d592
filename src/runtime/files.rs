//! What the screen writes beside the worker: views into the configuration, and what the next sitting should remember.
//! One thread, so that changes land in the order in which they were made and no key waits for a disk.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use super::wake::{Inbox, Wake};
use crate::config::recall::remember;
use crate::config::rewrite::change_views;
use crate::config::{Problems, View, ViewChange, append, use_tines_v2};
use crate::tui::cx::notice::Grade;
use crate::tui::io::message::Message;

/// Writes that may wait; a person makes no more while a disk stalls.
const MAX_WAITING: usize = 64;
/// While the last writes are waited for, the loop's full channel is looked after this often.
const LOOK_AFTER: Duration = Duration::from_millis(5);

/// Where things are written; None: nowhere, they last as long as the sitting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// The configuration file.
    pub config: Option<PathBuf>,
    /// The data directory.
    pub data: Option<PathBuf>,
}

enum Write {
    Views(ViewChange, Option<View>),
    /// The name of a source that is read by v2 of its API.
    UseV2(String),
    /// A recorded macro, as TOML.
    Macro(String),
    Remember {
        view: Option<String>,
        filter: Option<String>,
    },
}

/// The writing thread's end of the loop. Finishing waits for what is on its way.
pub(super) struct Files {
    writes: SyncSender<Write>,
    /// Closes when the thread has ended.
    ended: Receiver<()>,
}

impl Files {
    pub(super) fn start(paths: Paths, wakes: &SyncSender<Wake>) -> Option<Self> {
        let (writes, inbox) = sync_channel(MAX_WAITING);
        let (ending, ended) = sync_channel::<()>(1);
        let wakes = wakes.clone();
        let work = move || {
            // Dropped with the thread, however that ends.
            let _ending = ending;
            for write in inbox {
                let told = match write {
                    Write::Views(change, known) => Some(views(&paths, change, known.as_ref())),
                    Write::UseV2(name) => Some(use_v2(&paths, &name)),
                    Write::Macro(text) => keep_macro(&paths, &text),
                    Write::Remember { view, filter } => memory(&paths, view.as_deref(), filter.as_deref()),
                };
                if let Some(told) = told {
                    // The loop has ended meanwhile; what was written is written.
                    let _ = wakes.send(told);
                }
            }
        };
        thread::Builder::new().name("files".into()).spawn(work).ok()?;
        Some(Self { writes, ended })
    }

    /// False: too much is waiting already.
    pub(super) fn change_views(&self, change: ViewChange, known: Option<View>) -> bool {
        self.writes.try_send(Write::Views(change, known)).is_ok()
    }

    /// False: too much is waiting already.
    pub(super) fn use_v2(&self, name: String) -> bool {
        self.writes.try_send(Write::UseV2(name)).is_ok()
    }

    /// False: too much is waiting already.
    pub(super) fn keep_macro(&self, text: String) -> bool {
        self.writes.try_send(Write::Macro(text)).is_ok()
    }

    /// What cannot be taken is forgotten: it is a convenience.
    pub(super) fn remember(&self, view: Option<String>, filter: Option<String>) {
        let _ = self.writes.try_send(Write::Remember { view, filter });
    }

    /// Waits for the last write. Nobody listens to `inbox` any more, so it must not hold the writer up.
    pub(super) fn finish(self, inbox: &Inbox) {
        drop(self.writes);
        while self.ended.recv_timeout(LOOK_AFTER) == Err(RecvTimeoutError::Timeout) {
            // Whatever it is, the sitting is over.
            let _ = inbox.try_recv();
        }
    }
}

fn views(paths: &Paths, change: ViewChange, known: Option<&View>) -> Wake {
    let result = match &paths.config {
        Some(path) => change_views(path, &change, known).map_err(|problems| one_line(&problems)),
        None => Err("there is no configuration file".into()),
    };
    Wake::Message(Message::Views { change, result })
}

fn use_v2(paths: &Paths, name: &str) -> Wake {
    let Some(path) = &paths.config else { return Wake::Said(Grade::Warning, "there is no configuration file here".into()) };
    match use_tines_v2(path, name) {
        Ok(()) => Wake::Said(Grade::Good, format!("api_version = \"v2\" is written for {name}; start caseload anew to read it so")),
        Err(problems) => Wake::Said(Grade::Warning, format!("not written: {}", one_line(&problems))),
    }
}

fn keep_macro(paths: &Paths, text: &str) -> Option<Wake> {
    let words = match &paths.config {
        None => "there is no configuration file here: the macro is there until you quit".to_owned(),
        Some(path) => match append(path, text) {
            Ok(()) => return None,
            Err(problem) => format!("the macro is there until you quit, but was not written: {problem}"),
        },
    };
    Some(Wake::Said(Grade::Warning, words))
}

fn one_line(problems: &Problems) -> String {
    problems.to_string().lines().map(str::trim).collect::<Vec<_>>().join("; ")
}

fn memory(paths: &Paths, view: Option<&str>, filter: Option<&str>) -> Option<Wake> {
    let error = remember(paths.data.as_deref()?, view, filter).err()?;
    Some(Wake::Said(Grade::Warning, format!("the next start will not know this filter and view: {error}")))
}
