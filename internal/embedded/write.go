package embedded

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
	"contend/internal/embedded/throughput"
)

// writing are the parameters that all writes share. ReturnItemCollectionMetrics
// has no effect: there are no local indexes that it could tell of.
type writing struct {
	TableName                           string
	ConditionExpression                 *string
	ReturnValues                        string
	ReturnValuesOnConditionCheckFailure string
	expressions
	reporting
	exchange *exchange
}

// decodeTable comes first; the operations have the rest in orders of their own.
func (w *writing) decodeTable(d *document) {
	w.reporting.decode(d)
	w.TableName = d.tableOfItems()
}

func (w *writing) decodeReturnValues(d *document) {
	w.ReturnValues = d.oneOf("ReturnValues", returnValues...)
}

// What some parameters may be, in the order in which AWS lists it.
var (
	returnValues      = []string{"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"}
	returnedOnFailure = []string{"ALL_OLD", "NONE"}
	metricsReports    = []string{"SIZE", "NONE"}
)

// decodeRest reads what the writes have last.
func (w *writing) decodeRest(d *document) {
	w.decodeCondition(d)
	w.exchange = d.exchange
	d.unsupported("Expected", "ConditionalOperator")
}

// decodeCondition reads the condition and what belongs to it.
func (w *writing) decodeCondition(d *document) {
	w.ConditionExpression = d.optionalText("ConditionExpression")
	w.ReturnValuesOnConditionCheckFailure = d.oneOf("ReturnValuesOnConditionCheckFailure", returnedOnFailure...)
	w.expressions.decode(d)
}

// demandMetrics demands a value that ReturnItemCollectionMetrics may have.
func demandMetrics(d *document) { d.oneOf("ReturnItemCollectionMetrics", metricsReports...) }

// onlyOld refuses return values that a write of the whole item cannot return: it can
// only return the old item.
func (w *writing) onlyOld() error {
	switch w.ReturnValues {
	case "", "NONE", "ALL_OLD":
		return nil
	}
	return invalid("ReturnValues can only be ALL_OLD or NONE")
}

// condition reads the condition; nil is one that always holds.
func (w *writing) condition(placeholders *expression.Placeholders) (*expression.Condition, error) {
	if w.ConditionExpression == nil {
		return nil, nil
	}
	return expression.ParseCondition(*w.ConditionExpression, placeholders)
}

// onlyCondition reads the condition of a request that has no other expression.
func (w *writing) onlyCondition() (*expression.Condition, error) {
	placeholders, err := w.placeholders(parameter{"ConditionExpression", w.ConditionExpression})
	if err != nil {
		return nil, err
	}
	condition, err := w.condition(placeholders)
	if err != nil {
		return nil, err
	}
	return condition, placeholders.Unused()
}

// change is a write that was checked and waits to be carried out.
type change struct {
	*writing
	table     *table
	key       attribute.Item
	condition *expression.Condition
	kind      actionKind
	update    *expression.Update // nil: none
	item      attribute.Item     // of a put
	// isTransactional: it is a part of a transaction. Its units count twice.
	isTransactional bool
}

// compute returns what becomes of an item, nil for none.
func (ch *change) compute(old attribute.Item) (attribute.Item, error) {
	switch ch.kind {
	case actionPut, actionDelete:
		return ch.item, nil
	case actionCheck:
		return old, nil
	}
	if old == nil {
		old = maps.Clone(ch.key)
	}
	if ch.update == nil {
		return old, nil
	}
	return ch.update.Apply(old)
}

// effect is what a write did.
type effect struct {
	old, new attribute.Item
	bytes    int // of the new one
	units    float64
}

// apply carries out a change, alone on its item.
func (s *Server) apply(ch *change) (effect, error) {
	at := ch.table.locate(ch.key)
	defer ch.table.leave(at)
	p, c := at.partition, at.cell
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := s.weigh(ch, p, c)
	if ch.exchange != nil {
		return s.planted.carryOut(&weighed{change: *ch, cell: c, lag: ch.table.lag, effect: e, err: err})
	}
	if err == nil {
		c.replace(e.new, ch.table.lag)
		c.bytes = e.bytes
	}
	return e, err
}

// weigh computes the effect of a change on its item, or why it is refused. The caller
// holds c.mu.
func (s *Server) weigh(ch *change, p *partition, c *cell) (effect, error) {
	e := effect{old: c.item}
	refused := ch.condition != nil && !ch.condition.Match(c.item)
	if !refused && !c.held {
		var err error
		if e.new, err = ch.compute(c.item); err != nil {
			return effect{}, err
		}
	}
	before, after := c.size(), attribute.Size(e.new)
	if after > maxItemBytes {
		return effect{}, invalid("Item size to update has exceeded the maximum allowed size")
	}
	e.bytes, e.units = after, writeUnits(before, after)
	if ch.isTransactional {
		e.units *= transactionalUnits
	}
	// A refused write consumes as much as a write of the old item.
	if short := ch.table.takeWrites(p, ch.key[ch.table.sort.name], e.units); short != throughput.None {
		return effect{}, ch.table.throttled("Write", short)
	}
	if c.held {
		return effect{}, conflict()
	}
	if refused {
		return effect{}, ch.refusal(c.item)
	}
	return e, nil
}

func (ch *change) refusal(item attribute.Item) error {
	f := fail(conditionFailed, "The conditional request failed")
	if ch.ReturnValuesOnConditionCheckFailure == "ALL_OLD" {
		f.item = item
	}
	return f
}

// written is the answer to a write.
type written struct {
	attributes attribute.Item // that ReturnValues asked for
	only       []string       // the attributes of them that are shown; nil: all
	consumed
}

func (ch *change) written(e effect) written {
	return written{consumed: consumed{ch.reporting, ch.TableName, e.units}}
}

func (w written) appendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	switch {
	case w.only == nil && len(w.attributes) > 0:
		dst = append(dst, `"Attributes":`...)
		dst = attribute.AppendItem(dst, w.attributes)
	case slices.ContainsFunc(w.only, w.has):
		dst = append(dst, `"Attributes":`...)
		dst = attribute.AppendSome(dst, w.attributes, w.only)
	}
	return append(w.appendMember(dst), '}')
}

func (w written) has(name string) bool {
	_, ok := w.attributes[name]
	return ok
}

// shown returns the attributes as the SDK's output has them.
func (w written) shown() map[string]types.AttributeValue {
	if w.only != nil {
		return attribute.SomeToSDK(w.attributes, w.only)
	}
	return shownIfAny(w.attributes)
}

// replace carries out a change that puts something in the place of the whole
// item. Its answer can show the old item alone.
func (s *Server) replace(ch *change) (written, error) {
	e, err := s.apply(ch)
	if err != nil {
		return written{}, err
	}
	w := ch.written(e)
	if ch.ReturnValues == "ALL_OLD" {
		w.attributes = e.old
	}
	return w, nil
}
