package main

import (
	"context"
	"fmt"
	"sort"
	"testing"
	"time"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

func TestZZ(t *testing.T) {
	var trips [][]db.Recorded
	on := false
	ctx := context.Background()
	h, err := open(ctx, dbtest.SQLite(t), db.Options{Record: func(trip []db.Recorded) {
		if on {
			trips = append(trips, trip)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	if _, err := h.fill(ctx); err != nil {
		t.Fatal(err)
	}
	o, _ := h.call(ctx, "order.list", object{})
	first := o["items"].([]any)[0].(map[string]any)
	f := &filler{ctx: ctx, h: h}
	for i := 0; i < 3; i++ {
		on = i == 2
		f.do("order.place", object{
			"channel_id": first["channel_id"], "customer_id": first["customer_id"], "payment": object{"method": "on_account"},
			"deliveries": []object{{"address": object{"name": "x", "street": "12 St James's Square", "postcode": "SW1Y 4JH", "city": "London", "country": "GB"}}},
			"lines":      []object{{"sku": "TEA-500", "quantity": 1}, {"sku": "TIN-S", "quantity": 2}, {"sku": "CUP-2", "quantity": 2}},
		})
	}
	on = false
	if f.err != nil {
		t.Fatal(f.err)
	}
	type row struct {
		min  time.Duration
		text string
		n    int
	}
	var rows []row
	for _, trip := range trips {
		for _, s := range trip {
			if !s.Read {
				rows = append(rows, row{0, s.Text, len(s.Args)})
				continue
			}
			best := time.Hour
			h.db.Read(ctx, func(tx *db.Tx) error {
				for range 300 {
					st := time.Now()
					tx.Load(db.Many(s.Text, s.Args, func(db.Scan) error { return nil }))
					best = min(best, time.Since(st))
				}
				return nil
			})
			rows = append(rows, row{best, s.Text, len(s.Args)})
		}
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].min > rows[j].min })
	for _, r := range rows {
		fmt.Printf("%8s %3d %.130s\n", r.min, r.n, r.text)
	}
}
