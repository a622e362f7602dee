package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ordo/edge/rest"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/policy/account"
)

// narrowing tells what an operation leaves to actors whose scope narrows them
// in one way: to channels, to locations or to a customer.
type narrowing string

const (
	shared  narrowing = "all"     // the records have nothing to do with it
	own     narrowing = "own"     // the records within their scope
	none    narrowing = "none"    // nothing: the records can't be told apart by it
	outside narrowing = "outside" // nothing: what would be made lies outside of any scope
	beyond  narrowing = "beyond"  // nothing: the rights that are given, or changed, go beyond theirs
)

// reach tells how the scope of an actor narrows an operation.
type reach struct {
	channel, location, customer narrowing

	under  bool // its rows belong to a record that has to be within the scope itself
	self   bool // signed-in users reach what is their own, keys have none
	public bool // nobody has to say who they are
}

var (
	toAll        = reach{channel: shared, location: shared, customer: shared}
	grants       = reach{channel: beyond, location: beyond, customer: beyond}
	themselves   = reach{channel: none, location: none, customer: none, self: true}
	whole        = reach{channel: none, location: none, customer: none}
	byOrder      = reach{channel: own, location: none, customer: own}
	staffByOrder = reach{channel: own, location: none, customer: none}
	byWork       = reach{channel: own, location: own, customer: own}
	byLocation   = reach{channel: shared, location: own, customer: shared}
)

// reaches are looked up by the name of an operation, then by its subject. What
// is written here is what is wanted: a test asks the program.
var reaches = map[string]reach{
	"account.get":             toAll,
	"account.setup":           {public: true},
	"account.forgot_password": {public: true}, "account.set_password": {public: true},
	"session.create": {public: true},
	"session":        themselves,

	"setting": toAll, "role": toAll, "import_mapping": toAll, "mail_template": toAll, "view": toAll, "preference": toAll,
	"user": toAll, "user.create": grants, "user.update": grants, "user.invite": grants, "user.invite_again": grants, "user.reset_password": grants, "user.set_password": themselves,
	"key": toAll, "key.create": grants,
	"job": whole, "event": whole, "system": whole, "webhook": whole, "webhook.create": grants, "webhook.deliveries": {channel: none, location: none, customer: none, under: true},

	"location": byLocation, "location.create": {channel: shared, location: outside, customer: shared},
	"channel":        {channel: own, location: shared, customer: shared},
	"channel.create": {channel: outside, location: own, customer: shared}, "channel.update": {channel: own, location: own, customer: shared},
	"customer": {channel: shared, location: shared, customer: own}, "customer.create": {channel: shared, location: shared, customer: outside},
	"customer_type": toAll, "product": toAll, "variant": toAll, "price_list": toAll, "price": toAll,
	"tax_rate": toAll, "shipping_method": toAll,
	"variant.limits": {channel: own, location: shared, customer: own}, "variant.set_limits": {channel: own, location: shared, customer: own},

	"mail":   byOrder,
	"import": whole, "import.upload": toAll, "import.rows": {channel: none, location: none, customer: none, under: true},
	"bulk": whole, "bulk.begin": byOrder, "bulk.rows": {channel: none, location: none, customer: none, under: true},
	"stock": byLocation, "stock.reservations": byWork, "payment": byOrder, "test_gateway": byOrder,
	"order.as_of": {channel: own, location: none, customer: none}, "order.compare": {channel: own, location: none, customer: none},
	"order": byOrder, "template": byOrder, "note": byOrder, "order.notes": {channel: own, location: none, customer: own, under: true},
	"order.people": {channel: own, location: none, customer: none, under: true},
	"attachment":   byOrder, "attachment.list": {channel: own, location: none, customer: own, under: true},
	"attachment.add_part": staffByOrder, "attachment.cancel": staffByOrder, "attachment.change": staffByOrder, "attachment.remove": staffByOrder,
	"tag": staffByOrder, "order.tag": staffByOrder, "order.untag": staffByOrder, "order.price": {channel: own, location: shared, customer: own},
	"order.place": {channel: own, location: outside, customer: own}, "order.draft": {channel: own, location: outside, customer: own},
	"fulfillment": byWork, "shipment": byWork,
	"fulfillment.queue": {channel: shared, location: own, customer: shared, under: true}, // who sees the location sees there what is within their scope
	"return":            byWork, "return.request": byOrder, "change": byOrder,
}

