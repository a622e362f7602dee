package main

// shop makes two locations, a price list, a channel, products with stock, and
// a few customers.
func (f *filler) shop() {
	main := f.do("location.create", object{"code": "main", "name": "Main warehouse", "kind": "warehouse", "country": "GB", "time_zone": "Europe/London", "active": true})
	store := f.do("location.create", object{"code": "soho", "name": "Store in Soho", "kind": "store", "country": "GB", "time_zone": "Europe/London", "active": true})
	list := f.do("price_list.create", object{"code": "tea", "name": "Tea, retail", "currency": "GBP", "tax_inclusive": true})
	f.do("tax_rate.set", object{"rates": []object{
		{"country": "GB", "class": "standard", "name": "VAT", "rate": "0.2", "valid_from": "2011-01-04"},
		{"country": "GB", "class": "zero", "name": "VAT", "rate": "0", "valid_from": "2011-01-04"},
	}})
	f.do("shipping_method.create", object{"code": "post", "name": "Tracked 48", "kind": "by_weight", "currency": "GBP", "tax_class": "standard", "active": true, "table": []object{
		{"country": "GB", "minimum": 0, "amount": 350}, {"country": "GB", "minimum": 2000, "amount": 590},
	}})
	f.do("channel.create", object{
		"code": "web", "name": "Online store", "kind": "online_store", "currency": "GBP", "price_list_id": list["id"], "number_pattern": "SO-{yyyy}-{seq:6}",
		"time_zone": "Europe/London", "tax_country": "GB", "payment_methods": []string{"on_account", "cash", "transfer", "test"}, "assortment": "all", "active": true,
		"locations": []object{{"location_id": main["id"], "rank": 1}, {"location_id": store["id"], "rank": 2}},
	})
	var prices, stock []object
	for _, p := range demoProducts {
		f.do("product.create", object{"title": p.title, "description": p.title, "category": p.category, "variants": []object{
			{"sku": p.sku, "title": p.title, "kind": "stock", "unit": "each", "tax_class": p.tax, "weight_grams": p.grams, "active": true, "backorder": p.backorder, "barcodes": []string{p.barcode}},
		}})
		prices = append(prices, object{"sku": p.sku, "minimum": 0, "unit_price": p.price})
		stock = append(stock, object{"sku": p.sku, "quantity": p.stock})
	}
	f.do("price.set", object{"id": list["id"], "prices": prices})
	f.do("stock.receive", object{"location_id": main["id"], "reference": "opening", "lines": stock})
	f.do("stock.receive", object{"location_id": store["id"], "reference": "opening", "lines": stock[:3]})
	for i, name := range demoCustomers {
		f.do("customer.create", object{"type": []string{"retail", "corporate", "vip"}[i%3], "name": name, "active": true, "on_account": true, "payment_terms_days": 30, "language": "en", "time_zone": "Europe/London"})
	}
}

var demoCustomers = []string{"Ada Byron", "Grace Hopper", "Mary Somerville", "Emmy Noether", "Sofia Kovalevskaya"}

// demoProducts are the goods of the demo shop.
var demoProducts = []struct {
	sku, title, category, tax, price, barcode string
	grams, stock                              int
	backorder                                 bool
}{
	{"TEA-500", "Assam, second flush, 500 g", "tea/black", "zero", "12.5", "2000000000114", 520, 120, false},
	{"TEA-100", "Darjeeling, first flush, 100 g", "tea/black", "zero", "9.8", "2000000000121", 115, 6, true},
	{"POT-1", "Brown betty teapot, 1 l", "pots", "standard", "34", "2000000000138", 1100, 24, false},
	{"CUP-2", "Two cups, stoneware", "cups", "standard", "18.5", "2000000000145", 700, 80, false},
	{"TIN-S", "Tea caddy, small", "tins", "standard", "7.25", "2000000000152", 180, 200, true},
}
