package main

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"contend/internal/embedded"
	"contend/internal/embedded/misbehave"
	"contend/internal/suggest"
)

func (p *program) serveCommand() *cli.Command {
	return &cli.Command{
		Name:      "serve",
		Usage:     "run the embedded server alone, for other programs",
		UsageText: "contend serve [--listen 127.0.0.1:8000] [--misbehave lose-update=1000]",
		Description: "Any AWS SDK can use it, with any credentials and region:\n\n" +
			"   aws dynamodb list-tables --endpoint-url http://127.0.0.1:8000\n\n" +
			"Tables live in memory and are gone when it ends (Ctrl-C). It has CreateTable, DescribeTable,\n" +
			"DeleteTable, ListTables, GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem, TransactWriteItems,\n" + "TransactGetItems and time to live. \"contend help server\" has more.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8000", Usage: "serve on `ADDRESS`; port 0 takes a free one"},
			&cli.DurationFlag{Name: "latency", Usage: "latency of each request: `MEAN` of a normal distribution"},
			&cli.DurationFlag{Name: "latency-sd", Usage: "`SD` is the standard deviation of the latency"},
			&cli.IntFlag{Name: "write-capacity", Usage: "write capacity: `UNITS` per partition key and second (0: no limit)"},
			&cli.IntFlag{Name: "read-capacity", Usage: "read capacity: `UNITS` per partition key and second (0: no limit)"},
			&cli.DurationFlag{Name: "read-lag", Usage: "eventually consistent reads are `D` behind"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`N` is the seed of the latencies, and of the places of planted faults"},
			&cli.StringSliceFlag{Name: "misbehave", Usage: "plant a fault, `KIND=N`: it happens in one of N requests; repeatable; the kinds are " +
				strings.Join(misbehave.Names(), ", ")},
		},
		Action: p.serve,
	}
}

func (p *program) serve(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	settings, err := serveSettings(c)
	if err != nil {
		return err
	}
	ctx, ignore := signal.NotifyContext(c.Context, endings()...)
	defer ignore()
	server := embedded.New(settings)
	listener, err := server.Listen(c.String("listen"))
	if err != nil {
		hint := "--listen HOST:PORT names another address"
		if errors.Is(err, syscall.EADDRINUSE) {
			hint = "the port is in use; --listen 127.0.0.1:0 takes a free one"
		}
		return withHint(err, hint)
	}
	fmt.Fprintf(p.stderr, "serving DynamoDB on %s (Ctrl-C ends it)\n", listener.Endpoint)
	<-ctx.Done()
	const patience = 2 * time.Second
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	err = listener.Close(closing)
	for _, m := range server.Misbehaviours() {
		fmt.Fprintf(p.stderr, "%s, planted in one of %d: %d times\n", m.Kind, m.OneIn, m.Times)
	}
	return errors.Join(err, server.Err())
}

// serveSettings reads the flags that describe the modelled server.
func serveSettings(c *cli.Context) (embedded.Config, error) {
	settings := embedded.Config{
		Latency:       embedded.Latency{Mean: c.Duration("latency"), SD: c.Duration("latency-sd")},
		WriteCapacity: c.Int("write-capacity"),
		ReadCapacity:  c.Int("read-capacity"),
		ReadLag:       c.Duration("read-lag"),
		Seed:          c.Uint64("seed"),
	}
	if min(settings.Latency.Mean, settings.Latency.SD, settings.ReadLag) < 0 || min(settings.WriteCapacity, settings.ReadCapacity) < 0 {
		return settings, usage(errors.New("serve: latencies, lag and capacities must not be negative"), "")
	}
	var err error
	settings.Misbehave, err = misbehavePlan(c.StringSlice("misbehave"))
	return settings, err
}

// misbehavePlan reads the faults to plant, each as KIND=N.
func misbehavePlan(flags []string) (misbehave.Plan, error) {
	var plan misbehave.Plan
	for _, text := range flags {
		name, number, _ := strings.Cut(text, "=")
		kind, known := misbehave.ParseKind(name)
		oneIn, err := strconv.ParseInt(number, 10, 64)
		switch {
		case !known:
			return plan, usage(fmt.Errorf("serve: --misbehave %s: unknown kind %q%s", text, name, suggest.Hint(name, misbehave.Names())), "")
		case err != nil || oneIn < 1:
			return plan, usage(fmt.Errorf("serve: --misbehave %s: must be KIND=N with N at least 1", text), "as in --misbehave lose-update=1000")
		case plan[kind] != 0:
			return plan, usage(fmt.Errorf("serve: --misbehave: %q is given twice", kind), "")
		}
		plan[kind] = oneIn
	}
	return plan, nil
}