// reachOf finds the reach of an operation.
func reachOf(name string) (r reach, ok bool) {
	subject, _, _ := strings.Cut(name, ".")
	if r, ok = reaches[name]; !ok {
		r, ok = reaches[subject]
	}
	return r, ok
}

// standing is how somebody stands to the records that a request is about.
type standing struct {
	name      string
	narrowed  func(reach) narrowing // nil for who sees all
	inside    bool                  // the records are within the scope
	signedIn  bool                  // by a session; the others send an API key
	unwelcome bool                  // the credential is missing or void
}

func byChannels(r reach) narrowing  { return r.channel }
func byPlaces(r reach) narrowing    { return r.location }
func byCustomers(r reach) narrowing { return r.customer }

// standings are the columns of the matrix.
var standings = []standing{
	{name: "sees all"},
	{name: "signed in", signedIn: true},
	{name: "own channel", narrowed: byChannels, inside: true},
	{name: "other channel", narrowed: byChannels},
	{name: "no channel", narrowed: byChannels},
	{name: "own location", narrowed: byPlaces, inside: true},
	{name: "other location", narrowed: byPlaces},
	{name: "no location", narrowed: byPlaces},
	{name: "own customer", narrowed: byCustomers, inside: true},
	{name: "other customer", narrowed: byCustomers},
	{name: "nobody", unwelcome: true},
	{name: "revoked key", unwelcome: true},
	{name: "expired session", unwelcome: true},
	{name: "closed account", unwelcome: true},
}

// answer is what is told to somebody.
type answer string

const (
	told         answer = "yes"
	nothing      answer = "empty" // a list without any of the records
	unknown      answer = "404"   // as for an id that nobody has
	unknownWho   answer = "401"
	notPermitted answer = "403"
	notGranted   answer = "403 grant_exceeds_own"
	notInScope   answer = "403 scope_exceeded"
	notSoMuch    answer = "403 limit_exceeded"
)

// permitted is what an operation answers to somebody whose role has the
// permission.
func (r reach) permitted(s standing, list bool) answer {
	switch {
	case r.public:
		return told
	case s.unwelcome:
		return unknownWho
	case r.self && s.signedIn:
		return told
	case r.self:
		return unknown
	case s.narrowed == nil:
		return told
	}
	switch n := s.narrowed(r); {
	case n == shared, n == own && s.inside:
		return told
	case n == beyond:
		return notGranted
	case n == outside:
		return notInScope
	case list && !r.under:
		return nothing
	}
	return unknown
}

// refunding are the operations that give money back, up to the limit of a role.
var refunding = []string{"order.grant_refund", "return.complete"}

// viewing are the operations that need the permission to read the list that is
// viewed.
var viewing = []string{"view.change", "view.get", "view.remove", "view.save", "view.share"}

// sharing are the operations that need a permission more for what everybody sees.
var sharing = map[string]string{
	"view.change": "view.share", "view.remove": "view.share",
	"template.change": "template.share", "template.remove": "template.share",
}

// moderated are the operations that need a permission more for what others wrote.
var moderated = []string{"order.edit_note", "order.remove_note"}

// expected is what an operation answers to somebody with these permissions.
func expected(o command.Spec, r reach, may auth.Permissions, refunds bool, s standing) answer {
	if !r.public && !s.unwelcome && !may.Has(o.Permission) {
		return notPermitted
	}
	permitted := r.permitted(s, isList(o))
	if permitted == told && slices.Contains(viewing, o.Name) && !may.Has("order.list") {
		return unknown
	}
	if permitted == told && sharing[o.Name] != "" && !may.Has(sharing[o.Name]) {
		return notPermitted
	}
	if permitted == told && slices.Contains(moderated, o.Name) && !may.Has("note.moderate") {
		return notPermitted
	}
	if permitted == told && !refunds && slices.Contains(refunding, o.Name) {
		return notSoMuch
	}
	return permitted
}

