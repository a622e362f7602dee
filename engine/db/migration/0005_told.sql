-- Events tell of lots, of what is promised, and of fulfillment orders from the
-- beginning. What was there before is told here, as it is now.

ALTER TABLE lots ADD COLUMN event_sequence INT64 NOT NULL DEFAULT 0; -- events so far

INSERT INTO events (id, subject, sequence, type, version, actor, command, at, body)
SELECT 'evt_' || substr(id, 5), id, 1, 'lot.recorded', 1, 'migration', 'cmd_migration', 0,
  JSON_OBJECT('variant_id', variant_id, 'code', code, 'expires_at', expires_at)
FROM lots;
UPDATE lots SET event_sequence = 1;

INSERT INTO events (id, subject, sequence, type, version, actor, command, at, channel_id, customer_id, body)
SELECT 'evt_' || substr(r.id, 5), r.order_id, o.event_sequence + row_number() OVER (PARTITION BY r.order_id ORDER BY r.id), 'order.reservation_recorded', 1, 'migration', 'cmd_migration', o.updated_at, o.channel_id, o.customer_id,
  JSON_OBJECT('order', JSON_OBJECT('event_sequence', o.event_sequence + row_number() OVER (PARTITION BY r.order_id ORDER BY r.id)),
    'reservations', JSON_OBJECT(r.id, JSON_OBJECT('order_id', r.order_id, 'id', r.id, 'line_id', r.line_id, 'variant_id', r.variant_id, 'location_id', r.location_id, 'lot_id', r.lot_id,
      'quantity', r.quantity, 'state', r.state, 'picked', r.picked, 'priority', r.priority, 'created_at', r.created_at, 'ended_at', r.ended_at, 'reason', r.reason)))
FROM reservations r JOIN orders o ON o.id = r.order_id;
UPDATE orders SET event_sequence = event_sequence + (SELECT COUNT(*) FROM reservations r WHERE r.order_id = orders.id)
WHERE id IN (SELECT order_id FROM reservations);

INSERT INTO events (id, subject, sequence, type, version, actor, command, at, channel_id, location_id, customer_id, body)
SELECT 'evt_' || substr(f.id, 5), f.id, 1, 'fulfillment.planned', 1, 'migration', 'cmd_migration', f.created_at, o.channel_id, f.location_id, o.customer_id,
  JSON_OBJECT('fulfillment', JSON_OBJECT('id', f.id, 'order_id', f.order_id, 'delivery_id', f.delivery_id, 'location_id', f.location_id, 'status', f.status,
      'created_at', f.created_at, 'released_at', f.released_at, 'version', f.version, 'event_sequence', 1, 'reason', f.reason),
    'lines', (SELECT JSON_GROUP(l.line_id, JSON_OBJECT('fulfillment_id', l.fulfillment_id, 'line_id', l.line_id, 'quantity', l.quantity, 'canceled', l.canceled,
      'picked', l.picked, 'packed', l.packed, 'shipped', l.shipped)) FROM fulfillment_lines l WHERE l.fulfillment_id = f.id))
FROM fulfillment_orders f JOIN orders o ON o.id = f.order_id WHERE f.event_sequence = 0;
UPDATE fulfillment_orders SET event_sequence = 1 WHERE event_sequence = 0;
