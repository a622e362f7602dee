-- How people look at things: saved views of lists, and preferences.

CREATE TABLE saved_views ( -- lists as somebody wants to see them
  id TEXT NOT NULL PRIMARY KEY, -- vie_…
  list TEXT NOT NULL, -- operation that reads the list, such as order.list
  name TEXT NOT NULL, -- text of people
  user_id TEXT NOT NULL, -- usr_… or key_… who alone sees it; empty: everybody
  filter TEXT NOT NULL, -- in the filter language; may name people
  sort TEXT NOT NULL, -- fields; empty: the list's own order
  columns TEXT NOT NULL, -- JSON list of names; empty: the list's own columns
  removed_at INT64 NOT NULL, -- 0 while it is there
  created_at INT64 NOT NULL, -- when it was saved
  version INT64 NOT NULL CHECK (version > 0), -- counts changes
  event_sequence INT64 NOT NULL -- its events so far
) STRICT;
CREATE UNIQUE INDEX saved_views_by_name ON saved_views (user_id, list, lower(name)) WHERE removed_at = 0;
CREATE INDEX saved_views_by_time ON saved_views (created_at, id);

CREATE TABLE preferences ( -- what readers set for themselves
  reader TEXT NOT NULL, -- usr_… or key_…
  name TEXT NOT NULL, -- such as orders.columns
  value TEXT NOT NULL, -- as an app wrote it; never empty
  PRIMARY KEY (reader, name)
) STRICT, WITHOUT ROWID;
