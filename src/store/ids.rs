//! Which number each case has, and what was last written of it. Kept in memory so that the hot path never searches text.

use std::collections::HashMap;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};

use rustc_hash::FxBuildHasher;

use super::open::File;
use crate::domain::case::Rid;
use crate::domain::fault::Fault;

/// A 128-bit keyed digest of source and id: 16 bytes instead of a text of 36, beyond the reach of chosen ids.
type Digest = [u64; 2];

/// What is known of one number.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Of the list row without its clock, as last written or read back.
    pub(super) row_hash: u64,
    /// Of the body that is kept.
    pub(super) body_hash: u64,
    /// Microseconds; `i64::MIN`: no clock.
    pub(super) due: i64,
    pub(super) source: u32,
    pub(super) standing: Standing,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Standing {
    /// No case has this number.
    #[default]
    Nobody,
    /// In the list, and this process has written or read it.
    Here,
    /// Another process wrote or removed it: whatever comes next is news here.
    Elsewhere,
    Gone,
}

/// All numbers of the file.
pub(super) struct Ids {
    keys: [RandomState; 2],
    by_id: HashMap<Digest, u32, FxBuildHasher>,
    /// By number; number 0 is never given.
    known: Vec<Known>,
    /// The file as it was when this was last true; moves when another connection commits.
    version: i64,
    /// Another process has written since: what was written here last may not be what is there.
    is_shared: bool,
    /// Cases that were in the list here until another process removed them: by source.
    gone_elsewhere: Vec<(u32, Rid)>,
    salt: i64,
}

impl Ids {
    /// Reads all numbers. `listed_at`: the version of the file when this process read the list; rows that were written
    /// elsewhere since are news, and cases that were removed since are in its list still.
    pub(super) fn load(file: &File, listed_at: Option<i64>) -> Result<Self, Fault> {
        let version = version(file)?;
        let standing = if listed_at.is_none_or(|at| at == version) { Standing::Here } else { Standing::Elsewhere };
        let salt = file.prepare("SELECT value FROM salt")?.query_row([], |row| row.get(0)).map_err(|error| file.fault(&error))?;
        let mut ids = Self {
            keys: [RandomState::new(), RandomState::new()],
            by_id: HashMap::default(),
            known: vec![Known::default()],
            version,
            is_shared: false,
            gone_elsewhere: Vec::new(),
            salt,
        };
        ids.take_rows(file, 0, standing)?;
        ids.take_gone(file)?;
        if standing == Standing::Elsewhere {
            // Which of them this process has listed is not known; taking off what is not there does no harm.
            let gone = (0u32..).zip(&ids.known).filter(|(_, known)| known.standing == Standing::Gone);
            ids.gone_elsewhere = gone.map(|(rid, known)| (known.source, Rid(rid))).collect();
        }
        Ok(ids)
    }

    /// Inside a transaction: learns what another process has done since.
    pub(super) fn catch_up(&mut self, file: &File) -> Result<(), Fault> {
        let now = version(file)?;
        if now != self.version {
            self.take_rows(file, u32::try_from(self.known.len()).unwrap_or(u32::MAX), Standing::Elsewhere)?;
            self.take_gone(file)?;
            self.version = now;
            self.is_shared = true;
        }
        Ok(())
    }

    /// What another process has removed of a source since this was last asked, unless it has come back since.
    pub(super) fn take_gone_elsewhere(&mut self, source: u32) -> Vec<Rid> {
        let (ours, others) = self.gone_elsewhere.iter().partition(|(of, _)| *of == source);
        self.gone_elsewhere = others;
        let is_gone = |rid: &Rid| self.known(*rid).standing == Standing::Gone;
        Vec::into_iter(ours).map(|(_, rid)| rid).filter(is_gone).collect()
    }

    pub(super) fn is_shared(&self) -> bool {
        self.is_shared
    }

