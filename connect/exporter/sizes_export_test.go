package exporter

// SetSizes changes how many rows pages and sheets have, until the function that
// it returns is called.
func SetSizes(page, sheet int) (restore func()) {
	oldPage, oldSheet := pageSize, sheetSize
	pageSize, sheetSize = page, sheet
	return func() { pageSize, sheetSize = oldPage, oldSheet }
}
