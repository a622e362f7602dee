-- What the servers know of themselves: response times, the slowest requests, and
-- the use of resources. Written by each process once a minute.

CREATE TABLE response_times ( -- how long operations took: minutes for 2 days, hours for 30, days for 400
  id TEXT NOT NULL PRIMARY KEY, -- span, begin and operation in one
  span TEXT NOT NULL CHECK (span IN ('minute', 'hour', 'day')), -- what is added up
  at INT64 NOT NULL, -- begin of the span
  operation TEXT NOT NULL, -- which
  requests INT64 NOT NULL CHECK (requests > 0), -- answers
  client_errors INT64 NOT NULL, -- answers 4xx
  server_errors INT64 NOT NULL, -- answers 5xx
  took INT64 NOT NULL, -- microseconds of all answers together
  up_to_5 INT64 NOT NULL, -- answers within 5 ms
  up_to_10 INT64 NOT NULL, -- answers within 10 that took longer than that, and so on
  up_to_25 INT64 NOT NULL, -- answers
  up_to_50 INT64 NOT NULL, -- answers
  up_to_100 INT64 NOT NULL, -- answers
  up_to_200 INT64 NOT NULL, -- answers
  up_to_500 INT64 NOT NULL, -- answers
  up_to_1000 INT64 NOT NULL, -- answers
  up_to_2000 INT64 NOT NULL, -- answers
  up_to_5000 INT64 NOT NULL, -- answers
  up_to_10000 INT64 NOT NULL, -- answers
  longer INT64 NOT NULL -- answers that took longer than all that
) STRICT;
CREATE INDEX response_times_by_span ON response_times (span, at, id);

CREATE TABLE slow_requests ( -- the ten slowest of each operation and day; kept for 30 days
  id TEXT NOT NULL PRIMARY KEY, -- slo_…
  day INT64 NOT NULL, -- begin of the day, microseconds since 1970
  operation TEXT NOT NULL, -- which
  request_id TEXT NOT NULL, -- as the client was told
  at INT64 NOT NULL, -- when it was answered
  status INT64 NOT NULL, -- HTTP status; 499 if the client had gone
  took INT64 NOT NULL, -- microseconds until it was answered
  waited INT64 NOT NULL, -- microseconds of these for a connection to the database
  statement TEXT NOT NULL, -- that took longest, without values
  statement_took INT64 NOT NULL -- microseconds of that
) STRICT;
CREATE INDEX slow_requests_by_day ON slow_requests (day, operation, took);
CREATE INDEX slow_requests_by_took ON slow_requests (took, id);

CREATE TABLE resource_figures ( -- what a process used in a minute, and how long its queues were; kept for 30 days
  at INT64 NOT NULL, -- end of the minute
  process TEXT NOT NULL, -- prc_…
  cpu_ms INT64 NOT NULL, -- milliseconds of all processors, in the minute
  memory_bytes INT64 NOT NULL, -- bytes resident
  heap_bytes INT64 NOT NULL, -- bytes in use by objects
  collector_pause_us INT64 NOT NULL, -- microseconds that the collector stopped all work, in the minute
  collections INT64 NOT NULL, -- collections in the minute
  goroutines INT64 NOT NULL, -- at that time
  open_handles INT64 NOT NULL, -- open files and sockets
  handle_limit INT64 NOT NULL, -- how many may be open
  writers_started INT64 NOT NULL, -- connections that write
  writers_busy INT64 NOT NULL, -- them with a command
  writers_waiting INT64 NOT NULL, -- commands without a connection
  writers_waited_ms INT64 NOT NULL, -- milliseconds that commands waited, in the minute
  readers_started INT64 NOT NULL, -- connections that read
  readers_busy INT64 NOT NULL, -- them with a read
  readers_waiting INT64 NOT NULL, -- reads without a connection
  readers_waited_ms INT64 NOT NULL, -- milliseconds that reads waited, in the minute
  database_bytes INT64 NOT NULL, -- bytes of the database
  log_bytes INT64 NOT NULL, -- bytes of the write-ahead log of SQLite
  disk_free_bytes INT64 NOT NULL, -- bytes
  disk_total_bytes INT64 NOT NULL, -- bytes; 0 where the disk can't be seen
  unsealed_events INT64 NOT NULL, -- events of the last hour without a place in the log
  oldest_job_s INT64 NOT NULL, -- seconds that the oldest due job waits
  oldest_effect_s INT64 NOT NULL, -- seconds that the oldest due call to the outside waits
  oldest_delivery_s INT64 NOT NULL, -- seconds that the oldest due webhook delivery waits
  consumer_lag INT64 NOT NULL, -- events that the last consumer of the log is behind
  PRIMARY KEY (at, process)
) STRICT;
