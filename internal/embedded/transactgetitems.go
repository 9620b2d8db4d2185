package embedded

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

type transactGetItemsRequest struct {
	TransactItems []*getAction // empty if they were not given
	reporting
}

// getAction is one of the reads of a TransactGetItems.
type getAction struct {
	TableName            string
	Key                  attribute.Item
	ProjectionExpression *string
	expressions
}

func (r *transactGetItemsRequest) decode(d *document) {
	r.reporting.decode(d)
	demandActions(d)
	r.TransactItems = decodeObjects(d, "TransactItems", decodeGetAction)
}

func decodeGetAction(d *document) *getAction {
	d.demandMember("Get")
	o := d.object("Get")
	if o == nil {
		return &getAction{}
	}
	name := o.tableOfItems()
	o.demandMember("Key")
	a := &getAction{
		TableName:            name,
		Key:                  o.item("Key"),
		ProjectionExpression: o.optionalText("ProjectionExpression"),
	}
	a.expressions.decode(o)
	d.keepOf(o)
	return a
}

// snapshotted is the answer to a TransactGetItems.
type snapshotted struct {
	items []attribute.Item // of each action; nil: there is none
	consumedOfAll
}

func (r *transactGetItemsRequest) take(in *intake, i *dynamodb.TransactGetItemsInput) {
	r.reporting = in.reporting(i.ReturnConsumedCapacity)
	in.demand(len(i.TransactItems) > 0 && len(i.TransactItems) <= maxTransactItems)
	for _, of := range i.TransactItems {
		if of.Get == nil {
			in.unusual = true
			return
		}
		r.TransactItems = append(r.TransactItems, &getAction{
			TableName:            in.table(of.Get.TableName),
			Key:                  in.item(of.Get.Key),
			ProjectionExpression: in.text(of.Get.ProjectionExpression),
			expressions:          in.expressions(of.Get.ExpressionAttributeNames, nil),
		})
	}
}

// transactGetItems reads all items at one moment.
func (s *Server) transactGetItems(r *transactGetItemsRequest) (snapshotted, error) {
	all, projections, err := s.enlistReads(r)
	defer leave(all)
	if err != nil {
		return snapshotted{}, err
	}
	items, err := s.snapshot(all)
	if err != nil {
		return snapshotted{}, err
	}
	if err := project(items, projections); err != nil {
		return snapshotted{}, err
	}
	return snapshotted{items, r.consumedOf(all, "Read")}, nil
}

// enlistReads finds the items and the projection of each; nil means the whole item. The
// caller must leave the items even if there is an error.
func (s *Server) enlistReads(r *transactGetItemsRequest) (all []*participant, projections []*expression.Projection, err error) {
	for _, a := range r.TransactItems {
		t, projection, err := s.prepareTransactGet(a)
		if err != nil {
			return all, nil, err
		}
		if all, err = join(all, t, a.Key, t.checkKey(a.Key)); err != nil {
			return all, nil, err
		}
		projections = append(projections, projection)
	}
	return all, projections, nil
}

func (s *Server) prepareTransactGet(a *getAction) (*table, *expression.Projection, error) {
	t, err := s.table(a.TableName)
	if err != nil {
		return nil, nil, err
	}
	placeholders, err := a.placeholders(parameter{"ProjectionExpression", a.ProjectionExpression})
	if err != nil || a.ProjectionExpression == nil {
		return t, nil, err
	}
	projection, err := expression.ParseProjection(*a.ProjectionExpression, placeholders)
	if err != nil {
		return nil, nil, err
	}
	return t, projection, placeholders.Unused()
}

// snapshot reads the items at one moment at which no transaction holds any, or
// cancels.
func (s *Server) snapshot(all []*participant) ([]attribute.Item, error) {
	defer lock(all)()
	items := make([]attribute.Item, len(all))
	for i, p := range all {
		if p.err != nil {
			continue
		}
		items[i], p.err = p.read()
		if p.err == nil && p.cell.held {
			p.err = conflict()
		}
	}
	return items, cancellation(all)
}

// project applies the projections to the items.
func project(items []attribute.Item, projections []*expression.Projection) error {
	var shown payload
	for i, projection := range projections {
		if items[i] != nil && projection != nil {
			items[i] = projection.Apply(items[i])
		}
		shown.add(items[i])
	}
	return shown.check()
}

func (a snapshotted) appendJSON(reply []byte) []byte {
	reply = append(reply, `{"Responses":[`...)
	for i, item := range a.items {
		if i > 0 {
			reply = append(reply, ',')
		}
		reply = append(reply, '{')
		if item != nil {
			reply = append(reply, `"Item":`...)
			reply = attribute.AppendItem(reply, item)
		}
		reply = append(reply, '}')
	}
	return append(a.appendMember(append(reply, ']')), '}')
}
