package importer

import (
	"archive/zip"
	"bytes"
	"slices"

	"github.com/xuri/excelize/v2"
)

// Bounds of a workbook, which is a packed folder.
const (
	maxUnpacked = 64 << 20 // bytes
	maxInMemory = 4 << 20  // bytes of a sheet; a larger one is unpacked into a file
	maxEntries  = 1000
)

// sheetErrors are what a cell shows that has no value.
var sheetErrors = []string{"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}

// readWorkbook reads the first sheet of an Excel workbook that is not hidden, row
// by row. Of a formula it takes the value that was computed last.
func readWorkbook(data []byte) (c *content, err error) {
	defer func() {
		if p := recover(); p != nil { // the library trusts what stands in the file
			c, err = nil, ErrFile.New("the workbook is broken: %v", p)
		}
	}()
	if err := weigh(data); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxInMemory, RawCellValue: true})
	if err != nil {
		return nil, ErrFile.New("the workbook is broken: %v", err)
	}
	defer f.Close()
	names := f.GetSheetList()
	shown := slices.IndexFunc(names, func(name string) bool { visible, err := f.GetSheetVisible(name); return visible && err == nil })
	if shown < 0 {
		return nil, ErrEmpty.New("the workbook has no sheet")
	}
	rows, err := f.Rows(names[shown])
	if err != nil {
		return nil, ErrFile.New("the sheet %s is broken: %v", names[shown], err)
	}
	c = &content{encoding: "XLSX"}
	err = c.readSheet(rows)
	if broken := rows.Close(); err == nil && broken != nil {
		err = unreadable(c.read(), broken)
	}
	return c, err
}

// weigh refuses a workbook that is much larger than it looks, by what its
// directory says; the library finds those whose directory lies.
func weigh(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return ErrFile.New("the workbook is broken: %v", err)
	}
	var size uint64
	for _, f := range z.File {
		size += min(f.UncompressedSize64, maxUnpacked+1)
	}
	if size > maxUnpacked || len(z.File) > maxEntries {
		return ErrTooLarge.New("unpacked, it has more than %d bytes or %d parts", maxUnpacked, maxEntries)
	}
	return nil
}

// readSheet takes the first row that is not blank for the names of the columns.
func (c *content) readSheet(rows *excelize.Rows) error {
	for blank := 0; rows.Next(); {
		cells, err := rows.Columns()
		if err != nil {
			return unreadable(c.read(), err)
		}
		switch {
		case c.header == nil && len(cells) == 0:
			if blank++; blank > maxRows {
				return ErrTooLarge.New("it has more than %d rows", maxRows)
			}
		case c.header == nil:
			err = c.head(cells)
		default:
			err = c.addRow(cells)
		}
		if err != nil {
			return err
		}
	}
	if c.header == nil {
		return ErrEmpty.New("the first sheet is empty")
	}
	return nil
}

// addRow takes a row, whose last cells are missing where they are blank.
func (c *content) addRow(cells []string) error {
	for i, cell := range cells {
		if slices.Contains(sheetErrors, cell) {
			c.fault(i, errCellError, "The cell shows %s.", cell)
		}
	}
	for len(cells) < len(c.header) {
		cells = append(cells, "")
	}
	return c.add(restored(cells))
}
