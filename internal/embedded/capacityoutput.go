package embedded

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// capacity holds the ConsumedCapacity of an output, in one piece of memory.
type capacity struct {
	said  types.ConsumedCapacity
	table string
	units float64
}

// of fills it in and returns it; nil if the request did not ask for it.
func (m *capacity) of(c consumed) *types.ConsumedCapacity {
	if !c.isAsked() {
		return nil
	}
	m.table, m.units = c.table, c.units
	m.said.TableName, m.said.CapacityUnits = &m.table, &m.units
	if c.ReturnConsumedCapacity == "INDEXES" {
		m.said.Table = &types.Capacity{CapacityUnits: aws.Float64(c.units)}
	}
	return &m.said
}

// capacities returns what the answer says about the consumed capacity.
func (c consumedOfAll) capacities() []types.ConsumedCapacity {
	if !c.isAsked() {
		return nil
	}
	all := make([]types.ConsumedCapacity, len(c.tables))
	for i := range c.tables {
		total := &c.tables[i]
		all[i] = types.ConsumedCapacity{TableName: &total.table, CapacityUnits: &total.units}
		var detail types.Capacity
		if c.side == "Read" {
			all[i].ReadCapacityUnits = aws.Float64(total.units)
			detail.ReadCapacityUnits = aws.Float64(total.units)
		} else {
			all[i].WriteCapacityUnits = aws.Float64(total.units)
			detail.WriteCapacityUnits = aws.Float64(total.units)
		}
		if c.ReturnConsumedCapacity == "INDEXES" {
			detail.CapacityUnits = aws.Float64(total.units)
			all[i].Table = &detail
		}
	}
	return all
}
