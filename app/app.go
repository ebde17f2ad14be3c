// Package app is the use cases: the only place that decides and touches the
// world. Each loads what a decision needs, lets the engine decide, and saves,
// in one transaction. Reads that decide nothing go from graph to store directly.
package app

import "expex/store"

// App is the use cases on one store.
type App struct {
	Store *store.Store
	// Private reads the calendars experts link; the zero value reads none.
	Private PrivateCalendars
}
