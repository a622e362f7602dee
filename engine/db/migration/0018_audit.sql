-- What the log of events is read by as an audit log, newest first. What happened to one subject is found by its key.

CREATE INDEX events_by_time ON events (at, id);
CREATE INDEX events_by_actor ON events (actor, at, id);
CREATE INDEX events_by_type ON events (type, at, id);
