-- Mail: what people outside are told of events, once each, and what came of it.

CREATE TABLE mails ( -- an event on its way to a person, once
  id TEXT NOT NULL PRIMARY KEY, -- mai_…
  event_id TEXT NOT NULL, -- evt_… that it tells of
  template TEXT NOT NULL, -- what it says of the event
  copy INT64 NOT NULL CHECK (copy >= 0), -- 0; from 1 those that somebody had sent again
  message_id TEXT NOT NULL, -- mai_… that its Message-ID is made of: of an earlier mail whose fate is unknown, or its own
  subject_id TEXT NOT NULL, -- subject of the event
  order_id TEXT NOT NULL, -- that it is about; empty for what is about a user
  channel_id TEXT NOT NULL, -- of the event: decides who sees it
  customer_id TEXT NOT NULL, -- of the event
  recipient TEXT NOT NULL, -- personal; empty until it is written, and if there is no address
  language TEXT NOT NULL, -- in which it was written; empty until then
  template_version INT64 NOT NULL, -- changes of the workspace's own template by then; 0 for one that is built in
  subject TEXT NOT NULL, -- personal; empty until it is written
  text TEXT NOT NULL, -- personal, as it is sent; empty until it is written, and of a mail with a secret
  html TEXT NOT NULL, -- the same for readers of HTML
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'unknown', 'failed', 'unsent')), -- unknown: it may have arrived
  reason TEXT NOT NULL CHECK (reason IN ('', 'no_mail_server', 'recipient_required', 'refused', 'expired', 'answer_lost', 'interrupted', 'restored')), -- why it is not sent
  tries INT64 NOT NULL CHECK (tries >= 0), -- so far
  next_at INT64 NOT NULL, -- while it waits: not before
  lease_until INT64 NOT NULL, -- while it is sent: then nobody does any more
  answer TEXT NOT NULL, -- last words of the mail server, or what was wrong with reaching it
  created_at INT64 NOT NULL, -- when it was taken from the log, or asked for again
  ended_at INT64 NOT NULL, -- when it got its last state; 0 before
  UNIQUE (event_id, template, copy),
  CHECK ((state IN ('waiting', 'sending')) = (ended_at = 0)),
  CHECK ((state IN ('unknown', 'failed', 'unsent')) = (reason <> '')),
  CHECK ((state = 'sending') = (lease_until > 0))
) STRICT;
CREATE INDEX mails_by_order ON mails (order_id, created_at, id) WHERE order_id <> '';
CREATE INDEX mails_by_time ON mails (created_at, id);
CREATE INDEX mails_due ON mails (next_at) WHERE state = 'waiting';
CREATE INDEX mails_leased ON mails (lease_until) WHERE state = 'sending';

CREATE TABLE mail_templates ( -- words of the workspace's own for mails
  id TEXT NOT NULL PRIMARY KEY, -- mtp_…: template and language
  template TEXT NOT NULL, -- what the mail says
  language TEXT NOT NULL, -- in which
  subject TEXT NOT NULL, -- with values in braces; empty: as Ordo has it
  body TEXT NOT NULL, -- likewise
  version INT64 NOT NULL CHECK (version > 0), -- counts changes; also its events so far
  CHECK ((subject = '') = (body = ''))
) STRICT;

-- Nobody is told of what happened before.
INSERT INTO cursors (consumer, position) SELECT 'mail', COALESCE(MAX(position), 0) FROM log;

CREATE INDEX links_by_user ON links (user_id, created_at) WHERE user_id IS NOT NULL;
