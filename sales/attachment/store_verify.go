package attachment

import "ordo/engine/db"

// filesBetween reads the files above after and up to upto.
func filesBetween(after, upto string, each func(stored)) db.Read {
	return db.Many(`SELECT f.id, f.hash, f.size, f.received, f.parts, f.revision, f.revision = 0 AND f.name = '' OR COALESCE(a.removed_at, 0) > 0
		FROM attachment_files f LEFT JOIN attachments a ON a.id = f.attachment_id AND f.revision > 0 WHERE f.id > $1 AND f.id <= $2 ORDER BY f.id`, []any{after, upto}, func(scan db.Scan) error {
		var f stored
		err := scan(&f.id, &f.hash, &f.size, &f.received, &f.parts, &f.revision, &f.gone)
		each(f)
		return err
	})
}

// partsBetween reads the parts of these files.
func partsBetween(after, upto string, each func(file string, part int64, content string)) db.Read {
	return db.Many(`SELECT p.file_id, p.part, p.content FROM attachment_parts p WHERE p.file_id > $1 AND p.file_id <= $2 ORDER BY p.file_id, p.part`, []any{after, upto}, func(scan db.Scan) error {
		var file, content string
		var part int64
		err := scan(&file, &part, &content)
		each(file, part, content)
		return err
	})
}

// misnumbered finds attachments above $1 and up to $2 whose versions are not those
// that they count.
const misnumbered = `SELECT a.id, 'shows version ' || CAST(a.revision AS TEXT) || ', has ' || CAST(COUNT(f.id) AS TEXT) || ' of its order, the last one ' || CAST(COALESCE(MAX(f.revision), 0) AS TEXT)
	FROM attachments a LEFT JOIN attachment_files f ON f.attachment_id = a.id AND f.revision > 0 AND f.order_id = a.order_id AND f.whole_at > 0
	WHERE a.id > $1 AND a.id <= $2 GROUP BY a.id, a.revision HAVING COUNT(f.id) <> a.revision OR COALESCE(MAX(f.revision), 0) <> a.revision ORDER BY a.id`
