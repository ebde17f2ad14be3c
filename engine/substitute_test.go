package engine_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

// pairHalf is a talk on Tuesday 6 April at 13:00 that Anna stays for, who has
// practice; two others could join her.
func pairHalf() (engine.MatchInput, engine.Seat) {
	in := talk()
	in.Candidates, in.Request.Themes = nil, nil
	for _, id := range []engine.ExpertID{"anna", "bea", "cas"} {
		c := ordinary(id, engine.Talk)
		c.CompletedOfType = 5
		in.Candidates = append(in.Candidates, c)
	}
	slot := span("2027-04-06 13:00", in.Request.Minutes)
	in.Candidates[0].Booked = []engine.Booked{{ID: "session", Session: slot, Busy: slot}}
	in.Now = at("2027-04-06 09:10")
	in.Request.TeamSize = 2
	return in, engine.Seat{Session: "session", Slot: slot, Stay: []engine.ExpertID{"anna"}, Open: 1}
}

func names(r engine.SubstituteRanking) []engine.ExpertID {
	var out []engine.ExpertID
	for _, s := range r.Substitutes {
		out = append(out, s.Expert)
	}
	return out
}

func TestWhoCanTakeASeat(t *testing.T) {
	t.Parallel()
	type change func(in *engine.MatchInput, seat *engine.Seat)
	bea := func(f func(*engine.Candidate)) change {
		return func(in *engine.MatchInput, _ *engine.Seat) { f(&in.Candidates[1]) }
	}
	at4 := engine.Interval{Start: at("2027-04-06 12:30"), End: at("2027-04-06 14:00")}
	for _, row := range []struct {
		name   string
		change change
		want   []engine.ExpertID
	}{
		{"both can, the first by id", func(*engine.MatchInput, *engine.Seat) {}, []engine.ExpertID{"bea", "cas"}},
		{"on duty comes first", func(_ *engine.MatchInput, s *engine.Seat) { s.Standby = []engine.ExpertID{"cas"} }, []engine.ExpertID{"cas", "bea"}},
		{"duty counts for nothing a day ahead", func(in *engine.MatchInput, s *engine.Seat) {
			in.Now, s.Standby = at("2027-04-05 13:00"), []engine.ExpertID{"cas"}
		}, []engine.ExpertID{"bea", "cas"}},
		{"and counts a minute later", func(in *engine.MatchInput, s *engine.Seat) {
			in.Now, s.Standby = at("2027-04-05 13:01"), []engine.ExpertID{"cas"}
		}, []engine.ExpertID{"cas", "bea"}},
		{"who stepped out is not asked again", func(_ *engine.MatchInput, s *engine.Seat) { s.Left = []engine.ExpertID{"bea"} }, []engine.ExpertID{"cas"}},
		{"in time by a minute", bea(func(c *engine.Candidate) { c.TravelMinutes, c.MaxTravelMinutes = ptr(230), 0 }), []engine.ExpertID{"bea", "cas"}},
		{"too late by a minute", bea(func(c *engine.Candidate) { c.TravelMinutes, c.MaxTravelMinutes = ptr(231), 0 }), []engine.ExpertID{"cas"}},
		{"online nobody is too late", func(in *engine.MatchInput, _ *engine.Seat) {
			in.Request.Online, in.Candidates[1].TravelMinutes, in.Candidates[2].TravelMinutes = true, ptr(600), ptr(600)
		}, []engine.ExpertID{"bea", "cas"}},
		{"keeps away from who stays", bea(func(c *engine.Candidate) { c.ExcludedExperts = []engine.ExpertID{"anna"} }), []engine.ExpertID{"cas"}},
		{"two without practice are no pair", func(in *engine.MatchInput, _ *engine.Seat) {
			in.Candidates[0].CompletedOfType, in.Candidates[1].CompletedOfType = 0, 0
		}, []engine.ExpertID{"cas"}},
		{"unless another seat is open", func(in *engine.MatchInput, s *engine.Seat) {
			in.Candidates[0].CompletedOfType, in.Candidates[1].CompletedOfType, s.Open = 0, 0, 2
		}, []engine.ExpertID{"cas", "bea"}},
		{"booked elsewhere", bea(func(c *engine.Candidate) { c.Booked = []engine.Booked{{ID: "x", Session: at4, Busy: at4}} }), []engine.ExpertID{"cas"}},
		{"held elsewhere comes after who is free", func(in *engine.MatchInput, s *engine.Seat) {
			in.Candidates[1].Booked = []engine.Booked{{ID: "x", Session: at4, Busy: at4}}
			s.Movable = map[engine.SessionID]int{"x": 2}
		}, []engine.ExpertID{"cas", "bea"}},
		{"on duty and held elsewhere comes before who is free", func(in *engine.MatchInput, s *engine.Seat) {
			in.Candidates[1].Booked = []engine.Booked{{ID: "x", Session: at4, Busy: at4}}
			s.Movable, s.Standby = map[engine.SessionID]int{"x": 2}, []engine.ExpertID{"bea"}
		}, []engine.ExpertID{"bea", "cas"}},
		{"who stays is no longer fit", func(in *engine.MatchInput, _ *engine.Seat) { in.Candidates[0].NDAOn = "" }, nil},
		{"who stays left the pool", func(in *engine.MatchInput, _ *engine.Seat) { in.Candidates = in.Candidates[1:] }, nil},
		{"nobody stays", func(in *engine.MatchInput, s *engine.Seat) { s.Stay, s.Left = nil, []engine.ExpertID{"anna"} }, []engine.ExpertID{"bea", "cas"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			in, seat := pairHalf()
			row.change(&in, &seat)
			if got := names(engine.RankSubstitutes(in, seat)); !slices.Equal(got, row.want) {
				t.Errorf("%v could take the seat, want %v", got, row.want)
			}
		})
	}
}

