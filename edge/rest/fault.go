package rest

import "ordo/base/problem"

// Why a request is refused before its operation runs.
var (
	ErrMalformed = problem.Declare("json_malformed", problem.Malformed,
		"The body is not valid JSON.", "Correct the JSON at the line and column that are named.")
	ErrDepth = problem.Declare("json_too_deep", problem.Malformed,
		"The body nests objects or lists too deeply.", "Send the structure that the API reference shows.")
	ErrContentType = problem.Declare("content_type_invalid", problem.Malformed,
		"The body is not declared as JSON.", "Send the header Content-Type: application/json.")
	ErrTooLarge = problem.Declare("body_too_large", problem.TooLarge,
		"The body has more bytes than the operation takes.", "Send less at once: split the request.")
	ErrBodyUnread = problem.Declare("body_incomplete", problem.Malformed,
		"The body ended before all of it arrived.", "Send the request again.")
	ErrUnknownField = problem.Declare("field_unknown", problem.Invalid,
		"The operation has no field of this name.", "Leave the field out, or correct its name.")
	ErrCase = problem.Declare("field_case", problem.Invalid,
		"The name of a field is spelled with other capital letters.", "Write the name as the API reference does.")
	ErrDuplicateField = problem.Declare("field_duplicate", problem.Invalid,
		"A field is there twice.", "Send the field once.")
	ErrReadOnly = problem.Declare("field_read_only", problem.Invalid,
		"The field follows from other facts and cannot be set.", "Leave the field out.")
	ErrType = problem.Declare("type_mismatch", problem.Invalid,
		"A value is of another type than the field.", "See the field's type in the API reference.")
	ErrTooLong = problem.Declare("value_too_long", problem.Invalid,
		"A text has too many characters.", "Shorten the text.")
	ErrTooShort = problem.Declare("value_too_short", problem.Invalid,
		"A text has too few characters.", "Send a longer text, or leave the field out if it is optional.")
	ErrNumber = problem.Declare("number_out_of_range", problem.Invalid,
		"A number is outside the range of the field, or is written with an exponent.", "Send a plain number within the range that the API reference shows.")
	ErrNotAllowed = problem.Declare("value_not_allowed", problem.Invalid,
		"The field takes only some values, and this is none of them.", "Send one of the allowed values.")
	ErrTooMany = problem.Declare("too_many_items", problem.Invalid,
		"A list has too many items.", "Send fewer items at once.")
	ErrTooFew = problem.Declare("too_few_items", problem.Invalid,
		"A list has too few items.", "Send more items.")
	ErrDuplicateItem = problem.Declare("item_duplicate", problem.Invalid,
		"A list has an item twice.", "Send the item once.")
	ErrNUL = problem.Declare("nul_character", problem.Invalid,
		"A text contains the character NUL, which no text needs.", "Remove the character.")
	ErrQueryUnknown = problem.Declare("query_unknown", problem.Invalid,
		"The operation has no query parameter of this name.", "Leave the parameter out, or correct its name.")
	ErrQuery = problem.Declare("query_malformed", problem.Malformed,
		"The query of the address cannot be read.", "Encode special characters with % and two hexadecimal digits.")
	ErrMethod = problem.Declare("method_not_allowed", problem.Malformed,
		"The address exists, but not with this method.", "Use one of the allowed methods.")
	ErrRoute = problem.Declare("route_unknown", problem.NotFound,
		"There is nothing at this address.", "See the addresses in the API reference at /docs.")
	ErrForgery = problem.Declare("cross_site_refused", problem.Forbidden,
		"A request that writes may come from a page of another site: nothing but the session cookie speaks for it, or the browser says so.", "Send the header X-Ordo-Csrf: 1 from a page of this site, or a bearer token instead of the cookie.")
	ErrInternal = problem.Declare("internal", problem.Internal,
		"The request met a defect of the server; nothing was written by it.", "Report the request id to whoever runs this server.")
)
