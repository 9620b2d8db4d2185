package main

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"contend/internal/embedded/misbehave"
	"contend/internal/suggest"
	"contend/workload/scenario"
	"contend/workload/store"
)

func (p *program) serveCommand() *cli.Command {
	return &cli.Command{
		Name:      "serve",
		Usage:     "run the embedded server alone, for other programs",
		UsageText: "contend serve [flags]",
		Description: "Any AWS SDK can use it, with any credentials and region:\n\n" +
			"   aws dynamodb list-tables --endpoint-url http://127.0.0.1:8000\n\n" +
			"Tables are kept in memory and are lost when the server ends (Ctrl-C). It supports CreateTable, DescribeTable, UpdateTable,\n" +
			"DeleteTable, ListTables, GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem, TransactWriteItems,\n" +
			"TransactGetItems and time to live. \"contend help server\" says more.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8000", Usage: "serve on `ADDRESS`; port 0 chooses a free port"},
			&cli.DurationFlag{Name: "latency", Usage: "requests take `MEAN` on average, normally distributed"},
			&cli.DurationFlag{Name: "latency-sd", Usage: "the standard deviation of the latency is `SD`"},
			&cli.IntFlag{Name: "write-capacity", DefaultText: "no limit", Usage: "each partition key sustains `UNITS` write units a second"},
			&cli.IntFlag{Name: "read-capacity", DefaultText: "no limit", Usage: "each partition key sustains `UNITS` read units a second"},
			&cli.StringFlag{Name: "throughput", Usage: "limits of tables and partitions, as in DynamoDB: on-demand, or `{FIELD: VALUE, …}` with the fields of embedded.throughput"},
			&cli.DurationFlag{Name: "read-lag", Usage: "eventually consistent reads return the state of `D` ago"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "use the seed `N` for latencies and for the choice of requests with planted faults"},
			&cli.StringSliceFlag{Name: "misbehave", Usage: "plant a fault in one of N requests, as `KIND=N`; repeatable; kinds: " +
				strings.Join(misbehave.Names(), ", ")},
		},
		Action: p.serve,
	}
}

func (p *program) serve(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	described, err := served(c)
	if err != nil {
		return err
	}
	ctx, ignore := signal.NotifyContext(c.Context, endings()...)
	defer ignore()
	server, err := store.Serve(&described, c.String("listen"))
	if err != nil {
		hint := "--listen HOST:PORT names another address"
		if errors.Is(err, syscall.EADDRINUSE) {
			hint = "the port is in use; --listen 127.0.0.1:0 chooses a free port"
		}
		return withHint(err, hint)
	}
	fmt.Fprintf(p.stderr, "serving DynamoDB on %s (Ctrl-C ends it)\n", server.Endpoint)
	<-ctx.Done()
	const patience = 2 * time.Second
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	err = server.Close(closing)
	for _, m := range server.Planted() {
		fmt.Fprintf(p.stderr, "%s, planted in one of %d: %d times\n", m.Kind, m.OneIn, m.Times)
	}
	return err
}

// served reads the flags that describe the modelled server.
func served(c *cli.Context) (s scenario.Scenario, err error) {
	s.Seed = c.Uint64("seed")
	e := &s.Embedded
	e.Latency = scenario.ModelledLatency{Mean: c.Duration("latency"), SD: c.Duration("latency-sd")}
	e.WriteCapacity, e.ReadCapacity, e.ReadLag = c.Int("write-capacity"), c.Int("read-capacity"), c.Duration("read-lag")
	if min(e.Latency.Mean, e.Latency.SD, e.ReadLag) < 0 || min(e.WriteCapacity, e.ReadCapacity) < 0 {
		return s, usage(errors.New("serve: latencies, lag and capacities must not be negative"), "")
	}
	if e.Throughput, err = serveThroughput(c); err != nil {
		return s, err
	}
	e.Misbehave, err = misbehaviours(c.StringSlice("misbehave"))
	return s, err
}

// serveThroughput reads the model of tables and partitions as a scenario has it. A mode alone
// stands for the mapping that has only that.
func serveThroughput(c *cli.Context) (scenario.Throughput, error) {
	if !c.IsSet("throughput") {
		return scenario.Throughput{}, nil
	}
	if c.IsSet("write-capacity") || c.IsSet("read-capacity") {
		return scenario.Throughput{}, usage(errors.New("serve: --write-capacity and --read-capacity limit each key for itself, and --throughput partitions and tables: give one of the two models"), "")
	}
	value := strings.TrimSpace(c.String("throughput"))
	if value == "" || !strings.ContainsAny(value, ":{") {
		value = "{ mode: " + strconv.Quote(value) + " }"
	}
	s, err := scenario.Decode("serve", []byte("name: serve\n"), scenario.Override{Source: "--throughput", Path: "embedded.throughput", Value: value})
	return s.Embedded.Throughput, withHint(err, `as in --throughput '{mode: provisioned, write: 100, read: 100}'; "contend help scenario" lists the fields of embedded.throughput`)
}

// misbehaviours reads the faults to plant, each as KIND=N.
func misbehaviours(flags []string) ([]scenario.Misbehaviour, error) {
	var plan []scenario.Misbehaviour
	for _, text := range flags {
		name, number, _ := strings.Cut(text, "=")
		_, known := misbehave.ParseKind(name)
		oneIn, err := strconv.ParseInt(number, 10, 64)
		switch {
		case !known:
			return plan, usage(fmt.Errorf("serve: --misbehave %s: unknown kind %q%s", text, name, suggest.Hint(name, misbehave.Names())), "")
		case err != nil || oneIn < 1:
			return plan, usage(fmt.Errorf("serve: --misbehave %s: must be KIND=N with N at least 1", text), "as in --misbehave lose-update=1000")
		case slices.ContainsFunc(plan, func(m scenario.Misbehaviour) bool { return m.Kind == name }):
			return plan, usage(fmt.Errorf("serve: --misbehave: %q is given twice", name), "")
		}
		plan = append(plan, scenario.Misbehaviour{Kind: name, OneIn: oneIn})
	}
	return plan, nil
}
