package fetch

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
)

// names is a name server (RFC 1035) that says what a test wants it to.
type names struct {
	socket net.PacketConn
	mu     sync.Mutex
	known  map[string][]netip.Addr
}

func openNames(t *testing.T) *names {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	n := &names{socket: socket, known: map[string][]netip.Addr{}}
	go n.serve()
	return n
}

// say sets what a name stands for from now on.
func (n *names) say(name string, addresses ...netip.Addr) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.known[name] = addresses
}

func (n *names) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", n.socket.LocalAddr().String())
	}}
}

func (n *names) serve() {
	packet := make([]byte, 1<<10)
	for {
		size, from, err := n.socket.ReadFrom(packet)
		if err != nil {
			return
		}
		if size > 12 {
			n.socket.WriteTo(n.answer(packet[:size]), from)
		}
	}
}

// answer answers the one question of a query.
func (n *names) answer(query []byte) []byte {
	const a, aaaa = 1, 28
	end := 12
	var labels []string
	for query[end] != 0 {
		labels = append(labels, string(query[end+1:end+1+int(query[end])]))
		end += 1 + int(query[end])
	}
	kind := binary.BigEndian.Uint16(query[end+1:])
	question := query[12 : end+5]

	n.mu.Lock()
	defer n.mu.Unlock()
	addresses, known := n.known[strings.Join(labels, ".")]
	var records []byte
	count := 0
	for _, address := range addresses {
		if address.Is4() && kind == a || address.Is6() && kind == aaaa {
			records = append(records, 0xc0, 12) // the name of the question
			records = binary.BigEndian.AppendUint16(records, kind)
			records = append(records, 0, 1, 0, 0, 0, 0) // IN, not to be kept
			records = binary.BigEndian.AppendUint16(records, uint16(address.BitLen()/8))
			records = append(records, address.AsSlice()...)
			count++
		}
	}
	status := byte(0)
	if !known {
		status = 3 // no such name
	}
	out := append([]byte{query[0], query[1], 0x85, 0x80 | status, 0, 1}, byte(count>>8), byte(count), 0, 0, 0, 0)
	return append(append(out, question...), records...)
}
