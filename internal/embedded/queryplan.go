package embedded

import (
	"slices"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

// prepare checks everything that does not depend on stored items, in DynamoDB's
// order.
func (r *queryRequest) prepare(t *table) (*query, error) {
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
	return q, r.checkSelect()
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
	if len(comparisons) > 1 && q.table.sort.name == "" {
		return errKeyCondition()
	}
	hash, err := q.table.hash.comparison(comparisons)
	if err != nil {
		return err
	}
	if hash.Operator != "=" {
		return errKeyCondition()
	}
	q.hash = hash.Values[0]
	if len(comparisons) == 1 {
		return nil
	}
	sort, err := q.table.sort.comparison(comparisons)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(sort.Values, func(v attribute.Value) bool { return len(v.Text) > maxSortBytes }) {
		return invalid("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
	}
	q.keys = rangeOf(sort)
	return nil
}

func errKeyCondition() error { return invalid("Query key condition not supported") }

// comparison finds what is asked of a part of the key, and checks its values.
func (k keyAttribute) comparison(all []expression.Comparison) (expression.Comparison, error) {
	i := slices.IndexFunc(all, func(c expression.Comparison) bool { return c.Name == k.name })
	if i < 0 {
		return expression.Comparison{}, invalid("Query condition missed key schema element")
	}
	for _, v := range all[i].Values {
		if v.Kind != k.kind {
			return expression.Comparison{}, invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
		}
		if err := k.checkNotEmpty(v); err != nil {
			return expression.Comparison{}, err
		}
	}
	return all[i], nil
}

// takeStart checks where the page is to begin.
func (q *query) takeStart() error {
	t, start := q.table, q.ExclusiveStartKey
	if start == nil {
		return nil
	}
	if err := t.checkStart(start); err != nil {
		return err
	}
	sort := start[t.sort.name] // unset without a sort key
	if !attribute.Equal(start[t.hash.name], q.hash) || !q.keys.contains(sort) || q.keys.ends(sort, q.backward) {
		return invalid("The provided starting key does not match the range key predicate")
	}
	q.keys = q.keys.after(sort, q.backward)
	return nil
}

// checkStart refuses what is not a key of the table.
func (t *table) checkStart(start attribute.Item) error {
	keys := t.keys()
	if len(start) != len(keys) {
		return invalid("Exclusive Start Key must have same size as table's key schema")
	}
	for _, key := range keys {
		v, ok := start[key.name]
		if !ok {
			return invalid("The provided starting key is invalid")
		}
		if v.Kind != key.kind {
			return invalid("Type mismatch for attribute to update")
		}
	}
	const refused = "The provided starting key is invalid: "
	if err := t.hash.checkNotEmpty(start[t.hash.name]); err != nil {
		return invalid("The query can return at most one row and cannot be restarted. " + refused + err.Error())
	}
	if t.sort.name == "" {
		return nil
	}
	if err := t.sort.checkNotEmpty(start[t.sort.name]); err != nil {
		return invalid(refused + err.Error())
	}
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
