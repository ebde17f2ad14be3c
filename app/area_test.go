package app_test

import (
	"testing"

	"expex/engine"
	"expex/store/storetest"
)

func init() {
	repeated["SetTravel"] = struct {
		call, other func(w *world, t *testing.T, key string) (any, error)
	}{
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SetTravel(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[0], new(45), nil)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SetTravel(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[0], new(46), nil)
		},
	}
	repeated["SetServiceArea"] = struct {
		call, other func(w *world, t *testing.T, key string) (any, error)
	}{
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SetServiceArea(t.Context(), w.A.Coordinator, key, w.A.Pool, []engine.MunicipalityCode{"GM0513", "GM0627"}, "2027-05-01")
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SetServiceArea(t.Context(), w.A.Coordinator, key, w.A.Pool, []engine.MunicipalityCode{"GM0513"}, "2027-05-01")
		},
	}
	serves := func(from engine.Date, codes ...engine.MunicipalityCode) func(*world, *testing.T) {
		return func(w *world, t *testing.T) {
			must(w.SetServiceArea(t.Context(), w.A.Coordinator, fresh(), w.A.Pool, codes, from))(t)
			for must(w.DoDue(t.Context()))(t) > 0 {
			}
		}
	}
	for name, event := range map[string]struct {
		happen func(*world, *testing.T)
		want   string
	}{
		"she travels less far": {func(w *world, t *testing.T) {
			w.set(t, `update expert_record set postcode4 = $2, max_travel_minutes = 600 where expert_id = $1`, w.A.Experts[0], w.B.Postcode4)
			must(w.SetTravel(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], new(30), nil))(t)
		}, "SESSION_BROKEN TALK {TRAVEL_LIMIT}"},
		"she lives further away now": {func(w *world, t *testing.T) {
			must(w.SetTravel(t.Context(), w.A.Coordinator, fresh(), w.A.Experts[0], nil, &w.B.Postcode4))(t)
		}, "SESSION_BROKEN TALK {TRAVEL_LIMIT}"},
		"she lives further away and travels further": {func(w *world, t *testing.T) {
			must(w.SetTravel(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], new(600), &w.B.Postcode4))(t)
		}, ""},
		"the pool serves its place no more":             {serves("2027-04-07", "GM0627"), "SESSION_BROKEN TALK {OUT_OF_SERVICE_AREA}"},
		"the pool serves its place until the day after": {serves("2027-04-08", "GM0627"), ""},
	} {
		events[name] = event
	}
}

func TestWhereAndHowFarIsRefusedForTheFieldThatIsWrong(t *testing.T) {
	t.Parallel()
	w := start(t)
	travel := func(n int, minutes *int, home *string) func() error {
		return func() error {
			_, err := w.SetTravel(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[n], minutes, home)
			return err
		}
	}
	area := func(pool engine.PoolID, from engine.Date, codes ...engine.MunicipalityCode) func() error {
		return func() error {
			_, err := w.SetServiceArea(t.Context(), w.A.Coordinator, fresh(), pool, codes, from)
			return err
		}
	}
	for _, c := range []struct {
		name string
		call func() error
		want string
	}{
		{"nothing", travel(0, nil, nil), "INVALID maxTravelMinutes"},
		{"no minute", travel(0, new(0), nil), "INVALID maxTravelMinutes"},
		{"too many", travel(0, new(601), nil), "INVALID maxTravelMinutes"},
		{"letters", travel(0, nil, new("2801AB")), "INVALID postcode4"},
		{"no postcode", travel(0, nil, new("0999")), "INVALID postcode4"},
		{"another expert", travel(1, new(30), nil), "NOT_FOUND"},
		{"no municipality", area(w.A.Pool, "2027-05-01"), "INVALID municipalities"},
		{"an unknown one", area(w.A.Pool, "2027-05-01", "GM9999"), "INVALID municipalities"},
		{"yesterday", area(w.A.Pool, "2027-03-26", "GM0513"), "INVALID from"},
		{"another pool", area(w.B.Pool, "2027-05-01", "GM0034"), "NOT_FOUND"},
	} {
		t.Run(c.name, func(t *testing.T) { w.refused(t, c.want, c.call) })
	}
}

// What is served is said for days to come; the past and what was agreed with
// another region stay as they were.
func TestTheLatestWordOnTheServiceAreaCounts(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `delete from service_area where pool_id = $1`, w.A.Pool)
	w.set(t, `insert into service_area (pool_id, municipality, valid_from, valid_to, by_agreement) values
		($1, 'GM0513', '2022-01-01', null, false), ($1, 'GM0627', '2022-01-01', '2027-12-01', false),
		($1, 'GM1892', '2022-01-01', null, false), ($1, 'GM0034', '2026-01-01', '2027-09-01', true)`, w.A.Pool)
	serve := func(from engine.Date, codes ...engine.MunicipalityCode) {
		must(w.SetServiceArea(t.Context(), w.A.Coordinator, fresh(), w.A.Pool, codes, from))(t)
	}
	served := func() string {
		return get[string](t, w, `select string_agg(concat_ws(' ', municipality, valid_from, valid_to), E'\n' order by municipality, valid_from) from service_area where pool_id = $1`, w.A.Pool)
	}
	serve("2027-06-01", "GM0513", "GM0627", "GM1901", "GM1901", "GM0034")
	equal(t, "from June", served(), "GM0034 2026-01-01 2027-09-01\nGM0513 2022-01-01\nGM0627 2022-01-01\nGM1892 2022-01-01 2027-06-01\nGM1901 2027-06-01")
	serve("2027-05-01", "GM0513", "GM1892")
	equal(t, "from May after all", served(), "GM0034 2026-01-01 2027-09-01\nGM0513 2022-01-01\nGM0627 2022-01-01 2027-05-01\nGM1892 2022-01-01")
	w.at(storetest.Local("2027-05-01", "09:00"))
	serve("2027-05-01", "GM0513", "GM0627")
	equal(t, "the same day", served(), "GM0034 2026-01-01 2027-09-01\nGM0513 2022-01-01\nGM0627 2022-01-01 2027-05-01\nGM0627 2027-05-01\nGM1892 2022-01-01 2027-05-01")
}
