package fetch

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestOnlyTheOpenInternetIsPublic takes each special range at both ends, and
// what lies right beside it.
func TestOnlyTheOpenInternetIsPublic(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		addresses string
		public    bool
	}{
		{"1.0.0.0 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0", true},
		{"126.255.255.255 128.0.0.0 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0", true},
		{"192.0.1.0 192.88.98.255 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255", true},
		{"2000:: 2001:200:: 2001:4860:4860::8888 2a00:1450:4001::1 2001:db7:ffff::1 2001:db9:: 2003:: 3ffe::1", true},

		{"0.0.0.0 0.255.255.255", false},
		{"10.0.0.0 10.0.0.1 10.255.255.255 172.16.0.0 172.31.255.255 192.168.0.0 192.168.255.255", false},
		{"100.64.0.0 100.100.100.200 100.127.255.255", false},
		{"127.0.0.0 127.0.0.1 127.255.255.255", false},
		{"169.254.0.0 169.254.169.254 169.254.170.2 169.254.255.255 168.63.129.16 192.0.0.192", false},
		{"192.0.0.0 192.0.0.255 192.0.2.0 192.0.2.255 198.51.100.7 203.0.113.255 192.88.99.1", false},
		{"198.18.0.0 198.19.255.255", false},
		{"224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.255", false},

		{":: ::1 fe80::1 fe80::1%eth0 febf::1 fec0::1 fc00::1 fd00:ec2::254 fd20:ce::254 ff02::1 100::1", false},
		{"2001::1 2001:2::1 2001:10::1 2001:20::1 2001:1ff:ffff::1 2001:db8::1 3fff::1 3fff:fff::1 4000::1", false},

		// IPv4 in other clothes
		{"::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 ::10.0.0.1", false},
		{"64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::8.8.8.8 64:ff9b:1:a00:0:100::", false},
		{"2002:a00:1:: 2002:7f00:1::1 2002:808:808::1 2001:0:808:808::1 ::ffff:0:127.0.0.1", false},
		{"::ffff:8.8.8.8 64:ff9b::8.8.8.8", true},
	} {
		for address := range strings.FieldsSeq(row.addresses) {
			if got := public(netip.MustParseAddr(address)); got != row.public {
				t.Errorf("%s is public: %v, want %v", address, got, row.public)
			}
		}
	}
	if public(netip.Addr{}) {
		t.Error("no address at all is public")
	}
}

// TestWhatGoCallsInnerIsNotPublic holds the table against the opinion of the
// standard library, which knows fewer ranges.
func TestWhatGoCallsInnerIsNotPublic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bytes := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes")
		a := netip.AddrFrom16([16]byte(bytes))
		if rapid.Bool().Draw(t, "four") {
			a = netip.AddrFrom4([4]byte(bytes[:4]))
		}
		if inner := a.IsPrivate() || !a.IsGlobalUnicast() || net.IP(a.AsSlice()).IsLoopback(); inner && public(a) {
			t.Errorf("%s is public", a)
		}
	})
}

func TestAnAddressIsJudgedByItsForm(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ text, want string }{
		{"https://calendar.example/a.ics", "https://calendar.example/a.ics"},
		{"  HTTPS://Calendar.Example/Private/A.ics?key=B%2Fc#top ", "https://calendar.example/Private/A.ics?key=B%2Fc"},
		{"webcal://calendar.example/a.ics", "https://calendar.example/a.ics"},
		{"WebCals://calendar.example:443/a.ics", "https://calendar.example:443/a.ics"},
		{"https://8.8.8.8/a.ics", "https://8.8.8.8/a.ics"},
		{"https://[2a00:1450::1]/a.ics", "https://[2a00:1450::1]/a.ics"},

		{text: ""},
		{text: "calendar.example/a.ics"},
		{text: "//calendar.example/a.ics"},
		{text: "http://calendar.example/a.ics"},
		{text: "ftp://calendar.example/a.ics"},
		{text: "file:///etc/passwd"},
		{text: "gopher://calendar.example/"},
		{text: "https:calendar.example"},
		{text: "https:///a.ics"},
		{text: "https://:443/a.ics"},
		{text: "https://ada:secret@calendar.example/a.ics"},
		{text: "https://ada@calendar.example/a.ics"},
		{text: "https://@calendar.example/a.ics"},
		{text: "https://calendar.example:80/a.ics"},
		{text: "https://calendar.example:8443/a.ics"},
		{text: "https://calendar.example:https/a.ics"},
		{text: "https://127.0.0.1/a.ics"},
		{text: "https://10.0.0.1:443/a.ics"},
		{text: "https://[::1]/a.ics"},
		{text: "https://[::ffff:10.0.0.1]/a.ics"},
		{text: "https://[fe80::1%25eth0]/a.ics"},
		{text: "webcal://169.254.169.254/latest/meta-data"},
		{text: "https://calendar.example/a\r\nX-Injected: 1"},
		{text: "https://calendar.example/" + strings.Repeat("a", maxAddress)},
	} {
		got, err := ParseAddress(row.text)
		if row.want == "" {
			wantReason(t, err, AddressNotAllowed)
		} else if err != nil || got != row.want {
			t.Errorf("%q becomes %q, %v; want %q", row.text, got, err, row.want)
		}
	}
}

// wantReason wants an error of a reason that says nothing else, however it is printed.
func wantReason(t *testing.T, err error, reason Reason) {
	t.Helper()
	var known *Error
	if !errors.As(err, &known) || known.Reason != reason {
		t.Errorf("the error is %v, want %s", err, reason)
		return
	}
	if text := err.Error(); text != "calendar not fetched: "+string(reason) || errors.Unwrap(err) != nil {
		t.Errorf("the error says %q and holds %v", text, errors.Unwrap(err))
	}
}
