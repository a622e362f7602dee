package order

import (
	"net/http"

	"ordo/base/money"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/trade/customer"
)

// Balance is what a customer's placed orders in one currency add up to, in minor
// units. Each order counts for itself: what is owed for one is not set off
// against what another one got too much of.
type Balance struct {
	Currency string       `json:"currency"`
	Orders   int64        `json:"orders" doc:"How many were placed"`
	Ordered  money.Amount `json:"ordered" doc:"Their totals, without those that were canceled"`
	Owed     money.Amount `json:"owed" doc:"By the customer: totals less what was taken and what was granted back"`
	Overdue  money.Amount `json:"overdue" doc:"Of that, what was due before now"`
	Credit   money.Amount `json:"credit" doc:"Owed to the customer: what was taken beyond that, and not given back"`
}

// BalanceList holds one balance per currency.
type BalanceList struct {
	Items []*Balance `json:"items"`
}

var balance = command.Def[customer.GetIn, BalanceList]{
	Name: "customer.balance", Summary: "Show what a customer ordered and owes, by currency", Method: http.MethodGet, Path: "/v1/customers/{id}/balance", Permission: "order.list",
	Read: func(tx *db.Tx, in customer.GetIn) (BalanceList, error) { return BalanceOf(tx, in.ID) },
}

// BalanceOf adds up the orders of a customer that the actor may see, or returns
// not found.
func BalanceOf(tx *db.Tx, id string) (BalanceList, error) {
	list := BalanceList{Items: []*Balance{}}
	if _, err := customer.Get(tx, id); err != nil {
		return list, err
	}
	err := tx.Load(readBalance(tx, id, func(b *Balance) { list.Items = append(list.Items, b) }))
	return list, err
}
