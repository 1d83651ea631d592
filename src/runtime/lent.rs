//! The terminal given away: to the person's editor, or to what asks them for a secret.

use std::path::Path;

use super::surface::Surface;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::opened::Opened;
use crate::protocol::Ticket;
use crate::store::sheets::Sheet;

/// Who has the terminal, and what editors have left.
#[derive(Default)]
pub(super) struct Lent {
    /// Somebody else has it: nothing is painted until it is back.
    is_away: bool,
    /// It is back once this ticket is closed.
    until: Option<Ticket>,
    /// What editors have written, until it is kept elsewhere.
    sheets: Vec<Sheet>,
}

impl Lent {
    pub(super) fn is_away(&self) -> bool {
        self.is_away
    }

    /// Lays the text out under `data` and gives the terminal to the editor that `start` starts on it. An error while it
    /// [`is_away`](Self::is_away): the editor did not start, and the terminal must be taken back.
    pub(super) fn give_to_editor(
        &mut self,
        surface: &mut impl Surface,
        data: Option<&Path>,
        sources: Vec<String>,
        opened: &Opened,
        start: impl FnOnce(&Path) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let Some(data) = data else {
            let words = "the data directory is not open yet, so there is no place for the editor's file";
            return Err(Fault::new(FaultKind::Busy, words));
        };
        let sheet = Sheet::lay(data, sources, opened)
            .map_err(|error| Fault::new(FaultKind::Disk, format!("the editor was not started: {}: {error}", data.display())))?;
        if let Err(error) = surface.lend("") {
            sheet.remove();
            return Err(Fault::new(FaultKind::Busy, format!("the editor was not started: {error}")));
        }
        self.is_away = true;
        match start(sheet.text()) {
            Ok(()) => self.sheets.push(sheet),
            Err(fault) => {
                sheet.remove();
                return Err(fault);
            }
        }
        Ok(())
    }

    /// The editor is back, or was never there; `result`: what it has left.
    pub(super) fn edited<T>(&mut self, result: &Result<T, Fault>) {
        self.is_away = false;
        if result.as_ref().is_err_and(|fault| fault.kind == FaultKind::Disk) {
            // What cannot be read stays where it is.
            self.sheets.pop();
        }
    }

    /// Removes the files of editors that are back. Only once what they said is a draft on disk.
    pub(super) fn put_sheets_away(&mut self) {
        if !self.is_away {
            self.sheets.drain(..).for_each(Sheet::remove);
        }
    }

    /// Gives the terminal to what asks for secrets, until its ticket is closed.
    pub(super) fn give_to_secrets(&mut self, surface: &mut impl Surface, ticket: Ticket) -> Result<(), Fault> {
        surface
            .lend("caseload: fetching secrets anew ...")
            .map_err(|error| Fault::new(FaultKind::Busy, format!("the terminal could not be given away: {error}")))?;
        self.is_away = true;
        self.until = Some(ticket);
        Ok(())
    }

    /// Whether it is back with this ticket.
    pub(super) fn ends_with(&mut self, closed: Ticket) -> bool {
        let ends = self.until == Some(closed);
        if ends {
            (self.is_away, self.until) = (false, None);
        }
        ends
    }
}
