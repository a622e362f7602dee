package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"ordo/connect/importer"
	"ordo/connect/mail"
	"ordo/connect/webhook"
	"ordo/edge/rest"
	"ordo/engine/auth"
	"ordo/engine/backup"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/effect"
	"ordo/engine/event"
	"ordo/engine/invariant"
	"ordo/engine/job"
	"ordo/engine/number"
	"ordo/execution/change"
	"ordo/execution/fulfillment"
	"ordo/execution/returns"
	"ordo/policy/account"
	"ordo/policy/audit"
	"ordo/policy/backlog"
	"ordo/policy/setting"
	"ordo/policy/system"
	"ordo/policy/view"
	"ordo/resource/inventory"
	"ordo/resource/payment"
	"ordo/resource/payment/testgateway"
	"ordo/sales/attachment"
	"ordo/sales/bulk"
	"ordo/sales/order"
	"ordo/sales/presence"
	"ordo/sales/template"
	"ordo/trade/catalog"
	"ordo/trade/channel"
	"ordo/trade/customer"
	"ordo/trade/location"
	"ordo/trade/pricing"
	"ordo/trade/tax"
)

// operations is the table of all operations: routes, documents, permissions
// and matrices are made from it. guard decides which addresses webhooks reach,
// watch tells what this server knows of itself.
func operations(numbers *number.Source, guard *webhook.Guard, watch *system.System) []command.Operation {
	var all []command.Operation
	for _, subject := range [][]command.Operation{
		setting.Operations,
		account.Operations,
		backlog.Operations,
		audit.Operations,
		watch.Operations(),
		location.Operations,
		channel.Operations(numbers),
		customer.Operations(numbers),
		catalog.Operations,
		tax.Operations,
		pricing.Operations,
		inventory.Operations,
		payment.Operations,
		testgateway.Operations,
		order.Operations(numbers),
		template.Operations,
		fulfillment.Operations(numbers),
		returns.Operations(numbers),
		change.Operations(numbers),
		attachment.Operations,
		importer.Operations,
		webhook.Operations(guard),
		mail.Operations,
		view.Operations(viewable()),
	} {
		all = append(all, subject...)
	}
	return append(all, bulk.Operations(bulk.NewTable(all, rest.Checker))...)
}

// expandable is what reads can expand, in whatever answer they stand.
var expandable = []rest.Reference{
	{Field: "channel_id", List: "channel.list"},
	{Field: "customer_id", List: "customer.list"},
	{Field: "location_id", List: "location.list"},
	{Field: "order_id", List: "order.list"},
	{Field: "payment_id", List: "payment.list"},
	{Field: "price_list_id", List: "price_list.list"},
	{Field: "product_id", List: "product.list"},
	{Field: "return_id", List: "return.list"},
	{Field: "shipment_id", List: "shipment.list"},
	{Field: "variant_id", List: "variant.list"},
	{Field: "webhook_id", List: "webhook.list"},
}

// anchors are locked in this order.
var anchors = []command.AnchorKind{
	order.Anchor,
}

// reactions carry news between subjects in one transaction, in this order.
var reactions = append([]event.Reaction{
	{On: inventory.Received.Name, Name: "promise stock that arrived to backorders", Do: order.OnStock},
	{On: inventory.Adjusted.Name, Name: "take stock that got lost from orders, promise what was found to backorders", Do: order.OnStock},
	{On: inventory.Returned.Name, Name: "promise stock that came back to backorders", Do: order.OnStock},
	{On: order.Placed.Name, Name: "plan the work of each location", Do: fulfillment.Plan},
	{On: order.Released.Name, Name: "open the work of each location", Do: fulfillment.Follow},
	{On: order.AllocatedEvent.Name, Name: "plan the work of each location", Do: fulfillment.Follow},
	{On: order.StockMoved.Name, Name: "carry the work over to other locations", Do: fulfillment.Follow},
	{On: order.Backordered.Name, Name: "take lost quantities off the work", Do: fulfillment.Follow},
	{On: order.Amended.Name, Name: "make the work what is promised now", Do: fulfillment.Follow},
	{On: order.Parted.Name, Name: "take what went to another order off the work", Do: fulfillment.Follow},
	{On: order.PartedFrom.Name, Name: "plan the work of each location", Do: fulfillment.Follow},
	{On: order.Merged.Name, Name: "take what went to another order off the work", Do: fulfillment.Follow},
	{On: order.Joined.Name, Name: "plan the work of each location", Do: fulfillment.Follow},
	{On: order.Canceled.Name, Name: "take canceled quantities off the work", Do: fulfillment.Follow},
}, on(payment.Moving, "add up the order's money", order.OnMoney)...)

