package rendezvous

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter/layout"
	"contend/internal/clock"
)

// The attributes of a machine's own item, beside that of the run.
const (
	attributePrefix   = "contend_"
	attributeMachine  = "contend_machine"  // N
	attributeMachines = "contend_machines" // N
	attributeVersion  = "contend_version"  // S
	attributeScenario = "contend_scenario" // S
	attributeNonce    = "contend_nonce"    // S: drawn by the process
	attributeJoined   = "contend_joined"   // S: when, by the machine's clock
)

// Enter joins a run as one of its machines, and starts heartbeats, which continue until the
// meeting is closed. If the table does not exist yet, Enter waits for it, for at most
// [Options.JoinTimeout]. All methods use the clock of the context; see internal/clock.
//
// The error joins all mistakes in member and t; or it is a [*JoinedError], or that of the store
// or the context.
func Enter(ctx context.Context, t Table, member Member, o Options) (*Meeting, error) {
	if err := errors.Join(member.check(), t.check()); err != nil {
		return nil, err
	}
	c := clock.Of(ctx)
	m := newMeeting(c, t, member, o)
	limited, cancel := c.WithDeadline(ctx, c.Now().Add(m.options.JoinTimeout))
	defer cancel()
	if err := m.takePlace(limited); err != nil {
		m.cancel()
		return nil, err
	}
	if err := m.enterRun(limited); err != nil {
		m.cancel()
		return nil, fmt.Errorf("run %q: make the run's item: %w", member.Run, err)
	}
	m.requests.awaitsTable = false
	m.group.Go(fmt.Sprintf("heartbeats of machine %d", member.Machine), m.beats)
	return m, nil
}

// Gather tells the others that this machine is ready, waits for all of them, and measures the
// clock against machine 0's. It returns when the common start is known, about a second after
// the last machine called it.
//
// The error is a [*StartedError], [*MissingError], [*DisagreementError] or [*AbortedError], or
// that of the store or the context. After an error the meeting is closed. Unless the run has
// started without this machine, the others are told that it will not take place.
func (m *Meeting) Gather(ctx context.Context) error {
	limited, cancel := m.clock.WithDeadline(ctx, m.clock.Now().Add(m.options.JoinTimeout))
	defer cancel()
	err := m.gather(limited)
	if err == nil {
		return nil
	}
	err = m.whyNot(ctx, err)
	m.giveUp(err)
	return err
}

func (t Table) check() error {
	var mistakes []error
	if t.Client == nil {
		mistakes = append(mistakes, errors.New("table: must have a client"))
	}
	if t.Name == "" {
		mistakes = append(mistakes, errors.New("table: must have a name"))
	}
	for _, e := range t.Key.Elements() {
		if strings.HasPrefix(e.Attribute, attributePrefix) {
			mistakes = append(mistakes, fmt.Errorf("table: key %q: names that begin with %q are contend's own", e.Attribute, attributePrefix))
		}
	}
	return errors.Join(mistakes...)
}

func (m *Meeting) key() layout.Key {
	if m.table.Key.IsZero() {
		return layout.Default
	}
	return m.table.Key
}

// takePlace stores the machine's own item. It may be sent again: who finds the own nonce
// there has stored it before.
func (m *Meeting) takePlace(ctx context.Context) error {
	nonce := rand.Text()
	item := maps.Clone(keyOf(m.table.Key, m.member.Run, itemNumber(m.member.Machine)))
	item[attributeRun], item[attributeNonce] = ss(m.member.Run), ss(nonce)
	item[attributeMachine], item[attributeMachines] = nn(int64(m.member.Machine)), nn(int64(m.member.Machines))
	item[attributeVersion], item[attributeScenario] = ss(m.member.Version), ss(m.member.Scenario)
	item[attributeJoined] = ss(m.clock.Now().UTC().Format(time.RFC3339))
	err := m.put(ctx, item)
	var exists *types.ConditionalCheckFailedException
	if err == nil {
		return nil
	} else if !errors.As(err, &exists) {
		return fmt.Errorf("run %q: join as machine %d: %w", m.member.Run, m.member.Machine, err)
	}
	stored, err := m.read(ctx, []int{m.member.Machine})
	if err != nil {
		return err
	}
	switch found := stored[m.member.Machine]; {
	case text(found[attributeNonce]) == nonce:
		return nil
	case text(found[attributeRun]) != m.member.Run && found != nil:
		return fmt.Errorf("run %q: its items would have the keys of run %q: choose another ID", m.member.Run, text(found[attributeRun]))
	default:
		return &JoinedError{m.member.Run, m.member.Machine, text(found[attributeJoined])}
	}
}

// maxKeys is how many items a BatchGetItem reads.
const maxKeys = 100

// read reads the own items of machines, by machine; there are none of machines without.
func (m *Meeting) read(ctx context.Context, list []int) (map[int]layout.Item, error) {
	found := map[int]layout.Item{}
	for len(list) > 0 {
		some := list[:min(maxKeys, len(list))]
		list = list[len(some):]
		keys := types.KeysAndAttributes{ConsistentRead: aws.Bool(true)}
		for _, machine := range some {
			keys.Keys = append(keys.Keys, keyOf(m.table.Key, m.member.Run, itemNumber(machine)))
		}
		for left := map[string]types.KeysAndAttributes{m.table.Name: keys}; len(left) > 0; {
			out, err := m.readSome(ctx, left)
			if err != nil {
				return nil, fmt.Errorf("run %q: read the items of the machines: %w", m.member.Run, err)
			}
			for _, item := range out.Responses[m.table.Name] {
				machine, err := whole(item[attributeMachine])
				if err != nil {
					return nil, fmt.Errorf("run %q: attribute %q %w", m.member.Run, attributeMachine, err)
				}
				found[int(machine)] = item
			}
			left = out.UnprocessedKeys
		}
	}
	return found, nil
}

// errUnprocessed: the store read none of the keys.
var errUnprocessed = &types.ProvisionedThroughputExceededException{Message: aws.String("no key was processed")}

// readSome reads at least one of the keys. A read changes nothing, so it may be sent again.
func (m *Meeting) readSome(ctx context.Context, keys map[string]types.KeysAndAttributes) (out *dynamodb.BatchGetItemOutput, err error) {
	err = m.requests.send(ctx, nil, func(ctx context.Context) ([]types.ConsumedCapacity, bool, error) {
		if out, err = m.table.Client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
			RequestItems: keys, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		}); err != nil {
			return nil, false, err
		}
		if left := out.UnprocessedKeys[m.table.Name]; len(left.Keys) == len(keys[m.table.Name].Keys) {
			return out.ConsumedCapacity, false, errUnprocessed
		}
		return out.ConsumedCapacity, false, nil
	})
	return out, err
}
