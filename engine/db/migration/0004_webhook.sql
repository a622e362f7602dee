-- Webhooks: who outside hears of events, what is on its way to them, and what
-- they answered. No secret is stored: see connect/webhook.

CREATE TABLE webhook_endpoints ( -- who outside hears of events
  id TEXT NOT NULL PRIMARY KEY, -- whk_…; its consumer of the log has the cursor webhook:whk_…
  name TEXT NOT NULL, -- what it is for; not of a person
  url TEXT NOT NULL, -- where events are sent; may hold a secret of the receiver, so that no event tells it
  types TEXT NOT NULL, -- JSON list of types of events: order.placed, order.* or *
  filter TEXT NOT NULL, -- expression that events must match; empty for all
  channels TEXT NOT NULL, -- JSON list of ids that it hears of, or null for all
  locations TEXT NOT NULL, -- JSON list of ids that it hears of, or null for all
  customer_id TEXT NOT NULL DEFAULT '', -- if set: hears only what this customer sees
  parallel INT64 NOT NULL CHECK (parallel BETWEEN 1 AND 32), -- requests at once
  state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'deleted')), -- whether it is sent to
  paused_for TEXT NOT NULL DEFAULT '' CHECK (paused_for IN ('', 'request', 'failing', 'gone', 'restored')), -- why it is paused
  secret_generation INT64 NOT NULL CHECK (secret_generation > 0), -- from 1; the secret follows from it
  previous_until INT64 NOT NULL DEFAULT 0, -- until when the secret before is live too
  replay_after TEXT NOT NULL DEFAULT '', -- a replay of events has come to this id
  replay_until TEXT NOT NULL DEFAULT '', -- and ends before this id; empty if none is going on
  failures INT64 NOT NULL DEFAULT 0 CHECK (failures >= 0), -- in a row
  failing_since INT64 NOT NULL DEFAULT 0, -- microseconds since 1970 of the first of them
  rest_until INT64 NOT NULL DEFAULT 0, -- nothing is sent before
  last_success_at INT64 NOT NULL DEFAULT 0, -- when it last took a delivery
  last_failure_at INT64 NOT NULL DEFAULT 0, -- when it last did not
  last_error TEXT NOT NULL DEFAULT '', -- why not
  created_at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes by commands
  event_sequence INT64 NOT NULL, -- events so far
  CHECK ((state = 'paused') = (paused_for <> '')),
  CHECK ((failures = 0) = (failing_since = 0))
) STRICT;

CREATE TABLE webhook_deliveries ( -- an event on its way to an endpoint, once
  id TEXT NOT NULL PRIMARY KEY, -- whd_…
  endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints (id), -- to whom
  message_id TEXT NOT NULL, -- webhook-id on the wire: the id of the event; a trial has one of its own
  type TEXT NOT NULL, -- of the event; webhook.trial for a trial
  subject TEXT NOT NULL, -- of the event
  position INT64 NOT NULL, -- of the event in the log; 0 for a trial
  state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')), -- failed: all tries are used up
  tries INT64 NOT NULL DEFAULT 0 CHECK (tries >= 0), -- failed ones since it began to wait
  attempts INT64 NOT NULL DEFAULT 0 CHECK (attempts >= tries), -- requests so far
  replays INT64 NOT NULL DEFAULT 0 CHECK (replays >= 0), -- how often somebody asked for it again; also its events so far
  next_at INT64 NOT NULL, -- not before
  status INT64 NOT NULL DEFAULT 0, -- HTTP status of the last answer; 0 without one
  error TEXT NOT NULL DEFAULT '', -- what was wrong with the last request
  created_at INT64 NOT NULL, -- when it was taken from the log
  ended_at INT64 NOT NULL DEFAULT 0, -- when it was delivered or failed; 0 while it waits
  UNIQUE (endpoint_id, message_id),
  CHECK ((state = 'waiting') = (ended_at = 0))
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_at, position) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at > 0;

CREATE TABLE webhook_attempts ( -- requests of a delivery, and their answers; kept for 30 days
  delivery_id TEXT NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE, -- of which delivery
  number INT64 NOT NULL, -- count from 1
  at INT64 NOT NULL, -- when it was sent
  took INT64 NOT NULL, -- milliseconds until the end of its answer
  status INT64 NOT NULL, -- HTTP status; 0 without an answer
  error TEXT NOT NULL, -- why it is no success
  answer TEXT NOT NULL, -- first 4,096 bytes of the answer's body, as the receiver sent them
  PRIMARY KEY (delivery_id, number)
) STRICT;
