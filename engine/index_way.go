package engine

import "slices"

// way is what the place of a request means to every candidate.
type way struct {
	neighbours []RegionCode // of the region, when it was worked out

	reach bitmap   // those for whom it is not too far
	near  []uint16 // value of proximity; noValue = unknown
	split bitmap   // those for whom it is too far for some of their hours
}

// placeKey is a place as a map key.
type placeKey struct {
	municipality MunicipalityCode
	region       RegionCode
	located      bool
	point        Point
	online       bool
}

func keyOf(p Place) placeKey {
	key := placeKey{municipality: p.Municipality, region: p.Region}
	if p.Point != nil {
		key.located, key.point = true, *p.Point
	}
	return key
}

func (x *builder) addTrip(at int, c *Candidate) {
	key := keyOf(c.Home)
	home, ok := x.homes[key]
	if !ok {
		home = uint32(len(x.Index.homes))
		x.homes[key] = home
		x.Index.homes = append(x.Index.homes, c.Home)
	}
	x.trips[at] = trip{home: home, known: -1, limit: int32(c.MaxTravelMinutes)}
	if c.TravelMinutes != nil {
		x.trips[at].known = int32(*c.TravelMinutes)
	}
}

// wayTo works out a place once for all candidates; the next request from there
// finds it. The estimate of travel and the value without one come from the
// readable code, once per home.
func (r *Ranker) wayTo(q *Query) *way {
	key := keyOf(q.Place)
	if key.online = q.Request.Online; key.online {
		key = placeKey{online: true}
	}
	w := r.ways[key]
	if w == nil || !slices.Equal(w.neighbours, q.Neighbours[q.Place.Region]) {
		w = r.newWay(q)
		r.ways[key] = w
	}
	return w
}

func (r *Ranker) newWay(q *Query) *way {
	n := len(r.who)
	w := &way{neighbours: q.Neighbours[q.Place.Region], reach: newBitmap(n), near: make([]uint16, n), split: newBitmap(n)}
	type home struct{ minutes, value int32 }
	const open, unknown = -2, -1 // not worked out yet, and not known
	homes := make([]home, len(r.homes))
	for i := range homes {
		homes[i] = home{open, open}
	}
	minutesFrom := func(t trip) int32 {
		h := &homes[t.home]
		if h.minutes == open {
			h.minutes = unknown
			if minutes, ok := q.of(&Candidate{Home: r.homes[t.home]}).travel(); ok {
				h.minutes = int32(minutes)
			}
		}
		return h.minutes
	}
	// Without a limit of her own, a home has the value of its region.
	valueOf := func(t trip) uint16 {
		h := &homes[t.home]
		if h.value == open {
			k := q.of(&Candidate{Home: r.homes[t.home]})
			if m := proximity.Score(q.form([]*Case{k})); m.State == Known {
				h.value = int32(m.Value)
			} else {
				h.value = noValue
			}
		}
		return uint16(h.value)
	}
	for at, t := range r.trips {
		minutes := t.known
		if q.Request.Online {
			minutes = unknown
		} else if minutes < 0 {
			minutes = minutesFrom(t)
		}
		if minutes < 0 || t.limit <= 0 {
			w.reach.set(at)
			w.near[at] = valueOf(t)
		} else if minutes <= t.limit {
			w.reach.set(at)
			w.near[at] = uint16(falling(int(minutes), nearMinutes, int(t.limit)))
		}
		if minutes > t.hours {
			w.split.set(at)
		}
	}
	return w
}
