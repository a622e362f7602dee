-- What lists are sorted and found by, so that none reads its table from end to end.

CREATE INDEX orders_by_exact_number ON orders (number, id);
CREATE INDEX orders_by_day ON orders (business_day, id);
CREATE INDEX payments_by_time ON payments (created_at, id);
CREATE INDEX fulfillment_orders_by_time ON fulfillment_orders (created_at, id);
CREATE INDEX fulfillment_orders_by_release ON fulfillment_orders (released_at, id);
CREATE INDEX shipments_by_time ON shipments (created_at, id);
CREATE INDEX shipments_by_departure ON shipments (shipped_at, id);
CREATE INDEX shipments_by_arrival ON shipments (delivered_at, id);
CREATE INDEX shipments_by_fulfillment ON shipments (fulfillment_id);
CREATE INDEX returns_by_time ON returns (created_at, id);
CREATE INDEX customers_by_time ON customers (created_at, id);
CREATE INDEX customer_profiles_by_email ON customer_profiles (lower(email)) WHERE email <> '';
CREATE INDEX products_by_title ON products (lower(title), id);
CREATE INDEX products_by_category ON products (lower(category), id);
CREATE INDEX products_by_time ON products (created_at, id);
CREATE INDEX variants_by_sku ON variants (lower(sku), id);
CREATE INDEX variants_by_title ON variants (lower(title), id);
CREATE INDEX variants_by_time ON variants (created_at, id);
CREATE INDEX bundle_parts_by_part ON bundle_parts (part_id);
CREATE INDEX payments_by_status ON payments (status, created_at, id);
CREATE INDEX fulfillment_orders_by_status ON fulfillment_orders (status, created_at, id);
CREATE INDEX shipments_by_status ON shipments (status, created_at, id);
CREATE INDEX returns_by_status ON returns (status, created_at, id);
CREATE INDEX returns_by_tracking ON returns (tracking_number) WHERE tracking_number <> '';
