-- What a person knows of a case: at most one row per case, none for a case that has not changed since it was first met.
CREATE TABLE baselines (
  source  TEXT NOT NULL,          -- by its configured name
  case_id TEXT NOT NULL,          -- the vendor's own id
  stamp   INTEGER NOT NULL,       -- rises with every write, for whoever watches
  shown   TEXT,                   -- JSON: what the list showed; NULL: the case was not there yet
  looked  TEXT,                   -- JSON: the case as it was opened last; NULL: never
  PRIMARY KEY (source, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX baselines_stamps ON baselines (stamp);
