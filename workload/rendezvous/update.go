package rendezvous

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// update updates the run's item once, which is a heartbeat and a tick, and takes in what
// the item says.
func (m *Meeting) update() error {
	var t tick
	var out *dynamodb.UpdateItemOutput
	began := m.now()
	err := m.requests.send(m.ctx, m.closed, func(ctx context.Context) (used []types.ConsumedCapacity, write bool, err error) {
		in := m.input()
		t.sent = m.now()
		if out, err = m.table.Client.UpdateItem(ctx, in); err != nil {
			return nil, true, err
		}
		t.returned = m.now()
		return one(out.ConsumedCapacity), true, nil
	})
	var gone *types.ConditionalCheckFailedException
	var absent *types.ResourceNotFoundException
	if errors.As(err, &gone) || errors.As(err, &absent) {
		return &GoneError{m.member.Run, m.member.Machine, err}
	}
	if err != nil {
		return fmt.Errorf("run %q: update the run's item: %w", m.member.Run, err)
	}
	r, err := readRoll(out.Attributes)
	if err != nil {
		return fmt.Errorf("run %q: the run's item: %w", m.member.Run, err)
	}
	t.number = r.tick
	m.takeIn(t, r, began)
	return nil
}

// input is the next update: the machine's sign of life, and what else it has to say.
func (m *Meeting) input() *dynamodb.UpdateItemInput {
	now := m.now()
	progress := m.options.Progress()
	m.mu.Lock()
	defer m.mu.Unlock()
	s := &m.state
	s.sign.beat++
	s.sign.progress = progress
	me := strconv.Itoa(m.member.Machine)
	e := newExpression("SET #life.#me = :sign")
	e.name("#me", me)
	e.name("#life", attributeLife)
	e.values[":sign"] = ss(s.sign.String())
	if s.clock.isZero && s.clock.zero.number > 0 {
		e.set("#zero = :zero", attributeZero, ss(s.clock.zero.String()))
	}
	if s.writes.start {
		e.set("#start = if_not_exists(#start, :start)", attributeStart, nn(int64(now+m.lead(s))))
	}
	if s.writes.abort != nil {
		e.set("#abort = if_not_exists(#abort, :abort)", attributeAbort, ss(fmt.Sprintf("%d %s", s.writes.abort.Machine, s.writes.abort.Reason)))
	}
	for i, lost := range s.writes.lost {
		place := fmt.Sprintf("#lost.#l%d", i)
		e.set(place+" = if_not_exists("+place+", :lost)", attributeLost, ss(me))
		e.name("#l"+strconv.Itoa(i), strconv.Itoa(lost))
	}
	e.name("#tick", attributeTick)
	e.name("#run", attributeRun)
	e.values[":one"], e.values[":run"] = nn(1), ss(m.member.Run)
	return &dynamodb.UpdateItemInput{
		TableName: m.tableName(), Key: keyOf(m.table.Key, m.member.Run, runItem),
		UpdateExpression:          aws.String(strings.Join(e.sets, ", ") + " ADD #tick :one"),
		ConditionExpression:       aws.String("#run = :run"),
		ExpressionAttributeNames:  e.names,
		ExpressionAttributeValues: e.values,
		ReturnValues:              types.ReturnValueAllNew,
		ReturnConsumedCapacity:    types.ReturnConsumedCapacityTotal,
	}
}

// expression is an update that grows. A placeholder is named after its attribute, without
// what all attributes begin with.
type expression struct {
	sets   []string
	names  map[string]string
	values map[string]types.AttributeValue
}

func newExpression(first string) *expression {
	return &expression{sets: []string{first}, names: map[string]string{}, values: map[string]types.AttributeValue{}}
}

func (e *expression) name(place, attribute string) { e.names[place] = attribute }

func (e *expression) set(clause, attribute string, value types.AttributeValue) {
	word := strings.TrimPrefix(attribute, attributePrefix)
	e.sets = append(e.sets, clause)
	e.name("#"+word, attribute)
	e.values[":"+word] = value
}

// enterRun makes the run's item, unless it is there. It may be sent again: who finds the
// item there is content.
func (m *Meeting) enterRun(ctx context.Context) error {
	item := maps.Clone(keyOf(m.table.Key, m.member.Run, runItem))
	empty := map[string]types.AttributeValue{}
	item[attributeRun], item[attributeTick] = ss(m.member.Run), nn(0)
	item[attributeLife], item[attributeLost] = &types.AttributeValueMemberM{Value: empty}, &types.AttributeValueMemberM{Value: empty}
	err := m.put(ctx, item)
	var exists *types.ConditionalCheckFailedException
	if errors.As(err, &exists) {
		return nil
	}
	return err
}

// put stores an item unless it is there.
func (m *Meeting) put(ctx context.Context, item map[string]types.AttributeValue) error {
	return m.requests.send(ctx, nil, func(ctx context.Context) ([]types.ConsumedCapacity, bool, error) {
		out, err := m.table.Client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: m.tableName(), Item: item,
			ConditionExpression:      aws.String("attribute_not_exists(#key)"),
			ExpressionAttributeNames: map[string]string{"#key": m.key().Partition.Attribute},
			ReturnConsumedCapacity:   types.ReturnConsumedCapacityTotal,
		})
		if err != nil {
			return nil, true, err
		}
		return one(out.ConsumedCapacity), true, nil
	})
}
