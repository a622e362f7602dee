-- Orders and drafts that others are made of have names.

CREATE TABLE order_templates ( -- names for orders that are copied again and again
  id TEXT NOT NULL PRIMARY KEY, -- tpl_…
  name TEXT NOT NULL, -- text of people
  user_id TEXT NOT NULL, -- usr_… or key_… who alone sees it; empty: everybody who sees the order
  order_id TEXT NOT NULL REFERENCES orders (id), -- what is copied
  removed_at INT64 NOT NULL, -- 0 while it is there
  created_at INT64 NOT NULL, -- when it was saved
  version INT64 NOT NULL CHECK (version > 0), -- counts changes
  event_sequence INT64 NOT NULL -- its events so far
) STRICT;
CREATE UNIQUE INDEX order_templates_by_name ON order_templates (user_id, lower(name)) WHERE removed_at = 0;
CREATE INDEX order_templates_by_time ON order_templates (created_at, id);
CREATE INDEX order_templates_by_order ON order_templates (order_id);
