//! What the screen's state asks of the world. Plain data, carried out by the runtime.

use crate::config::{View, ViewChange};
use crate::domain::case::{Rid, Vendor};
use crate::domain::opened::Opened;
use crate::protocol::{Order, Ticket};
use crate::tui::model::alarm::Alarm;

#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// To the worker, without waiting. When it cannot be taken, the runtime answers with a `Report::Done` that holds
    /// the fault, so that the ticket closes all the same.
    Send(Ticket, Order),
    /// To the clipboard; `what` names it for the notice: "key SEC-882".
    Copy {
        text: String,
        what: String,
    },
    /// Open in the person's browser; the runtime refuses anything but http and https.
    Browse(String),
    /// Give the terminal to the person's editor with the text of this; [`crate::tui::io::message::Message::Edited`] brings it back.
    Edit(About),
    /// As [`Self::Send`], with the terminal given away until the ticket is closed: what the order starts may ask on it.
    Lend(Ticket, Order),
    /// Into the configuration file; [`crate::tui::io::message::Message::Views`] says how it went.
    ChangeViews {
        change: ViewChange,
        /// The view that it replaces or removes, as it is known here.
        known: Option<View>,
    },
    /// Into the configuration file: this source of Tines is read by v2 from the next start on. The runtime says how it went.
    UseV2(String),
    /// For the next sitting: the view that is on, a filter that was used.
    Remember {
        view: Option<String>,
        filter: Option<String>,
    },
    Bell,
    /// Clocks run out: bell, desktop and command, as the person has set them.
    Ring(Vec<Alarm>),
    /// Write a file that is not there yet; `what` names its content for the notice.
    Export {
        file: String,
        text: Vec<u8>,
        what: String,
    },
    /// Give the terminal back and stop, as Ctrl-z does everywhere.
    Suspend,
    /// Paint every cell again.
    Redraw,
    /// Print this on the ordinary screen once the program has ended.
    PrintAtExit(String),
    /// First run: write a commented configuration, with one source of this vendor ready to be filled in or none.
    /// The runtime says where it is (`Message::Said`) and quits.
    WriteConfig(Option<Vendor>),
    /// First run: start the embedded vendors and begin again with them.
    StartDemo,
    /// Write a recorded macro behind the end of the configuration; it is TOML. The runtime says where, or why not.
    KeepMacro(String),
    Quit,
}

/// What an editor was opened for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    pub rid: Rid,
    pub opened: Opened,
}
