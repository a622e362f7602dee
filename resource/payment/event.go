package payment

import "ordo/engine/event"

// Events of a payment. Each tells the columns of the payment and of its
// attempts that changed; after names the state that an attempt was thought to
// be in, where it turned out otherwise.
var (
	// Requested has no reaction: whoever requests a payment counts the attempt
	// on its order, so that placing an order writes its row once.
	Requested        = event.Declare("payment.requested", 1, "A promise of the payer's bank was asked for.", body{})
	ActionRequired   = event.Declare("payment.action_required", 1, "The payer has to do something before money moves.", body{}, "payment")
	Unknown          = event.Declare("payment.unknown", 1, "The gateway did not answer: the attempt may have happened.", body{})
	Accepted         = event.Declare("payment.accepted", 1, "The gateway has the attempt and will tell its outcome.", body{})
	Authorized       = event.Declare("payment.authorized", 1, "The payer's bank promised the money.", body{}, "payment")
	CaptureRequested = event.Declare("payment.capture_requested", 1, "Taking promised money was asked for.", body{})
	Captured         = event.Declare("payment.captured", 1, "Money was taken.", body{}, "payment")
	VoidRequested    = event.Declare("payment.void_requested", 1, "Giving up promised money, or the wait for the payer, was asked for.", body{})
	Voided           = event.Declare("payment.voided", 1, "Promised money, or the wait for the payer, was given up.", body{}, "payment")
	RefundRequested  = event.Declare("payment.refund_requested", 1, "Giving money back was asked for.", body{})
	Refunded         = event.Declare("payment.refunded", 1, "Money went back.", body{}, "payment")
	Failed           = event.Declare("payment.failed", 1, "An attempt failed; no money moved by it.", body{}, "payment")
)

// Events of a refund.
var (
	RefundGranted = event.Declare("refund.granted", 1, "Money was promised back.", refundBody{}, "refund", "parts")
	RefundMoving  = event.Declare("refund.moving", 1, "Money of a refund is on its way.", refundBody{})
	RefundMoved   = event.Declare("refund.moved", 1, "Money of a refund went back.", refundBody{}, "refund")
	RefundStopped = event.Declare("refund.stopped", 1, "Money of a refund did not move.", refundBody{})
)

// Moving are the events after which the sums of an order's money, or of its
// open attempts, are others. Their data is a *Change.
var Moving = []*event.Type{Authorized, CaptureRequested, Captured, VoidRequested, Voided, RefundRequested, Refunded, Failed}

// outcomes are the events of results: by the kind of attempt for a success,
// else by the state.
var outcomes = map[string]*event.Type{
	KindAuthorize: Authorized, KindCapture: Captured, KindVoid: Voided, KindRefund: Refunded, KindCancel: Voided,
	StateFailed: Failed, StateRequiresAction: ActionRequired, StateUnknown: Unknown, StatePending: Accepted,
}
