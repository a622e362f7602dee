package document

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"ordo/base/money"
)

// words are what papers say besides what they tell of.
type words struct {
	date, time                                             string // layouts
	point                                                  string // between units and their parts
	pickList, packingSlip                                  string
	page                                                   string // with places for the number and the count
	quantity, item, lot, orders, order, shipTo, toPick     string
	nothingToPick                                          string
	shipment, carrier, service, tracking, packed, packages string
	packageOf, weight, pickedUp, toFollow, sku             string
}

// languages are those that papers are written in; the first one is for readers
// of any other.
var languages = []language.Tag{language.English, language.German}

var matcher = language.NewMatcher(languages)

var wordsOf = []words{
	{
		date: "2 Jan 2006", time: "2 Jan 2006, 15:04", point: ".",
		pickList: "Pick list", packingSlip: "Packing slip", page: "Page %d of {n}",
		quantity: "Qty", item: "Item", lot: "Lot", orders: "For orders", order: "Order", shipTo: "Ship to", toPick: "To pick",
		nothingToPick: "Nothing is left to pick.",
		shipment:      "Shipment", carrier: "Carrier", service: "Service", tracking: "Tracking number", packed: "Packed", packages: "Packages",
		packageOf: "Package %d of %d", weight: "%s g", pickedUp: "Picked up", toFollow: "To follow separately", sku: "SKU",
	},
	{
		date: "02.01.2006", time: "02.01.2006, 15:04", point: ",",
		pickList: "Pickliste", packingSlip: "Lieferschein", page: "Seite %d von {n}",
		quantity: "Menge", item: "Artikel", lot: "Charge", orders: "Für Aufträge", order: "Auftrag", shipTo: "Lieferadresse", toPick: "Zu entnehmen",
		nothingToPick: "Es ist nichts mehr zu entnehmen.",
		shipment:      "Sendung", carrier: "Spediteur", service: "Leistung", tracking: "Sendungsnummer", packed: "Gepackt", packages: "Pakete",
		packageOf: "Paket %d von %d", weight: "%s g", pickedUp: "Wird abgeholt", toFollow: "Folgt getrennt", sku: "SKU",
	},
}

// reader is who a paper is for.
type reader struct {
	words
	tag  string // of the language
	zone *time.Location
}

// readerOf finds out the language of a request: the one that it names, or what
// its browser prefers.
func readerOf(r *http.Request, zone *time.Location) reader {
	_, i := language.MatchStrings(matcher, r.URL.Query().Get("language"), r.Header.Get("Accept-Language"))
	return reader{wordsOf[i], languages[i].String(), zone}
}

func (r *reader) number(q money.Quantity) string { return strings.Replace(q.String(), ".", r.point, 1) }

func (r *reader) grams(g int64) string {
	return strings.Replace(r.weight, "%s", strconv.FormatInt(g, 10), 1)
}
