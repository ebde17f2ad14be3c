package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

// SlotPlace is where a session is to be: online, or in a municipality, which a
// postcode can stand in for. "" is not given.
type SlotPlace struct {
	Online       bool
	Municipality engine.MunicipalityCode
	Postcode4    string
}

// SlotSearch reads what a search for slots of these experts needs, as of one
// moment and with the viewer's own eyes: their time over the span, the way to the
// place and the holidays there. NOT_FOUND when one of them is not in a pool that
// the viewer coordinates. Bookings are those of any pool, and nothing of what
// they are. The number of statements does not depend on the experts.
func (v View) SlotSearch(ctx context.Context, ids []engine.ExpertID, between engine.Interval, place SlotPlace) (engine.SlotSearch, error) {
	return get(ctx, v, func(t *Tx) (s engine.SlotSearch, err error) {
		s = engine.SlotSearch{Now: t.Now, Zone: Zone, Between: between, Online: place.Online}
		homes, err := t.calendars(ctx, ids, &s)
		if err != nil {
			return s, err
		}
		if err := t.fillCalendars(ctx, ids, s); err != nil {
			return s, err
		}
		at, err := t.locate(ctx, place)
		if err != nil {
			return s, err
		}
		for i, home := range homes {
			if at.Point != nil && home != nil {
				minutes := engine.EstimateTravel(*home, *at.Point)
				s.Calendars[i].TravelMinutes = &minutes
			}
		}
		s.Holidays, err = t.holidays(ctx, between, at.Municipality)
		return s, err
	})
}

// calendars begins a calendar for each expert, in the order asked, and gives
// their homes, nil where not known. The buffer is the largest of the pools in
// which the viewer plans with her. A pause is a blackout from the start on.
func (t *Tx) calendars(ctx context.Context, ids []engine.ExpertID, s *engine.SlotSearch) ([]*engine.Point, error) {
	var rows []struct {
		engine.Calendar
		PausedUntil *time.Time
		Latitude    *float64
		Longitude   *float64
	}
	if err := t.SelectContext(ctx, &rows, `
		select r.expert_id as expert, r.max_travel_minutes, r.paused_until, h.latitude, h.longitude, b.travel_buffer_minutes
		from expert_record r
		join lateral (
		    select max(p.travel_buffer_minutes) as travel_buffer_minutes
		    from pool_member m join pool_policy p on p.pool_id = m.pool_id
		    where m.expert_id = r.expert_id and daterange(m.valid_from, m.valid_to) @> app_today()
		) b on b.travel_buffer_minutes is not null
		left join locate_postcode(r.postcode4) h on true
		where r.expert_id = any($1)
		order by array_position($1::uuid[], r.expert_id)`, pq.Array(ids)); err != nil {
		return nil, err
	}
	if len(rows) != len(ids) {
		return nil, engine.NotFound()
	}
	homes := make([]*engine.Point, len(rows))
	for i, r := range rows {
		if r.PausedUntil != nil && r.PausedUntil.After(s.Between.Start) {
			r.Blackouts = append(r.Blackouts, engine.Interval{Start: s.Between.Start, End: r.PausedUntil.UTC()})
		}
		if r.Latitude != nil && r.Longitude != nil {
			homes[i] = &engine.Point{Latitude: *r.Latitude, Longitude: *r.Longitude}
		}
		s.Calendars = append(s.Calendars, r.Calendar)
	}
	return homes, nil
}

// fillCalendars adds weekly rules, blackouts and what is booked, also shortly
// after the span: a session leaves time to travel to the next.
func (t *Tx) fillCalendars(ctx context.Context, ids []engine.ExpertID, s engine.SlotSearch) error {
	by := make(map[engine.ExpertID]*engine.Calendar, len(ids))
	for i := range s.Calendars {
		by[s.Calendars[i].Expert] = &s.Calendars[i]
	}
	rules, err := t.availabilityRules(ctx, ids)
	if err != nil {
		return err
	}
	for _, r := range rules {
		by[r.ExpertID].Rules = append(by[r.ExpertID].Rules, r.AvailabilityRule)
	}
	blackouts, err := t.blackouts(ctx, ids, s.Between)
	if err != nil {
		return err
	}
	for _, b := range blackouts {
		by[b.ExpertID].Blackouts = append(by[b.ExpertID].Blackouts, utc(b.Interval))
	}
	var busy []blackoutRow
	if err := t.SelectContext(ctx, &busy, `
		select expert_id, lower(busy) as start, upper(busy) as "end" from booking
		where expert_id = any($1) and status in ('HELD', 'CONFIRMED') and busy && tstzrange($2, $3)
		order by expert_id, 2`, pq.Array(ids), s.Between.Start, s.Between.End.AddDate(0, 0, 1)); err != nil {
		return err
	}
	for _, b := range busy {
		by[b.ExpertID].Busy = append(by[b.ExpertID].Busy, utc(b.Interval))
	}
	return nil
}

// locate gives the municipality and the point of a place as well as they are
// known, nothing for online.
func (t *Tx) locate(ctx context.Context, place SlotPlace) (engine.Place, error) {
	list, err := t.places(ctx, `
		select m.code as municipality, '' as region, coalesce(p.latitude, m.latitude) as latitude, coalesce(p.longitude, m.longitude) as longitude
		from (select coalesce(nullif($1, ''), (select municipality from locate_postcode($2))) as code where not $3) asked
		join municipality m on m.code = asked.code
		left join locate_postcode($2) p on true`, string(place.Municipality), place.Postcode4, place.Online)
	switch {
	case err != nil || place.Online:
		return engine.Place{}, err
	case len(list) == 1:
		return list[0], nil
	case place.Municipality != "":
		return engine.Place{}, engine.Invalid("place.municipality", "is no municipality; give a CBS code such as GM0513")
	default:
		return engine.Place{}, engine.Invalid("place.postcode4", "is in no municipality that is known here; give the municipality as well")
	}
}

// holidays gives those that touch the span; school holidays only when it is known
// which region the municipality is in.
func (t *Tx) holidays(ctx context.Context, between engine.Interval, municipality engine.MunicipalityCode) (out engine.Holidays, err error) {
	var known []struct {
		Region engine.HolidayRegion
		Until  engine.Date
	}
	if err := t.SelectContext(ctx, &known, `
		select r.region, (select max(h.last) from school_holiday h where h.region = r.region) as until
		from school_region r where r.municipality = $1`, municipality); err != nil {
		return out, err
	}
	if len(known) == 1 {
		out.Region, out.Until = known[0].Region, known[0].Until
	}
	return out, t.SelectContext(ctx, &out.List, `
		select date as first, date as last, nl, en, false as school, false as advice
		from public_holiday where date between $1::date and $2::date
		union all
		select first, last, nl, en, true, advice
		from school_holiday where region = $3 and first <= $2::date and last >= $1::date
		order by 1, 5, 3`, engine.DateOf(between.Start, Zone), engine.DateOf(between.End, Zone), out.Region)
}
