package catalog

// textsOtherwise finds products above $1 and up to $2 whose texts have another
// copy.
const textsOtherwise = `SELECT p.id, 'names texts ' || p.text_id || ', which are not its own' FROM products p LEFT JOIN line_texts t ON t.id = p.text_id
		WHERE p.id > $1 AND p.id <= $2 AND p.text_id IS NOT NULL AND (t.id IS NULL OR t.description <> p.description OR t.category <> p.category)
	UNION ALL SELECT p.id, 'names no texts, but has some' FROM products p
		WHERE p.id > $1 AND p.id <= $2 AND p.text_id IS NULL AND (p.description <> '' OR p.category <> '')
	UNION ALL SELECT p.id, 'names texts ' || COALESCE(p.text_id, '') || ', its variant ' || v.id || ' names ' || COALESCE(v.text_id, '')
		FROM products p JOIN variants v ON v.product_id = p.id WHERE p.id > $1 AND p.id <= $2 AND COALESCE(p.text_id, '') <> COALESCE(v.text_id, '') ORDER BY 1, 2`
