package embedded

import (
	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

// prepare checks everything that does not depend on stored items, in DynamoDB's
// order.
func (r *queryRequest) prepare(t *table) (*query, error) {
	if r.Limit != nil && *r.Limit < 1 {
		return nil, invalid("Limit must be greater than or equal to 1")
	}
	q := &query{queryRequest: r, table: t}
	comparisons, err := q.parse()
	if err != nil {
		return nil, err
	}
	if err := q.takeKeys(comparisons); err != nil {
		return nil, err
	}
	if err := q.takeStart(); err != nil {
		return nil, err
	}
	if err := q.checkFilter(); err != nil {
		return nil, err
	}
	if err := r.checkSelect(); err != nil {
		return nil, err
	}
	return q, r.reporting.check()
}

// parse reads the expressions, and returns what is asked of the key.
func (q *query) parse() ([]expression.Comparison, error) {
	filter, keys := parameter{"FilterExpression", q.FilterExpression}, parameter{"KeyConditionExpression", q.KeyConditionExpression}
	projection := parameter{"ProjectionExpression", q.ProjectionExpression}
	placeholders, err := q.placeholdersOf([]parameter{filter, projection, keys}, []parameter{filter, keys})
	if err != nil {
		return nil, err
	}
	if q.FilterExpression != nil {
		if q.filter, err = expression.ParseFilter(*q.FilterExpression, placeholders); err != nil {
			return nil, err
		}
	}
	if q.projection, err = parseProjection(q.ProjectionExpression, placeholders); err != nil {
		return nil, err
	}
	var condition *expression.KeyCondition
	if q.KeyConditionExpression != nil {
		if condition, err = expression.ParseKeyCondition(*q.KeyConditionExpression, placeholders); err != nil {
			return nil, err
		}
	}
	if err := placeholders.Unused(); err != nil {
		return nil, err
	}
	if condition == nil {
		return nil, invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	if err := q.checkScalars(condition); err != nil {
		return nil, err
	}
	return condition.Comparisons()
}

// checkScalars refuses expressions that look into the key.
func (q *query) checkScalars(condition *expression.KeyCondition) error {
	var uses []expression.Use
	if q.filter != nil {
		uses = q.filter.Uses()
	}
	if q.projection != nil {
		uses = append(uses, q.projection.Uses()...)
	}
	return q.table.checkScalars(append(uses, condition.Uses()...))
}

// takeKeys checks what is asked of the key against the table's.
func (q *query) takeKeys(comparisons []expression.Comparison) error {
	t := q.table
	if len(comparisons) > 1 && t.sort.name == "" {
		return errKeyCondition()
	}
	hash, ok := find(comparisons, t.hash.name)
	if !ok {
		return errKeyMissed()
	}
	if err := t.hash.checkComparison(hash); err != nil {
		return err
	}
	if hash.Operator != "=" {
		return errKeyCondition()
	}
	q.hash = hash.Values[0]
	if len(comparisons) == 1 {
		return nil
	}
	sort, ok := find(comparisons, t.sort.name)
	if !ok {
		return errKeyMissed()
	}
	if err := t.sort.checkComparison(sort); err != nil {
		return err
	}
	for _, v := range sort.Values {
		if len(v.Text) > maxSortBytes {
			return invalid("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
		}
	}
	q.keys = rangeOf(sort)
	return nil
}

func find(comparisons []expression.Comparison, name string) (expression.Comparison, bool) {
	for _, c := range comparisons {
		if c.Name == name {
			return c, true
		}
	}
	return expression.Comparison{}, false
}

func errKeyCondition() error { return invalid("Query key condition not supported") }

func errKeyMissed() error { return invalid("Query condition missed key schema element") }

func (k keyAttribute) checkComparison(c expression.Comparison) error {
	for _, v := range c.Values {
		if v.Kind != k.kind {
			return invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
		}
		if err := k.checkNotEmpty(v); err != nil {
			return err
		}
	}
	return nil
}

// takeStart checks where the page is to begin.
func (q *query) takeStart() error {
	t, start := q.table, q.ExclusiveStartKey
	if start == nil {
		return nil
	}
	if len(start) != len(t.description.KeySchema) {
		return invalid("Exclusive Start Key must have same size as table's key schema")
	}
	for _, key := range t.keys() {
		v, ok := start[key.name]
		if !ok {
			return invalid("The provided starting key is invalid")
		}
		if v.Kind != key.kind {
			return invalid("Type mismatch for attribute to update")
		}
	}
	if err := t.hash.checkNotEmpty(start[t.hash.name]); err != nil {
		return invalid("The query can return at most one row and cannot be restarted. The provided starting key is invalid: " + err.Error())
	}
	sort := start[t.sort.name] // unset without a sort key
	if t.sort.name != "" {
		if err := t.sort.checkNotEmpty(sort); err != nil {
			return invalid("The provided starting key is invalid: " + err.Error())
		}
	}
	if !attribute.Equal(start[t.hash.name], q.hash) || !q.keys.contains(sort) || q.keys.ends(sort, q.backward) {
		return invalid("The provided starting key does not match the range key predicate")
	}
	q.keys = q.keys.after(sort, q.backward)
	return nil
}

// checkFilter refuses a filter of the key, which the key condition is for.
func (q *query) checkFilter() error {
	if q.filter == nil {
		return nil
	}
	uses := q.filter.Uses()
	for _, key := range q.table.keys() {
		for _, use := range uses {
			if use.Name == key.name {
				return invalid("Filter Expression can only contain non-primary key attributes: Primary key attribute: " + key.name)
			}
		}
	}
	return nil
}

func (r *queryRequest) checkSelect() error {
	projected := r.ProjectionExpression != nil
	switch r.Select {
	case "":
		return nil
	case "COUNT":
		if projected {
			return invalid("Cannot specify the ProjectionExpression when choosing to get only the Count")
		}
		return nil
	case "SPECIFIC_ATTRIBUTES":
		if !projected {
			return invalid("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
		}
		return nil
	case "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES":
		if projected {
			return invalid("Cannot specify the ProjectionExpression when choosing to get " + r.Select)
		}
		if r.Select == "ALL_PROJECTED_ATTRIBUTES" {
			return invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
		}
		return nil
	}
	return invalid("Select must be ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES, COUNT, or SPECIFIC_ATTRIBUTES")
}
