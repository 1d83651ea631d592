//! Writing the rows in sight to a file, or to the clipboard.

use crate::domain::count::count;
use crate::export::{Format, Line, MAX_FROM_INSIDE, SourceStamp, Stamp, write};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::effect::Effect;
use crate::tui::model::Model;
use crate::tui::model::sources::Source;

impl Model {
    /// Writes all that the filter leaves, folded or not, in the order of the list, to a file that is not there yet.
    pub(in crate::tui) fn export(&mut self, format: Format, file: Option<&str>, cx: &mut Cx) {
        let lines: Vec<_> = self.list.left().collect();
        if lines.is_empty() {
            cx.say(Grade::Info, "nothing to export: the list is empty");
            return;
        }
        if lines.len() > MAX_FROM_INSIDE {
            cx.say(Grade::Info, format!("{} are too many to export from inside; `caseload export` takes them", count(lines.len(), "case")));
            return;
        }
        let stamp = self.stamp(cx);
        let mut text = Vec::new();
        let lines = lines.into_iter().filter_map(|rid| Some(Line { seen: self.list.row(rid)?, is_local: self.list.is_local_clock(rid) }));
        match write(&mut text, format, &stamp, lines) {
            Ok(cases) => {
                let whole = self.worth(&self.known(cx), u16::MAX, cx);
                let file = file.map_or_else(|| format!("caseload-{}.{}", cx.now.strftime("%Y%m%d-%H%M%S"), format.ending()), str::to_owned);
                cx.effects.push(Effect::Export { file, text, what: format!("{}, {whole}", count(cases, "case")) });
            }
            Err(error) => cx.say(Grade::Warning, format!("not exported: {error}")),
        }
    }

    fn stamp(&self, cx: &Cx) -> Stamp {
        let known = self.known(cx);
        let of = |source: &Source| SourceStamp {
            name: source.info.name.clone(),
            vendor: source.info.vendor,
            coverage: SourceStamp::coverage(&known, &source.facts(cx.now)),
            read_at: source.rows_at(),
        };
        Stamp {
            exported_at: cx.now,
            query: self.list.filter().to_owned(),
            complete: known.is_complete(),
            doubts: self.doubts_told(&known, cx),
            sources: self.sources.iter().map(of).collect(),
        }
    }
}