// on reacts to several types of events in one way.
func on(types []*event.Type, name string, do func(*db.Tx, event.Event) error) (all []event.Reaction) {
	for _, t := range types {
		all = append(all, event.Reaction{On: t.Name, Name: name, Do: do})
	}
	return all
}

// handlers do the jobs, by kind. What walks over all rows runs once at a time.
func handlers(e *command.Engine) map[string]job.Kind {
	return map[string]job.Kind{
		forgetJob:              {Limit: 1, Do: func(ctx context.Context, _ json.RawMessage) error { return forget(ctx, e.DB) }},
		allocateJob:            {Limit: 1, Do: func(ctx context.Context, _ json.RawMessage) error { return order.AllocateWaiting(ctx, e) }},
		change.ExpireJob:       {Limit: 1, Do: change.ExpireDue(e)},
		returns.ExpireJob:      {Limit: 1, Do: returns.ExpireDue(e)},
		attachment.ForgetJob:   {Limit: 1, Do: attachment.ForgetDue(e.DB)},
		bulk.WorkJob:           {Do: bulk.NewTable(e.Operations, rest.Checker).Work(e)},
		importer.WorkJob:       {Limit: 1, Do: importer.Work(e, checker(e.Operations))},
		testgateway.ConfirmJob: {Do: testgateway.Confirm(e.DB, payment.Callbacks(e.DB, payment.Recorder(e)))},
	}
}

// hands is how many jobs a process runs at once.
const hands = 4

const (
	forgetJob   = "forget"
	allocateJob = "orders.allocate"
)

// schedules are the jobs that come again and again.
var schedules = []job.Schedule{
	{Kind: forgetJob, Every: 24 * time.Hour},
	{Kind: allocateJob, Every: time.Minute},
	{Kind: attachment.ForgetJob, Every: time.Hour},
	{Kind: change.ExpireJob, Every: time.Hour},
	{Kind: returns.ExpireJob, Every: time.Hour},
}

// restorations tell a workspace that it is an older state of itself: what has
// happened since must not happen again.
var restorations = []func(*db.Tx) error{effect.Restored, account.Restored, webhook.Restored, mail.Restored}

// keyLife is how long idempotency keys are remembered.
const keyLife = 30 * 24 * time.Hour

// forget deletes what nobody asks for any more.
func forget(ctx context.Context, d *db.DB) error {
	before := d.Clock.Now().Add(-keyLife).UnixMicro()
	if err := errors.Join(command.Forget(ctx, d, before), webhook.Forget(ctx, d), importer.Forget(ctx, d), system.Forget(ctx, d)); err != nil {
		return err
	}
	return d.Tx(ctx, func(tx *db.Tx) error {
		job.Forget(tx, before)
		account.Forget(tx, tx.Micros())
		return nil
	})
}

// invariants are what `ordo verify` and the simulation check.
func invariants(log ed25519.PublicKey) []invariant.Check {
	all := slices.Concat(catalog.Invariants, inventory.Invariants, payment.Invariants, order.Invariants, attachment.Invariants, bulk.Invariants, fulfillment.Invariants, returns.Invariants, change.Invariants, importer.Invariants, webhook.Invariants, mail.Invariants)
	for _, p := range projections() {
		all = append(all, p.Check())
	}
	return append(all, event.Invariants(log)...)
}

// projections are the tables that the events rebuild.
func projections() []event.Projection {
	return slices.Concat(
		account.Projections,
		[]event.Projection{setting.Projection, location.Projection, channel.Projection, tax.Projection, pricing.Projection},
		catalog.Projections, customer.Projections,
		inventory.Projections, payment.Projections,
		[]event.Projection{order.Projection, attachment.Projection, bulk.Projection, template.Projection}, fulfillment.Projections,
		[]event.Projection{returns.Projection, change.Projection, webhook.Projection, mail.Projection}, importer.Projections, view.Projections,
	)
}

