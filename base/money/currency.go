package money

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// iso4217 has the currencies in use that have a minor unit. It is made from
// the table of datasets/currency-codes of 2026-02-01 (public domain, ODC-PDDL
// 1.0), which follows the list that SIX maintains for ISO.
//
//go:embed iso4217.csv
var iso4217 string

// Currency is an entry of ISO 4217.
type Currency struct {
	Code   string // three capital letters
	Digits int    // decimals of the major unit: 2 for EUR, 0 for JPY
	Name   string // in English
}

type currencyTable struct {
	sorted []Currency
	digits map[string]int
}

var currencies = sync.OnceValue(func() currencyTable {
	rows, err := csv.NewReader(strings.NewReader(iso4217)).ReadAll()
	if err != nil {
		panic("money: iso4217.csv: " + err.Error())
	}
	table := currencyTable{digits: map[string]int{}}
	for _, row := range rows[1:] {
		digits, err := strconv.Atoi(row[1])
		if err != nil {
			panic("money: iso4217.csv: " + err.Error())
		}
		table.sorted = append(table.sorted, Currency{row[0], digits, row[2]})
		table.digits[row[0]] = digits
	}
	return table
})

// Currencies returns the currencies in use, sorted by code.
func Currencies() []Currency { return slices.Clone(currencies().sorted) }

// Digits returns how many decimals the major unit of a currency has, and
// whether the code (capital letters) is a currency in use.
func Digits(currency string) (int, bool) {
	digits, ok := currencies().digits[currency]
	return digits, ok
}
