package main

// extras step back first when more comes than can be served: what people look up
// beside the daily work, and what takes long. Orders, their steps, and what the
// warehouse works by are not among them.
var extras = []string{
	"attachment.change", "attachment.get", "attachment.list", "attachment.upload",
	"bulk.get", "bulk.list", "bulk.rows",
	"change.list",
	"channel.list", "channel.numbers",
	"customer.balance", "customer_type.list",
	"event.list", "event.verify",
	"import.check", "import.get", "import.list", "import.rows", "import.upload",
	"import_mapping.get", "import_mapping.list",
	"job.get", "job.list", "job.replay",
	"key.list", "role.list", "user.list", "user.invite", "user.invite_again",
	"mail.get", "mail.list", "mail.resend", "mail_template.list", "mail_template.preview", "mail_template.set", "mail_template.reset",
	"note.list", "order.as_of", "order.compare", "order.differences", "order.events", "order.mergeable", "order.people", "tag.list",
	"payment.list",
	"price.list", "price_list.list",
	"shipping_method.list", "tax_rate.list",
	"stock.movements", "stock.reservations",
	"system.history", "system.responses", "system.slowest", "system.trend",
	"variant.limits",
	"template.change", "template.list", "template.remove", "template.save", "template.share",
	"view.change", "view.remove", "view.save", "view.share",
	"webhook.delivery", "webhook.deliveries", "webhook.list", "webhook.redeliver", "webhook.replay", "webhook.try",
}