    fn take_rows(&mut self, file: &File, from: u32, standing: Standing) -> Result<(), Fault> {
        let mut statement = file.prepare("SELECT rid, source, id, row_hash, body_hash, due_at FROM rows WHERE rid >= ?1")?;
        let mut rows = statement.query([from]).map_err(|error| file.fault(&error))?;
        while let Some(row) = rows.next().map_err(|error| file.fault(&error))? {
            let mut take = || -> rusqlite::Result<()> {
                let (rid, source) = (row.get(0)?, row.get(1)?);
                let id = row.get_ref(2)?.as_str()?;
                let known = Known {
                    row_hash: row.get::<_, i64>(3)?.cast_unsigned(),
                    body_hash: row.get::<_, i64>(4)?.cast_unsigned(),
                    due: row.get::<_, Option<i64>>(5)?.unwrap_or(i64::MIN),
                    source,
                    standing,
                };
                self.place(rid, source, id, known);
                Ok(())
            };
            take().map_err(|error| file.fault(&error))?;
        }
        Ok(())
    }

    fn take_gone(&mut self, file: &File) -> Result<(), Fault> {
        let mut statement = file.prepare("SELECT rid, source, id FROM gone")?;
        let mut rows = statement.query([]).map_err(|error| file.fault(&error))?;
        while let Some(row) = rows.next().map_err(|error| file.fault(&error))? {
            let mut take = || -> rusqlite::Result<()> {
                let (rid, source) = (row.get(0)?, row.get(1)?);
                let known = Known { source, standing: Standing::Gone, ..Known::default() };
                if self.known(Rid(rid)).standing == Standing::Here {
                    self.gone_elsewhere.push((source, Rid(rid)));
                }
                self.place(rid, source, row.get_ref(2)?.as_str()?, known);
                Ok(())
            };
            take().map_err(|error| file.fault(&error))?;
        }
        Ok(())
    }

    fn place(&mut self, rid: u32, source: u32, id: &str, known: Known) {
        let at = rid as usize;
        if self.known.len() <= at {
            self.known.resize(at + 1, Known::default());
        }
        self.known[at] = known;
        self.by_id.insert(self.digest(source, id), rid);
    }

    fn digest(&self, source: u32, id: &str) -> Digest {
        [self.keys[0].hash_one((source, id)), self.keys[1].hash_one((source, id))]
    }

    /// A hash to recognise unchanged text by. Salted per file, so that nobody can prepare two texts that collide. Its
    /// algorithm may change with the compiler; then every case counts as changed once.
    pub(super) fn hash(&self, bytes: &[u8]) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.salt.hash(&mut hasher);
        hasher.write(bytes);
        hasher.finish()
    }

    pub(super) fn find(&self, source: u32, id: &str) -> Option<Rid> {
        self.by_id.get(&self.digest(source, id)).copied().map(Rid)
    }

    /// The case's number, issued now if it had none. None: all four billion are used up.
    pub(super) fn issue(&mut self, source: u32, id: &str) -> Option<Rid> {
        let digest = self.digest(source, id);
        if let Some(rid) = self.by_id.get(&digest) {
            return Some(Rid(*rid));
        }
        let rid = u32::try_from(self.known.len()).ok()?;
        self.known.push(Known { source, ..Known::default() });
        self.by_id.insert(digest, rid);
        Some(Rid(rid))
    }

    pub(super) fn known(&self, rid: Rid) -> Known {
        self.known.get(rid.0 as usize).copied().unwrap_or_default()
    }

    pub(super) fn know(&mut self, rid: Rid, known: Known) {
        if let Some(slot) = self.known.get_mut(rid.0 as usize) {
            *slot = known;
        }
    }

    /// Cases in the list of this source, by rising number.
    pub(super) fn listed(&self, source: u32) -> impl Iterator<Item = Rid> + '_ {
        (0u32..)
            .zip(&self.known)
            .filter(move |(_, known)| known.source == source && matches!(known.standing, Standing::Here | Standing::Elsewhere))
            .map(|(rid, _)| Rid(rid))
    }
}

/// Moves when another connection commits to the file.
pub(super) fn version(file: &File) -> Result<i64, Fault> {
    file.prepare("PRAGMA data_version")?.query_row([], |row| row.get(0)).map_err(|error| file.fault(&error))
}
