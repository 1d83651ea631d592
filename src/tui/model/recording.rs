//! Steps of a macro that is being recorded.

use crate::domain::case::Case;
use crate::domain::change::Change;
use crate::domain::change_script::{MAX_STEPS, step_of};
use crate::tui::model::Model;

impl Model {
    /// A change was saved: while recording, it is a step.
    pub(in crate::tui) fn note_step(&mut self, case: &Case, changes: &[Change]) {
        let Some(steps) = &mut self.recording else { return };
        for step in changes.iter().flat_map(|change| step_of(change, case)) {
            if steps.len() < MAX_STEPS {
                steps.push(step);
            }
        }
    }
}
