-- Tags of orders; notes that can be seen by customers, mention people, and be
-- edited and removed.

CREATE TABLE order_tags ( -- words that people sort orders by
  order_id TEXT NOT NULL REFERENCES orders (id),
  tag TEXT NOT NULL, -- in small letters
  added_at INT64 NOT NULL, -- when
  PRIMARY KEY (order_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_tags_by_tag ON order_tags (tag, order_id);

ALTER TABLE order_notes ADD COLUMN visibility TEXT NOT NULL DEFAULT 'staff' CHECK (visibility IN ('staff', 'customer')); -- who may read it
ALTER TABLE order_notes ADD COLUMN edited_at INT64 NOT NULL DEFAULT 0; -- when it was last changed
ALTER TABLE order_notes ADD COLUMN edited_by TEXT NOT NULL DEFAULT ''; -- who last changed it
ALTER TABLE order_notes ADD COLUMN removed_at INT64 NOT NULL DEFAULT 0; -- 0 while it is there; its text is empty then
DROP INDEX order_notes_by_order;
CREATE INDEX order_notes_by_order ON order_notes (order_id, created_at, id);
CREATE INDEX order_notes_by_time ON order_notes (created_at, id);

CREATE TABLE note_mentions ( -- people whom notes are to reach
  note_id TEXT NOT NULL REFERENCES order_notes (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  PRIMARY KEY (note_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX note_mentions_by_user ON note_mentions (user_id, note_id);
