-- What cannot be read again from anywhere: edits that a person has committed.
CREATE TABLE outbox (
  place    INTEGER PRIMARY KEY AUTOINCREMENT,
  id       TEXT NOT NULL UNIQUE,
  source   TEXT NOT NULL,         -- by its configured name
  case_id  TEXT NOT NULL,         -- the vendor's own id
  saved_at INTEGER NOT NULL,      -- microseconds since 1970, UTC
  changes  TEXT NOT NULL,         -- JSON
  lines    TEXT NOT NULL,         -- JSON, old and new values as they were shown
  calls    TEXT NOT NULL,         -- JSON, as they were shown
  progress TEXT NOT NULL          -- JSON
) STRICT;
