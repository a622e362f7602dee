package bulk

// MostFound is how many orders a filter may find.
var MostFound = &mostFound
