// Package pricing owns the arithmetic of an order's price (lines, discounts,
// charges, tax, totals) and the shipping methods with their tables. It does not
// own price lists (trade/catalog), tax rates (trade/tax), nor the order that is
// priced (sales/order): the calculator is pure and knows no database.
package pricing
