package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"strconv"
)

// Only makes a client that reaches one server and nothing else, also when that is
// of this machine. It is for tests of who fetches: a test holds that nothing else
// calls it.
func Only(server netip.AddrPort, roots *x509.CertPool) *Client {
	c := newClient(gate{port: strconv.Itoa(int(server.Port())), allowed: func(a netip.AddrPort) bool { return a == server }}, &net.Dialer{})
	c.transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	return c
}

// ParseAddress is [ParseAddress] for who is reached.
func (c *Client) ParseAddress(text string) (string, error) { return c.gate.parse(text) }
