-- What the ledger of stock is read by. It serves what the index by stock did, too.

CREATE INDEX stock_movements_by_variant ON stock_movements (variant_id, document_id, position);
DROP INDEX stock_movements_by_stock;
-- Written only where a gateway did not answer.
CREATE INDEX payment_attempts_unknown ON payment_attempts (created_at, id) WHERE state = 'unknown';
