-- The bulk change that an edit is part of, by its id; NULL for an edit by itself.
ALTER TABLE outbox ADD COLUMN batch TEXT;
CREATE INDEX outbox_batches ON outbox (batch) WHERE batch IS NOT NULL;
-- The edits of one case, without reading the others.
CREATE INDEX outbox_cases ON outbox (source, case_id);
-- The triage run that was paused or broken off: at most one.
CREATE TABLE triage (
  slot INTEGER PRIMARY KEY CHECK (slot = 0),
  run  TEXT NOT NULL             -- JSON
) STRICT;
