package engine_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"expex/engine"
)

func TestEstimateTravel(t *testing.T) {
	t.Parallel()
	gouda := engine.Point{Latitude: 52.0119, Longitude: 4.7080}
	for _, c := range []struct {
		name string
		to   engine.Point
		want int
	}{
		{"to the same place one gets in and out", gouda, 6},
		{"to Waddinxveen, 5 km", engine.Point{Latitude: 52.0400, Longitude: 4.6500}, 14},
		{"to Rotterdam, 19 km", engine.Point{Latitude: 51.9225, Longitude: 4.4792}, 30},
		{"to Lelystad, 76 km", engine.Point{Latitude: 52.5076, Longitude: 5.4849}, 90},
	} {
		if got := engine.EstimateTravel(gouda, c.to); got != c.want {
			t.Errorf("%s: %d minutes, want %d", c.name, got, c.want)
		}
	}
	if got := engine.EstimateTravel(engine.Point{Latitude: 90}, engine.Point{Latitude: -90}); got < 6 || got > 40_000 {
		t.Errorf("from pole to pole: %d minutes", got)
	}
}

func TestAnEstimateIsTheSameBothWaysAndGrowsWithTheDistance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) engine.Point {
			return engine.Point{
				Latitude:  rapid.Float64Range(50.7, 53.6).Draw(t, label+" latitude"),
				Longitude: rapid.Float64Range(3.3, 7.3).Draw(t, label+" longitude"),
			}
		}
		a, b := draw("a"), draw("b")
		there, back := engine.EstimateTravel(a, b), engine.EstimateTravel(b, a)
		if there != back || there < 6 {
			t.Fatalf("%d minutes there, %d back", there, back)
		}
		half := engine.Point{Latitude: (a.Latitude + b.Latitude) / 2, Longitude: (a.Longitude + b.Longitude) / 2}
		if part := engine.EstimateTravel(a, half); part > there {
			t.Fatalf("%d minutes to half way, %d for all of it", part, there)
		}
		// On this scale a flat map is within a few percent of the sphere.
		north, east := (a.Latitude-b.Latitude)*111.2, (a.Longitude-b.Longitude)*111.2*math.Cos(half.Latitude*math.Pi/180)
		if road := 1.3 * math.Hypot(north, east); float64(there) < road*60/75 || float64(there) > 6+road*60/50+2 {
			t.Fatalf("%d minutes for %.0f km of road", there, road)
		}
	})
}
