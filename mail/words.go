package mail

import (
	"fmt"
	"time"
)

// wording is what a kind of message says: a subject and a sentence in both
// languages, Dutch first. when marks those that tell the time of what they are
// about; it stands for %s.
type wording struct {
	when   bool
	nl, en string
}

var (
	news = wording{nl: "Er is nieuws. Open de app om het te lezen.",
		en: "There is news. Open the app to read it."}
	// byKind are the messages that are more than news.
	byKind = map[string]wording{
		"SESSION_REMINDER": {when: true,
			nl: "Herinnering: er is een afspraak op %s. Open de app voor de rest.",
			en: "Reminder: there is an appointment on %s. Open the app for the rest."},
		"SESSION_CHANGED_SOON": {
			nl: "Er is iets veranderd dat binnen 24 uur speelt. Open de app nu.",
			en: "Something has changed within the next 24 hours. Open the app now."},
		"SESSION_IN_CALENDAR": {
			nl: "Bij dit bericht hoort een wijziging in je agenda. Open de app voor de rest.",
			en: "A change to your calendar comes with this message. Open the app for the rest."},
		"CONFIRM_HOURS": {
			nl: "Kloppen je uren nog? Open de app om ze te bevestigen.",
			en: "Do your hours still hold? Open the app to confirm them."},
		"CALENDAR_CUT": {
			nl: "Een agenda waarop je bent geabonneerd, is vol en laat niet alles zien. Kijk in de app wat je kunt doen.",
			en: "A calendar you subscribed to is full and does not show everything. See in the app what you can do."},
	}
)

var weekdays = map[time.Weekday]string{
	time.Monday: "maandag", time.Tuesday: "dinsdag", time.Wednesday: "woensdag", time.Thursday: "donderdag",
	time.Friday: "vrijdag", time.Saturday: "zaterdag", time.Sunday: "zondag",
}

// words are subject and text of a message. The subject is the same for all news,
// since it lights up on locked screens; that of a reminder holds its time.
func words(m Message, app string) (subject, body string) {
	w, known := byKind[m.Kind]
	if !known || w.when && m.About == nil {
		w = news
	}
	subject = "Nieuws in de app / News in the app"
	if w.when {
		clock := m.About.Format("15:04")
		nl, en := weekdays[m.About.Weekday()]+" "+clock, m.About.Weekday().String()+" "+clock
		subject = fmt.Sprintf("Herinnering: %s / Reminder: %s", nl, en)
		w.nl, w.en = fmt.Sprintf(w.nl, nl), fmt.Sprintf(w.en, en)
	}
	return subject, w.nl + "\n" + w.en + "\n\n" + app + "\n\n" +
		"Waar het over gaat, staat met opzet alleen in de app.\n" +
		"What it is about is told in the app only, on purpose.\n"
}
