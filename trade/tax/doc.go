// Package tax owns the rates of sales taxes by country, class of goods and day,
// and the rule which rate a sale has. It does not own what is taxed (trade/
// catalog names the class) nor the arithmetic (trade/pricing).
//
// A country without rates is one where the company collects no tax.
package tax
