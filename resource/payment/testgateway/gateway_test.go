package testgateway_test

import (
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/resource/payment/gatewaytest"
	"ordo/resource/payment/testgateway"
)

func TestTheTestGatewayIsAGateway(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		gatewaytest.Run(t, gatewaytest.Fixture{Gateway: testgateway.Gateway{DB: d}, Approve: "tok_approve", Decline: "tok_decline", Act: "tok_action"})
	})
}
