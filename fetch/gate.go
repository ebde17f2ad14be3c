package fetch

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// maxAddress bounds an address that is typed or that a redirect gives, in octets.
const maxAddress = 2_048

// gate says what may be asked: one port, and the hosts behind it that are allowed.
type gate struct {
	port    string
	allowed func(netip.AddrPort) bool
}

// internet is the only gate there is outside of tests; nothing configures it.
var internet = gate{port: "443", allowed: func(a netip.AddrPort) bool { return a.Port() == 443 && public(a.Addr()) }}

// ParseAddress gives an address as it is fetched and best kept: https for webcal
// and webcals, which are other names for it, and no fragment. It looks at the
// form alone: another scheme or port, a login, the IP address of some inner
// network, or more than 2,048 octets are an [Error] with AddressNotAllowed.
func ParseAddress(text string) (string, error) { return internet.parse(text) }

func (g gate) parse(text string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || len(text) > maxAddress {
		return "", &Error{AddressNotAllowed}
	}
	if u.Scheme == "webcal" || u.Scheme == "webcals" { // in lower case by now
		u.Scheme = "https"
	}
	ip, notIP := netip.ParseAddrPort(net.JoinHostPort(u.Hostname(), g.port))
	if u.Scheme != "https" || u.Opaque != "" || u.User != nil || u.Hostname() == "" || u.Port() != "" && u.Port() != g.port ||
		notIP == nil && !g.allowed(ip) {
		return "", &Error{AddressNotAllowed}
	}
	u.Host, u.Fragment, u.RawFragment = strings.ToLower(u.Host), "", ""
	return u.String(), nil
}

// control is asked by the dialer for each address of a name, right before it
// connects to it.
func (g gate) control(_, address string, _ syscall.RawConn) error {
	if a, err := netip.ParseAddrPort(address); err != nil || !g.allowed(a) {
		return &Error{AddressNotAllowed}
	}
	return nil
}

// global is what is given out of the internet of IPv6 (RFC 4291 section 2.4, the
// IANA registry). Whatever lies outside is not reached: loopback, local and
// site-local addresses, multicast, and IPv4 in other clothes.
var global = netip.MustParsePrefix("2000::/3")

// wellKnown is how a host with IPv6 only reaches IPv4 through a translator (RFC
// 6052 section 2.1). Such an address is as good as the one inside it.
var wellKnown = netip.MustParsePrefix("64:ff9b::/96")

// special are the addresses of the IANA special-purpose registries for IPv4 and,
// within global, IPv6 (RFC 6890), as far as no public server can have one.
var special = prefixes(
	"0.0.0.0/8",        // this network
	"10.0.0.0/8",       // private (RFC 1918)
	"100.64.0.0/10",    // behind the NAT of a provider (RFC 6598); Alibaba's metadata
	"127.0.0.0/8",      // loopback
	"169.254.0.0/16",   // link-local; the metadata of most clouds
	"172.16.0.0/12",    // private
	"192.0.0.0/24",     // protocol assignments; Oracle's metadata
	"192.0.2.0/24",     // documentation (RFC 5737)
	"192.88.99.0/24",   // relays to 6to4 (RFC 7526)
	"192.168.0.0/16",   // private
	"198.18.0.0/15",    // benchmarking (RFC 2544)
	"198.51.100.0/24",  // documentation
	"203.0.113.0/24",   // documentation
	"224.0.0.0/4",      // multicast
	"240.0.0.0/4",      // reserved, and broadcast
	"168.63.129.16/32", // in no registry: the host of a machine at Azure

	"2001::/23",     // protocol assignments: Teredo, ORCHID, benchmarking
	"2001:db8::/32", // documentation (RFC 3849)
	"2002::/16",     // 6to4 (RFC 3056): an IPv4 address in other clothes
	"3fff::/20",     // documentation (RFC 9637)
)

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		all[i] = netip.MustParsePrefix(text)
	}
	return all
}

// public reports whether an address is one of the open internet.
func public(a netip.Addr) bool {
	if a = a.Unmap(); wellKnown.Contains(a) {
		inside := a.As16()
		a = netip.AddrFrom4([4]byte(inside[12:]))
	}
	if !a.IsValid() || a.Zone() != "" || a.Is6() && !global.Contains(a) {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
