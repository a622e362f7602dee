package bulk

// miscounted finds bulks above $1 and up to $2 whose rows are not those that they
// count.
const miscounted = `SELECT b.id, 'is ' || b.state || ' with ' || CAST(b.succeeded AS TEXT) || ' + ' || CAST(b.refused AS TEXT) || ' of ' || CAST(b.orders AS TEXT) || '; ' ||
			CAST(COALESCE(r.succeeded, 0) AS TEXT) || ' + ' || CAST(COALESCE(r.refused, 0) AS TEXT) || ' rows and ' || CAST(COALESCE(p.parts, 0) AS TEXT) || ' parts are there'
		FROM bulks b
		LEFT JOIN (SELECT bulk_id, SUM(CASE WHEN outcome = 'succeeded' THEN 1 ELSE 0 END) AS succeeded, SUM(CASE WHEN outcome = 'refused' THEN 1 ELSE 0 END) AS refused
			FROM bulk_rows WHERE bulk_id > $1 AND bulk_id <= $2 GROUP BY bulk_id) r ON r.bulk_id = b.id
		LEFT JOIN (SELECT bulk_id, COUNT(*) AS parts, MIN(part) AS first FROM bulk_parts WHERE bulk_id > $1 AND bulk_id <= $2 GROUP BY bulk_id) p ON p.bulk_id = b.id
		WHERE b.id > $1 AND b.id <= $2 AND (
			b.succeeded <> COALESCE(r.succeeded, 0) OR b.refused <> COALESCE(r.refused, 0)
			OR (b.state = 'done') <> (p.parts IS NULL) OR b.state <> 'done' AND p.first <> b.next_part)
		ORDER BY 1`

// astray finds bulks above $1 and up to $2 with a row that is of no order, or of
// one with another number.
const astray = `SELECT r.bulk_id, 'its row ' || CAST(r.position AS TEXT) || ' is of order ' || r.order_id || ' with the number ' || r.number || ', which is not there'
		FROM bulk_rows r LEFT JOIN orders o ON o.id = r.order_id AND (r.number = '' OR r.number = o.number)
		WHERE r.bulk_id > $1 AND r.bulk_id <= $2 AND o.id IS NULL
		ORDER BY 1`
