-- Tables of products, customers and stock that people import.

CREATE TABLE table_imports ( -- a file that is imported in the background
  id TEXT NOT NULL PRIMARY KEY, -- tim_…
  name TEXT NOT NULL, -- of the file; may name people
  format TEXT NOT NULL CHECK (format IN ('products', 'customers', 'stock')), -- what its rows are
  user_id TEXT NOT NULL, -- usr_… or key_… who began what is done at the moment, with whose rights
  phase TEXT NOT NULL CHECK (phase IN ('upload', 'read', 'check', 'run', 'undo')), -- what is done at the moment, or was done last
  state TEXT NOT NULL CHECK (state IN ('waiting', 'working', 'stopped', 'done', 'failed')), -- of the phase
  size INT64 NOT NULL CHECK (size > 0), -- bytes
  received INT64 NOT NULL DEFAULT 0 CHECK (received >= 0 AND received <= size), -- bytes so far
  parts INT64 NOT NULL DEFAULT 0, -- of the file so far
  encoding TEXT NOT NULL DEFAULT '', -- in which it was read
  hash TEXT NOT NULL DEFAULT '', -- SHA-256 of the file; empty before it was read
  columns TEXT NOT NULL DEFAULT '[]', -- JSON: names, what they may be, and first cells
  mapping TEXT NOT NULL DEFAULT '{}', -- JSON: name of a column, folded, to column of the format; an empty one is left out
  checks INT64 NOT NULL DEFAULT 0, -- how often it was checked
  row_count INT64 NOT NULL DEFAULT 0, -- rows that are not blank
  next INT64 NOT NULL DEFAULT 0, -- what of the phase comes next: a record, or a row of what is undone
  done INT64 NOT NULL DEFAULT 0, -- rows of the phase so far
  rows_due INT64 NOT NULL DEFAULT 0, -- rows of the phase
  created INT64 NOT NULL DEFAULT 0 CHECK (created >= 0), -- rows that are new
  updated INT64 NOT NULL DEFAULT 0 CHECK (updated >= 0), -- rows that change something
  unchanged INT64 NOT NULL DEFAULT 0 CHECK (unchanged >= 0), -- rows that are there already
  refused INT64 NOT NULL DEFAULT 0 CHECK (refused >= 0), -- rows with faults
  undone INT64 NOT NULL DEFAULT 0 CHECK (undone >= 0), -- rows that were undone
  kept INT64 NOT NULL DEFAULT 0 CHECK (kept >= 0), -- rows that could not be undone
  problem TEXT NOT NULL DEFAULT '', -- JSON: why it failed
  created_at INT64 NOT NULL, -- when the upload began
  ended_at INT64 NOT NULL DEFAULT 0, -- when the phase ended; 0 before
  version INT64 NOT NULL CHECK (version > 0), -- counts changes
  event_sequence INT64 NOT NULL, -- its events so far
  CHECK (created + updated + unchanged + refused <= row_count),
  CHECK (undone + kept <= created + updated)
) STRICT;
CREATE INDEX table_imports_by_time ON table_imports (created_at, id);
CREATE INDEX table_imports_by_user ON table_imports (user_id, created_at, id);
CREATE INDEX table_imports_by_hash ON table_imports (hash);

CREATE TABLE table_parts ( -- a file as it comes
  import_id TEXT NOT NULL REFERENCES table_imports (id), -- of which
  part INT64 NOT NULL, -- counted from 1
  content TEXT NOT NULL, -- base64
  PRIMARY KEY (import_id, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE table_chunks ( -- a file as it was read
  import_id TEXT NOT NULL REFERENCES table_imports (id), -- of which
  chunk INT64 NOT NULL, -- counted from 0
  content TEXT NOT NULL, -- JSON: some rows with their cells, and the cells that can't be read
  PRIMARY KEY (import_id, chunk)
) STRICT, WITHOUT ROWID;

CREATE TABLE table_records ( -- what a check found that rows would write
  import_id TEXT NOT NULL REFERENCES table_imports (id), -- of which
  checked INT64 NOT NULL, -- by which of its checks
  record INT64 NOT NULL, -- counted from 0
  rows_in INT64 NOT NULL, -- how many rows it is made of
  operation TEXT NOT NULL, -- that writes it; empty if there is nothing to write
  plan TEXT NOT NULL, -- JSON: input of the operation, what it was made for, and the rows that change something
  PRIMARY KEY (import_id, checked, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE table_rows ( -- what becomes of each row
  import_id TEXT NOT NULL REFERENCES table_imports (id), -- of which
  checked INT64 NOT NULL, -- by which of its checks
  row INT64 NOT NULL, -- in the file, from 1, without the header
  outcome TEXT NOT NULL CHECK (outcome IN ('created', 'updated', 'unchanged', 'refused')), -- as it was checked, then as it was written
  cells TEXT NOT NULL, -- JSON list of what changes; may name people
  faults TEXT NOT NULL, -- JSON list of why it is refused; may name people
  written BOOLEAN NOT NULL DEFAULT FALSE CHECK (written IN (FALSE, TRUE)), -- and not just checked
  resource_id TEXT NOT NULL DEFAULT '', -- of what was written
  undo TEXT NOT NULL DEFAULT '', -- JSON: what sets it back, at the first row of each record
  undone TEXT NOT NULL DEFAULT '' CHECK (undone IN ('', 'undone', 'kept')), -- what came of undoing it
  kept TEXT NOT NULL DEFAULT '', -- JSON: why it was not undone
  PRIMARY KEY (import_id, checked, row),
  CHECK (undone = '' OR written),
  CHECK (NOT written OR outcome IN ('created', 'updated'))
) STRICT, WITHOUT ROWID;
