-- What the person saw, the send delay, a hold, a conflict: JSON, so that the next idea needs no new column.
ALTER TABLE outbox ADD COLUMN rest TEXT NOT NULL DEFAULT '{}';
-- What was typed and not sent: at most one per case.
CREATE TABLE drafts (
  source   TEXT NOT NULL,         -- by its configured name
  case_id  TEXT NOT NULL,         -- the vendor's own id
  saved_at INTEGER NOT NULL,      -- microseconds since 1970, UTC
  draft    TEXT NOT NULL,         -- JSON
  PRIMARY KEY (source, case_id)
) STRICT, WITHOUT ROWID;