func TestWhatASubstituteCosts(t *testing.T) {
	t.Parallel()
	in, seat := pairHalf()
	early, late := span("2027-04-06 12:30", 60), span("2027-04-06 14:00", 60)
	in.Candidates[1].Booked = []engine.Booked{{ID: "x", Session: early, Busy: early}}
	in.Candidates[2].Booked = []engine.Booked{{ID: "y", Session: early, Busy: early}, {ID: "z", Session: late, Busy: late}}
	in.Policy.SessionsPerDay, in.Policy.TravelBufferMinutes = 5, 30
	seat.Movable = map[engine.SessionID]int{"x": 3, "y": 1, "z": 1}
	got := engine.RankSubstitutes(in, seat)
	if len(got.Substitutes) != 1 || got.Substitutes[0].Moves != "x" || got.Substitutes[0].Price != (engine.Price{Appointments: 2, People: 3}) {
		t.Errorf("got %+v; of the third two appointments would have to move", got.Substitutes)
	}
}

func TestWhyOthersAreLeftOutIsTold(t *testing.T) {
	t.Parallel()
	in, seat := pairHalf()
	in.Policy.SmallPool = 0
	in.Candidates[1].ExcludedExperts = []engine.ExpertID{"anna"}
	in.Candidates[2].TravelMinutes, in.Candidates[2].MaxTravelMinutes = ptr(300), 0
	want := []engine.ExcludedCount{{Code: engine.CannotArrive, Count: 1}, {Code: engine.OtherRule, Count: 1}}
	if got := engine.RankSubstitutes(in, seat).Excluded; !reflect.DeepEqual(got, want) {
		t.Errorf("told of %v, want %v", got, want)
	}
}

