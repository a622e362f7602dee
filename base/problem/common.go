package problem

// Codes that several packages give with one meaning.
var (
	ErrNotFound = Declare("not_found", NotFound,
		"There is no such thing, or it is not within your scope.", "Check the id; ask for access if it should be visible to you.")
	ErrRequired = Declare("field_required", Invalid,
		"A field that must be there is missing or empty.", "Send the field.")
	ErrInvalidValue = Declare("value_invalid", Invalid,
		"A value is not of the form or range that the field takes.", "See the field's description in the API reference.")
	ErrDuplicate = Declare("already_exists", Conflict,
		"Another record has this unique value already.", "Choose another value, or change the existing record.")
	ErrOutOfRange = Declare("amount_out_of_range", Invalid,
		"A quantity, price or amount is outside the bounds of the ledger.", "Quantities and unit prices are below 1,000,000,000; split the order.")
	ErrFuture = Declare("date_in_future", Invalid,
		"A time that must have passed lies in the future.", "Check the date, the year and the time zone.")
	ErrStale = Declare("revision_stale", Stale,
		"It was changed since it was read.", "Read it again, look at the fields that changed, and repeat the edit.")
	ErrETag = Declare("etag_invalid", Malformed,
		"If-Match is no ETag of what the request changes.", "Send the ETag that came with it, or none where none comes.")
	ErrTransition = Declare("transition_not_allowed", Conflict,
		"The step is not possible in the present status.", "See actions on the resource for what is possible now, and why not.")
)
