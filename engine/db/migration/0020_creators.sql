-- An import stays that of who began it. Documents of stock are found by their reference.

ALTER TABLE table_imports ADD COLUMN created_by TEXT NOT NULL DEFAULT ''; -- usr_… or key_… who uploaded it
UPDATE table_imports SET created_by = user_id;
CREATE INDEX table_imports_by_creator ON table_imports (created_by, created_at, id);
CREATE INDEX stock_documents_by_reference ON stock_documents (reference) WHERE reference <> '';
