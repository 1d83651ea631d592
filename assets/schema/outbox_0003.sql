-- What a person pinned or snoozed: at most one row per case, none for a case that is neither.
CREATE TABLE asides (
  source  TEXT NOT NULL,          -- by its configured name
  case_id TEXT NOT NULL,          -- the vendor's own id
  pinned  INTEGER NOT NULL,       -- 0 or 1
  snooze  TEXT,                   -- JSON: until when, since when, what the case showed then
  PRIMARY KEY (source, case_id)
) STRICT, WITHOUT ROWID;
