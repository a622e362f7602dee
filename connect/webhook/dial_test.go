package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"

	"ordo/connect/webhook"
)

// Spec: 11.2.3
func TestOnlyPublicAddressesAreCalled(t *testing.T) {
	for _, text := range []string{
		"127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "169.254.0.1",
		"100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
		"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
		"100::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001::1", "2001:0:7f00:1::", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "4000::1", "5f00::1",
	} {
		if a := netip.MustParseAddr(text); webhook.Public(a) {
			t.Errorf("%s is public", a)
		}
	}
	if webhook.Public(netip.Addr{}) {
		t.Error("no address is public")
	}
	for _, text := range []string{"1.1.1.1", "93.184.216.34", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "223.255.255.255", "::ffff:1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"} {
		if a := netip.MustParseAddr(text); !webhook.Public(a) {
			t.Errorf("%s is not public", a)
		}
	}
}

func TestAURLIsRefusedBeforeItIsEverCalled(t *testing.T) {
	guard, local := webhook.NewGuard(false), webhook.NewGuard(true)
	for url, want := range map[string][2]bool{
		"https://example.com/a?b=c": {true, true}, "https://example.com:8443/": {true, true}, "https://[2606:4700::1]/": {true, true}, "https://1.1.1.1": {true, true},
		"http://example.com/": {false, true}, "http://localhost:8080/": {false, true}, "http://127.0.0.1:80/": {false, true}, "https://[::1]:8443/": {false, true}, "https://[::ffff:127.0.0.1]/": {false, true},
		"https://example.com:25/": {false, true}, "https://example.com:0/": {false, false}, "https://example.com:99999/": {false, false},
		"https://10.0.0.1/": {false, false}, "https://169.254.169.254/latest/meta-data/": {false, false}, "https://[fe80::1%25eth0]/": {false, false}, "https://[64:ff9b::a00:1]/": {false, false},
		"https://user:pass@example.com/": {false, false}, "https://example.com/#a": {false, false}, "https://example.com/#": {false, false}, "https:///path": {false, false}, "https:example.com": {false, false},
		"ftp://example.com/": {false, false}, "file:///etc/passwd": {false, false}, "example.com": {false, false}, "": {false, false}, "https://exa mple.com/": {false, false}, "gopher://example.com/": {false, false},
	} {
		if got := [2]bool{guard.Check(url) == nil, local.Check(url) == nil}; got != want {
			t.Errorf("%s: %v, %v", url, guard.Check(url), local.Check(url))
		}
	}
}

// names is a resolver whose answers change from question to question.
type names struct {
	mu    sync.Mutex
	lists [][]string
	asked int
}

func (n *names) LookupNetIP(context.Context, string, string) (all []netip.Addr, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, text := range n.lists[n.asked%len(n.lists)] {
		all = append(all, netip.MustParseAddr(text))
	}
	n.asked++
	return all, nil
}

var errNobody = errors.New("nobody is there")

// Spec: 11.2.3
func TestTheAddressThatWasCheckedIsTheOneThatIsDialed(t *testing.T) {
	for _, c := range []struct {
		name   string
		lists  [][]string
		dialed []string // of two dials
	}{
		{"a public one", [][]string{{"1.1.1.1"}}, []string{"1.1.1.1:443", "1.1.1.1:443"}},
		{"several", [][]string{{"1.1.1.1", "2606:4700::1"}, {}}, []string{"1.1.1.1:443", "[2606:4700::1]:443"}},
		{"mapped", [][]string{{"::ffff:1.1.1.1"}, {"::ffff:127.0.0.1"}}, []string{"1.1.1.1:443"}},
		{"rebound", [][]string{{"1.1.1.1"}, {"127.0.0.1"}}, []string{"1.1.1.1:443"}},
		{"one of them inside", [][]string{{"1.1.1.1", "10.0.0.1"}}, nil},
		{"inside", [][]string{{"10.0.0.1"}, {"fd00::1"}}, nil},
		{"far too many", [][]string{{"1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4", "1.1.1.5"}, {"::1"}}, []string{"1.1.1.1:443", "1.1.1.2:443", "1.1.1.3:443", "1.1.1.4:443"}},
	} {
		resolver := &names{lists: c.lists}
		var dialed []string
		g := &webhook.Guard{Resolver: resolver, Connect: func(_ context.Context, _, address string) (net.Conn, error) {
			dialed = append(dialed, address)
			return nil, errNobody
		}}
		for range 2 {
			if _, err := g.Dial(t.Context(), "tcp", "hooks.example.com:443"); err == nil {
				t.Errorf("%s: connected", c.name)
			}
		}
		if !slices.Equal(dialed, c.dialed) || resolver.asked != 2 {
			t.Errorf("%s: dialed %v after %d questions, want %v", c.name, dialed, resolver.asked, c.dialed)
		}
	}
	g := &webhook.Guard{Resolver: &names{lists: [][]string{{"1.1.1.1"}}}, Connect: func(context.Context, string, string) (net.Conn, error) {
		t.Error("dialed a port that is refused")
		return nil, errNobody
	}}
	for _, port := range []string{"22", "25", "80", "0", "65536", "x"} {
		if _, err := g.Dial(t.Context(), "tcp", fmt.Sprint("hooks.example.com:", port)); err == nil {
			t.Errorf("port %s is called", port)
		}
	}
}

func FuzzURL(f *testing.F) {
	for _, url := range []string{"https://example.com/", "https://127.1/", "https://0x7f.1/", "https://[::ffff:7f00:1]/", "https://example.com:443:443/", "https://exam%70le.com/"} {
		f.Add(url)
	}
	f.Fuzz(func(t *testing.T, url string) {
		strict, local := webhook.NewGuard(false).Check(url), webhook.NewGuard(true).Check(url)
		if strict == nil && local != nil {
			t.Fatalf("%q is refused only locally: %v", url, local)
		}
	})
}
