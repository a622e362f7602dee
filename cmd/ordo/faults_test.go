package main

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ordo/connect/webhook"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/command/commandtest"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/number"
	"ordo/policy/account"
	"ordo/policy/system"
)

// executions bring a workspace into the state in which a command works, and
// return its input. They are told again for every fault.
var executions = map[string]func(s *story) object{
	"setting.update": func(s *story) object {
		return object{"company": s.next("Kettle "), "currency": "GBP", "tax_country": "GB", "time_zone": "Europe/London"}
	},
	"user.create":       func(s *story) object { return s.newUser() },
	"user.invite":       func(s *story) object { return s.guest() },
	"user.invite_again": func(s *story) object { return object{"id": s.id("user.invite", s.guest())} },
	"user.update": func(s *story) object {
		return with(s.newUser(), "id", s.id("user.create", s.newUser()), "active", false)
	},
	"user.reset_password": func(s *story) object {
		return object{"id": s.id("user.create", s.newUser()), "password": "battery staple"}
	},
	"user.set_password": func(s *story) object {
		s.signIn()
		return object{"current": demoPassword, "password": "battery staple"}
	},
	"session.delete": func(s *story) object { return object{"id": s.signIn()} },
	"role.create":    func(s *story) object { return s.newRole() },
	"role.update":    func(s *story) object { return with(s.newRole(), "id", s.id("role.create", s.newRole())) },
	"key.create":     func(s *story) object { return object{"name": "shop", "role_id": s.role} },
	"key.revoke": func(s *story) object {
		return object{"id": s.id("key.create", object{"name": "shop", "role_id": s.role})}
	},

	"import_mapping.set": func(s *story) object {
		return object{"name": s.next("old-shop-"), "format": "stock", "columns": object{"Artikel": "sku"}}
	},
	"import.upload": func(s *story) object { return object{"name": "x.csv", "format": "products", "size": 8} },
	"import.add_part": func(s *story) object {
		return object{"id": s.id("import.upload", object{"name": "x.csv", "format": "products", "size": 8}), "part": 1, "content": "c2t1LG5hbWU="}
	},
	"import.check": func(s *story) object { return object{"id": s.tabled("read", "products", s.mugs()...)} },
	"import.run":   func(s *story) object { s.signIn(); return object{"id": s.tabled("check", "products", s.mugs()...)} },
	"import.stop": func(s *story) object {
		return object{"id": s.id("import.check", object{"id": s.tabled("read", "products", s.mugs()...)})}
	},
	"import.resume": func(s *story) object {
		id := s.id("import.stop", object{"id": s.id("import.check", object{"id": s.tabled("read", "products", s.mugs()...)})})
		s.worked(id)
		return object{"id": id}
	},
	"import.undo":     func(s *story) object { s.signIn(); return object{"id": s.tabled("run", "products", s.mugs()...)} },
	"template.save":   func(s *story) object { return s.newTemplate() },
	"template.change": func(s *story) object { return with(s.newTemplate(), "id", s.id("template.save", s.newTemplate())) },
	"template.share":  func(s *story) object { return object{"id": s.id("template.save", s.newTemplate())} },
	"template.remove": func(s *story) object { return object{"id": s.id("template.save", s.newTemplate())} },
	"view.save":       func(s *story) object { return s.newView() },
	"view.change":     func(s *story) object { return object{"id": s.id("view.save", s.newView()), "name": s.next("view ")} },
	"view.share":      func(s *story) object { return object{"id": s.id("view.save", s.newView())} },
	"view.remove":     func(s *story) object { return object{"id": s.id("view.save", s.newView())} },
	"preference.set":  func(s *story) object { return object{"name": "orders.columns", "value": s.next("x")} },
	"job.replay":      func(s *story) object { return object{"id": s.deadJob()} },

	"webhook.create": func(s *story) object { return hook },
	"webhook.update": func(s *story) object { return with(hook, "id", s.id("webhook.create", hook), "types", []string{"*"}) },
	"webhook.pause":  func(s *story) object { return object{"id": s.id("webhook.create", hook)} },
	"webhook.resume": func(s *story) object {
		return object{"id": s.id("webhook.pause", object{"id": s.id("webhook.create", hook)})}
	},
	"webhook.rotate_secret": func(s *story) object { return object{"id": s.id("webhook.create", hook), "previous_hours": 24} },
	"webhook.delete":        func(s *story) object { return object{"id": s.id("webhook.create", hook)} },
	"webhook.try":           func(s *story) object { return object{"id": s.id("webhook.create", hook)} },
	"webhook.replay": func(s *story) object {
		return object{"id": s.id("webhook.create", hook), "from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z"}
	},
	"webhook.redeliver": func(s *story) object { return s.delivery() },
	"mail_template.set": func(s *story) object { return s.words() },
	"mail_template.reset": func(s *story) object {
		in := s.words()
		s.do("mail_template.set", in)
		return object{"template": in["template"], "language": in["language"]}
	},
	"mail.resend": func(s *story) object { return object{"id": s.mailed(), "recipient": "ada@example.com"} },

	"location.create": func(s *story) object { return s.place(s.next("l")) },
	"location.update": func(s *story) object {
		return with(s.place(s.next("l")), "id", s.id("location.create", s.place(s.next("l"))))
	},
	"channel.create": func(s *story) object { return s.web(s.next("c")) },
	"channel.update": func(s *story) object {
		return with(s.web(s.next("c")), "id", s.id("channel.create", s.web(s.next("c"))))
	},
	"channel.publish":   func(s *story) object { return s.assortment() },
	"channel.unpublish": func(s *story) object { in := s.assortment(); s.do("channel.publish", in); return in },
	"customer.create":   func(s *story) object { return s.person("Grace Hopper") },
	"customer.update": func(s *story) object {
		return with(s.person(s.next("Grace ")), "id", s.id("customer.create", s.person("Grace Hopper")))
	},
	"customer_type.set":    func(s *story) object { return object{"type": "vip", "price_list_id": s.list, "tax_exempt": true} },
	"customer.add_address": func(s *story) object { return with(home, "id", s.customer) },
	"customer.remove_address": func(s *story) object {
		id := s.id("customer.create", s.person("Grace Hopper"))
		return object{"id": id, "address_id": s.id("customer.add_address", with(home, "id", id))}
	},
	"product.create": func(s *story) object { return s.newProduct() },
	"product.update": func(s *story) object {
		p := s.do("product.create", s.newProduct())
		return object{"id": p["id"], "title": s.next("Cups "), "variants": []object{with(s.newVariant(), "id", firstID(p, "variants")), s.newVariant()}}
	},
	"variant.update": func(s *story) object { return with(s.newVariant(), "id", s.newVariantID()) },
	"variant.set_limits": func(s *story) object {
		return object{"id": s.newVariantID(), "limits": []object{{"channel_id": s.channel, "minimum": 2}, {"customer_id": s.customer, "multiple": 3}}}
	},
	"price_list.create": func(s *story) object { return s.newList() },
	"price_list.update": func(s *story) object {
		return object{"id": s.id("price_list.create", s.newList()), "code": s.next("list"), "name": "Trade"}
	},
	"price.set": func(s *story) object {
		return object{"id": s.list, "prices": []object{{"sku": "POT", "minimum": s.number(), "unit_price": "30"}}}
	},
	"tax_rate.set":           func(s *story) object { return object{"rates": []object{rate(s.next("class"), "0.05")}} },
	"shipping_method.create": func(s *story) object { return s.newMethod() },
	"shipping_method.update": func(s *story) object {
		return with(s.newMethod(), "id", s.id("shipping_method.create", s.newMethod()))
	},
	"stock.receive": func(s *story) object {
		sku := s.scarce()
		s.order(line(sku, 1)) // a backorder that waits for it
		wine := s.byLot()
		s.do("stock.receive", s.document(with(line(wine, 1), "lot", "L1")))
		return s.document(line(sku, 1), line("POT", 1), with(line(wine, 1), "lot", "L1", "expires_at", "2027-05-01T00:00:00Z"), with(line(wine, 1), "lot", "L2"))
	},
	"stock.adjust": func(s *story) object {
		return object{"location_id": s.location, "reason": "damage", "lines": []object{line("POT", -1)}}
	},

	"payment.record_result": func(s *story) object {
		o, p := s.paid("tok_action")
		return object{"id": p["id"], "order_id": o["id"], "attempt_id": firstID(p, "attempts"), "state": "succeeded", "gateway_reference": s.next("ch_")}
	},
	"test_gateway.complete": func(s *story) object {
		_, p := s.paid("tok_action")
		return object{"key": strings.Split(field(p, "action_url"), "/")[3], "approve": true}
	},

	"order.place": func(s *story) object {
		return with(s.agreement(line("POT", 1), line("TEA", 1)), "external_id", s.next("x-"), "payment", object{"method": "test", "token": "tok_approve"})
	},
	"order.draft":  func(s *story) object { return s.agreement(line("POT", 1)) },
	"order.revise": func(s *story) object { return with(s.agreement(line("POT", 2)), "id", s.draft(line("TEA", 1))["id"]) },
	"order.change_line": func(s *story) object {
		o := s.draft(line("POT", 1), line("TEA", 1))
		return object{"id": o["id"], "line_id": firstID(o, "lines"), "quantity": 3}
	},
	"order.remove_line": func(s *story) object {
		o := s.draft(line("POT", 1), line("TEA", 1))
		return object{"id": o["id"], "line_id": firstID(o, "lines")}
	},
	"order.place_draft": func(s *story) object { return object{"id": s.draft(line("POT", 1))["id"]} },
	"order.note":        func(s *story) object { return object{"id": s.order(line("POT", 1))["id"], "text": "x"} },
	"order.edit_note": func(s *story) object {
		n := s.noted()
		return object{"id": n["order_id"], "note_id": n["id"], "text": "y"}
	},
	"attachment.upload": func(s *story) object {
		return object{"id": s.order(line("POT", 1))["id"], "name": "x.pdf", "size": 10}
	},
	"attachment.add_part": func(s *story) object { return object{"id": s.sending()["id"], "part": 1, "content": onePDF} },
	"attachment.cancel":   func(s *story) object { return object{"id": s.sending()["id"]} },
	"attachment.change": func(s *story) object {
		return object{"id": s.attached()["attachment_id"], "kind": "photo", "visibility": "customer"}
	},
	"attachment.remove": func(s *story) object { return object{"id": s.attached()["attachment_id"]} },
	"order.remove_note": func(s *story) object { n := s.noted(); return object{"id": n["order_id"], "note_id": n["id"]} },
	"order.tag": func(s *story) object {
		o, _ := s.paid("tok_approve")
		return object{"id": o["id"], "tags": []string{"vip", "gift"}}
	},
	"order.untag": func(s *story) object { return s.tagged("vip", "gift") },
	"order.clone": func(s *story) object { return object{"id": s.order(line("POT", 1))["id"]} },
	"order.hold": func(s *story) object {
		return s.suspicion()
	},
	"order.release_hold": func(s *story) object {
		o := s.do("order.hold", s.suspicion())
		return object{"id": o["id"], "hold_id": firstID(o, "holds")}
	},
	"order.release_holds": func(s *story) object {
		o := s.do("order.hold", s.suspicion())
		return object{"id": o["id"], "kind": "fraud"}
	},
	"bulk.begin": func(s *story) object { return s.many() },
	"bulk.stop":  func(s *story) object { return object{"id": s.id("bulk.begin", s.many())} },
	"bulk.resume": func(s *story) object {
		id := s.id("bulk.stop", object{"id": s.id("bulk.begin", s.many())})
		s.tryPart(id)
		return object{"id": id}
	},
	"bulk.retry":   func(s *story) object { return object{"id": s.tried()} }, // of who has no account, all are refused
	"bulk.undo":    func(s *story) object { s.signIn(); return object{"id": s.tried()} },
	"order.cancel": func(s *story) object { return object{"id": s.order(line("POT", 1))["id"], "reason": "customer"} },
	"order.allocate": func(s *story) object {
		sku := s.scarce()
		first := s.order(line(sku, 1))
		s.advance(time.Second)
		second := s.order(line(sku, 1))
		s.receive(sku, 1) // for the first
		s.do("order.cancel", object{"id": first["id"], "reason": "customer"})
		return object{"id": second["id"]}
	},
	"order.move_stock": func(s *story) object {
		o := s.order(line("POT", 2))
		return object{"id": o["id"], "lines": []object{with(part(o, 1), "location_id", s.elsewhere("POT"))}}
	},
	"order.release": func(s *story) object { return object{"id": s.order(line("POT", 1))["id"]} },
	"order.perform": func(s *story) object {
		o := s.order(line("ADVICE", 1))
		return object{"id": o["id"], "lines": []object{part(o, 1)}}
	},
	"order.pay": func(s *story) object {
		return object{"id": s.order(line("POT", 1))["id"], "method": "test", "token": "tok_approve"}
	},
	"order.capture": func(s *story) object { o, _ := s.paid("tok_approve"); return object{"id": o["id"]} },
	"order.void_payment": func(s *story) object {
		o, p := s.paid("tok_approve")
		return object{"id": o["id"], "payment_id": p["id"]}
	},
	"order.grant_refund": func(s *story) object {
		o := s.delivered()
		return object{"id": o["id"], "reason": "damaged", "parts": []object{part(o, 1)}}
	},
	"order.move_refund": func(s *story) object {
		o := s.granted()
		return object{"id": o["id"], "refund_id": firstID(o, "refunds")}
	},
	"order.ship": func(s *story) object { return object{"id": s.order(line("POT", 2))["id"]} },

	"fulfillment.pick": func(s *story) object {
		o, w := s.work()
		return object{"id": w["id"], "lines": []object{part(o, 2)}}
	},
	"fulfillment.unpick": func(s *story) object {
		o, w := s.picked()
		return object{"id": w["id"], "lines": []object{part(o, 1)}}
	},
	"fulfillment.reassign": func(s *story) object {
		_, w := s.work()
		return object{"id": w["id"], "location_id": s.elsewhere("POT")}
	},
	"fulfillment.pack": func(s *story) object {
		o, w := s.picked()
		return object{"id": w["id"], "packages": []object{{"lines": []object{part(o, 2)}}}}
	},
	"shipment.label":    func(s *story) object { return object{"id": s.packed()["id"], "carrier": "royal_mail"} },
	"shipment.unpack":   func(s *story) object { return object{"id": s.labeled()["id"]} },
	"shipment.dispatch": func(s *story) object { return object{"id": s.labeled()["id"]} },
	"shipment.track": func(s *story) object {
		return object{"id": s.shipped()["id"], "events": []object{{"id": s.next("e"), "code": "out_for_delivery", "at": "2026-03-01T14:00:00Z"}}}
	},
	"shipment.deliver": func(s *story) object { return object{"id": s.shipped()["id"]} },

	"order.amend": func(s *story) object {
		o := s.order(line("POT", 2), line("ADVICE", 1))
		return object{"id": o["id"], "steps": changing(o)}
	},
	"order.split": func(s *story) object {
		o := s.order(line("POT", 2), line("ADVICE", 1))
		return object{"id": o["id"], "lines": []object{part(o, 1)}}
	},
	"order.merge": func(s *story) object {
		o, other := s.order(line("POT", 1)), s.order(line("POT", 2), line("ADVICE", 1))
		return object{"id": o["id"], "order_ids": []any{other["id"]}}
	},
	"change.begin": func(s *story) object {
		o := s.order(line("POT", 2), line("ADVICE", 1))
		return object{"id": o["id"], "steps": changing(o)}
	},
	"change.stage": func(s *story) object {
		return with(object{"id": s.changing()["id"]}, "kind", "add_line", "sku", "ADVICE", "quantity", 1)
	},
	"change.unstage": func(s *story) object {
		c := s.changing()
		return object{"id": c["id"], "step_id": firstID(c, "steps")}
	},
	"change.commit": func(s *story) object { return object{"id": s.changing()["id"]} },
	"change.drop":   func(s *story) object { return object{"id": s.changing()["id"]} },
	"change.expire": func(s *story) object {
		c := s.changing()
		s.advance(8 * 24 * time.Hour)
		return object{"id": c["id"]}
	},

	"return.request": func(s *story) object { return s.back(s.delivered()) },
	"return.approve": func(s *story) object { _, r := s.requested(); return object{"id": r["id"]} },
	"return.reject":  func(s *story) object { _, r := s.requested(); return object{"id": r["id"], "reason": "too_late"} },
	"return.cancel":  func(s *story) object { _, r := s.approved(); return object{"id": r["id"]} },
	"return.mark_sent": func(s *story) object {
		_, r := s.approved()
		return object{"id": r["id"], "carrier": "royal_mail"}
	},
	"return.receive": func(s *story) object {
		o, r := s.approved()
		return object{"id": r["id"], "lines": []object{part(o, 1)}}
	},
	"return.inspect": func(s *story) object {
		o, r := s.received()
		return object{"id": r["id"], "lines": []object{{"line_id": firstID(o, "lines"), "restock": 1}}}
	},
	"return.complete": func(s *story) object { return object{"id": s.inspected()["id"]} },
	"return.expire": func(s *story) object {
		_, r := s.approved()
		s.advance(365 * 24 * time.Hour)
		return object{"id": r["id"]}
	},
}

