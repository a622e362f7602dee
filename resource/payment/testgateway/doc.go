// Package testgateway owns the built-in gateway for trying things out: it
// behaves by the payer's token and keeps a ledger of its own, as a gateway
// outside would. It does not own payments, which hear of it by results only,
// and it moves no money.
package testgateway
