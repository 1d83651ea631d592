//! The terminal given away: to the person's editor, or to what asks them for a secret.

use std::path::Path;

use super::super::editor;
use super::super::surface::Surface;
use super::EventLoop;
use crate::app::effect::About;
use crate::app::message::Message;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;
use crate::protocol::{Order, Report, Ticket};
use crate::store::sheets::Sheet;

impl<S: Surface> EventLoop<S> {
    /// Gives the terminal to the editor; its end comes as a wake.
    pub(super) fn edit(&mut self, about: About) {
        let Some(data) = self.worker.data().map(Path::to_owned) else {
            let fault = Fault::new(FaultKind::Busy, "the data directory is not open yet, so there is no place for the editor's file");
            return self.update(Message::Edited { about, result: Err(fault) });
        };
        let sources = self.app.sources.iter().map(|source| source.card.name.clone()).collect();
        let sheet = match Sheet::lay(&data, sources, &about.opened) {
            Ok(sheet) => sheet,
            Err(error) => {
                let words = format!("the editor was not started: {}: {error}", data.display());
                return self.update(Message::Edited { about, result: Err(Fault::new(FaultKind::Disk, words)) });
            }
        };
        if let Err(error) = self.surface.lend("") {
            sheet.remove();
            let fault = Fault::new(FaultKind::Busy, format!("the editor was not started: {error}"));
            return self.update(Message::Edited { about, result: Err(fault) });
        }
        self.is_lent = true;
        match editor::start(self.editor.clone(), sheet.text(), about.clone(), &self.secret_variables, &self.wakes) {
            Ok(()) => self.sheets.push(sheet),
            Err(fault) => {
                sheet.remove();
                self.edited(about, Err(fault));
            }
        }
    }

    pub(super) fn edited(&mut self, about: About, result: Result<Clean, Fault>) {
        self.is_lent = false;
        if result.as_ref().is_err_and(|fault| fault.kind == FaultKind::Disk) {
            // What cannot be read stays where it is.
            self.sheets.pop();
        }
        let size = self.surface.resume();
        self.update(Message::Edited { about, result });
        self.back_on_screen(size);
    }

    /// Removes the files of editors that are back, once what they said is a draft on disk.
    pub(super) fn put_sheets_away(&mut self) {
        if !self.is_lent && !self.sheets.is_empty() && self.app.has_kept() {
            self.sheets.drain(..).for_each(Sheet::remove);
        }
    }

    /// Gives the terminal to what the order starts, until its ticket is closed.
    pub(super) fn lend(&mut self, ticket: Ticket, order: Order) {
        if let Err(error) = self.surface.lend("caseload: fetching secrets anew ...") {
            let fault = Fault::new(FaultKind::Busy, format!("the terminal could not be given away: {error}"));
            return self.update(Message::Report(Report::Done { ticket, result: Err(fault) }));
        }
        self.is_lent = true;
        self.lent_for = Some(ticket);
        self.send(ticket, order);
    }
}
