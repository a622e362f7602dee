-- What moved at a location, the last first.

CREATE INDEX stock_movements_by_location ON stock_movements (location_id, document_id, position);
