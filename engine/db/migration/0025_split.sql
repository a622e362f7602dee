-- Orders are split and joined: a line whose units all moved stays, with none.

ALTER TABLE orders ADD COLUMN split_from TEXT NOT NULL DEFAULT ''; -- order that it was a part of
ALTER TABLE orders ADD COLUMN merged_into TEXT NOT NULL DEFAULT ''; -- order that it is a part of now
CREATE INDEX orders_by_source ON orders (split_from) WHERE split_from <> '';
CREATE INDEX orders_by_target ON orders (merged_into) WHERE merged_into <> '';

ALTER TABLE order_lines RENAME TO order_lines_before;
CREATE TABLE order_lines (
  id TEXT NOT NULL, -- oli_…
  order_id TEXT NOT NULL REFERENCES orders (id),
  delivery_id TEXT NOT NULL, -- where it goes
  position INT64 NOT NULL, -- in the order
  item INT64 NOT NULL, -- lines split from one another share it
  parent_id TEXT NOT NULL DEFAULT '', -- bundle line that it is a part of
  kind TEXT NOT NULL CHECK (kind IN ('stock', 'drop_ship', 'made_to_order', 'service', 'digital', 'bundle')),
  variant_id TEXT NOT NULL DEFAULT '', -- what; none for free text
  sku TEXT NOT NULL, -- frozen
  title TEXT NOT NULL, -- frozen
  unit TEXT NOT NULL, -- frozen
  tax_class TEXT NOT NULL, -- frozen
  per_parent INT64 NOT NULL DEFAULT 0, -- of a part in one bundle, thousandths
  quantity INT64 NOT NULL CHECK (quantity >= 0 AND quantity < 1000000000000), -- ordered; 0 of a line that moved to another order as a whole
  unit_price INT64 NOT NULL CHECK (unit_price >= 0 AND unit_price < 1000000000000000), -- millionths
  price_source TEXT NOT NULL CHECK (price_source IN ('list', 'manual', 'bundle', 'import')),
  extended INT64 NOT NULL, -- quantity x unit price, rounded once
  discount INT64 NOT NULL DEFAULT 0, -- its own and its share of the order's
  tax_rate INT64 NOT NULL DEFAULT 0, -- millionths
  net INT64 NOT NULL, -- without tax
  tax INT64 NOT NULL, -- on it
  gross INT64 NOT NULL, -- to pay
  granted INT64 NOT NULL DEFAULT 0, -- refunds granted so far
  canceled INT64 NOT NULL DEFAULT 0, -- quantity ledger from here on
  open INT64 NOT NULL DEFAULT 0, -- not allocated yet
  backordered INT64 NOT NULL DEFAULT 0, -- waits for stock
  reserved INT64 NOT NULL DEFAULT 0, -- promised from stock
  picked INT64 NOT NULL DEFAULT 0, -- taken from the shelf
  shipped INT64 NOT NULL DEFAULT 0, -- left the house
  delivered INT64 NOT NULL DEFAULT 0, -- arrived
  lost INT64 NOT NULL DEFAULT 0, -- never arrived
  sent_back INT64 NOT NULL DEFAULT 0, -- came back undelivered
  returned INT64 NOT NULL DEFAULT 0, -- came back from the customer
  source_row INT64 NOT NULL DEFAULT 0, -- of an import
  sales_unit TEXT NOT NULL DEFAULT '', -- in which it was ordered, if not in its own
  sales_quantity INT64 NOT NULL DEFAULT 0, -- in that unit, thousandths
  text_id TEXT NOT NULL DEFAULT '', -- line_texts: description and category, or the title where there is no variant
  options TEXT NOT NULL DEFAULT '', -- JSON, frozen: option name to value
  lot_id TEXT NOT NULL DEFAULT '', -- from which alone it is served, if a lot was scanned
  asked_discounts TEXT NOT NULL DEFAULT '', -- JSON: what was asked to be taken off it; adjustments hold what that made
  PRIMARY KEY (order_id, id),
  CHECK (quantity = canceled + open + backordered + reserved + picked + shipped),
  CHECK (canceled >= 0 AND open >= 0 AND backordered >= 0 AND reserved >= 0 AND picked >= 0 AND shipped >= 0),
  CHECK (delivered >= 0 AND lost >= 0 AND sent_back >= 0 AND delivered + lost + sent_back <= shipped),
  CHECK (returned >= 0 AND returned <= shipped - lost),
  CHECK (gross = net + tax),
  CHECK (discount >= 0 AND discount <= extended OR extended < 0)
) STRICT, WITHOUT ROWID;
INSERT INTO order_lines (id, order_id, delivery_id, position, item, parent_id, kind, variant_id, sku, title, unit, tax_class, per_parent, quantity, unit_price, price_source, extended, discount, tax_rate, net, tax, gross, granted,
  canceled, open, backordered, reserved, picked, shipped, delivered, lost, sent_back, returned, source_row, sales_unit, sales_quantity, text_id, options, lot_id, asked_discounts)
SELECT id, order_id, delivery_id, position, item, parent_id, kind, variant_id, sku, title, unit, tax_class, per_parent, quantity, unit_price, price_source, extended, discount, tax_rate, net, tax, gross, granted,
  canceled, open, backordered, reserved, picked, shipped, delivered, lost, sent_back, returned, source_row, sales_unit, sales_quantity, text_id, options, lot_id, asked_discounts
FROM order_lines_before;
DROP TABLE order_lines_before;
CREATE INDEX order_lines_backordered ON order_lines (variant_id) WHERE backordered > 0;
