package webhook

// The statements find faults among the deliveries above $1 and up to $2. A
// request that was under way when its endpoint was deleted is logged and not
// counted.
const (
	astray = `SELECT d.id, 'is of ' || d.type || ' at ' || CAST(d.position AS TEXT) || ' of the log, about ' || d.subject || '; the event ' || d.message_id || ' is ' || COALESCE(e.type, 'none') ||
			' at ' || CAST(COALESCE(l.position, 0) AS TEXT) || ', the endpoint is ' || w.state || ' at ' || CAST(COALESCE(c.position, 0) AS TEXT)
		FROM webhook_deliveries d
		JOIN webhook_endpoints w ON w.id = d.endpoint_id
		LEFT JOIN cursors c ON c.consumer = 'webhook:' || d.endpoint_id
		LEFT JOIN events e ON e.id = d.message_id
		LEFT JOIN log l ON l.event_id = e.id
		WHERE d.id > $1 AND d.id <= $2 AND (
			d.type = 'webhook.trial' AND (d.position <> 0 OR d.subject <> d.endpoint_id OR e.id IS NOT NULL)
			OR d.type <> 'webhook.trial' AND (COALESCE(e.type, '') <> d.type OR e.subject <> d.subject OR COALESCE(l.position, 0) <> d.position OR d.position = 0)
			OR w.state <> 'deleted' AND d.position > COALESCE(c.position, 0)
			OR w.state = 'deleted' AND d.state = 'waiting')
		ORDER BY 1`

	miscounted = `SELECT d.id, 'is ' || d.state || ' after ' || CAST(d.attempts AS TEXT) || ' requests, the last answered ' || CAST(d.status AS TEXT) || ' ' || d.error ||
			'; ' || CAST(COUNT(a.number) AS TEXT) || ' are there up to number ' || CAST(COALESCE(MAX(a.number), 0) AS TEXT)
		FROM webhook_deliveries d
		JOIN webhook_endpoints w ON w.id = d.endpoint_id
		LEFT JOIN webhook_attempts a ON a.delivery_id = d.id
		WHERE d.id > $1 AND d.id <= $2
		GROUP BY d.id, d.state, d.attempts, d.status, d.error, w.state
		HAVING COUNT(a.number) <> COALESCE(MAX(a.number), 0) OR d.attempts > COUNT(a.number)
			OR d.attempts < COUNT(a.number) - CASE WHEN w.state = 'deleted' THEN 1 ELSE 0 END
			OR (d.state = 'failed' AND d.error = '')
			OR (d.state = 'delivered' AND (d.error <> '' OR SUM(CASE WHEN a.number = d.attempts AND a.error = '' AND a.status = d.status AND a.status BETWEEN 200 AND 299 THEN 1 ELSE 0 END) <> 1))
		ORDER BY 1`
)
