package db

// Record is the seam that sees every trip before it is sent, without BEGIN and
// SAVEPOINT. It is nil in production; a measurement records with it what a
// command sends, to send the same again without the command.
type Record func(trip []Recorded)

// Recorded is a statement as it was sent. Its arguments belong to the command.
type Recorded struct {
	Text string
	Args []any
	Read bool // its answer was wanted
}

func (r Record) trip(queue []*Stmt) {
	if r == nil {
		return
	}
	trip := make([]Recorded, len(queue))
	for i, s := range queue {
		trip[i] = Recorded{s.text, s.args, s.each != nil}
	}
	r(trip)
}
