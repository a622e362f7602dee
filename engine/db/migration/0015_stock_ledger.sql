-- What the ledger of stock is read by. It serves what the index by stock did, too.

CREATE INDEX stock_movements_by_variant ON stock_movements (variant_id, document_id, position);
DROP INDEX stock_movements_by_stock;
-- Whom a variant is promised to, the oldest promise first.
CREATE INDEX reservations_by_variant ON reservations (variant_id, created_at) WHERE state = 'active';
DROP INDEX reservations_active;
-- Written only where a gateway did not answer.
CREATE INDEX payment_attempts_unknown ON payment_attempts (created_at, id) WHERE state = 'unknown';
