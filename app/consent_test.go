package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store/storetest"
)

func TestConsentsAreKeptAsVersions(t *testing.T) {
	t.Parallel()
	w := start(t)
	she := w.A.ExpertViewers[0]
	for n, level := range []engine.ConsentLevel{engine.Amber, engine.Green, engine.Red, engine.Red, engine.Green} {
		now := storetest.Now.Add(time.Duration(n) * time.Hour)
		w.at(now)
		got := must(w.SetThemeConsent(t.Context(), she, fresh(), engine.Consent{Theme: "BULLYING", Usage: engine.UsageCase, Level: level}))(t)
		same(t, "the consent", got, engine.ThemeConsent{ExpertID: w.A.Experts[0], Theme: "BULLYING", Usage: engine.UsageCase, Level: level, Version: n + 1, ValidFrom: now})
		held := must(w.Store.As(she).ConsentsOf(t.Context(), w.A.Experts[:1]))(t)
		if got := slices.ContainsFunc(held, func(c engine.ThemeConsent) bool { return c.Theme == "BULLYING" }); got == (level == engine.Red) {
			t.Errorf("after %s: what holds is %+v", level, held)
		}
	}
	equal(t, "the versions", get[string](t, w, `select string_agg(version || ' ' || level || case when superseded_at is null then ' now' else '' end, ', ' order by version)
		from theme_consent where expert_id = $1 and theme = 'BULLYING'`, w.A.Experts[0]), "1 AMBER, 2 GREEN, 3 RED, 4 RED, 5 GREEN now")
}

func TestOnlyAnExpertDecidesAboutHerThemes(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, who := range []auth.Viewer{w.A.Coordinator, w.A.Requester, w.A.PrivacyOfficer, w.SystemAdmin, w.Roleless, {}} {
		w.refused(t, "FORBIDDEN", func() error {
			_, err := w.SetThemeConsent(t.Context(), who, fresh(), engine.Consent{Theme: "BULLYING", Usage: engine.UsageCase, Level: engine.Green})
			return err
		})
	}
	for _, theme := range []engine.ThemeCode{"", "FOOTBALL", "loneliness", engine.ThemeCode(noise(60_000))} {
		w.refused(t, "INVALID theme", func() error {
			_, err := w.SetThemeConsent(t.Context(), w.A.ExpertViewers[0], fresh(), engine.Consent{Theme: theme, Usage: engine.UsageCase, Level: engine.Green})
			return err
		})
	}
}

// noise is text that does not compress, so that no index can hold it.
func noise(n int) string {
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(auth.NewSecret().Reveal())
	}
	return b.String()[:n]
}

func TestAThemeTakenBackIsGoneFromTheVeryNextSuggestions(t *testing.T) {
	t.Parallel()
	w := start(t)
	suggested := func() []engine.ExpertID {
		var out []engine.ExpertID
		for _, s := range must(w.MatchSuggestions(t.Context(), w.A.Coordinator, w.A.Ear))(t).Ranking.Suggestions {
			out = append(out, s.Experts...)
		}
		slices.Sort(out)
		return out
	}
	set := func(level engine.ConsentLevel) {
		must(w.SetThemeConsent(t.Context(), w.A.ExpertViewers[0], fresh(), engine.Consent{Theme: "LONELINESS", Usage: engine.UsageOneToOne, Level: level}))(t)
	}
	equal(t, "suggested", suggested(), w.A.Experts[:3])
	set(engine.Red)
	equal(t, "after she took it back", suggested(), w.A.Experts[1:3])
	set(engine.Amber)
	equal(t, "after she gave it again", suggested(), w.A.Experts[:3])
}

// Whoever took a theme back cannot be told from who never had it: two databases
// that differ in nothing else give the same answers, to the last byte of the
// hash and of the refusal.
func TestATakenBackThemeIsTheSameAsNone(t *testing.T) {
	t.Parallel()
	she := func(w *world) engine.ExpertID { return w.A.Experts[0] }
	tookBack := func(w *world, theme engine.ThemeCode) {
		for _, usage := range []engine.Usage{engine.UsageOneToOne, engine.UsageClosedGroup} {
			for _, level := range []engine.ConsentLevel{engine.Green, engine.Red, engine.Amber, engine.Red} {
				must(w.SetThemeConsent(t.Context(), w.A.ExpertViewers[0], fresh(), engine.Consent{Theme: theme, Usage: usage, Level: level}))(t)
			}
		}
	}
	for name, theme := range map[string]engine.ThemeCode{"a must": "LONELINESS", "a wish": "ADDICTION", "not asked for": "BULLYING", "related to a must": "BULLYING", "of tier 3": "TRAUMA"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withdrawn, never := start(t), start(t)
			tookBack(withdrawn, theme)
			never.set(t, `delete from theme_consent where expert_id = $1 and theme = $2`, she(never), string(theme))
			for _, w := range []*world{withdrawn, never} {
				w.set(t, `insert into request_theme (request_id, theme, importance) values ($1, 'BULLYING', 'NICE'), ($1, 'TRAUMA', 'NICE')`, w.A.Ear)
			}
			same(t, "the suggestions", must(withdrawn.MatchSuggestions(t.Context(), withdrawn.A.Coordinator, withdrawn.A.Ear))(t),
				must(never.MatchSuggestions(t.Context(), never.A.Coordinator, never.A.Ear))(t))
			offer := func(w *world) error {
				_, err := w.MakeOffer(t.Context(), w.A.Coordinator, "the-same-key", w.ask(w.A.Ear, slot("2027-04-08", "14:00", 60), 0))
				return err
			}
			same(t, "the answer to an offer", class(offer(withdrawn)), class(offer(never)))
			same(t, "what holds", must(withdrawn.Store.As(withdrawn.A.Coordinator).ConsentsOf(t.Context(), withdrawn.A.Experts[:]))(t),
				must(never.Store.As(never.A.Coordinator).ConsentsOf(t.Context(), never.A.Experts[:]))(t))
		})
	}
}

// They are counted together.
func TestWhoTookAThemeBackIsCountedWithWhoNeverHadIt(t *testing.T) {
	t.Parallel()
	w := start(t)
	must(w.SetThemeConsent(t.Context(), w.A.ExpertViewers[0], fresh(), engine.Consent{Theme: "LONELINESS", Usage: engine.UsageOneToOne, Level: engine.Red}))(t)
	w.set(t, `delete from theme_consent where expert_id = $1`, w.A.Experts[1])
	got := must(w.MatchSuggestions(t.Context(), w.A.Coordinator, w.A.Ear))(t).Ranking.Excluded
	want := []engine.ExcludedCount{{Code: "NO_THEME_CONSENT", Count: 2}, {Code: "OTHER", Count: 3}}
	same(t, "excluded", got, want)
}
