package returns

import (
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
)

// patience is how long an approved return waits for the goods to be sent.
const patience = 30 * 24 * time.Hour

// Codes of decisions about a return.
var (
	ErrExpired = problem.Declare("return_expired", problem.Conflict,
		"The time to send the goods of this return is over.", "Request another return.")
	ErrNotDue = problem.Declare("return_not_due", problem.Conflict,
		"The time to send the goods of this return is not over yet.", "Wait, or cancel the return.")
)

// Events of decisions about a return.
var (
	Approved = event.Declare("return.approved", 1, "The goods may come back.", body{}, "return")
	Rejected = event.Declare("return.rejected", 1, "The goods may not come back.", body{}, "return")
	Canceled = event.Declare("return.canceled", 1, "A return was called off before anything came back.", body{}, "return")
	Expired  = event.Declare("return.expired", 1, "An approved return ended because nothing was sent in time.", body{}, "return")
	Sent     = event.Declare("return.sent", 1, "The goods are on their way back.", body{}, "return")
)

// ActIn is the input of the commands that need nothing but a return.
type ActIn struct {
	ID string `path:"id" json:"id"`
}

// RejectIn is the input of return.reject.
type RejectIn struct {
	ID     string `path:"id" json:"id"`
	Reason string `json:"reason" enum:"too_late,used,not_returnable,abuse,other"`
}

// SendIn is the input of return.mark_sent.
type SendIn struct {
	ID             string `path:"id" json:"id"`
	Carrier        string `json:"carrier,omitempty" pattern:"^[a-z0-9_]{1,40}$" doc:"Code, such as dhl"`
	TrackingNumber string `json:"tracking_number,omitempty" maxLength:"60"`
}

// Approve lets the goods come back.
func Approve(tx *db.Tx, in ActIn) (*Return, error) {
	r, _, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := r.guardApprove(); err != nil {
		return nil, err
	}
	r.ApprovedAt = clock.At(tx.Now)
	if r.Outcome != KeepIt {
		r.ExpiresAt = clock.At(tx.Now.Add(patience))
	}
	return r, r.save(tx, Approved)
}

// Reject refuses a return.
func Reject(tx *db.Tx, in RejectIn) (*Return, error) {
	r, o, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := r.guardReject(); err != nil {
		return nil, err
	}
	r.RejectReason = in.Reason
	return r, r.close(tx, o, rejected, Rejected)
}

// Cancel calls a return off before anything came back.
func Cancel(tx *db.Tx, in ActIn) (*Return, error) {
	r, o, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := r.guardCancel(); err != nil {
		return nil, err
	}
	return r, r.close(tx, o, canceled, Canceled)
}

// MarkSent notes that the goods are on their way back.
func MarkSent(tx *db.Tx, in SendIn) (*Return, error) {
	r, _, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := r.guardSend(); err != nil {
		return nil, err
	}
	if err := r.inTime(tx); err != nil {
		return nil, err
	}
	r.SentAt, r.Carrier, r.TrackingNumber = clock.At(tx.Now), in.Carrier, in.TrackingNumber
	return r, r.save(tx, Sent)
}

// Expire ends an approved return whose time is over.
func Expire(tx *db.Tx, in ActIn) (*Return, error) {
	r, o, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := r.guardExpire(); err != nil {
		return nil, err
	}
	if !r.overdue(tx) {
		return nil, ErrNotDue.New("return %s has time until %s", r.Number, r.ExpiresAt.Time().Format(time.RFC3339))
	}
	return r, r.close(tx, o, expired, Expired)
}

// overdue tells whether the goods were not sent in time, also if that was not
// noted yet.
func (r *Return) overdue(tx *db.Tx) bool {
	return r.Status == "approved" && r.ExpiresAt != 0 && r.ExpiresAt <= clock.At(tx.Now)
}

// inTime refuses a return that is overdue.
func (r *Return) inTime(tx *db.Tx) error {
	if r.overdue(tx) {
		return ErrExpired.New("return %s had time until %s", r.Number, r.ExpiresAt.Time().Format(time.RFC3339))
	}
	return nil
}
