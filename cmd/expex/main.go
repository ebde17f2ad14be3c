// Command expex matches ExpEx (trained young people with their own youth-care
// past) with requests for them, plans their sessions and publishes their
// calendars. See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli is every command, one field each. Flags and environment variables of a
// command stand in its type.
type cli struct {
	Demo    demoCommand    `cmd:"" help:"Run everything with invented people, on a database it brings itself."`
	Serve   serveCommand   `cmd:"" help:"Run the service in production."`
	Migrate migrateCommand `cmd:"" help:"Bring the schema and the reference data to this version."`
	Import  importCommand  `cmd:"" help:"Read a coordinator's spreadsheets, or a national list."`
	Token   tokenCommand   `cmd:"" help:"Make, list and revoke access tokens."`
	Doctor  doctorCommand  `cmd:"" help:"Say what this installation is made of: versions, and sources of the reference data."`
	Config  configCommand  `cmd:"" help:"Print the configuration, secrets masked."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// process is what a command may use of the world around it.
type process struct {
	ctx    context.Context
	stdout io.Writer
	stderr io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithCancel(ctx)
	go watchGoRun(ctx, cancel)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	cancel()
	os.Exit(code)
}

// run is the whole program: 0 when all went well, 2 when it was called wrongly,
// 1 when something failed. Errors are one sentence on stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("expex"),
		kong.Description("Matching and scheduling of ExpEx in Dutch youth care."),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exited = code }), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"default_data": defaultDir("serve"), "default_demo_data": defaultDir("demo")})
	if err != nil {
		fmt.Fprintln(stderr, "expex:", err)
		return 2
	}
	command, err := parser.Parse(args)
	switch {
	case exited >= 0: // --help has been answered
		return exited
	case err != nil:
		fmt.Fprintln(stderr, "expex:", err)
		return 2
	}
	err = command.Run(&process{ctx: ctx, stdout: stdout, stderr: stderr})
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "expex:", err)
		return 1
	}
	return 0
}
