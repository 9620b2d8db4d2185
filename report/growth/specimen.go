package growth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/scenario"
	"contend/workload/store"
)

// Sample is what the store reports about a counter at a certain count. WriteUnits are those
// of the last change, and ReadUnits those of a read after it.
type Sample struct {
	Changes               int
	Bytes, Items          int // in the table
	WriteUnits, ReadUnits float64
}

// Measure changes one counter of the scenario's design in simulated time, without latency
// and limits, and takes a sample at each of the counts. The counts must ascend.
func Measure(ctx context.Context, s scenario.Scenario, tokenBytes int, counts ...int) (samples []Sample, err error) {
	s.Target, s.Table, s.Faults, s.SDKRetry = scenario.TargetSimulated, "", nil, scenario.SDKRetryNone
	s.Embedded = scenario.Embedded{}
	start := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	err = clock.Simulation{Start: start}.Run(ctx, func(ctx context.Context) error {
		target, err := store.Open(ctx, &s, store.Options{})
		if err != nil {
			return err
		}
		k, err := newSpecimen(ctx, &s, target, tokenBytes)
		for _, n := range counts {
			if err != nil {
				break
			}
			var now Sample
			if now, err = k.grow(ctx, n); err == nil {
				samples = append(samples, now)
			}
		}
		return errors.Join(err, target.Close())
	})
	return samples, err
}

// specimen is a counter that is kept to be measured.
type specimen struct {
	strategy   counter.Strategy
	client     store.API
	key        counter.Key
	isStrong   bool
	tokenBytes int
	changes    int
	units      counter.Units // of the last change
}

func newSpecimen(ctx context.Context, s *scenario.Scenario, target *store.Target, tokenBytes int) (*specimen, error) {
	schema := s.Counters.Schema()
	strategy, err := schema.NewStrategy(s.Strategy, target.Load, s.CounterParameters())
	if err != nil {
		return nil, err
	}
	k := &specimen{
		strategy: strategy, client: target.Setup, key: counter.Key{Table: "specimen", Name: "counter-0"},
		isStrong: s.Reads == scenario.ReadsStrong, tokenBytes: tokenBytes,
	}
	if _, err := schema.CreateTable(ctx, target.Setup, k.key.Table, strategy.Traits()); err != nil {
		return nil, err
	}
	return k, strategy.Create(ctx, k.key, s.Counters.Initial)
}

// grow makes changes until there are so many, and takes a sample.
func (k *specimen) grow(ctx context.Context, changes int) (Sample, error) {
	for k.changes < changes {
		if err := k.change(ctx); err != nil {
			return Sample{}, fmt.Errorf("change %d: %w", k.changes+1, err)
		}
	}
	_, read, err := k.strategy.Read(ctx, k.key, k.isStrong)
	if err != nil {
		return Sample{}, err
	}
	table, err := k.client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(k.key.Table)})
	if err != nil {
		return Sample{}, err
	}
	return Sample{
		Changes: changes, Bytes: int(aws.ToInt64(table.Table.TableSizeBytes)), Items: int(aws.ToInt64(table.Table.ItemCount)),
		WriteUnits: k.units.Write, ReadUnits: read.Read,
	}, nil
}

// change adds 1, with a token of its own.
func (k *specimen) change(ctx context.Context) error {
	token := fmt.Sprint(k.changes)
	token = strings.Repeat("t", max(0, k.tokenBytes-len(token))) + token
	change := counter.Change{Delta: 1, Token: token}
	if k.strategy.Traits().NeedsState {
		seen, _, err := k.strategy.Read(ctx, k.key, true)
		if err != nil {
			return err
		}
		change.Seen = seen
	}
	receipt, err := k.strategy.Add(ctx, k.key, change)
	if err != nil {
		return err
	}
	k.changes++
	k.units = receipt.Units
	return nil
}
