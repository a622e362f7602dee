package webhook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Resolver finds the addresses of a name; *net.Resolver does.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Guard decides which addresses are called, and calls them. An endpoint's URL is
// chosen by somebody who may not see the network that the server stands in, so
// that network is never called: a name is resolved once, each of its addresses
// must be public, and the address that was checked is the one that is dialed.
type Guard struct {
	// Local also lets http through, and addresses of this machine, at any port:
	// for development and tests.
	Local    bool
	Resolver Resolver
	Connect  func(ctx context.Context, network, address string) (net.Conn, error)
}

// NewGuard returns a guard that asks the system's resolver.
func NewGuard(local bool) *Guard {
	d := &net.Dialer{KeepAlive: 30 * time.Second}
	return &Guard{Local: local, Resolver: net.DefaultResolver, Connect: d.DialContext}
}

// errForbidden is why an address is not called.
var errForbidden = errors.New("not a public address")

// maxAddresses is how many addresses of a name are tried.
const maxAddresses = 4

// Dial connects to host and port. It is what the HTTP client calls.
func (g *Guard) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if err := g.port(port); err != nil {
		return nil, err
	}
	found, err := g.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	var c net.Conn
	for _, a := range found[:min(len(found), maxAddresses)] {
		if c, err = g.Connect(ctx, network, net.JoinHostPort(a.String(), port)); err == nil {
			return c, nil
		}
	}
	return nil, err
}

// resolve returns the addresses of a host. It fails if one of them is not to be
// called: a public name has no internal address.
func (g *Guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	found, err := []netip.Addr{}, error(nil)
	if a, failed := netip.ParseAddr(host); failed == nil {
		found = append(found, a)
	} else if found, err = g.Resolver.LookupNetIP(ctx, "ip", host); err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no address", host)
	}
	for i, a := range found {
		found[i] = a.Unmap()
		if !g.may(a) {
			return nil, fmt.Errorf("%s is %s: %w", host, a, errForbidden)
		}
	}
	return found, nil
}

// may tells whether the address may be called.
func (g *Guard) may(a netip.Addr) bool {
	if g.Local && a.Unmap().IsLoopback() {
		return true
	}
	return Public(a)
}

// port refuses those below 1024 but for that of https.
func (g *Guard) port(text string) error {
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || port == 0 || port < 1024 && port != 443 && !g.Local {
		return fmt.Errorf("port %s is neither 443 nor above 1023", text)
	}
	return nil
}

// Check tells what is wrong with an URL before it is ever called: nothing is
// resolved.
func (g *Guard) Check(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return errors.New("it is no URL")
	case u.Scheme != "https" && !(u.Scheme == "http" && g.Local):
		return errors.New("it does not begin with https://")
	case u.Hostname() == "" || u.Opaque != "":
		return errors.New("it has no host")
	case u.User != nil:
		return errors.New("it has a user or password, which would not be sent")
	case u.Fragment != "" || strings.HasSuffix(text, "#"):
		return errors.New("it has a fragment, which would not be sent")
	}
	if port := u.Port(); port != "" {
		if err := g.port(port); err != nil {
			return err
		}
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !g.may(a) {
		return fmt.Errorf("%s: %w", a, errForbidden)
	}
	return nil
}

// global is where public addresses of IPv6 are; all else of it is refused.
var global = netip.MustParsePrefix("2000::/3")

// reserved are ranges that lead inside, or nowhere, or into another protocol, of
// which an address inside can be made.
var reserved = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/4", "240.0.0.0/4",
	"168.63.129.16/32", // a cloud's metadata, though it looks public
	"2001::/23",        // Teredo and other protocols
	"2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20",
)

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		all[i] = netip.MustParsePrefix(t)
	}
	return all
}

// Public tells whether an address is one of the public internet: not of this
// machine, of a private network, of a link, of a carrier's network, of cloud
// metadata, multicast or reserved, nor an IPv6 form of such an IPv4 address.
func Public(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	if a.Is6() && !global.Contains(a) {
		return false
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
