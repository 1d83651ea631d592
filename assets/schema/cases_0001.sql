-- What can be read again from the vendors. Times are microseconds since 1970, UTC.

-- One salt per file: hashes of case bodies cannot be steered by who writes the cases.
CREATE TABLE salt (
  value INTEGER NOT NULL
) STRICT;
INSERT INTO salt VALUES (random());

-- Sources by their configured name; a number is never given to another name.
CREATE TABLE sources (
  number INTEGER PRIMARY KEY,
  name   TEXT NOT NULL UNIQUE
) STRICT;

-- How far each source has been read; moves only together with the pages it speaks of.
CREATE TABLE marks (
  source        INTEGER PRIMARY KEY REFERENCES sources (number),
  pass          INTEGER NOT NULL,
  complete_at   INTEGER,
  newest_change INTEGER,
  expected      INTEGER,
  seen          INTEGER NOT NULL
) STRICT;

-- What the list shows. Small columns first, so that reading them skips the rest.
CREATE TABLE rows (
  rid        INTEGER PRIMARY KEY,
  source     INTEGER NOT NULL,
  row_hash   INTEGER NOT NULL,   -- of `list` without its clock
  body_hash  INTEGER NOT NULL,   -- of the body that is kept
  due_at     INTEGER,
  created_at INTEGER,
  id         TEXT NOT NULL,
  key        TEXT NOT NULL,
  list       BLOB NOT NULL       -- the whole row, see src/store/packed.rs
) STRICT;
-- The first screen, at a cost that does not depend on how many rows there are.
CREATE INDEX rows_newest ON rows (source, created_at);

-- Copies of `list`, 1024 numbers each, so that a large list is read in a few long pieces. A copy of rows that change is
-- dropped by the same statement, whoever runs it, so no copy can disagree with its rows.
CREATE TABLE packs (
  number INTEGER PRIMARY KEY,    -- rid >> 10
  list   BLOB NOT NULL
) STRICT;
CREATE TRIGGER rows_added AFTER INSERT ON rows BEGIN DELETE FROM packs WHERE number = new.rid >> 10; END;
CREATE TRIGGER rows_changed AFTER UPDATE OF rid, source, list ON rows BEGIN
  DELETE FROM packs WHERE number IN (old.rid >> 10, new.rid >> 10);
END;
CREATE TRIGGER rows_removed AFTER DELETE ON rows BEGIN DELETE FROM packs WHERE number = old.rid >> 10; END;

-- Numbers of cases that are gone: kept so that none is ever given to another case.
CREATE TABLE gone (
  rid    INTEGER PRIMARY KEY,
  source INTEGER NOT NULL,
  id     TEXT NOT NULL
) STRICT;

-- The vendor's JSON of each case.
CREATE TABLE bodies (
  rid        INTEGER PRIMARY KEY,
  whole      INTEGER NOT NULL,   -- 0 from a list, 1 asked for by itself
  updated_at INTEGER,
  read_at    INTEGER NOT NULL,
  raw        TEXT NOT NULL
) STRICT;

-- Pages of activities (0) and records (1), as JSON of our own slices.
CREATE TABLE parts (
  rid     INTEGER NOT NULL,
  what    INTEGER NOT NULL,
  page    INTEGER NOT NULL,
  read_at INTEGER NOT NULL,
  json    TEXT NOT NULL,
  PRIMARY KEY (rid, what, page)
) STRICT;

CREATE TABLE directories (
  source INTEGER PRIMARY KEY REFERENCES sources (number),
  json   TEXT NOT NULL
) STRICT;
