//! Writing the rows in sight to a file, or to the clipboard.

use crate::app::App;
use crate::app::effect::Effect;
use crate::app::export::{Format, Line, MAX_FROM_INSIDE, SourceStamp, Stamp, write};
use crate::app::notice::Grade;
use crate::app::sources::Source;
use crate::domain::count::count;

impl App {
    /// Writes all that the filter leaves, folded or not, in the order of the list, to a file that is not there yet.
    pub(in crate::app) fn export(&mut self, format: Format, file: Option<&str>) {
        let lines: Vec<_> = self.model.list.left().collect();
        if lines.is_empty() {
            self.cx.say(Grade::Info, "nothing to export: the list is empty");
            return;
        }
        if lines.len() > MAX_FROM_INSIDE {
            self.cx.say(
                Grade::Info,
                format!("{} are too many to export from inside; `caseload export` takes them", count(lines.len(), "case")),
            );
            return;
        }
        let stamp = self.stamp();
        let mut text = Vec::new();
        let lines = lines
            .into_iter()
            .filter_map(|rid| Some(Line { seen: self.model.list.row(rid)?, is_local: self.model.list.is_local_clock(rid) }));
        match write(&mut text, format, &stamp, lines) {
            Ok(cases) => {
                let whole = self.worth(&self.known(), u16::MAX);
                let file =
                    file.map_or_else(|| format!("caseload-{}.{}", self.cx.now.strftime("%Y%m%d-%H%M%S"), format.ending()), str::to_owned);
                self.cx.effects.push(Effect::Export { file, text, what: format!("{}, {whole}", count(cases, "case")) });
            }
            Err(error) => self.cx.say(Grade::Warning, format!("not exported: {error}")),
        }
    }

    fn stamp(&self) -> Stamp {
        let known = self.known();
        let of = |source: &Source| SourceStamp {
            name: source.info.name.clone(),
            vendor: source.info.vendor,
            coverage: SourceStamp::coverage(&known, &source.facts(self.cx.now)),
            read_at: source.rows_at(),
        };
        Stamp {
            exported_at: self.cx.now,
            query: self.model.list.filter().to_owned(),
            complete: known.is_complete(),
            doubts: self.doubts_told(&known),
            sources: self.model.sources.iter().map(of).collect(),
        }
    }
}
