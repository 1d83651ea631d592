//! Floor 4: paints `&App` and says where it painted. Decides nothing.

use ratatui::Frame;

use crate::app::App;
use crate::app::layout::Areas;

/// Paints the whole state and returns where everything is.
pub fn draw(frame: &mut Frame, app: &App) -> Areas {
    let areas = app.areas();
    frame.render_widget("caseload", frame.area());
    areas
}
