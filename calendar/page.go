package calendar

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// page is a feed as it is sent: plain or packed.
type page struct {
	plain   content
	packed  func() content // made when the first client asks for it
	changed time.Time
}

// content is octets with a strong validator of these very octets (RFC 9110
// section 8.8.3), so that the two encodings of a feed differ in it.
type content struct {
	bytes []byte
	etag  string
}

func newContent(text []byte) content {
	sum := sha256.Sum256(text)
	return content{text, `"` + hex.EncodeToString(sum[:16]) + `"`}
}

func newPage(b Body) *page {
	return &page{
		plain:   newContent(b.Bytes),
		packed:  sync.OnceValue(func() content { return newContent(compress(b.Bytes)) }),
		changed: b.Changed,
	}
}

// packers are kept because making one takes longer than packing a feed.
var packers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a known one
	return z
}}

func compress(text []byte) []byte {
	var packed bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&packed)
	z.Write(text) // a bytes.Buffer takes everything
	z.Close()
	return packed.Bytes()
}

// pages keeps the pages that were asked for last, up to a number of octets. Which
// page is the right one is not its to say: whoever asks knows its key.
type pages struct {
	limit int
	mu    sync.Mutex
	size  int
	kept  *simplelru.LRU[string, *page]
}

// cacheBytes bounds what a process keeps: some 1,500 feeds of 100 events.
const cacheBytes = 64 << 20

func newPages(limit int) *pages {
	p := &pages{limit: limit}
	p.kept, _ = simplelru.NewLRU(1<<20, func(key string, old *page) { p.size -= weight(key, old) }) // the number is positive
	return p
}

// weight is what a page takes at most, roughly: packed it is no longer than plain.
func weight(key string, p *page) int { return 2*len(p.plain.bytes) + len(key) + 1_000 }

func (p *pages) get(key string) (*page, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept.Get(key)
}

func (p *pages) add(key string, made *page) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept.Remove(key)
	p.kept.Add(key, made)
	p.size += weight(key, made)
	for p.size > p.limit {
		p.kept.RemoveOldest()
	}
}