// outcome names the tables that depend on whether the command's call to the
// test gateway arrived: a call that did not has failed, and one whose answer got
// lost is asked for by another command.
func outcome(name string) []string {
	if slices.Contains([]string{"order.place", "order.pay", "order.capture", "order.void_payment", "order.move_refund"}, name) {
		return []string{"commands", "events", "test_gateway_calls"}
	}
	return nil
}

// public are the commands without a client's key: they have tests of their own
// below.
var public = []string{"account.forgot_password", "account.set_password", "account.setup", "session.create"}

func TestEveryCommandHasOneEffectWhateverFails(t *testing.T) {
	var s *story
	var cases []commandtest.Case
	for _, o := range operations(number.NewSource(), webhook.NewGuard(false), system.New()) {
		spec := o.Spec()
		if !spec.Writes || slices.Contains(public, spec.Name) {
			continue
		}
		prepare := executions[spec.Name]
		if prepare == nil {
			t.Errorf("%s has no case in the table of executions", spec.Name)
			continue
		}
		cases = append(cases, commandtest.Case{Name: spec.Name, Outcome: outcome(spec.Name), Prepare: func(t *testing.T, _ *command.Engine) func(string) error {
			s.T, s.actor = t, auth.Internal("test")
			in := prepare(s)
			return func(key string) error {
				_, err := s.try(spec.Name, key, in)
				return err
			}
		}})
	}
	commandtest.FailEach(t, func(t *testing.T, d *db.DB) *command.Engine {
		h, err := wire(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		s = newStory(t, h)
		s.receive("POT", 10_000)
		return h.engine
	}, cases)
}

// failing fails the nth point that is passed from arm on.
type failing struct{ at, passed atomic.Int64 }

func (f *failing) fault(db.Point, int) error {
	if f.passed.Add(1) == f.at.Load() {
		return errors.New("a fault")
	}
	return nil
}

func (f *failing) arm(n int64) { f.passed.Store(0); f.at.Store(n) }

// disarm tells whether the point was reached.
func (f *failing) disarm() bool { return f.passed.Load() >= f.at.Swap(0) }

// Public commands know no client's key, since strangers would share them. A
// sign-in that is sent again is another session; one without an answer may have
// left one that nobody holds.
func TestASignInLeavesAtMostOneSessionWhateverFails(t *testing.T) {
	f := &failing{}
	each(t, db.Options{Fault: f.fault}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		in := object{"email": demoEmail, "password": demoPassword}
		for n, reached := int64(1), true; reached; n++ {
			before := dbtest.Rows(t, h.db)["sessions"]
			f.arm(n)
			_, err := s.try("session.create", "same", in)
			reached = f.disarm()
			if more := dbtest.Rows(t, h.db)["sessions"] - before; more > 1 || err == nil && more != 1 {
				t.Errorf("point %d: told %v and left %d sessions", n, err, more)
			}
			before = dbtest.Rows(t, h.db)["sessions"]
			if s.do("session.create", in); dbtest.Rows(t, h.db)["sessions"] != before+1 {
				t.Errorf("point %d: the next sign-in did not make one session", n)
			}
		}
	})
}

