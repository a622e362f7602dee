package exporter

import (
	"fmt"
	"slices"
	"strings"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/sales/order"
)

// column is one of a file.
type column[T any] struct {
	name string
	cell func(T) any
}

func amount(a money.Amount) any {
	digits, _ := money.Digits(a.Currency)
	return decimal(money.FormatDecimal(a.Amount, digits))
}

// orderColumns are what can be told of an order in a row, in the order in which
// they stand if nobody chooses.
var orderColumns = []column[*order.Summary]{
	{"number", func(o *order.Summary) any { return o.Number }},
	{"placed", func(o *order.Summary) any { return o.PlacedAt }},
	{"customer", func(o *order.Summary) any { return o.CustomerName }},
	{"company", func(o *order.Summary) any { return o.Company }},
	{"status", func(o *order.Summary) any { return o.Status }},
	{"payment", func(o *order.Summary) any { return o.PaymentStatus }},
	{"fulfillment", func(o *order.Summary) any { return o.FulfillmentStatus }},
	{"returned", func(o *order.Summary) any { return o.ReturnStatus }},
	{"canceled", func(o *order.Summary) any { return o.CancelStatus }},
	{"currency", func(o *order.Summary) any { return o.Currency }},
	{"subtotal", func(o *order.Summary) any { return amount(o.Subtotal) }},
	{"discount", func(o *order.Summary) any { return amount(o.Discount) }},
	{"charges", func(o *order.Summary) any { return amount(o.Charges) }},
	{"net", func(o *order.Summary) any { return amount(o.Net) }},
	{"tax", func(o *order.Summary) any { return amount(o.Tax) }},
	{"total", func(o *order.Summary) any { return amount(o.Total) }},
	{"captured", func(o *order.Summary) any { return amount(o.Captured) }},
	{"refunded", func(o *order.Summary) any { return amount(o.Refunded) }},
	{"method", func(o *order.Summary) any { return o.PaymentMethod }},
	{"due", func(o *order.Summary) any { return o.DueAt }},
	{"day", func(o *order.Summary) any { return o.BusinessDay }},
	{"reference", func(o *order.Summary) any { return o.Reference }},
	{"external_id", func(o *order.Summary) any { return o.ExternalID }},
	{"customer_type", func(o *order.Summary) any { return o.CustomerType }},
	{"channel_id", func(o *order.Summary) any { return o.ChannelID }},
	{"customer_id", func(o *order.Summary) any { return o.CustomerID }},
	{"id", func(o *order.Summary) any { return o.ID }},
	{"created", func(o *order.Summary) any { return o.CreatedAt }},
	{"updated", func(o *order.Summary) any { return o.UpdatedAt }},
}

// choose returns the columns of a list of names, or all.
func choose[T any](all []column[T], names string) ([]column[T], error) {
	if names == "" {
		return all, nil
	}
	var some []column[T]
	var faults problem.List
	for i, name := range strings.Split(names, ",") {
		at := slices.IndexFunc(all, func(c column[T]) bool { return c.name == name })
		if at < 0 {
			faults.AddAllowed(problem.ErrInvalidValue, fmt.Sprintf("/columns/%d", i), columnNames(all), "there is no column %q", name)
			continue
		}
		some = append(some, all[at])
	}
	if len(some) > len(all) {
		faults.Add(problem.ErrInvalidValue, "/columns", "there are %d columns, of which each can stand once", len(all))
	}
	return some, faults.Err()
}

func columnNames[T any](all []column[T]) []string {
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.name
	}
	return names
}

// OrderColumns are the names of all columns of orders.
func OrderColumns() string { return strings.Join(columnNames(orderColumns), ",") }
