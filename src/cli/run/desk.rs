//! What is on disk of a run's sources: the cases that a query finds there, and each of them whole.

use jiff::Timestamp;
use rustc_hash::FxHashSet;
use serde::de::DeserializeOwned;

use crate::cli::print::table::age;
use crate::cli::run::answers::Answers;
use crate::cli::run::asked;
use crate::cli::run::own::Own;
use crate::cli::run::scope::Scope;
use crate::cli::run::stop::{Stop, note};
use crate::config::Config;
use crate::domain::case::{Case, Rid, SourceId};
use crate::domain::directory::Directory;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::record::Slice;
use crate::export::item::Due;
use crate::index::{Deep, Flags, Index, Parts, SortBy, SortKey};
use crate::query::{
    Asker, Query, {self},
};
use crate::sla::Rules;
use crate::store::{Access, Depth, Mark, Part, Store};
use crate::sync::{
    SourceSetup, {self},
};

/// Rows taken from disk at a time.
const CHUNK_ROWS: usize = 4_096;

/// What a query finds.
pub(in crate::cli) struct Found {
    pub(in crate::cli) index: Index,
    /// In order, cut to the limit.
    pub(in crate::cli) rids: Vec<Rid>,
    /// How many there are without the limit.
    pub(in crate::cli) total: usize,
    /// By source id: cases that may match and were not read far enough to tell.
    pub(in crate::cli) unexamined: Vec<usize>,
    /// By source id: cases whose description was not read and decides.
    pub(in crate::cli) undescribed: Vec<usize>,
    /// Snoozed cases that would be found, too, and are left out as in the workbench.
    pub(in crate::cli) asleep: usize,
}

/// What is on disk of this run's sources, and what it takes to read it.
pub(in crate::cli) struct Desk {
    pub(in crate::cli) store: Store,
    pub(in crate::cli) sources: Vec<SourceSetup>,
    /// By [`SourceId`], as `sources`.
    directories: Vec<Directory>,
    /// Clocks for vendors that run none.
    rules: Rules,
    /// The cases that have such a clock.
    local: FxHashSet<Rid>,
}

impl Desk {
    pub(in crate::cli) fn open(scope: &Scope, config: &Config) -> Result<Self, Stop> {
        let mut store = Store::open(&scope.places.data, Access::ReadOnly)?;
        let mut sources = sync::sources_for_disk(config);
        sync::recall(&mut sources, &scope.places.data);
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        store.sources(&names)?;
        let directories = ids(&sources)
            .map(|(id, source)| {
                let json = store.directory(id)?;
                // Names only: without them the case is whole all the same.
                let mut directory: Directory = json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
                if let Some(provider) = &source.provider {
                    directory.me = provider.who_i_am(&directory, None);
                }
                Ok(directory)
            })
            .collect::<Result<Vec<Directory>, Fault>>()?;
        let (rules, problems) = Rules::new(config);
        for problem in problems {
            note(problem);
        }
        Ok(Self { store, sources, directories, rules, local: FxHashSet::default() })
    }

    pub(in crate::cli) fn say_ages(&self, config: &Config) -> Result<(), Stop> {
        let now = Timestamp::now();
        for (id, source) in ids(&config.sources) {
            let Mark { complete_at, seen, .. } = self.mark(id)?;
            let was_complete = self.store.mark(id)?.complete_at.is_some();
            note(match complete_at {
                Some(at) => format!("{}: from disk, read {} ago", source.name, age(at, now)),
                None if was_complete => format!(
                    "{}: from disk, and its configuration has changed since it was read\n  run `caseload list` once with the network",
                    source.name
                ),
                None if seen > 0 => format!("{}: from disk, and never read completely", source.name),
                None => format!("{}: never read\n  run `caseload list` once with the network", source.name),
            });
        }
        Ok(())
    }

    /// How far a source has been read with the settings that it has now.
    pub(in crate::cli) fn mark(&self, id: SourceId) -> Result<Mark, Fault> {
        let question = self.sources.get(usize::from(id.0)).map_or(0, |source| source.question);
        Ok(self.store.mark(id)?.asked(question))
    }

    /// The person at this computer, now.
    pub(in crate::cli) fn asker(&self) -> Asker {
        asked::asker(&self.sources, &self.directories)
    }