// The set-up has its one-time link instead of a key.
func TestASetUpHappensOnceWhateverFails(t *testing.T) {
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} { // order-free: each is alone
		t.Run(name, func(t *testing.T) {
			step := map[string]int64{"sqlite": 1, "postgres": 5}[name] // a schema takes a second
			for n, reached := int64(1), true; reached; n += step {
				f := &failing{}
				h := housed(t, url(t), db.Options{Fault: f.fault})
				token, err := account.FirstAdminLink(t.Context(), h.db)
				if err != nil {
					t.Fatal(err)
				}
				s := &story{T: t, house: h, actor: auth.Internal("test")}
				in := object{"token": token, "company": "Assam & Sons", "currency": "GBP", "tax_country": "GB", "time_zone": "Europe/London",
					"admin": object{"email": demoEmail, "name": "Demo", "password": demoPassword}}
				f.arm(n)
				_, first := s.try("account.setup", "", in)
				reached = f.disarm()
				there := dbtest.Rows(t, h.db)["users"]
				_, again := s.try("account.setup", "", in)
				if first == nil && there != 1 || (there == 0) != (again == nil) || there > 0 && !errors.Is(again, account.ErrLinkUsed) {
					t.Errorf("point %d: told %v, left %d users, then told %v", n, first, there, again)
				}
				if rows := dbtest.Rows(t, h.db); rows["users"] != 1 || rows["roles"] != int64(len(account.BuiltIn)) || rows["settings"] == 0 {
					t.Errorf("point %d: %d users, %d roles", n, rows["users"], rows["roles"])
				}
			}
		})
	}
}
