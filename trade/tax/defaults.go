package tax

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"

	"ordo/base/money"
)

// defaults has the rates of the European Union and of the United Kingdom as
// of August 2025. It is made from ibericode/vat-rates (copyright 2019 Danny van
// Kooten, MIT License, see rates.LICENSE): reduced1 is called reduced, reduced2
// is reduced_2, and a class that was abolished goes on with the reduced rate.
// Rates without a known beginning start in 1970. Exceptions by region are left out.
//
//go:embed rates.csv
var defaults string

var defaultRows = sync.OnceValue(func() []Row {
	lines, err := csv.NewReader(strings.NewReader(defaults)).ReadAll()
	if err != nil {
		panic("tax: rates.csv: " + err.Error())
	}
	var rows []Row
	for _, line := range lines[1:] {
		rate, err := money.ParseRate(line[3])
		if err != nil {
			panic("tax: rates.csv: " + err.Error())
		}
		rows = append(rows, Row{Country: line[0], Class: line[1], ValidFrom: line[2], Name: "VAT", Rate: rate})
	}
	return rows
})

// Defaults returns the rates that a company in the country starts with, to be
// given to tax_rate.set. There are none for countries outside of the European
// Union and the United Kingdom.
func Defaults(country string) []Row {
	var rows []Row
	for _, row := range defaultRows() {
		if row.Country == country {
			rows = append(rows, row)
		}
	}
	return rows
}
