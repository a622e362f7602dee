-- What is stopped notes first what is under way.

ALTER TABLE bulks ADD COLUMN stopping BOOLEAN NOT NULL DEFAULT FALSE CHECK (stopping IN (FALSE, TRUE)); -- it runs, and stops behind the orders that are under way
ALTER TABLE table_imports ADD COLUMN stopping BOOLEAN NOT NULL DEFAULT FALSE CHECK (stopping IN (FALSE, TRUE)); -- it works, and stops behind the rows that are under way
