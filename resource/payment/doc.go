// Package payment owns money by method: payments, their attempts, and refunds
// that were granted and are moved. It does not own orders, which it knows by id
// only, nor the gateways that move the money.
//
// Per payment: refunded + disputed + in_flight <= captured, and captured +
// capturing + voiding <= authorized. Money that is on its way is taken out of
// what is left before it is sent, so that two commands can't spend it twice. All
// writers of an order's payments are anchored in the order's row.
//
// An attempt at a gateway is an intent: it is sent after the commit under the
// intent's id, and its result is a command of its own. An outcome that is not
// known is asked for under that id, never sent again under a new one.
package payment