// house is everything that works on one workspace.
type house struct {
	db     *db.DB
	engine *command.Engine
	hub    *event.Hub
	board  *presence.Board
	jobs   *job.Worker
	guard  *webhook.Guard
	hooks  *webhook.Dispatcher
	mail   *mail.Sender
	keys   *account.Authenticator
	watch  *system.System
	sign   ed25519.PrivateKey

	shipper *backup.Shipper // copies every commit; nil if nobody asked for it

	ending  chan struct{} // closed when streams should end
	stop    context.CancelFunc
	workers sync.WaitGroup

	stopShipper context.CancelFunc
	shipping    sync.WaitGroup
}

// open connects to a workspace and wires it.
func open(ctx context.Context, database string, o db.Options) (*house, error) {
	d, err := db.Open(ctx, database, o)
	if err != nil {
		return nil, fmt.Errorf("%s can't be opened: %w", redacted(database), err)
	}
	h, err := wire(ctx, d)
	if err != nil {
		d.Close()
	}
	return h, err
}

// redacted is the address of a database without its password.
func redacted(database string) string {
	u, err := url.Parse(database)
	if err != nil {
		return "the database"
	}
	return u.Redacted()
}

// wire puts the house together on a database.
func wire(ctx context.Context, d *db.DB) (*house, error) {
	sign, err := setting.SigningKey(ctx, d)
	if err != nil {
		return nil, err
	}
	h := &house{db: d, ending: make(chan struct{}), sign: sign, keys: &account.Authenticator{}, guard: webhook.NewGuard(false), watch: system.New()}
	process := d.IDs.New("prc", d.Clock.Now())
	h.engine = &command.Engine{
		DB:         d,
		Operations: operations(number.NewSource(), h.guard, h.watch),
		Anchors:    anchors,
		Reactions:  reactions,
		Effects:    &effect.Runner{DB: d},
		Secret:     sign.Seed(),
		Sealer:     event.NewSealer(d, process, sign),
	}
	h.watch.Watch(h.engine, process)
	h.hub = event.NewHub(d, h.engine.Sealer)
	h.board = presence.NewBoard(d, process)
	h.engine.Effects.Performers = payment.Performers(payment.Recorder(h.engine), map[string]payment.Gateway{payment.Test: testgateway.Gateway{DB: d}})
	h.jobs = &job.Worker{DB: d, Kinds: handlers(h.engine), Schedules: schedules, Hands: hands}
	h.hooks = &webhook.Dispatcher{Engine: h.engine, Client: webhook.NewClient(h.guard, webhook.Limits{}), Owner: process}
	h.mail = &mail.Sender{Engine: h.engine}
	return h, command.Check(h.engine.Operations)
}

// start lets the workers run in the background: sealer, effects, jobs, webhooks,
// mail, the history of figures.
func (h *house) start() {
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	h.workers.Go(func() { h.engine.Sealer.Run(ctx) })
	h.workers.Go(func() { h.hub.Run(ctx) })
	h.workers.Go(func() { h.board.Run(ctx) })
	h.workers.Go(func() { h.engine.Effects.Run(ctx) })
	h.workers.Go(func() { h.jobs.Run(ctx) })
	h.workers.Go(func() { h.hooks.Run(ctx) })
	h.workers.Go(func() { h.mail.Run(ctx) })
	h.workers.Go(func() { h.watch.Run(ctx) })
	if h.shipper != nil {
		last, stop := context.WithCancel(context.Background())
		h.stopShipper = stop
		h.shipping.Go(func() { h.shipper.Run(last) })
	}
}

// drain ends the streams, which would keep a server from stopping.
func (h *house) drain() { close(h.ending) }

// close stops the workers, then the database.
func (h *house) close() {
	if h.stop != nil {
		h.stop()
		h.workers.Wait()
	}
	if h.stopShipper != nil { // last: it takes what the workers wrote
		h.stopShipper()
		h.shipping.Wait()
	}
	h.db.Close()
	if h.shipper != nil {
		if err := h.shipper.Stopped(); err != nil {
			slog.Warn("the next start copies the whole database again", "error", err)
		}
	}
}

// handler serves the API and the pages.
func (h *house) handler() http.Handler {
	mux := http.NewServeMux()
	who := func(ctx context.Context, bearer string) (auth.Actor, error) { return h.keys.Actor(ctx, h.db, bearer) }
	api := rest.New(h.engine, who, rest.Options{Version: version, Streams: h.streams(), References: expandable, Extras: extras, Observe: h.observe})
	mux.Handle("/v1/", api)
	mux.Handle("/metrics", api)
	mux.Handle("/debug/pprof/", api)
	mux.Handle("/openapi.json", api)
	mux.Handle("/", h.pages())
	return mux
}