    /// What the query finds on disk, in order.
    pub(in crate::cli) fn judge(&mut self, query: &Query, asker: &Asker, answers: &Answers, limit: Option<usize>) -> Result<Found, Stop> {
        let mut index = Index::new();
        let Self { store, rules, local, .. } = &mut *self;
        let own = Own::read(store, query)?;
        let rules = rules.ready(asker);
        store.each_rows(CHUNK_ROWS, &mut |rows| {
            for (rid, row) in &rows {
                if rules.upsert(&mut index, *rid, row) {
                    local.insert(*rid);
                }
                let due = || index.get(*rid)?.due_at.and_then(|at| Timestamp::from_second(at).ok());
                let flags = own.flags(row, due, asker.now);
                index.set_flags(*rid, flags);
            }
            true
        })?;
        let newest = SortKey { by: SortBy::Created, descending: true };
        // Numbers of cases are given out as answers come; the order of those opened together is not to hang on that.
        let ties = [SortBy::Source, SortBy::Key, SortBy::Id].map(|by| SortKey { by, descending: false });
        let sort: Vec<SortKey> = query.sort.iter().map(SortKey::from).chain([newest]).chain(ties).collect();
        let mut found = index.select(query, asker, &sort);
        let parts = Index::wanted_parts(query, asker);
        if index.unexamined_count() > 0 {
            for rid in index.unexamined(usize::MAX) {
                self.examine(&mut index, rid, parts);
            }
            found = index.select(query, asker, &sort);
        }
        found.retain(|rid| index.get(*rid).is_some_and(|seen| answers.keeps(seen.source, *rid)));
        let before = found.len();
        if !query.names(query::Mark::Snoozed) {
            found.retain(|rid| index.get(*rid).is_some_and(|seen| !seen.flags().has(Flags::SNOOZED)));
        }
        let total = found.len();
        let most = [limit, query.limit].into_iter().flatten().min().unwrap_or(usize::MAX);
        found.truncate(most);
        let by_source = |rids: Vec<Rid>| {
            let mut counts = vec![0; self.sources.len()];
            for rid in rids {
                let source = index.get(rid).map(|seen| seen.source).filter(|source| answers.keeps(*source, rid));
                if let Some(count) = source.and_then(|source| counts.get_mut(usize::from(source.0))) {
                    *count += 1;
                }
            }
            counts
        };
        let (unexamined, undescribed) = (by_source(index.unexamined(usize::MAX)), by_source(index.undescribed()));
        Ok(Found { index, rids: found, total, unexamined, undescribed, asleep: before - total })
    }

    /// Takes from disk what the filter asks for beyond rows. What cannot be read stays unexamined, and that is said.
    pub(in crate::cli) fn examine(&self, index: &mut Index, rid: Rid, parts: Parts) {
        let Some(source) = index.get(rid).map(|seen| usize::from(seen.source.0)) else { return };
        let (source, directory) = (&self.sources[source], &self.directories[source]);
        let Ok(Some((raw, read_at, depth))) = self.store.raw(rid) else { return };
        let Some(Ok(case)) = source.provider.as_ref().map(|provider| provider.decode(&raw, directory, read_at)) else { return };
        let whole_at = (depth == Depth::Whole).then_some(read_at);
        let activities = self.stored(rid, Part::Activities, parts.has_any(Parts::COMMENTS.with(Parts::FILES)));
        let records = self.stored(rid, Part::Records, parts.has(Parts::RECORDS));
        for deep in Deep::of_disk(&case, source.vendor, whole_at, &activities, &records) {
            index.learn(rid, deep.only(parts));
        }
    }

    /// Pages that this version can read; none where they are not asked for.
    fn stored<T: DeserializeOwned>(&self, rid: Rid, what: Part, is_asked_for: bool) -> Vec<(u32, Slice<T>, Timestamp)> {
        let stored = if is_asked_for { self.store.parts(rid, what).unwrap_or_default() } else { Vec::new() };
        stored.into_iter().filter_map(|(page, json, read_at)| Some((page, serde_json::from_str(&json).ok()?, read_at))).collect()
    }

    /// Its clock is by a rule of the configuration.
    pub(in crate::cli) fn is_local_clock(&self, rid: Rid) -> bool {
        self.local.contains(&rid)
    }

    /// The source has told once who `me` is, if it can.
    pub(in crate::cli) fn has_directory(&self, source: SourceId) -> bool {
        self.directories.get(usize::from(source.0)).is_some_and(|directory| directory.read_at.is_some())
    }

    /// Decodes one case after the other. A body that cannot be read is named and left out.
    pub(in crate::cli) fn each_case(
        &self,
        index: &Index,
        found: &[Rid],
        now: Timestamp,
        mut print: impl FnMut(&SourceSetup, &Case, Due) -> Result<(), Stop>,
    ) -> Result<usize, Stop> {
        let mut unreadable = 0;
        for rid in found {
            let Some(seen) = index.get(*rid) else { continue };
            let place = usize::from(seen.source.0);
            let (source, directory) = (&self.sources[place], &self.directories[place]);
            match self.decode(*rid, source, directory) {
                Ok(case) => {
                    let by_rule = || seen.due_at.and_then(|at| Timestamp::from_second(at).ok());
                    let due = Due { at: case.row.due_at.or_else(by_rule), is_local: self.is_local_clock(*rid), now };
                    print(source, &case, due)?;
                }
                Err(fault) => {
                    unreadable += 1;
                    note(format!("{}:{}: left out, its body on disk cannot be read: {fault}", source.name, seen.key));
                }
            }
        }
        Ok(unreadable)
    }

    fn decode(&self, rid: Rid, source: &SourceSetup, directory: &Directory) -> Result<Case, Fault> {
        let missing = || Fault::new(FaultKind::Damaged, "there is none");
        let (raw, read_at, _) = self.store.raw(rid)?.ok_or_else(missing)?;
        let provider = source.provider.as_ref().ok_or_else(|| source.refused.clone().unwrap_or_else(missing))?;
        provider.decode(&raw, directory, read_at)
    }
}

pub(in crate::cli) fn ids<T>(sources: &[T]) -> impl Iterator<Item = (SourceId, &T)> {
    (0..=u8::MAX).map(SourceId).zip(sources)
}
