// Package live tells those who wait that something has changed. It knows topics
// and nothing of what they mean: who listens reads what has changed again, with
// her own eyes.
//
// A change is told once however often it happens before it is looked at, so
// what a listener has not yet taken never grows beyond her topics: there is no
// queue to overflow, nobody is told too late to catch up, and one who is slow
// holds up nobody.
package live

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
)

// Topic is something that can change, such as "request:" and an id.
type Topic string

// The reasons why somebody cannot listen.
var (
	// ErrTooMany: the account, or the process, has as many listeners as it may.
	ErrTooMany = errors.New("too many listeners")
	// ErrClosed: the hub has been closed.
	ErrClosed = errors.New("the hub is closed")
)

// Hub passes changes on to whoever listens to their topics.
type Hub struct {
	perAccount, inAll int
	over              context.Context
	close             context.CancelFunc

	mu       sync.Mutex
	topics   map[Topic]map[*Listener]struct{}
	all      map[*Listener]struct{}
	accounts map[string]int
}

// New makes a hub with room for that many listeners of one account and in all.
func New(perAccount, inAll int) *Hub {
	h := &Hub{
		perAccount: perAccount, inAll: inAll,
		topics: map[Topic]map[*Listener]struct{}{}, all: map[*Listener]struct{}{}, accounts: map[string]int{},
	}
	h.over, h.close = context.WithCancel(context.Background())
	return h
}

// Close ends all listeners and takes no new ones. It may be called twice.
func (h *Hub) Close() { h.close() }

// Over is a context that ends when the hub is closed.
func (h *Hub) Over() context.Context { return h.over }

// Tell says that a topic has changed.
func (h *Hub) Tell(topic Topic) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.topics[topic] {
		l.tell(topic)
	}
}

// TellAll says that any topic may have changed: news was lost.
func (h *Hub) TellAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.all {
		for _, topic := range l.topics {
			l.tell(topic)
		}
	}
}

// Listen gives a listener to these topics, who counts for the account until she
// is closed. She knows of nothing yet, so all her topics count as changed: what
// is read after that misses nothing.
func (h *Hub) Listen(account string, topics ...Topic) (*Listener, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.over.Err() != nil:
		return nil, ErrClosed
	case h.accounts[account] >= h.perAccount, len(h.all) >= h.inAll:
		return nil, ErrTooMany
	}
	l := &Listener{hub: h, account: account, woken: make(chan struct{}, 1)}
	h.all[l] = struct{}{}
	h.accounts[account]++
	l.follow(topics)
	return l, nil
}

// Listener waits for changes of some topics.
type Listener struct {
	hub     *Hub
	account string
	woken   chan struct{} // holds something when changed does

	// Guarded by the hub.
	topics  []Topic
	changed map[Topic]struct{} // since they were last taken; nil for none
}

// Wait waits until something has changed and gives the topics that have since
// the last time, in order. It is not ok when the context ends or the hub is
// closed. One goroutine may wait at a time.
func (l *Listener) Wait(ctx context.Context) (changed []Topic, ok bool) {
	for {
		select {
		case <-ctx.Done():
			return nil, false
		case <-l.hub.over.Done():
			return nil, false
		case <-l.woken:
		}
		if ctx.Err() != nil || l.hub.over.Err() != nil { // select has no favourite
			return nil, false
		}
		if changed := l.take(); len(changed) > 0 {
			return changed, true
		}
	}
}

// Follow listens to these topics from now on. Those that are new count as
// changed.
func (l *Listener) Follow(topics ...Topic) {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	if _, open := l.hub.all[l]; open {
		l.follow(topics)
	}
}

// Close makes room for another. It may be called twice.
func (l *Listener) Close() {
	h := l.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, open := h.all[l]; !open {
		return
	}
	l.follow(nil)
	delete(h.all, l)
	if h.accounts[l.account]--; h.accounts[l.account] == 0 {
		delete(h.accounts, l.account)
	}
}

func (l *Listener) take() []Topic {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	changed := l.changed
	l.changed = nil
	return slices.Sorted(maps.Keys(changed))
}

// tell and follow are for who holds the hub.
func (l *Listener) tell(topic Topic) {
	if l.changed == nil {
		l.changed = map[Topic]struct{}{}
	}
	l.changed[topic] = struct{}{}
	select {
	case l.woken <- struct{}{}:
	default: // she has been woken and has not yet looked
	}
}

func (l *Listener) follow(topics []Topic) {
	for _, topic := range l.topics {
		if slices.Contains(topics, topic) {
			continue
		}
		delete(l.changed, topic)
		delete(l.hub.topics[topic], l)
		if len(l.hub.topics[topic]) == 0 {
			delete(l.hub.topics, topic)
		}
	}
	for _, topic := range topics {
		if slices.Contains(l.topics, topic) {
			continue
		}
		if l.hub.topics[topic] == nil {
			l.hub.topics[topic] = map[*Listener]struct{}{}
		}
		l.hub.topics[topic][l] = struct{}{}
		l.tell(topic)
	}
	l.topics = slices.Clone(topics)
}
