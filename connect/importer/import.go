package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/trade/catalog"
	"ordo/trade/channel"
	"ordo/trade/location"
)

// ErrOverlap says that a document of the file came from another file before.
var ErrOverlap = problem.Declare("import_overlaps", problem.Conflict,
	"A document of the file is there already, from another file or made by hand.", "Import into an empty workspace, or take the documents that are there out of the file.")

// errConcurrent says that two processes import the same file.
var errConcurrent = problem.Declare("import_running", problem.Conflict,
	"Another process imports the same file.", "Wait until it is done.")

// OnlineRetail is the name of the format that Read reads.
const OnlineRetail = "online-retail"

// Options of an import. The zero value is good.
type Options struct {
	Progress func(Progress) // told after each batch; may be nil
	Clock    clock.Clock    // that measures how long batches take; the system's if nil
}

// Progress is how far an import has come.
type Progress struct {
	Done, Of int // source rows, those of an earlier run included
	New      int // source rows of this run
	Took     time.Duration
}

// source is what is known of a file before it is written.
type source struct {
	format string
	hash   [sha256.Size]byte
	plan   *Plan
	aside  []SetAside
}

// Import reads a file of the Online Retail format and writes what it holds, as
// far as an earlier run has not done so. It returns the rows that were set
// aside. A canceled import goes on where it was when it is started again.
func Import(ctx context.Context, e *command.Engine, file io.Reader, o Options) (*Report, []SetAside, error) {
	src := source{format: OnlineRetail}
	hash := sha256.New()
	packed := io.TeeReader(file, hash)
	var planner Planner
	if err := readUntil(packed, clock.At(e.DB.Clock.Now()), planner.Add, func(s SetAside) { src.aside = append(src.aside, s) }); err != nil {
		return nil, src.aside, err
	}
	if _, err := io.Copy(io.Discard, packed); err != nil {
		return nil, src.aside, unreadable(planner.rows, err)
	}
	hash.Sum(src.hash[:0])
	src.plan = planner.Plan()
	report, err := src.write(ctx, e, o)
	return report, src.aside, err
}

// LoadDemo writes the embedded extract, moved so that it ends on the day before
// today in London.
func LoadDemo(ctx context.Context, e *command.Engine, today time.Time, o Options) (*Report, error) {
	var planner Planner
	for _, r := range Demo(today.AddDate(0, 0, -1)) {
		planner.Add(r)
	}
	src := source{format: OnlineRetail + "-demo", plan: planner.Plan()}
	src.hash = sha256.Sum256(append(dayOf(clock.At(today)).AppendFormat(nil, time.DateOnly), extract...))
	return src.write(ctx, e, o)
}

// write writes what is not written yet, and reports on all of it.
func (s *source) write(ctx context.Context, e *command.Engine, o Options) (*Report, error) {
	begun, err := s.begin(ctx, e)
	if err != nil {
		return nil, err
	}
	if !begun.Ended {
		w := &writer{engine: e, source: s, begun: *begun, progress: o.Progress, clock: o.Clock}
		if w.clock == nil {
			w.clock = clock.System
		}
		if err := w.write(ctx); err != nil {
			return nil, err
		}
		w, s.plan = nil, nil
		debug.FreeOSMemory() // before the database's readers take some
		if err := s.end(ctx, e, begun.ID); err != nil {
			return nil, err
		}
	}
	var r *Report
	err = e.DB.Read(ctx, func(tx *db.Tx) (err error) {
		r, err = report(tx, begun.ID)
		return err
	})
	return r, err
}

// actor runs all commands of imports.
var actor = auth.Internal("import")

// begun is an import that has a row.
type begun struct {
	ID    string
	Done  int // steps
	Ended bool
	shop  shop
}

// shop is where the documents belong.
type shop struct{ channel, priceList, location string }

type beginIn struct {
	Format string `json:"format"`
	Hash   string `json:"hash"`
}

type endIn struct {
	ID string `json:"id"`
}

// begin finds the import of the file, or writes its row and the shop that the
// documents belong to.
func (s *source) begin(ctx context.Context, e *command.Engine) (*begun, error) {
	def := command.Def[beginIn, *begun]{
		Name: "import.begin",
		Run:  begin, Result: func(b *begun) (string, int64) { return b.ID, int64(b.Done) },
		Repeat: func(tx *db.Tx, _ string) (*begun, error) { return begin(tx, s.beginIn()) },
	}
	a, err := command.Invoke(ctx, e, def, command.Meta{Actor: actor}, s.beginIn())
	if err != nil {
		return nil, err
	}
	return a.Value.(*begun), nil
}

func (s *source) beginIn() beginIn { return beginIn{s.format, hex.EncodeToString(s.hash[:])} }

func begin(tx *db.Tx, in beginIn) (*begun, error) {
	b := &begun{}
	if err := findImport(tx, in, b); err != nil || b.ID != "" {
		return b, err
	}
	if b.shop.channel == "" {
		if err := b.shop.open(tx); err != nil {
			return nil, err
		}
	}
	b.ID = tx.ID("imp")
	insertImport(tx, b.ID, in)
	return b, nil
}

// open makes the channel of the source, with a price list and a location.
func (s *shop) open(tx *db.Tx) error {
	place, err := location.Create(tx, location.CreateIn{Facts: location.Facts{
		Code: OnlineRetail, Name: "Online Retail warehouse", Kind: "warehouse", Country: "GB", TimeZone: TimeZone, Active: true,
	}})
	if err != nil {
		return err
	}
	prices, err := catalog.CreatePriceList(tx, catalog.CreatePriceListIn{
		PriceListFacts: catalog.PriceListFacts{Code: OnlineRetail, Name: "Online Retail"}, Currency: Currency,
	})
	if err != nil {
		return err
	}
	c, err := channel.Create(tx, channel.CreateIn{Facts: channel.Facts{
		Code: OnlineRetail, Name: "Online Retail", Kind: "online_store", Currency: Currency, PriceListID: prices.ID, NumberPattern: "OR-{yyyy}-{seq:6}",
		TimeZone: TimeZone, TaxCountry: "GB", PaymentMethods: []string{"on_account", "cash", "transfer", "test"}, Assortment: "all",
		Locations: []channel.Place{{LocationID: place.ID, Rank: 1}}, Active: true,
	}})
	if err != nil {
		return err
	}
	s.channel, s.priceList, s.location = c.ID, prices.ID, place.ID
	return nil
}

// filled are the tables that an import fills.
var filled = []string{"customers", "customer_profiles", "products", "variants", "prices", "orders", "deliveries", "order_lines", "adjustments",
	"payments", "payment_attempts", "refunds", "refund_parts", "returns", "return_lines", "events", "import_rows"}

// end says that the import is complete, and brings events and statistics up to
// date.
func (s *source) end(ctx context.Context, e *command.Engine, id string) error {
	def := command.Def[endIn, string]{
		Name:   "import.end",
		Run:    func(tx *db.Tx, in endIn) (string, error) { endImport(tx, in.ID); return in.ID, nil },
		Result: func(id string) (string, int64) { return id, 1 }, Repeat: func(_ *db.Tx, id string) (string, error) { return id, nil },
	}
	if _, err := command.Invoke(ctx, e, def, command.Meta{Actor: actor}, endIn{id}); err != nil {
		return err
	}
	for {
		n, err := e.Sealer.Seal(ctx)
		if err != nil {
			return fmt.Errorf("sealing the imported events: %w", err)
		}
		if n == 0 {
			return e.DB.Analyze(ctx, filled...)
		}
	}
}
