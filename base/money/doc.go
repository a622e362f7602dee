// Package money owns exact amounts, quantities, unit prices and rates: their
// text and JSON forms, their bounds, and the only roundings there are. It
// knows the currencies of ISO 4217 and their decimals. It does not own taxes,
// discounts or prices (trade), nor how amounts are written in a language.
//
// Everything is an integer of a fixed unit, so that sums are exact:
//
//	Amount     minor units of a currency  1250 = 12.50 EUR
//	Quantity   thousandths of a unit      1500 = 1.5
//	UnitPrice  millionths of a major unit 1000 = 0.001
//	Rate       parts per million          190000 = 0.19 = 19 %
package money
