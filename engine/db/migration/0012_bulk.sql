-- One command on many orders.

CREATE TABLE bulks ( -- a command that is run on many orders
  id TEXT NOT NULL PRIMARY KEY, -- bul_…
  operation TEXT NOT NULL, -- that is run on each, such as order.hold
  input TEXT NOT NULL, -- JSON object that all have in common; may hold texts of people
  filter TEXT NOT NULL, -- that found the orders; empty if they were named; may name people
  user_id TEXT NOT NULL, -- usr_… or key_… who began it, with whose rights it is done
  retry_of TEXT NOT NULL, -- bul_… whose refused orders these are; empty if none
  undo_of TEXT NOT NULL, -- bul_… that it undoes; empty if none
  state TEXT NOT NULL CHECK (state IN ('running', 'stopped', 'done')), -- stopped: until it is resumed
  orders INT64 NOT NULL CHECK (orders > 0), -- how many
  succeeded INT64 NOT NULL DEFAULT 0 CHECK (succeeded >= 0), -- of them so far
  refused INT64 NOT NULL DEFAULT 0 CHECK (refused >= 0), -- of them so far
  next_part INT64 NOT NULL DEFAULT 0, -- of what is left, counted from 0
  created_at INT64 NOT NULL, -- when it was begun
  ended_at INT64 NOT NULL DEFAULT 0, -- when all were done; 0 before
  version INT64 NOT NULL CHECK (version > 0), -- counts changes
  event_sequence INT64 NOT NULL, -- its events so far
  CHECK (succeeded + refused <= orders),
  CHECK ((state = 'done') = (succeeded + refused = orders)),
  CHECK ((state = 'done') = (ended_at > 0))
) STRICT;
CREATE INDEX bulks_by_time ON bulks (created_at, id);
CREATE INDEX bulks_undoing ON bulks (undo_of) WHERE undo_of <> '';
CREATE INDEX bulks_by_user ON bulks (user_id, created_at, id);

CREATE TABLE bulk_parts ( -- orders of a bulk that are still to be done
  bulk_id TEXT NOT NULL REFERENCES bulks (id), -- of which
  part INT64 NOT NULL, -- counted from 0
  items TEXT NOT NULL, -- JSON list of orders, each with its number, and with its own input where a bulk is undone
  PRIMARY KEY (bulk_id, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE bulk_rows ( -- what came of each order of a bulk
  bulk_id TEXT NOT NULL REFERENCES bulks (id), -- of which
  position INT64 NOT NULL, -- in the order in which they were found or named, from 1
  order_id TEXT NOT NULL, -- ord_…
  number TEXT NOT NULL, -- of the order when it was begun; empty of a draft
  outcome TEXT NOT NULL CHECK (outcome IN ('succeeded', 'refused')), -- what came of it
  code TEXT NOT NULL, -- of the problem, if it was refused
  detail TEXT NOT NULL, -- the problem as a sentence; may name people
  remedy TEXT NOT NULL, -- what helps
  undo TEXT NOT NULL, -- JSON input of what undoes it; empty if nothing does
  PRIMARY KEY (bulk_id, position),
  UNIQUE (bulk_id, order_id)
) STRICT, WITHOUT ROWID;
