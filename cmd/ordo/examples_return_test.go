package main

import (
	"time"

	"ordo/base/clock"
)

// takeBack returns goods of the delivered order and of another, in every way.
func (r *reader) takeBack(now *clock.Manual) {
	r.make("ret_01", "return.request")
	r.example("return.approve")
	r.example("return.mark_sent")
	r.example("return.receive")
	r.example("return.inspect")
	r.example("return.complete")
	r.example("return.get", "ret_01")
	r.example("return.list")
	r.example("order.grant_refund")
	r.real["rfd_01"] = r.first(r.also("GET", "/v1/orders/ord_01", ""), "refunds", "id")
	r.example("order.move_refund")

	r.order(tea, onAccount)
	r.example("order.ship")
	r.make("ret_01", "return.request")
	r.example("return.reject")
	r.make("ret_01", "return.request")
	r.example("return.cancel")
	r.make("ret_01", "return.request")
	r.also("POST", "/v1/returns/ret_01/approve", "")
	now.Advance(31 * 24 * time.Hour)
	r.token = ""
	r.signIn("battery staple")
	r.example("return.expire")
	r.make("chg_01", "change.begin")
	now.Advance(8 * 24 * time.Hour)
	r.token = ""
	r.signIn("battery staple")
	r.example("change.expire")
}
