-- What the last complete pass asked for, as a hash of the source's settings, and how many of its rows could not be read:
-- a list that goes by that pass is to have the same doubts as the pass itself.
ALTER TABLE marks ADD COLUMN question INTEGER NOT NULL DEFAULT 0;
ALTER TABLE marks ADD COLUMN malformed INTEGER NOT NULL DEFAULT 0;
