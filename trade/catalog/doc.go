// Package catalog owns what is sold and at which list price: products, their
// variants with barcodes and bundle parts, price lists with quantity breaks. It
// answers what an order needs of them in one round trip (Offers). It does not
// own stock (resource/inventory), discounts and totals (trade/pricing), nor
// which channel lists a variant (trade/channel).
package catalog
