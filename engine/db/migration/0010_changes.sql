-- Changes of placed orders: staged step by step, committed as a whole.

CREATE TABLE changes (
  id TEXT NOT NULL PRIMARY KEY, -- chg_…
  order_id TEXT NOT NULL REFERENCES orders (id),
  status TEXT NOT NULL CHECK (status IN ('open', 'committed', 'dropped', 'expired')),
  begun_by TEXT NOT NULL, -- usr_… or key_…
  steps TEXT NOT NULL, -- JSON list; addresses are copies that it names by id
  impact TEXT NOT NULL, -- JSON, of what was committed; empty before
  order_revision INT64 NOT NULL, -- that it made; 0 before
  expires_at INT64 NOT NULL, -- nobody can go on with it from then on
  ended_at INT64 NOT NULL, -- 0 while it is open
  created_at INT64 NOT NULL, -- when begun
  version INT64 NOT NULL CHECK (version > 0), -- counts changes
  event_sequence INT64 NOT NULL, -- events so far
  CHECK ((ended_at = 0) = (status = 'open')),
  CHECK ((order_revision > 0) = (status = 'committed'))
) STRICT;
CREATE INDEX changes_by_order ON changes (order_id);
CREATE INDEX changes_by_time ON changes (created_at, id);
CREATE INDEX changes_open ON changes (id) WHERE status = 'open';
CREATE UNIQUE INDEX changes_by_revision ON changes (order_id, order_revision) WHERE order_revision > 0;
