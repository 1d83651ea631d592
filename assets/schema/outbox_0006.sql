-- Each workbench that runs has drafts of its own: two of them may write on one case.
ALTER TABLE drafts RENAME TO drafts_of_one;
CREATE TABLE drafts (
  source   TEXT NOT NULL,         -- by its configured name
  case_id  TEXT NOT NULL,         -- the vendor's own id
  holder   TEXT NOT NULL,         -- which run holds it, as its lock file is named; empty: it was kept before there were holders
  saved_at INTEGER NOT NULL,      -- microseconds since 1970, UTC
  draft    TEXT NOT NULL,         -- JSON
  PRIMARY KEY (source, case_id, holder)
) STRICT, WITHOUT ROWID;
INSERT INTO drafts (source, case_id, holder, saved_at, draft) SELECT source, case_id, '', saved_at, draft FROM drafts_of_one;
DROP TABLE drafts_of_one;