// isList tells whether an operation answers with a page of rows.
func isList(o command.Spec) bool { return strings.HasPrefix(o.Out.Name(), "Rows[") }

// accessRole is a column of roles: one that the set-up makes, or one that may
// do nothing.
type accessRole struct {
	name    string
	may     auth.Permissions
	refunds bool // may give money back
}

func accessRoles(operations []command.Operation) []accessRole {
	var all []accessRole
	for _, r := range account.BuiltIn {
		all = append(all, accessRole{r.Name, r.Granted(operations), r.RefundLimit != 0})
	}
	return append(all, accessRole{name: "nothing", may: auth.Permissions{}})
}

// accessPage is the matrix of who is told what.
func accessPage(operations []command.Operation, streams []rest.Stream) (page, error) {
	p := newPage("authorization.md", "Authorization", `What each operation answers to whom. A test sends every operation for every role and every standing over HTTP, and wants the answers that stand here.

Who does not say who they are, or with a key or session that is void, is told 401, whatever they ask. Who lacks the permission is told 403 with its name, before anything else is looked at. For those who have it, the answer depends on how they stand to the record that the request is about: within the channels, locations or the customer that they are limited to, or not.

- `+"`yes`"+`: the operation does its work.
- `+"`empty`"+`: a list without the record.
- `+"`404`"+`: the same as for an id that nobody has; it may also say so of a field, as 422.
- `+"`403 grant_exceeds_own`"+`: the rights that would be given go beyond one's own.
- `+"`403 scope_exceeded`"+`: what would be made could not be seen by who makes it.

A channel shows the ids of its locations to whoever sees it, users and keys those of what they are limited to.`)
	columns := []string{"operation", "roles"}
	for _, s := range standings {
		columns = append(columns, s.name)
	}
	p.section("Answers")
	p.table(columns...)
	roles, cells := accessRoles(operations), 0
	for _, o := range operations {
		spec := o.Spec()
		r, ok := reachOf(spec.Name)
		if !ok {
			return p, fmt.Errorf("%s is in no row of the table of reaches in docs_access.go", spec.Name)
		}
		row := []string{code(spec.Name), cmp.Or(strings.Join(rolesWith(roles, spec.Permission), ", "), "nobody")}
		for _, s := range standings {
			row = append(row, string(r.permitted(s, isList(spec))))
		}
		if cells += len(standings); !r.public {
			cells += (len(roles) - 1) * len(standings)
		}
		p.row(row...)
	}
	p.section("Streams")
	p.table("stream", "roles", "shows")
	for _, s := range streams {
		shows := "events whose channel, location and customer are within the scope; none of these is outside of every narrowed scope"
		switch {
		case strings.HasPrefix(s.Name, "system."):
			shows = "all, and 404 to those whose scope is narrowed"
		case s.Type != "":
			shows = "what is within the scope, as the operation with the same permission does"
		}
		p.row(code(s.Name), strings.Join(rolesWith(roles, s.Permission), ", "), shows)
	}
	p.section("Cells")
	p.WriteString(strconv.Itoa(len(operations)) + " operations × " + strconv.Itoa(len(roles)) + " roles × " + strconv.Itoa(len(standings)) + " standings; public operations don't ask for roles: " + strconv.Itoa(cells) + " cells.\n")
	return p, nil
}

// rolesWith are those that have a permission; everybody where none is needed.
func rolesWith(roles []accessRole, permission string) (names []string) {
	if permission == "" {
		return []string{"everybody"}
	}
	for _, r := range roles {
		if r.may.Has(permission) || slices.Contains(account.OwnPermissions, permission) {
			names = append(names, r.name)
		}
	}
	return names
}
