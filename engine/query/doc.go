// Package query owns the filter language, the sorts, the cursors and the pages
// of every list: it reads them, checks them against the fields that a subject
// declares, and makes SQL of them that is valid on SQLite and PostgreSQL. It
// does not own any field or table, and not the actor's scope, which stands
// beside the filter with AND, so that a filter can only narrow.
//
// A filter is terms with blanks between them; all of them must hold.
//
//	status:processing            equal; text fields: begins with, in any case
//	status:pending,approved      any of these
//	total>500  total<=12.50      amounts in major units, numbers, times
//	placed:2026-11-21            within that day of the reader's zone
//	promised<tomorrow            also now, today, yesterday, -7d, +2w, -3h
//	note:*                       is set
//	-tag:vip                     not; also holds where tag is not set
//	channel:web OR (hold:fraud total>500)
//	name:"two words" "O\"Hara"   quotes around blanks, commas, parentheses
//	miller                       a word without field: the list's text search
//
// Days (2026-11-21, today) are intervals: "<" is before the day begins, ">"
// after it has ended. Now, distances (-7d: at the same time of day) and RFC 3339
// times are instants.
package query
