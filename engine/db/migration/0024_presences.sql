-- Who is at an order at the moment.

CREATE TABLE presences ( -- pages of people that show an order, as long as they do
  id TEXT NOT NULL PRIMARY KEY, -- prs_…: of a stream of events
  process TEXT NOT NULL, -- that serves the stream, and renews the row
  order_id TEXT NOT NULL, -- that the page shows
  user_id TEXT NOT NULL, -- usr_… who looks at it
  doing TEXT NOT NULL CHECK (doing IN ('looking', 'changing')), -- what they do
  until_at INT64 NOT NULL -- when the row counts no more unless it is renewed
) STRICT;
