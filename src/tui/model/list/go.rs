//! Moving the cursor.

use crate::domain::case::Rid;
use crate::tui::model::list::List;

impl List {
    /// A key was pressed: what is on the screen now stays where it is.
    pub fn touch(&mut self) {
        if !self.touched {
            self.lay_in();
            self.touched = true;
        }
    }

    pub fn down(&mut self, rows: usize) {
        self.go(self.at.saturating_add(rows));
    }

    pub fn up(&mut self, rows: usize) {
        self.go(self.at.saturating_sub(rows));
    }

    /// To a case, when it is in the list; a fold that hides it opens.
    pub fn go_to(&mut self, rid: Rid) -> bool {
        self.reveal(rid);
        let found = self.order.iter().position(|known| *known == rid);
        if let Some(at) = found {
            self.go(at);
        }
        found.is_some()
    }

    /// To the next row in this direction that `fits`, also out of a fold; false: there is none.
    pub fn go_where(&mut self, forward: bool, fits: impl Fn(&Self, Rid) -> bool) -> bool {
        let Some(cursor) = self.cursor else { return false };
        let rows = self.rows();
        let at = if self.arrangement.is_some() { rows.iter().position(|rid| *rid == cursor).unwrap_or(0) } else { self.at };
        let fits = |at: &usize| fits(self, rows[*at]);
        let found = if forward { (at + 1..rows.len()).find(fits) } else { (0..at.min(rows.len())).rev().find(fits) };
        found.map(|at| rows[at]).is_some_and(|rid| self.go_to(rid))
    }

    /// To the next row in this direction that changed; false: there is none.
    pub fn go_unseen(&mut self, forward: bool) -> bool {
        self.go_where(forward, Self::is_unseen)
    }

    /// The first row, from the top.
    pub fn to_top(&mut self) {
        self.go(0);
        self.top = 0;
    }
}
