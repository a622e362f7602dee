-- Files on orders.

CREATE TABLE attachments ( -- what of files belongs to orders
  id TEXT NOT NULL PRIMARY KEY, -- att_…
  order_id TEXT NOT NULL REFERENCES orders (id),
  kind TEXT NOT NULL CHECK (kind IN ('purchase_order', 'contract', 'invoice', 'delivery_note', 'photo', 'other')), -- what it is to people
  visibility TEXT NOT NULL CHECK (visibility IN ('staff', 'customer')), -- who may read it
  revision INT64 NOT NULL CHECK (revision > 0), -- of its files the last one, which is shown
  created_by TEXT NOT NULL, -- usr_… or key_… who added it
  created_at INT64 NOT NULL, -- when
  removed_at INT64 NOT NULL DEFAULT 0, -- 0 while it is there
  version INT64 NOT NULL CHECK (version > 0), -- counts changes
  event_sequence INT64 NOT NULL -- its events so far
) STRICT;
CREATE INDEX attachments_by_order ON attachments (order_id, created_at, id);

CREATE TABLE attachment_files ( -- files of attachments, and those on their way to become some
  id TEXT NOT NULL PRIMARY KEY, -- fil_…
  order_id TEXT NOT NULL REFERENCES orders (id),
  attachment_id TEXT NOT NULL DEFAULT '', -- of which; empty for a new one until the file is whole
  revision INT64 NOT NULL DEFAULT 0 CHECK (revision >= 0), -- of the attachment, counted from 1; 0 until the file is whole
  kind TEXT NOT NULL DEFAULT '', -- of a new attachment
  visibility TEXT NOT NULL DEFAULT '', -- of a new attachment
  name TEXT NOT NULL, -- may name people; empty once it was removed
  media_type TEXT NOT NULL DEFAULT '', -- what its content is; empty before its first part
  size INT64 NOT NULL CHECK (size > 0), -- bytes
  received INT64 NOT NULL DEFAULT 0 CHECK (received >= 0 AND received <= size), -- bytes so far
  parts INT64 NOT NULL DEFAULT 0, -- so far
  hash TEXT NOT NULL DEFAULT '', -- SHA-256 once it is whole; before, base64 of how far that is computed
  created_by TEXT NOT NULL, -- usr_… or key_… who sends it
  created_at INT64 NOT NULL, -- when that began
  whole_at INT64 NOT NULL DEFAULT 0, -- when its last part came
  forget_at INT64 NOT NULL DEFAULT 0, -- when its parts are deleted; 0 for never, and once they are
  CHECK ((revision > 0) = (received = size)),
  CHECK (revision = 0 OR attachment_id <> '')
) STRICT;
CREATE UNIQUE INDEX attachment_files_by_attachment ON attachment_files (attachment_id, revision) WHERE revision > 0;
CREATE INDEX attachment_files_by_order ON attachment_files (order_id);
CREATE INDEX attachment_files_to_forget ON attachment_files (forget_at, id) WHERE forget_at > 0;

CREATE TABLE attachment_parts ( -- the content of files
  file_id TEXT NOT NULL REFERENCES attachment_files (id), -- of which
  part INT64 NOT NULL CHECK (part > 0), -- counted from 1; all but the last have 512 KiB
  content TEXT NOT NULL, -- base64
  PRIMARY KEY (file_id, part)
) STRICT;
