package calendar

import "testing"

func TestClientNameKeepsTheKindOfProgramOnly(t *testing.T) {
	t.Parallel()
	for userAgent, want := range map[string]string{
		"Google-Calendar-Importer":                                  "Google Calendar",
		"Mozilla/5.0 (compatible; Google-Calendar-Importer)":        "Google Calendar",
		"iOS/26.0 (24A123) dataaccessd/1.0":                         "Apple Calendar",
		"Mac+OS+X/10.12.2 (16C67) CalendarAgent/384":                "Apple Calendar",
		"Microsoft.Exchange/15.20 (Windows NT 10.0; Win64; x64)":    "Outlook",
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Thunderbird/128": "Thunderbird",
		"ICSx5/2.4.3 (ical4j/3.2.19 okhttp/5.3.2 Android/16)":       "ICSx5",
		"Nextcloud Webcal Service":                                  "Nextcloud",
		"HomeAssistant/2026.11.0 httpx/0.28.1 Python/3.13":          "Home Assistant",
		"Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Firefox/142.0":   "browser",
		"somebody@expex.example":                                    "",
		"":                                                          "",
	} {
		if got := clientName(userAgent); got != want {
			t.Errorf("%q is named %q, want %q", userAgent, got, want)
		}
	}
}