// drawSeat draws a seat in a session of a generated input, for which up to two of
// the candidates stay, booked on it.
func drawSeat(t *rapid.T, in *engine.MatchInput) engine.Seat {
	start := in.Now.Add(time.Duration(rapid.IntRange(1, 48*60).Draw(t, "seat")) * time.Minute)
	seat := engine.Seat{Session: "session", Slot: engine.Interval{Start: start, End: start.Add(time.Duration(in.Request.Minutes) * time.Minute)},
		Open: rapid.IntRange(1, 2).Draw(t, "open"), Movable: map[engine.SessionID]int{}}
	for i := range in.Candidates {
		c := &in.Candidates[i]
		switch rapid.IntRange(0, 9).Draw(t, "part") {
		case 0:
			if len(seat.Stay) < 2 {
				seat.Stay = append(seat.Stay, c.Expert)
				c.Booked = append(c.Booked, engine.Booked{ID: seat.Session, Session: seat.Slot, Busy: seat.Slot})
			}
		case 1:
			seat.Left = append(seat.Left, c.Expert)
		case 2, 3:
			seat.Standby = append(seat.Standby, c.Expert)
		case 4:
			for _, b := range c.Booked {
				seat.Movable[b.ID] = rapid.IntRange(1, 3).Draw(t, "held with")
			}
		}
	}
	return seat
}

// Every substitute passes the very check that decides when she says yes, once
// what has to move is away; the order is as it is described.
func TestEverySubstituteCanTakeTheSeat(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		seat := drawSeat(t, &in)
		got := engine.RankSubstitutes(in, seat)
		n := 0
		for _, x := range got.Excluded {
			n += x.Count
		}
		if small := len(in.Candidates) < in.Policy.SmallPool; !small && n+len(got.Substitutes) != got.Candidates {
			t.Fatalf("%d of %d are told of", n+len(got.Substitutes), got.Candidates)
		}
		soon := seat.Slot.Start.Sub(in.Now) < engine.LateHours*time.Hour
		for i, s := range got.Substitutes {
			team := in
			team.Candidates = nil
			for _, c := range in.Candidates {
				if c.Expert == s.Expert || slices.Contains(seat.Stay, c.Expert) {
					c.Booked = slices.DeleteFunc(slices.Clone(c.Booked), func(b engine.Booked) bool {
						return b.ID == seat.Session || c.Expert == s.Expert && b.ID == s.Moves && s.Moves != ""
					})
					team.Candidates = append(team.Candidates, c)
				}
			}
			broken := engine.CheckPart(team, seat.Slot)
			if seat.Open == 1 {
				_, broken = engine.Check(team, seat.Slot)
			}
			if len(broken) > 0 || in.Now.After(engine.LeaveBy(team, seat.Slot, s.Expert)) {
				t.Fatalf("%s is a substitute and breaks %v", s.Expert, broken)
			}
			if i == 0 {
				continue
			}
			before := got.Substitutes[i-1]
			switch {
			case soon && before.Standby != s.Standby:
				if s.Standby {
					t.Fatalf("%s is on duty and comes after %s", s.Expert, before.Expert)
				}
			case before.Price.Appointments > s.Price.Appointments:
				t.Fatalf("%s changes less and comes after %s", s.Expert, before.Expert)
			}
		}
	})
}

func TestTheOrderOfInputChangesNoSubstitute(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		seat := drawSeat(t, &in)
		want := engine.RankSubstitutes(in, seat)
		other := seat
		other.Stay, other.Left, other.Standby = slices.Clone(seat.Stay), slices.Clone(seat.Left), slices.Clone(seat.Standby)
		slices.Reverse(other.Stay)
		slices.Reverse(other.Left)
		slices.Reverse(other.Standby)
		if got := engine.RankSubstitutes(reorder(t, in), other); !reflect.DeepEqual(got, want) {
			t.Fatalf("in another order:\n%+v\nwant\n%+v", got, want)
		}
	})
}

func TestRankingLeavesItsInputAlone(t *testing.T) {
	t.Parallel()
	in, seat := pairHalf()
	again, _ := pairHalf()
	engine.RankSubstitutes(in, seat)
	if !reflect.DeepEqual(in, again) {
		t.Error("the input changed")
	}
}
