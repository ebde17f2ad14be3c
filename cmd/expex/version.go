package main

import (
	"fmt"
	"runtime/debug"

	"expex/engine"
)

// versionCommand prints what this binary is.
type versionCommand struct{}

// Run prints one line.
func (*versionCommand) Run(p *process) error {
	_, err := fmt.Fprintln(p.stdout, "expex", version())
	return err
}

// version names the engine and, when it is known, the commit.
func version() string {
	out := engine.Version
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return out
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			out += " (" + s.Value[:12] + ")"
		}
	}
	return out
}
