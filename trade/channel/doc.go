// Package channel owns the places that orders come from: their currency, order
// numbers, locations, payment methods and assortment. It does not own the
// orders (sales/order), the price lists and variants that a channel names
// (trade/catalog), nor the stock behind it (resource/inventory).
package channel
