package importer

// miscounted finds imports above $1 and up to $2 whose rows are not those that they
// count.
const miscounted = `SELECT i.id, 'is ' || i.phase || ' ' || i.state || ' with ' || CAST(i.created AS TEXT) || ' + ' || CAST(i.updated AS TEXT) || ' + ' || CAST(i.unchanged AS TEXT) || ' + ' || CAST(i.refused AS TEXT)
			|| ' of ' || CAST(i.row_count AS TEXT) || ', ' || CAST(i.undone AS TEXT) || ' undone and ' || CAST(i.kept AS TEXT) || ' kept; there are '
			|| CAST(COALESCE(r.created, 0) AS TEXT) || ' + ' || CAST(COALESCE(r.updated, 0) AS TEXT) || ' + ' || CAST(COALESCE(r.unchanged, 0) AS TEXT) || ' + ' || CAST(COALESCE(r.refused, 0) AS TEXT)
			|| ', ' || CAST(COALESCE(r.undone, 0) AS TEXT) || ' and ' || CAST(COALESCE(r.kept, 0) AS TEXT)
		FROM table_imports i
		LEFT JOIN (SELECT t.import_id, t.checked,
				SUM(CASE WHEN t.outcome = 'created' AND (t.written OR b.phase = 'check') THEN 1 ELSE 0 END) AS created,
				SUM(CASE WHEN t.outcome = 'updated' AND (t.written OR b.phase = 'check') THEN 1 ELSE 0 END) AS updated,
				SUM(CASE WHEN t.outcome = 'unchanged' THEN 1 ELSE 0 END) AS unchanged, SUM(CASE WHEN t.outcome = 'refused' THEN 1 ELSE 0 END) AS refused,
				SUM(CASE WHEN t.undone = 'undone' THEN 1 ELSE 0 END) AS undone, SUM(CASE WHEN t.undone = 'kept' THEN 1 ELSE 0 END) AS kept, COUNT(*) AS rows_in, SUM(CASE WHEN t.written THEN 1 ELSE 0 END) AS written
			FROM table_rows t JOIN table_imports b ON b.id = t.import_id WHERE t.import_id > $1 AND t.import_id <= $2 GROUP BY t.import_id, t.checked) r ON r.import_id = i.id AND r.checked = i.checks
		WHERE i.id > $1 AND i.id <= $2 AND (
			i.created <> COALESCE(r.created, 0) OR i.updated <> COALESCE(r.updated, 0) OR i.unchanged <> COALESCE(r.unchanged, 0) OR i.refused <> COALESCE(r.refused, 0)
			OR i.undone <> COALESCE(r.undone, 0) OR i.kept <> COALESCE(r.kept, 0)
			OR i.phase = 'check' AND (COALESCE(r.written, 0) > 0 OR i.done <> COALESCE(r.rows_in, 0)) OR i.phase IN ('check', 'run') AND i.state = 'done' AND i.done <> i.row_count
			OR i.phase = 'run' AND i.state = 'done' AND i.created + i.updated + i.unchanged + i.refused <> i.row_count)
		ORDER BY 1`

// misreceived finds imports of stock above $1 and up to $2, under whose reference
// other stock moved than their rows tell. What is under way is not noted yet, and
// receipts had no reference at first.
const misreceived = `SELECT i.id, 'has ' || CAST(COALESCE(r.written, 0) AS TEXT) || ' rows that are written and ' || CAST(COALESCE(r.undone, 0) AS TEXT) || ' that are undone, but '
			|| CAST(s.received AS TEXT) || ' movements in and ' || CAST(s.taken AS TEXT) || ' out'
		FROM table_imports i
		JOIN (SELECT d.reference, SUM(CASE WHEN d.kind = 'receipt' THEN 1 ELSE 0 END) AS received, SUM(CASE WHEN d.kind = 'adjustment' THEN 1 ELSE 0 END) AS taken
			FROM stock_documents d JOIN stock_movements m ON m.document_id = d.id
			WHERE d.reference <> '' AND d.reference > $1 AND d.reference <= $2 GROUP BY d.reference) s ON s.reference = i.id
		LEFT JOIN (SELECT t.import_id, SUM(CASE WHEN t.written THEN 1 ELSE 0 END) AS written, SUM(CASE WHEN t.undone = 'undone' THEN 1 ELSE 0 END) AS undone
			FROM table_rows t WHERE t.import_id > $1 AND t.import_id <= $2 GROUP BY t.import_id) r ON r.import_id = i.id
		WHERE i.id > $1 AND i.id <= $2 AND i.format = 'stock' AND i.state <> 'working' AND s.received > 0
			AND (s.received <> COALESCE(r.written, 0) OR s.taken <> COALESCE(r.undone, 0))
		ORDER BY 1`
