package main

import (
	"errors"
	"fmt"
	"net"

	"expex/app"
	"expex/web"
)

// serveCommand is the service in production.
type serveCommand struct {
	databaseFlags
	httpFlags
	mailFlags
	keyFlags
	logFlags
	environment
}

// Validate is called by the parser, which would call none of several.
func (c *serveCommand) Validate() error {
	return errors.Join(c.httpFlags.Validate(), c.mailFlags.Validate(), c.keyFlags.Validate())
}

// Run serves until it is told to stop. It never changes a schema that holds
// data: that is `expex migrate`.
func (c *serveCommand) Run(p *process) error {
	log := jsonLog(p, c.logFlags)
	dir, err := c.dataDir("serve")
	if err != nil {
		return err
	}
	if c.DatabaseURL == "" {
		fmt.Fprintf(p.stderr, "expex: DATABASE_URL is not set. Using a private PostgreSQL in %s; everything is kept there, so back it up.\n", dir)
	}
	d, err := open(p.ctx, c.databaseFlags, dir, log)
	if err != nil {
		return err
	}
	return errors.Join(c.serve(p, d), d.close())
}

func (c *serveCommand) serve(p *process, d *database) error {
	log := jsonLog(p, c.logFlags)
	have, _, err := d.SchemaVersions(p.ctx)
	if err != nil {
		return err
	}
	if have == 0 && d.server != nil { // a private database on its first day
		if err := migrate(p.ctx, d.Store); err != nil {
			return err
		}
	}
	if err := d.CheckSchema(p.ctx); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	private, err := c.private()
	if err != nil {
		return err
	}
	changes, end := keepTelling(p.ctx, d.Store, log)
	defer end()
	use := app.App{Store: d.Store, Private: private}
	handler, err := routes(site{
		use: use, log: log, changes: changes, base: c.base(listener), introspection: !c.production(),
		page: web.Page{Version: version(), GraphiQL: !c.production()},
	})
	if err != nil {
		return err
	}
	sender, err := c.sender(c.base(listener))
	if err != nil {
		return err
	}
	defer keepDue(p.ctx, use, log)()
	defer keepReading(p.ctx, use, log)()
	defer keepSending(p.ctx, use, sender, log)()
	return listenAndServe(p.ctx, listener, handler, d.lost(), changes.Close, log, func() error {
		log.Info("ready", "address", listener.Addr().String())
		return nil
	})
}
