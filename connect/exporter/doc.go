// Package exporter owns the way of lists out of Ordo as files: CSV and Excel
// workbooks that are written row by row while they are read page by page, so
// that a million rows need no more memory than a thousand. It does not own the
// lists: what a reader sees, how it is filtered and sorted, is theirs.
package exporter
