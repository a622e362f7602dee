package webhook

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"

	"ordo/engine/event"
)

// Trust lets a client take the certificates of a test.
func (c *Client) Trust(roots *x509.CertPool) {
	c.http.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: roots}
}

// Names of what tests look at.
var (
	Pause    = pause
	Rest     = rest
	Selects  = selects
	Covers   = covers
	FieldsOf = schema
)

// Follow is the endpoint as the dispatcher reads the log for it.
func (w *Endpoint) Follow() *event.Consumer { return w.follow() }
