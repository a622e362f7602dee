-- The whole model. TEXT, INT64, BOOLEAN, STRICT, WITHOUT ROWID and LONG ROWS
-- (that are to be stored as they are, not packed) are words that db replaces per
-- dialect. Amounts are minor units of the row's currency, quantities
-- thousandths of the unit, unit prices millionths of the major unit, rates
-- millionths, *_at microseconds since 1970 in UTC. From reservations on, '' and
-- 0 stand for what is not there. "personal" marks what an
-- erasure empties.

-- Machinery ------------------------------------------------------------------

CREATE TABLE commands ( -- every committed command, found again by its key
  account TEXT NOT NULL, -- user or API key that sent it
  key TEXT NOT NULL, -- idempotency key
  id TEXT NOT NULL, -- cmd_…, named by the events it caused
  operation TEXT NOT NULL, -- such as order.place
  fingerprint TEXT NOT NULL, -- HMAC-SHA-256 of operation and canonical input, under the workspace's secret
  result TEXT NOT NULL, -- id of the resource it answered with
  revision INT64 NOT NULL, -- version of that resource after the command
  at INT64 NOT NULL, -- when
  PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE events ( -- what happened: timeline, audit trail and outbox in one
  id TEXT NOT NULL PRIMARY KEY, -- evt_…
  subject TEXT NOT NULL, -- id of the resource it happened to
  sequence INT64 NOT NULL, -- per subject, from 1, without gaps
  type TEXT NOT NULL, -- such as order.placed
  version INT64 NOT NULL, -- version of the type's schema
  actor TEXT NOT NULL, -- who
  command TEXT NOT NULL, -- by which command
  at INT64 NOT NULL, -- when
  channel_id TEXT NOT NULL DEFAULT '', -- scope of its readers
  location_id TEXT NOT NULL DEFAULT '', -- scope of its readers
  customer_id TEXT NOT NULL DEFAULT '', -- scope of its readers
  body TEXT NOT NULL, -- JSON: the full new value of every changed field that is not personal
  UNIQUE (subject, sequence)
) STRICT, LONG ROWS;

CREATE TABLE log ( -- the order of all events, and the hash chain over them
  position INT64 NOT NULL PRIMARY KEY, -- from 1, without gaps
  event_id TEXT NOT NULL UNIQUE, -- the event at this position
  hash TEXT NOT NULL -- SHA-256 of the previous hash and the event
) STRICT;

CREATE TABLE checkpoints ( -- signed heads of the hash chain
  position INT64 NOT NULL PRIMARY KEY, -- of the log
  hash TEXT NOT NULL, -- of that position
  signature TEXT NOT NULL, -- Ed25519 over position and hash
  at INT64 NOT NULL -- when
) STRICT;

CREATE TABLE cursors ( -- how far each consumer of the log has come
  consumer TEXT NOT NULL PRIMARY KEY, -- its name
  position INT64 NOT NULL -- last one it has dealt with
) STRICT;

CREATE TABLE leases ( -- work that one process at a time does
  name TEXT NOT NULL PRIMARY KEY, -- such as sealer
  owner TEXT NOT NULL, -- the process
  until INT64 NOT NULL -- end of the lease
) STRICT;

CREATE TABLE jobs ( -- work for later
  id TEXT NOT NULL PRIMARY KEY, -- job_…
  kind TEXT NOT NULL, -- names its handler
  args TEXT NOT NULL, -- JSON, no personal values
  unique_key TEXT UNIQUE, -- at most one job of this key waits or runs
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'dead')),
  priority INT64 NOT NULL DEFAULT 0, -- higher first
  run_at INT64 NOT NULL, -- not before
  tries INT64 NOT NULL DEFAULT 0, -- so far
  max_tries INT64 NOT NULL, -- then it is dead
  lease_until INT64 NOT NULL DEFAULT 0, -- while running
  error TEXT NOT NULL DEFAULT '', -- of the last try
  created_at INT64 NOT NULL, -- when
  ended_at INT64, -- when done or dead
  replays INT64 NOT NULL DEFAULT 0, -- how often it was brought back from the dead; also its events so far
  slot TEXT UNIQUE, -- kind and number, while running where only so many of the kind may run at once
  CHECK (tries >= 0 AND tries <= max_tries AND replays >= 0),
  CHECK ((state IN ('done', 'dead')) = (ended_at IS NOT NULL)),
  CHECK (slot IS NULL OR state = 'running')
) STRICT;
CREATE INDEX jobs_waiting ON jobs (priority DESC, run_at, id) WHERE state = 'waiting';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_by_time ON jobs (created_at, id);

CREATE TABLE intents ( -- calls to the outside that a command asked for
  id TEXT NOT NULL PRIMARY KEY, -- int_…, the key that the other side gets
  kind TEXT NOT NULL, -- names its performer, such as gateway.authorize
  subject TEXT NOT NULL, -- what it is about
  request TEXT NOT NULL, -- JSON, no personal values
  state TEXT NOT NULL CHECK (state IN ('waiting', 'leased', 'done')),
  tries INT64 NOT NULL DEFAULT 0, -- leases so far
  lease_until INT64 NOT NULL DEFAULT 0, -- while leased
  run_at INT64 NOT NULL, -- not before
  created_at INT64 NOT NULL, -- when
  ended_at INT64 -- when its result was recorded
) STRICT;
CREATE INDEX intents_open ON intents (run_at) WHERE state <> 'done';

CREATE TABLE counters ( -- number series
  name TEXT NOT NULL PRIMARY KEY, -- of the series
  next INT64 NOT NULL CHECK (next >= 0) -- the next number that nobody has taken
) STRICT;

CREATE TABLE remembered ( -- one row: the tables that processes keep in memory
  version TEXT NOT NULL PRIMARY KEY -- new with every change of one of them
) STRICT;
INSERT INTO remembered (version) VALUES ('');

CREATE TABLE settings ( -- facts about the company and its ways
  name TEXT NOT NULL PRIMARY KEY, -- such as company
  value TEXT NOT NULL, -- JSON
  version INT64 NOT NULL -- counts changes
) STRICT;

-- Who may --------------------------------------------------------------------

CREATE TABLE roles (
  id TEXT NOT NULL PRIMARY KEY, -- rol_…
  name TEXT NOT NULL UNIQUE, -- such as warehouse
  permissions TEXT NOT NULL, -- JSON list of operation names
  discount_limit INT64 NOT NULL CHECK (discount_limit >= 0 AND discount_limit <= 1000000), -- highest discount, millionths
  refund_limit INT64 NOT NULL CHECK (refund_limit >= -1), -- highest refund, minor units; -1 for none
  created_at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL -- events so far
) STRICT;

CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY, -- usr_…
  email TEXT NOT NULL UNIQUE, -- personal, folded
  name TEXT NOT NULL, -- personal: of the person
  password_hash TEXT NOT NULL DEFAULT '', -- Argon2id; empty until set
  role_id TEXT NOT NULL REFERENCES roles (id), -- what they may do
  channels TEXT NOT NULL DEFAULT 'null', -- JSON list of ids, null for all
  locations TEXT NOT NULL DEFAULT 'null', -- JSON list of ids, null for all
  active BOOLEAN NOT NULL, -- may sign in
  failures INT64 NOT NULL DEFAULT 0, -- wrong passwords since the last right one
  locked_until INT64 NOT NULL DEFAULT 0, -- after too many of them
  created_at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL -- events so far
) STRICT;

CREATE TABLE sessions (
  token_hash TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the token
  user_id TEXT NOT NULL REFERENCES users (id), -- whose
  created_at INT64 NOT NULL, -- when
  expires_at INT64 NOT NULL -- then it is void
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE links ( -- one-time links: first admin, invitation
  token_hash TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the token
  purpose TEXT NOT NULL CHECK (purpose IN ('first_admin', 'invitation', 'password')),
  user_id TEXT, -- whom it is for, if known
  created_at INT64 NOT NULL, -- when
  expires_at INT64 NOT NULL, -- then it is void
  used_at INT64 -- when it was used
) STRICT;

CREATE TABLE api_keys (
  id TEXT NOT NULL PRIMARY KEY, -- key_…
  name TEXT NOT NULL, -- what it is for
  secret_hash TEXT NOT NULL UNIQUE, -- SHA-256 of the secret
  hint TEXT NOT NULL, -- its last four characters
  role_id TEXT NOT NULL REFERENCES roles (id), -- what it may do
  channels TEXT NOT NULL DEFAULT 'null', -- JSON list of ids, null for all
  locations TEXT NOT NULL DEFAULT 'null', -- JSON list of ids, null for all
  created_at INT64 NOT NULL, -- when
  revoked_at INT64, -- since then it is void
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL -- events so far
) STRICT;

-- Who, what, at which price --------------------------------------------------

CREATE TABLE locations ( -- what holds stock
  id TEXT NOT NULL PRIMARY KEY, -- loc_…
  code TEXT NOT NULL UNIQUE, -- short name
  name TEXT NOT NULL, -- for people
  kind TEXT NOT NULL CHECK (kind IN ('warehouse', 'store', 'supplier', 'third_party')),
  country TEXT NOT NULL, -- ISO 3166 alpha-2
  time_zone TEXT NOT NULL, -- IANA name
  active BOOLEAN NOT NULL, -- may promise stock
  created_at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL -- events so far
) STRICT;

CREATE TABLE price_lists (
  id TEXT NOT NULL PRIMARY KEY, -- prl_…
  code TEXT NOT NULL UNIQUE, -- short name
  name TEXT NOT NULL, -- for people
  currency TEXT NOT NULL, -- ISO 4217
  tax_inclusive BOOLEAN NOT NULL, -- prices include tax
  created_at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL -- events so far
) STRICT;

CREATE TABLE channels ( -- where an order comes from
  id TEXT NOT NULL PRIMARY KEY, -- cha_…
  code TEXT NOT NULL UNIQUE, -- short name
  name TEXT NOT NULL, -- for people
  kind TEXT NOT NULL CHECK (kind IN ('online_store', 'b2b_portal', 'phone', 'mobile', 'social', 'marketplace', 'point_of_sale')),
  currency TEXT NOT NULL, -- ISO 4217
  price_list_id TEXT NOT NULL REFERENCES price_lists (id), -- its prices
  number_pattern TEXT NOT NULL, -- of order numbers, such as SO-{yyyy}-{seq:6}
  time_zone TEXT NOT NULL, -- IANA name; decides the business day
  tax_country TEXT NOT NULL, -- where a sale without ship-to is taxed
  payment_methods TEXT NOT NULL, -- JSON list
  assortment TEXT NOT NULL CHECK (assortment IN ('all', 'listed')), -- whether channel_variants counts
  active BOOLEAN NOT NULL, -- takes orders
  created_at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL -- events so far
) STRICT;

CREATE TABLE channel_locations ( -- from where a channel sells
  channel_id TEXT NOT NULL REFERENCES channels (id),
  location_id TEXT NOT NULL REFERENCES locations (id),
  rank INT64 NOT NULL, -- lower is asked first
  PRIMARY KEY (channel_id, location_id)
) STRICT;

CREATE TABLE customers (
  id TEXT NOT NULL PRIMARY KEY, -- cus_…
  number TEXT NOT NULL UNIQUE, -- for people
  type TEXT NOT NULL CHECK (type IN ('retail', 'wholesale', 'vip', 'corporate', 'government')),
  tier TEXT NOT NULL DEFAULT '', -- loyalty level
  active BOOLEAN NOT NULL, -- may order
  price_list_id TEXT REFERENCES price_lists (id), -- instead of the channel's
  payment_terms_days INT64 NOT NULL DEFAULT 0 CHECK (payment_terms_days >= 0), -- on account: days until due
  on_account BOOLEAN NOT NULL DEFAULT FALSE, -- may pay later
  tax_exempt BOOLEAN NOT NULL DEFAULT FALSE, -- pays no tax
  language TEXT NOT NULL DEFAULT 'en', -- BCP 47
  time_zone TEXT NOT NULL DEFAULT 'UTC', -- IANA name
  external_id TEXT UNIQUE, -- in the system it came from
  origin TEXT NOT NULL DEFAULT 'ordo' CHECK (origin IN ('ordo', 'imported')),
  profile_version INT64 NOT NULL, -- of customer_profiles
  created_at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL -- events so far
) STRICT;

CREATE TABLE customer_types ( -- defaults of customers who have nothing of their own; a type without a row has none
  type TEXT NOT NULL PRIMARY KEY CHECK (type IN ('retail', 'wholesale', 'vip', 'corporate', 'government')),
  price_list_id TEXT REFERENCES price_lists (id), -- instead of the channel's
  payment_terms_days INT64 NOT NULL, -- on account: days until due
  on_account BOOLEAN NOT NULL, -- may pay later
  tax_exempt BOOLEAN NOT NULL, -- pays no tax
  version INT64 NOT NULL -- counts changes and events
) STRICT;

CREATE TABLE customer_profiles ( -- the person behind a customer
  customer_id TEXT NOT NULL REFERENCES customers (id),
  version INT64 NOT NULL, -- a change adds a row
  name TEXT NOT NULL, -- personal: of the person
  company TEXT NOT NULL, -- personal: that they are at
  email TEXT NOT NULL, -- personal: to reach them
  phone TEXT NOT NULL, -- personal: to reach them
  folded TEXT NOT NULL, -- personal: all of the above and the number, folded for search
  erased_at INT64, -- when it was emptied
  PRIMARY KEY (customer_id, version)
) STRICT;

CREATE TABLE addresses ( -- address and contact copies; never changed, only erased
  id TEXT NOT NULL PRIMARY KEY, -- adr_…
  customer_id TEXT, -- whose, if known
  name TEXT NOT NULL, -- personal: of the person
  company TEXT NOT NULL, -- personal: that they are at
  street TEXT NOT NULL, -- personal: with the house number
  street2 TEXT NOT NULL, -- personal: flat, floor or building
  postcode TEXT NOT NULL, -- personal: of the place
  city TEXT NOT NULL, -- personal: the place
  region TEXT NOT NULL, -- state or province
  country TEXT NOT NULL, -- ISO 3166 alpha-2; empty for a contact
  email TEXT NOT NULL, -- personal: to reach them
  phone TEXT NOT NULL, -- personal: to reach them
  erased_at INT64 -- when it was emptied
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_addresses ( -- the address book
  customer_id TEXT NOT NULL REFERENCES customers (id),
  address_id TEXT NOT NULL REFERENCES addresses (id),
  label TEXT NOT NULL, -- such as Main office
  position INT64 NOT NULL, -- the first is the default
  PRIMARY KEY (customer_id, address_id)
) STRICT;

CREATE TABLE line_texts ( -- texts that lines of orders refer to; never changed, only erased
  id TEXT NOT NULL PRIMARY KEY, -- txt_…
  title TEXT NOT NULL DEFAULT '', -- of a line without a variant: personal
  description TEXT NOT NULL DEFAULT '', -- of a product
  category TEXT NOT NULL DEFAULT '' -- of a product
) STRICT;

CREATE TABLE products (
  id TEXT NOT NULL PRIMARY KEY, -- prd_…
  title TEXT NOT NULL, -- for people
  description TEXT NOT NULL, -- for people
  category TEXT NOT NULL, -- path in the tree, such as kitchen/cups
  created_at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL, -- events so far
  text_id TEXT REFERENCES line_texts (id), -- description and category as lines refer to them
  specifications TEXT NOT NULL DEFAULT '{}' -- JSON: name to list of values
) STRICT;

CREATE TABLE variants ( -- what is sold
  id TEXT NOT NULL PRIMARY KEY, -- var_…
  product_id TEXT NOT NULL REFERENCES products (id),
  sku TEXT NOT NULL UNIQUE, -- as printed
  sku_folded TEXT NOT NULL UNIQUE, -- SKUs that differ in case only are one
  title TEXT NOT NULL, -- for people
  folded TEXT NOT NULL, -- title and SKU, folded for search
  kind TEXT NOT NULL CHECK (kind IN ('stock', 'drop_ship', 'made_to_order', 'service', 'digital')),
  unit TEXT NOT NULL, -- such as each, kg
  tax_class TEXT NOT NULL, -- such as standard
  weight_grams INT64 NOT NULL DEFAULT 0, -- of one unit
  hs_code TEXT NOT NULL DEFAULT '', -- customs tariff
  options TEXT NOT NULL DEFAULT '{}', -- JSON: option name to value
  minimum INT64 NOT NULL DEFAULT 0, -- least quantity of an order; 0 for none
  maximum INT64 NOT NULL DEFAULT 0, -- greatest quantity of an order; 0 for none
  multiple INT64 NOT NULL DEFAULT 0, -- quantities are multiples of it; 0 for none
  backorder BOOLEAN NOT NULL DEFAULT FALSE, -- may be sold without stock
  lot_tracked BOOLEAN NOT NULL DEFAULT FALSE, -- stock is kept by lot
  hazardous BOOLEAN NOT NULL DEFAULT FALSE, -- dangerous goods
  bundle BOOLEAN NOT NULL DEFAULT FALSE, -- made of other variants
  active BOOLEAN NOT NULL, -- may be sold
  external_id TEXT UNIQUE, -- in the system it came from
  created_at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL, -- events so far
  units TEXT NOT NULL DEFAULT '[]', -- JSON: further units that it is sold in, each with the quantity of the own unit in one
  limited BOOLEAN NOT NULL DEFAULT FALSE, -- has rows in quantity_limits
  text_id TEXT REFERENCES line_texts (id), -- of the product
  specifications TEXT NOT NULL DEFAULT '{}', -- JSON: name to list of values, beside the product's
  CHECK (minimum >= 0 AND maximum >= 0 AND multiple >= 0),
  CHECK (maximum = 0 OR minimum <= maximum AND multiple <= maximum),
  CHECK (weight_grams >= 0)
) STRICT;
CREATE INDEX variants_by_product ON variants (product_id);

CREATE TABLE barcodes (
  code TEXT NOT NULL, -- digits or text as scanned
  variant_id TEXT NOT NULL REFERENCES variants (id),
  PRIMARY KEY (code, variant_id) -- several variants may share one
) STRICT;
CREATE INDEX barcodes_by_variant ON barcodes (variant_id);

CREATE TABLE bundle_parts (
  bundle_id TEXT NOT NULL REFERENCES variants (id),
  part_id TEXT NOT NULL REFERENCES variants (id),
  quantity INT64 NOT NULL CHECK (quantity > 0), -- of the part in one bundle, thousandths
  position INT64 NOT NULL, -- order of listing
  PRIMARY KEY (bundle_id, part_id),
  CHECK (bundle_id <> part_id)
) STRICT;

CREATE TABLE quantity_limits ( -- of a variant in a channel, for a customer, or both; beside its own
  variant_id TEXT NOT NULL REFERENCES variants (id),
  channel_id TEXT NOT NULL, -- in which channel; empty for all
  customer_id TEXT NOT NULL, -- for whom; empty for all
  minimum INT64 NOT NULL, -- least quantity of an order, thousandths; 0 for none
  maximum INT64 NOT NULL, -- greatest quantity of an order, thousandths; 0 for none
  multiple INT64 NOT NULL, -- quantities are multiples of it, thousandths; 0 for none
  PRIMARY KEY (variant_id, channel_id, customer_id),
  CHECK (minimum >= 0 AND maximum >= 0 AND multiple >= 0)
) STRICT;

CREATE TABLE channel_variants ( -- assortment of channels that list theirs
  channel_id TEXT NOT NULL REFERENCES channels (id),
  variant_id TEXT NOT NULL REFERENCES variants (id),
  PRIMARY KEY (channel_id, variant_id)
) STRICT;

CREATE TABLE prices (
  price_list_id TEXT NOT NULL REFERENCES price_lists (id),
  variant_id TEXT NOT NULL REFERENCES variants (id),
  minimum INT64 NOT NULL CHECK (minimum >= 0), -- from this quantity on, thousandths
  unit_price INT64 NOT NULL CHECK (unit_price >= 0 AND unit_price < 1000000000000000), -- millionths
  PRIMARY KEY (price_list_id, variant_id, minimum)
) STRICT;

CREATE TABLE tax_rates (
  country TEXT NOT NULL, -- ISO 3166 alpha-2
  class TEXT NOT NULL, -- of goods, such as standard
  valid_from INT64 NOT NULL, -- until the next row of country and class
  name TEXT NOT NULL, -- as printed, such as VAT
  rate INT64 NOT NULL CHECK (rate >= 0 AND rate <= 1000000), -- millionths
  PRIMARY KEY (country, class, valid_from)
) STRICT;

CREATE TABLE tax_countries ( -- where tax is collected: anchors the rates of a country
  country TEXT NOT NULL PRIMARY KEY, -- ISO 3166 alpha-2
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL -- events so far
) STRICT;

CREATE TABLE shipping_methods (
  id TEXT NOT NULL PRIMARY KEY, -- shm_…
  code TEXT NOT NULL UNIQUE, -- short name
  name TEXT NOT NULL, -- for people
  kind TEXT NOT NULL CHECK (kind IN ('flat', 'by_weight', 'by_amount')), -- what the table's steps count
  currency TEXT NOT NULL, -- ISO 4217
  tax_class TEXT NOT NULL, -- of the charge
  active BOOLEAN NOT NULL, -- may be chosen
  created_at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL -- events so far
) STRICT;

CREATE TABLE shipping_rates (
  method_id TEXT NOT NULL REFERENCES shipping_methods (id),
  country TEXT NOT NULL, -- ISO 3166 alpha-2; empty for all others
  minimum INT64 NOT NULL CHECK (minimum >= 0), -- from this weight in grams, or amount in minor units, on
  amount INT64 NOT NULL CHECK (amount >= 0), -- of the charge
  PRIMARY KEY (method_id, country, minimum)
) STRICT;

-- Stock ----------------------------------------------------------------------

CREATE TABLE lots (
  id TEXT NOT NULL PRIMARY KEY, -- lot_…
  variant_id TEXT NOT NULL REFERENCES variants (id),
  code TEXT NOT NULL, -- as printed
  expires_at INT64, -- first expired is first out
  UNIQUE (variant_id, code)
) STRICT;

CREATE TABLE stock ( -- the balance of movements and reservations
  variant_id TEXT NOT NULL, -- of what
  location_id TEXT NOT NULL, -- where
  lot_id TEXT NOT NULL DEFAULT '', -- of which lot; empty without
  on_hand INT64 NOT NULL, -- sum of the movements
  reserved INT64 NOT NULL DEFAULT 0, -- sum of the active reservations
  safety INT64 NOT NULL DEFAULT 0, -- kept back from sale
  PRIMARY KEY (variant_id, location_id, lot_id),
  CHECK (0 <= reserved AND reserved <= on_hand AND safety >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE stock_documents ( -- why stock moved
  id TEXT NOT NULL PRIMARY KEY, -- sdo_…
  kind TEXT NOT NULL CHECK (kind IN ('receipt', 'adjustment', 'count', 'transfer', 'dispatch', 'return', 'note')),
  location_id TEXT NOT NULL, -- where
  reference TEXT NOT NULL DEFAULT '', -- order, return or the user's own
  reason TEXT NOT NULL DEFAULT '', -- code of an adjustment
  origin TEXT NOT NULL DEFAULT 'ordo' CHECK (origin IN ('ordo', 'imported')),
  external_id TEXT UNIQUE, -- in the system it came from
  at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL -- events so far
) STRICT;
CREATE INDEX stock_documents_by_time ON stock_documents (at);

CREATE TABLE stock_movements ( -- the stock ledger
  document_id TEXT NOT NULL REFERENCES stock_documents (id),
  position INT64 NOT NULL, -- in the document
  variant_id TEXT NOT NULL, -- of what
  location_id TEXT NOT NULL, -- where
  lot_id TEXT NOT NULL DEFAULT '', -- of which lot
  quantity INT64 NOT NULL, -- in if positive, out if negative
  PRIMARY KEY (document_id, position)
) STRICT;
CREATE INDEX stock_movements_by_stock ON stock_movements (variant_id, location_id, lot_id);

CREATE TABLE stock_notes ( -- lines of a note: a record that moves nothing
  document_id TEXT NOT NULL REFERENCES stock_documents (id),
  position INT64 NOT NULL, -- in the document
  variant_id TEXT, -- of what
  quantity INT64 NOT NULL, -- as noted
  note TEXT NOT NULL DEFAULT '', -- as noted
  source_row INT64, -- of an import
  PRIMARY KEY (document_id, position)
) STRICT;

CREATE TABLE reservations ( -- stock promised to a line; ends exactly once
  id TEXT NOT NULL, -- res_…
  order_id TEXT NOT NULL, -- of the line
  line_id TEXT NOT NULL, -- to whom it is promised
  variant_id TEXT NOT NULL, -- of what
  location_id TEXT NOT NULL, -- where
  lot_id TEXT NOT NULL DEFAULT '', -- of which lot
  quantity INT64 NOT NULL CHECK (quantity > 0), -- fixed
  state TEXT NOT NULL CHECK (state IN ('active', 'claimed', 'released', 'expired')),
  picked INT64 NOT NULL DEFAULT 0, -- already taken from the shelf
  priority INT64 NOT NULL DEFAULT 0, -- higher keeps its stock longer
  created_at INT64 NOT NULL, -- when
  ended_at INT64 NOT NULL DEFAULT 0, -- when it was claimed, released or expired
  reason TEXT NOT NULL DEFAULT '' CHECK (reason IN ('', 'whole', 'first', 'rest', 'staff')), -- why from there
  PRIMARY KEY (order_id, id),
  CHECK (picked >= 0 AND picked <= quantity),
  CHECK ((state = 'active') = (ended_at = 0))
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_active ON reservations (variant_id, location_id, lot_id) WHERE state = 'active';

-- The agreement --------------------------------------------------------------

CREATE TABLE orders (
  id TEXT NOT NULL PRIMARY KEY, -- ord_…
  number TEXT NOT NULL DEFAULT '', -- for people; none while a draft
  channel_id TEXT NOT NULL, -- where it came from
  customer_id TEXT NOT NULL DEFAULT '', -- who buys; none for a guest
  customer_type TEXT NOT NULL DEFAULT '', -- frozen at placement
  currency TEXT NOT NULL, -- of all its amounts
  tax_inclusive BOOLEAN NOT NULL, -- its prices include tax
  price_list_id TEXT NOT NULL, -- its prices
  status TEXT NOT NULL CHECK (status IN ('draft', 'pending', 'approved', 'processing', 'shipped', 'delivered', 'canceled', 'returned')),
  payment_status TEXT NOT NULL CHECK (payment_status IN ('unpaid', 'pending', 'authorized', 'partially_paid', 'paid', 'overpaid', 'partially_refunded', 'refunded')),
  fulfillment_status TEXT NOT NULL CHECK (fulfillment_status IN ('unfulfilled', 'partial', 'fulfilled', 'delivered')),
  return_status TEXT NOT NULL CHECK (return_status IN ('none', 'requested', 'partial', 'full')),
  cancel_status TEXT NOT NULL CHECK (cancel_status IN ('none', 'pending', 'partial', 'full')),
  subtotal INT64 NOT NULL, -- sum of quantity x unit price
  discount INT64 NOT NULL, -- sum of discounts on it
  charges INT64 NOT NULL, -- sum of net charges
  net INT64 NOT NULL, -- lines and charges without tax
  tax INT64 NOT NULL, -- on lines and charges
  rounding INT64 NOT NULL DEFAULT 0, -- of the total
  total INT64 NOT NULL, -- to pay
  authorized INT64 NOT NULL DEFAULT 0, -- sum over payments
  captured INT64 NOT NULL DEFAULT 0, -- sum over payments
  refunded INT64 NOT NULL DEFAULT 0, -- sum over payments
  attempts_open INT64 NOT NULL DEFAULT 0, -- attempts in flight
  returns_open INT64 NOT NULL DEFAULT 0, -- returns that are not at an end
  payment_method TEXT NOT NULL DEFAULT '', -- chosen at placement
  terms_days INT64 NOT NULL DEFAULT 0, -- on account: days until due
  due_at INT64 NOT NULL DEFAULT 0, -- when the money is due
  source_kind TEXT NOT NULL DEFAULT 'api' CHECK (source_kind IN ('api', 'po', 'email', 'phone', 'referral', 'marketplace', 'import')),
  reference TEXT NOT NULL DEFAULT '', -- the customer's own, such as a PO number
  external_id TEXT NOT NULL DEFAULT '', -- in the system it came from; unique per channel
  origin TEXT NOT NULL DEFAULT 'ordo' CHECK (origin IN ('ordo', 'imported')),
  contact_id TEXT NOT NULL DEFAULT '', -- address row: who to talk to, of a guest
  profile_version INT64 NOT NULL DEFAULT 0, -- of the customer's profile at placement: the contact copy
  billing_id TEXT NOT NULL DEFAULT '', -- address row: who to bill
  cloned_from TEXT NOT NULL DEFAULT '', -- order it was copied from
  priority INT64 NOT NULL DEFAULT 0, -- higher is served first when stock is short
  revision INT64 NOT NULL, -- of the agreement
  version INT64 NOT NULL, -- any write
  event_sequence INT64 NOT NULL, -- events so far
  created_at INT64 NOT NULL, -- when drafted
  placed_at INT64 NOT NULL DEFAULT 0, -- when agreed
  business_day TEXT NOT NULL DEFAULT '', -- of placed_at in the channel's zone, yyyy-mm-dd
  updated_at INT64 NOT NULL, -- last write
  sortable_total INT64 NOT NULL DEFAULT 0, -- total in thousandths of the major unit, so that all currencies compare
  asked_discounts TEXT NOT NULL DEFAULT '', -- JSON: what was asked to be taken off the whole order; adjustments hold what that made
  CHECK (total = net + tax + rounding),
  CHECK (authorized >= 0 AND refunded >= 0 AND refunded <= captured),
  CHECK ((status = 'draft') = (placed_at = 0))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX orders_by_number ON orders (lower(number)) WHERE number <> '';
CREATE UNIQUE INDEX orders_by_external_id ON orders (external_id, channel_id) WHERE external_id <> '';
CREATE INDEX orders_by_time ON orders (placed_at, id);
CREATE INDEX orders_by_payment ON orders (payment_status, placed_at, id);
CREATE INDEX orders_by_status ON orders (status, placed_at, id);
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at, id); -- also of guests: no planner sees that a bound value is not empty
CREATE INDEX orders_by_total ON orders (sortable_total, id);
CREATE INDEX orders_by_status_total ON orders (status, sortable_total, id);
CREATE INDEX orders_by_reference ON orders (lower(reference)) WHERE reference <> '';

CREATE TABLE deliveries ( -- one ship-to of an order
  id TEXT NOT NULL, -- dlv_…
  order_id TEXT NOT NULL REFERENCES orders (id),
  position INT64 NOT NULL, -- in the order
  address_id TEXT NOT NULL DEFAULT '', -- ship-to; none for digital goods and pick-up
  method_id TEXT NOT NULL DEFAULT '', -- shipping method
  country TEXT NOT NULL, -- tax destination
  released_at INT64 NOT NULL DEFAULT 0, -- when fulfillment was let go
  promised_at INT64 NOT NULL DEFAULT 0, -- latest arrival that was promised
  PRIMARY KEY (order_id, id)
) STRICT, WITHOUT ROWID;

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
  quantity INT64 NOT NULL CHECK (quantity > 0 AND quantity < 1000000000000), -- ordered
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
CREATE INDEX order_lines_backordered ON order_lines (variant_id) WHERE backordered > 0;

CREATE TABLE adjustments ( -- typed parts of a total
  order_id TEXT NOT NULL REFERENCES orders (id),
  position INT64 NOT NULL, -- in the order
  line_id TEXT NOT NULL DEFAULT '', -- of which line, if of one
  delivery_id TEXT NOT NULL DEFAULT '', -- of which delivery, if of one
  kind TEXT NOT NULL CHECK (kind IN ('discount', 'promotion', 'surcharge', 'shipping', 'handling', 'insurance', 'tax', 'duty', 'restocking_fee', 'fee', 'manual', 'rounding')),
  label TEXT NOT NULL, -- for people
  rate INT64 NOT NULL DEFAULT 0, -- of a percentage or tax, millionths
  tax_class TEXT NOT NULL DEFAULT '', -- of a charge
  amount INT64 NOT NULL, -- as agreed: net or gross as the order's prices are
  net INT64 NOT NULL DEFAULT 0, -- of a charge, without tax
  tax INT64 NOT NULL DEFAULT 0, -- of a charge
  granted INT64 NOT NULL DEFAULT 0, -- refunds granted on a charge so far
  quantity INT64 NOT NULL DEFAULT 0, -- of an imported charge, thousandths
  unit_price INT64 NOT NULL DEFAULT 0, -- of an imported charge, millionths
  source_row INT64 NOT NULL DEFAULT 0, -- of an import
  share_of INT64 NOT NULL DEFAULT 0, -- which of the order's discounts it is the line's share of, from 1; 0 for one of the line's own
  PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE holds ( -- reasons that block commands of an order
  id TEXT NOT NULL PRIMARY KEY, -- hld_…
  order_id TEXT NOT NULL REFERENCES orders (id),
  kind TEXT NOT NULL CHECK (kind IN ('approval', 'credit', 'fraud', 'payment', 'address', 'stock', 'compliance', 'manual')),
  reason TEXT NOT NULL, -- code or short text without personal values
  owner TEXT NOT NULL, -- who set it
  release_when TEXT NOT NULL DEFAULT '', -- condition that a reaction checks, such as authorized
  created_at INT64 NOT NULL, -- when
  released_at INT64 NOT NULL DEFAULT 0, -- when it ended
  released_by TEXT -- who ended it
) STRICT;
CREATE INDEX holds_by_order ON holds (order_id);
CREATE INDEX holds_active ON holds (kind, order_id) WHERE released_at = 0;

CREATE TABLE order_notes ( -- texts that people wrote on orders; never changed, only erased
  id TEXT NOT NULL PRIMARY KEY, -- not_…
  order_id TEXT NOT NULL REFERENCES orders (id),
  author TEXT NOT NULL, -- who wrote it
  text TEXT NOT NULL, -- personal: what they wrote
  copied_from TEXT NOT NULL, -- note of the order that this order was copied from; empty for others
  created_at INT64 NOT NULL, -- when it was written, also of a copy
  erased_at INT64 -- when it was emptied
) STRICT;
CREATE INDEX order_notes_by_order ON order_notes (order_id);

-- Money ----------------------------------------------------------------------

CREATE TABLE payments ( -- money by one method
  id TEXT NOT NULL PRIMARY KEY, -- pay_…
  order_id TEXT NOT NULL REFERENCES orders (id),
  method TEXT NOT NULL CHECK (method IN ('cash', 'transfer', 'test', 'imported')),
  currency TEXT NOT NULL, -- of the order
  amount INT64 NOT NULL CHECK (amount > 0), -- that it is for
  authorized INT64 NOT NULL DEFAULT 0, -- promised by the payer's bank
  captured INT64 NOT NULL DEFAULT 0, -- taken
  refunded INT64 NOT NULL DEFAULT 0, -- given back
  in_flight INT64 NOT NULL DEFAULT 0, -- refunds on their way
  disputed INT64 NOT NULL DEFAULT 0, -- under dispute
  capturing INT64 NOT NULL DEFAULT 0, -- captures on their way
  voiding INT64 NOT NULL DEFAULT 0, -- of the promise, about to be given up
  status TEXT NOT NULL CHECK (status IN ('pending', 'requires_action', 'unknown', 'authorized', 'captured', 'refunded', 'failed', 'voided')),
  reference TEXT NOT NULL DEFAULT '', -- of the gateway or the bank
  action_url TEXT NOT NULL DEFAULT '', -- where the payer has to go
  origin TEXT NOT NULL DEFAULT 'ordo' CHECK (origin IN ('ordo', 'imported')),
  created_at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL, -- events so far
  CHECK (refunded >= 0 AND in_flight >= 0 AND disputed >= 0 AND capturing >= 0 AND voiding >= 0),
  CHECK (refunded + disputed + in_flight <= captured AND captured + capturing + voiding <= authorized)
) STRICT;
CREATE INDEX payments_by_order ON payments (order_id);
CREATE INDEX payments_unsettled ON payments (status, created_at) WHERE status IN ('pending', 'requires_action', 'unknown');

CREATE TABLE payment_attempts ( -- one movement of money, or the try
  id TEXT NOT NULL PRIMARY KEY, -- att_…
  payment_id TEXT NOT NULL REFERENCES payments (id),
  kind TEXT NOT NULL CHECK (kind IN ('authorize', 'capture', 'void', 'refund', 'cancel')),
  amount INT64 NOT NULL CHECK (amount > 0), -- asked for
  state TEXT NOT NULL CHECK (state IN ('pending', 'requires_action', 'unknown', 'succeeded', 'failed', 'voided', 'expired')),
  refund_id TEXT NOT NULL DEFAULT '', -- that a refund attempt moves
  intent_id TEXT NOT NULL DEFAULT '', -- key at the gateway; none for cash and transfers
  gateway_reference TEXT NOT NULL DEFAULT '', -- of the gateway
  error TEXT NOT NULL DEFAULT '', -- code of a failure
  created_at INT64 NOT NULL, -- when
  ended_at INT64 NOT NULL DEFAULT 0 -- when its state became final; 0 while in flight
) STRICT;
CREATE UNIQUE INDEX payment_attempts_by_intent ON payment_attempts (intent_id) WHERE intent_id <> '';
CREATE INDEX payment_attempts_by_payment ON payment_attempts (payment_id);

CREATE TABLE refunds ( -- the promise to give money back
  id TEXT NOT NULL PRIMARY KEY, -- rfd_…
  order_id TEXT NOT NULL REFERENCES orders (id),
  return_id TEXT NOT NULL DEFAULT '', -- that caused it
  amount INT64 NOT NULL CHECK (amount > 0), -- promised
  moved INT64 NOT NULL DEFAULT 0, -- given back so far
  moving INT64 NOT NULL DEFAULT 0, -- on its way
  currency TEXT NOT NULL, -- of the order
  reason TEXT NOT NULL, -- code
  status TEXT NOT NULL CHECK (status IN ('granted', 'moving', 'partially_moved', 'moved')),
  created_at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL, -- events so far
  CHECK (moved >= 0 AND moving >= 0 AND moved + moving <= amount)
) STRICT;
CREATE INDEX refunds_by_order ON refunds (order_id);

CREATE TABLE refund_parts ( -- what a refund is for
  refund_id TEXT NOT NULL REFERENCES refunds (id),
  position INT64 NOT NULL, -- in the refund
  line_id TEXT NOT NULL DEFAULT '', -- of the order
  adjustment INT64 NOT NULL DEFAULT 0, -- position of a charge of the order
  quantity INT64 NOT NULL DEFAULT 0 CHECK (quantity >= 0), -- that came back
  amount INT64 NOT NULL CHECK (amount > 0), -- of the refund
  PRIMARY KEY (refund_id, position)
) STRICT;

CREATE TABLE test_gateway_calls ( -- the ledger of the built-in test gateway, which stands for one outside
  key TEXT NOT NULL PRIMARY KEY, -- that the caller gave: a second call under it changes nothing
  kind TEXT NOT NULL CHECK (kind IN ('authorize', 'capture', 'void', 'refund', 'cancel')),
  token TEXT NOT NULL DEFAULT '', -- of the payer
  reference TEXT NOT NULL, -- key of the authorization that it is about
  amount INT64 NOT NULL CHECK (amount > 0), -- asked for
  currency TEXT NOT NULL, -- of the amount
  state TEXT NOT NULL CHECK (state IN ('pending', 'requires_action', 'succeeded', 'failed')),
  error TEXT NOT NULL DEFAULT '', -- code of a failure
  created_at INT64 NOT NULL, -- when
  version INT64 NOT NULL -- counts changes
) STRICT;
CREATE INDEX test_gateway_calls_by_reference ON test_gateway_calls (reference);

-- Carrying it out ------------------------------------------------------------

CREATE TABLE fulfillment_orders ( -- what one location owes for a delivery
  id TEXT NOT NULL PRIMARY KEY, -- ful_…
  order_id TEXT NOT NULL REFERENCES orders (id),
  delivery_id TEXT NOT NULL, -- of the order
  location_id TEXT NOT NULL, -- that does it
  status TEXT NOT NULL CHECK (status IN ('planned', 'open', 'in_progress', 'closed', 'on_hold', 'scheduled', 'incomplete', 'canceled')),
  created_at INT64 NOT NULL, -- when planned
  released_at INT64 NOT NULL DEFAULT 0, -- when opened
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL, -- events so far
  reason TEXT NOT NULL DEFAULT '' -- why the location was chosen, as of the first reservation
) STRICT, WITHOUT ROWID;
CREATE INDEX fulfillment_orders_by_order ON fulfillment_orders (order_id);
CREATE INDEX fulfillment_orders_to_do ON fulfillment_orders (location_id, released_at) WHERE status IN ('open', 'in_progress', 'incomplete');

CREATE TABLE fulfillment_lines (
  fulfillment_id TEXT NOT NULL REFERENCES fulfillment_orders (id),
  line_id TEXT NOT NULL, -- of the order
  quantity INT64 NOT NULL, -- owed
  canceled INT64 NOT NULL DEFAULT 0, -- no longer owed
  picked INT64 NOT NULL DEFAULT 0, -- taken from the shelf so far
  packed INT64 NOT NULL DEFAULT 0, -- in packages so far
  shipped INT64 NOT NULL DEFAULT 0, -- left the house so far
  PRIMARY KEY (fulfillment_id, line_id),
  CHECK (0 <= shipped AND shipped <= packed AND packed <= picked AND picked + canceled <= quantity AND canceled >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE shipments ( -- packages handed to one carrier
  id TEXT NOT NULL PRIMARY KEY, -- shp_…
  number TEXT NOT NULL UNIQUE, -- for people
  order_id TEXT NOT NULL REFERENCES orders (id),
  fulfillment_id TEXT NOT NULL, -- that it carries out
  location_id TEXT NOT NULL, -- from where
  carrier TEXT NOT NULL DEFAULT '', -- code
  service TEXT NOT NULL DEFAULT '', -- code
  tracking_number TEXT NOT NULL DEFAULT '', -- of the carrier
  status TEXT NOT NULL CHECK (status IN ('planned', 'picking', 'packed', 'labeled', 'in_transit', 'out_for_delivery', 'delivered', 'exception', 'intercepted', 'lost', 'returned_to_sender', 'unpacked')),
  created_at INT64 NOT NULL, -- when packed
  shipped_at INT64 NOT NULL DEFAULT 0, -- when it left
  delivered_at INT64 NOT NULL DEFAULT 0, -- when it arrived
  origin TEXT NOT NULL DEFAULT 'ordo' CHECK (origin IN ('ordo', 'imported')),
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL, -- events so far
  unpacked_at INT64 NOT NULL DEFAULT 0 -- when it was taken apart again, before it left
) STRICT;
CREATE INDEX shipments_by_order ON shipments (order_id);
CREATE INDEX shipments_by_tracking ON shipments (lower(tracking_number)) WHERE tracking_number <> '';

CREATE TABLE packages (
  id TEXT NOT NULL PRIMARY KEY, -- pkg_…
  shipment_id TEXT NOT NULL REFERENCES shipments (id),
  position INT64 NOT NULL, -- in the shipment
  weight_grams INT64 NOT NULL DEFAULT 0 CHECK (weight_grams >= 0) -- as weighed
) STRICT;
CREATE INDEX packages_by_shipment ON packages (shipment_id);

CREATE TABLE shipment_lines (
  shipment_id TEXT NOT NULL REFERENCES shipments (id),
  package_id TEXT NOT NULL, -- in which package
  line_id TEXT NOT NULL, -- of the order
  quantity INT64 NOT NULL CHECK (quantity > 0), -- inside
  PRIMARY KEY (shipment_id, package_id, line_id)
) STRICT;
CREATE INDEX shipment_lines_by_line ON shipment_lines (line_id);

CREATE TABLE tracking_events ( -- what a carrier said, once each, in any order
  shipment_id TEXT NOT NULL REFERENCES shipments (id),
  id TEXT NOT NULL, -- of the carrier, or made from the content
  code TEXT NOT NULL CHECK (code IN ('in_transit', 'out_for_delivery', 'delivered', 'exception', 'lost', 'returned_to_sender')),
  at INT64 NOT NULL, -- when it happened, says the carrier
  place TEXT NOT NULL DEFAULT '', -- where
  received_at INT64 NOT NULL, -- when we heard
  PRIMARY KEY (shipment_id, id)
) STRICT;

CREATE TABLE returns (
  id TEXT NOT NULL PRIMARY KEY, -- ret_…
  number TEXT NOT NULL UNIQUE, -- for people
  order_id TEXT NOT NULL REFERENCES orders (id),
  location_id TEXT NOT NULL, -- where it comes back to
  status TEXT NOT NULL CHECK (status IN ('requested', 'approved', 'in_transit', 'received', 'inspected', 'completed', 'rejected', 'canceled', 'expired')),
  outcome TEXT NOT NULL DEFAULT 'refund' CHECK (outcome IN ('refund', 'store_credit', 'exchange', 'repair', 'keep_it')),
  reject_reason TEXT NOT NULL DEFAULT '', -- code
  carrier TEXT NOT NULL DEFAULT '', -- code; that brings it back
  tracking_number TEXT NOT NULL DEFAULT '', -- of that carrier
  value INT64 NOT NULL DEFAULT 0, -- worth of what is refunded
  fee INT64 NOT NULL DEFAULT 0, -- kept of it for restocking
  refund_id TEXT NOT NULL DEFAULT '', -- refund of the value less the fee
  approved_at INT64 NOT NULL DEFAULT 0, -- fact behind the status
  expires_at INT64 NOT NULL DEFAULT 0, -- the goods have to be sent before; 0 where they stay
  sent_at INT64 NOT NULL DEFAULT 0, -- fact behind the status
  received_at INT64 NOT NULL DEFAULT 0, -- when the first of it came back
  closed_at INT64 NOT NULL DEFAULT 0, -- fact behind the status
  closed_as TEXT NOT NULL DEFAULT '' CHECK (closed_as IN ('', 'completed', 'rejected', 'canceled', 'expired')),
  origin TEXT NOT NULL DEFAULT 'ordo' CHECK (origin IN ('ordo', 'imported')),
  external_id TEXT NOT NULL DEFAULT '', -- in the system it came from
  created_at INT64 NOT NULL, -- when requested
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL, -- events so far
  CHECK ((closed_at = 0) = (closed_as = '')),
  CHECK (fee >= 0 AND fee <= value OR value < 0)
) STRICT;
CREATE UNIQUE INDEX returns_by_external_id ON returns (external_id) WHERE external_id <> '';
CREATE INDEX returns_by_order ON returns (order_id);
CREATE INDEX returns_expiring ON returns (id) WHERE status = 'approved' AND expires_at > 0;

CREATE TABLE return_lines (
  return_id TEXT NOT NULL REFERENCES returns (id),
  position INT64 NOT NULL, -- in the return
  line_id TEXT NOT NULL, -- of the order
  reason TEXT NOT NULL DEFAULT '', -- code
  quantity INT64 NOT NULL CHECK (quantity > 0), -- asked for
  received INT64 NOT NULL DEFAULT 0, -- came back
  restocked INT64 NOT NULL DEFAULT 0, -- of what came back: to stock again
  refurbished INT64 NOT NULL DEFAULT 0, -- of what came back: to be repaired
  scrapped INT64 NOT NULL DEFAULT 0, -- of what came back: thrown away
  sent_on INT64 NOT NULL DEFAULT 0, -- sent back to the customer
  amount INT64 NOT NULL DEFAULT 0, -- worth of what is refunded
  source_row INT64 NOT NULL DEFAULT 0, -- of an import
  PRIMARY KEY (return_id, position),
  CHECK (received >= 0 AND received <= quantity),
  CHECK (restocked >= 0 AND refurbished >= 0 AND scrapped >= 0 AND sent_on >= 0 AND restocked + refurbished + scrapped + sent_on <= received)
) STRICT;
CREATE INDEX return_lines_by_line ON return_lines (line_id);

CREATE TABLE credits ( -- imported payment documents of kind credit, without an order of ours
  id TEXT NOT NULL PRIMARY KEY, -- crd_…
  number TEXT NOT NULL UNIQUE, -- for people
  customer_id TEXT NOT NULL DEFAULT '', -- whose
  country TEXT NOT NULL DEFAULT '', -- of the customer then
  currency TEXT NOT NULL, -- of its amounts
  total INT64 NOT NULL, -- sum of its lines, positive in the customer's favor
  external_id TEXT NOT NULL DEFAULT '', -- in the system it came from
  at INT64 NOT NULL, -- when
  version INT64 NOT NULL, -- counts changes
  event_sequence INT64 NOT NULL -- events so far
) STRICT;

CREATE UNIQUE INDEX credits_by_external_id ON credits (external_id) WHERE external_id <> '';

CREATE TABLE credit_lines (
  credit_id TEXT NOT NULL REFERENCES credits (id),
  position INT64 NOT NULL, -- in the credit
  kind TEXT NOT NULL CHECK (kind IN ('product', 'shipping', 'discount', 'fee', 'manual')),
  variant_id TEXT NOT NULL DEFAULT '', -- of what
  label TEXT NOT NULL, -- for people
  quantity INT64 NOT NULL, -- as in the source
  unit_price INT64 NOT NULL, -- as in the source, millionths
  amount INT64 NOT NULL, -- positive in the customer's favor
  source_row INT64 NOT NULL DEFAULT 0, -- of an import
  PRIMARY KEY (credit_id, position)
) STRICT;

-- To the world ---------------------------------------------------------------

CREATE TABLE imports (
  id TEXT NOT NULL PRIMARY KEY, -- imp_…
  format TEXT NOT NULL, -- such as online-retail
  source_hash TEXT NOT NULL, -- SHA-256 of the file
  done INT64 NOT NULL DEFAULT 0, -- records written so far, in the one order that the file gives them
  created_at INT64 NOT NULL, -- when
  ended_at INT64, -- when complete
  UNIQUE (format, source_hash)
) STRICT;

CREATE TABLE import_rows ( -- what every source row became; a row that was split has several
  import_id TEXT NOT NULL REFERENCES imports (id),
  row INT64 NOT NULL, -- in the file, from 1
  document TEXT NOT NULL, -- id of what it became a part of
  kind TEXT NOT NULL CHECK (kind IN ('order', 'return', 'credit', 'stock_note', 'customer', 'variant', 'stock')),
  PRIMARY KEY (import_id, row, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_faults ( -- source rows that were set aside; what they hold is in the user's file only
  import_id TEXT NOT NULL REFERENCES imports (id),
  row INT64 NOT NULL, -- in the file, from 1
  reason TEXT NOT NULL, -- code
  PRIMARY KEY (import_id, row)
) STRICT;

CREATE TABLE import_mappings ( -- what columns of foreign tables are called
  id TEXT NOT NULL PRIMARY KEY, -- imm_…
  name TEXT NOT NULL UNIQUE, -- by which it is asked for
  format TEXT NOT NULL CHECK (format IN ('products', 'customers', 'stock')),
  columns TEXT NOT NULL, -- JSON: foreign name, folded, to column of the format; an empty one is left out
  version INT64 NOT NULL -- counts changes; also its events so far
) STRICT;
