// Package location owns the places that hold stock: warehouses, stores,
// suppliers and third parties. It does not own the stock itself
// (resource/inventory) nor which channel sells from where (trade/channel).
package location
