package mail

import "ordo/engine/event"

// Projection is what events rebuild of templates.
var Projection = event.Projection{Prefix: "mtp_", Parts: []event.Part{{Table: "mail_templates", Owner: "id"}}}
