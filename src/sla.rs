//! The clocks of one's own rules, laid over the rows of vendors that run none.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::config::{Config, Problem};
use crate::domain::case::{Rid, Row};
use crate::domain::sla::rule::Rule;
use crate::index::{Index, Judge, Verdict};
use crate::query::{
    Asker, Query, {self},
};

/// What the configuration says, ready to be judged; the first rule that fits a case holds.
#[derive(Clone, Debug, Default)]
pub struct Rules(Vec<(Query, Rule)>);

/// Rules whose conditions are made ready for who asks, and when.
pub struct Ready(Vec<(Judge, Rule)>);

impl Rules {
    /// The rules of a configuration, and what of their `when` was not understood: such a rule is left out.
    pub fn new(config: &Config) -> (Self, Vec<Problem>) {
        let hours = config.hours.clone().map(Arc::new);
        let mut problems = Vec::new();
        let mut rules = Vec::new();
        for rule in &config.sla {
            match read_at(&rule.when, &rule.file, rule.line) {
                Ok(query) => {
                    let hours = hours.clone().filter(|_| rule.business_hours);
                    rules.push((query, Rule { respond_s: rule.respond_s, close_s: rule.close_s, hours }));
                }
                Err(problem) => problems.push(problem),
            }
        }
        (Self(rules), problems)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The clock of a row: its vendor's own, else that of the rule that fits.
    pub fn due(&self, row: &Row, asker: &Asker) -> Option<Timestamp> {
        if row.due_at.is_some() || self.is_empty() {
            return row.due_at;
        }
        let mut alone = Index::new();
        self.ready(asker).upsert(&mut alone, Rid(0), row);
        alone.get(Rid(0)).and_then(|seen| Timestamp::from_second(seen.due_at?).ok())
    }

    pub fn ready(&self, asker: &Asker) -> Ready {
        Ready(self.0.iter().map(|(query, rule)| (Index::judge(query, asker), rule.clone())).collect())
    }
}

impl Ready {
    /// Takes a row into the index, with the clock of a rule where its vendor runs none; true: it has one.
    pub fn upsert(&self, index: &mut Index, rid: Rid, row: &Row) -> bool {
        index.upsert(rid, row);
        if row.due_at.is_some() || !row.status.is_open() {
            return false;
        }
        let Some((_, rule)) = self.0.iter().find(|(judge, _)| index.verdict(judge, rid) == Verdict::Yes) else { return false };
        let Some(due) = rule.due(row) else { return false };
        index.upsert(rid, &Row { due_at: Some(due), ..row.clone() });
        true
    }
}

/// Filter text of a line of the configuration.
///
/// # Errors
/// What is wrong with it.
pub fn read_at(text: &str, file: &Path, line: usize) -> Result<Query, Problem> {
    read(text).map_err(|(what, instead)| Problem { file: Some(file.into()), line: Some(line), what, instead })
}

/// Filter text of the configuration: unlike in the bar, all of it must be understood.
///
/// # Errors
/// What is wrong, and what to write instead.
pub fn read(text: &str) -> Result<Query, (String, String)> {
    let parsed = query::parse(text);
    match parsed.problems.first() {
        Some(problem) => {
            let near = problem
                .nearest
                .as_ref()
                .map_or_else(|| "write it as in the filter of the workbench".to_owned(), |near| format!("did you mean `{near}`?"));
            Err((format!("`{text}`: {}", problem.words), near))
        }
        None if parsed.is_half_typed => Err((format!("`{text}` breaks off"), "finish it, or close its quotes and brackets".into())),
        None => Ok(parsed.query),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::config::SlaRule;
    use crate::domain::case::{State, Vendor};
    use crate::domain::sample;
    use crate::domain::text::Clean;

    fn rule(when: &str, close_s: i64) -> SlaRule {
        SlaRule {
            when: when.into(),
            respond_s: None,
            close_s: Some(close_s),
            business_hours: false,
            file: PathBuf::from("c.toml"),
            line: 7,
        }
    }

    fn rules(rules: Vec<SlaRule>) -> (Rules, Vec<Problem>) {
        Rules::new(&Config { sla: rules, ..Config::default() })
    }

    #[test]
    fn the_first_rule_that_fits_holds_and_a_vendors_clock_wins() {
        let (rules, problems) = rules(vec![rule("phish", 600), rule("", 6_000)]);
        assert_eq!(problems, []);
        let mut index = Index::new();
        let mut row = sample::case(Vendor::Datadog, 1).row;
        row.status.state = Some(State::Open);
        (row.title, row.due_at) = (Clean::line("Phish of the day"), None);
        let opened = row.created_at.unwrap().as_second();
        let due = |index: &Index| index.get(Rid(1)).unwrap().due_at.map(|due| due - opened);
        let rules = rules.ready(&Asker::default());
        assert!(rules.upsert(&mut index, Rid(1), &row));
        assert_eq!(due(&index), Some(600));
        row.title = Clean::line("A storm");
        assert!(rules.upsert(&mut index, Rid(1), &row));
        assert_eq!(due(&index), Some(6_000));
        row.due_at = row.created_at;
        assert!(!rules.upsert(&mut index, Rid(1), &row), "the vendor's own");
        assert_eq!(due(&index), Some(0));
        (row.due_at, row.status.state) = (None, Some(State::Closed));
        assert!(!rules.upsert(&mut index, Rid(1), &row), "nothing runs on a closed case");
        assert_eq!(due(&index), None);
    }

    #[test]
    fn a_rule_that_is_not_understood_is_left_out_and_named() {
        let (rules, problems) = rules(vec![rule("prioritty:high", 600), rule("phish", 600)]);
        assert_eq!((rules.0.len(), problems.len()), (1, 1));
        assert_eq!((problems[0].line, problems[0].instead.as_str()), (Some(7), "did you mean `priority:`?"));
    }
}
