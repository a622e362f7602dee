package tax

import (
	"time"

	"ordo/base/money"
	"ordo/base/problem"
)

// Rate is what a sale is taxed with; the zero value is no tax.
type Rate struct {
	Rate money.Rate
	Name string // as printed
}

// Table has the rates of some countries, of all days.
type Table struct{ rows []Row } // by country, class and day

// Rate returns the rate of a class in a country on the day that at shows in
// its own zone. An exempt customer pays no tax, and none is collected in a
// country without any rate on that day; a class without rate in another
// country is noted as ErrMissing at pointer.
func (t *Table) Rate(country, class string, exempt bool, at time.Time, pointer string, faults *problem.List) Rate {
	if exempt {
		return Rate{}
	}
	today := at.Format(time.DateOnly)
	var rate Rate
	var collected, found bool
	for _, row := range t.rows {
		if row.Country != country || row.ValidFrom > today {
			continue
		}
		collected = true
		if row.Class == class { // the last one holds
			rate, found = Rate{row.Rate, row.Name}, true
		}
	}
	if collected && !found {
		faults.Add(ErrMissing, pointer, "the class %q has no rate in %s on %s", class, country, today)
	}
	return rate
}
