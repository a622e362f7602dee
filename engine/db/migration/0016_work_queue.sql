-- What a location has to do, whose turn it is first.

ALTER TABLE fulfillment_orders ADD COLUMN turn_at INT64 NOT NULL DEFAULT 0; -- when it was opened, a day earlier for each step of the order's priority; 0 before, and of what was opened before turns were noted
DROP INDEX fulfillment_orders_to_do;
CREATE INDEX fulfillment_orders_to_do ON fulfillment_orders (location_id, turn_at, id) WHERE status IN ('open', 'in_progress', 'incomplete');
