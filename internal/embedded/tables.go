package embedded

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// The parts of a table's description, in the wire's words.
type (
	attributeDefinition struct{ AttributeName, AttributeType string }
	keyElement          struct{ AttributeName, KeyType string }
	provisioned         struct {
		LastIncreaseDateTime, LastDecreaseDateTime float64
		NumberOfDecreasesToday                     int
		ReadCapacityUnits, WriteCapacityUnits      int64
	}
	billing struct {
		BillingMode                       string
		LastUpdateToPayPerRequestDateTime float64
	}
	description struct {
		AttributeDefinitions      []attributeDefinition
		TableName                 string
		KeySchema                 []keyElement
		TableStatus               string
		CreationDateTime          float64 // seconds since 1970
		ProvisionedThroughput     provisioned
		TableSizeBytes, ItemCount int
		TableArn                  string
		BillingModeSummary        *billing            `json:",omitempty"`
		OnDemandThroughput        *onDemandThroughput `json:",omitempty"`
		WarmThroughput            *warmThroughput     `json:",omitempty"`
		DeletionProtectionEnabled bool
	}
)

type createTableRequest struct {
	TableName            string
	AttributeDefinitions []attributeDefinition
	KeySchema            []keyElement
	wantedThroughput
}

// decode reads the members in the order in which AWS tells their unmet
// constraints.
func (r *createTableRequest) decode(d *document) {
	d.demandMember("AttributeDefinitions")
	r.AttributeDefinitions = decodeObjects(d, "AttributeDefinitions", func(o *document) attributeDefinition {
		return attributeDefinition{o.demandText("AttributeName"), o.demandOneOf("AttributeType", "B", "N", "S")}
	})
	r.TableName = d.table()
	r.decodeProvisioned(d)
	d.demandMember("KeySchema")
	r.KeySchema = decodeObjects(d, "KeySchema", func(o *document) keyElement {
		return keyElement{o.demandText("AttributeName"), o.demandOneOf("KeyType", "HASH", "RANGE")}
	})
	r.demandSchemaLength(d)
	r.decodeOthers(d)
	d.supported("TableName", "AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput")
}

func (r *createTableRequest) demandSchemaLength(d *document) {
	const most = 2
	switch n := len(r.KeySchema); {
	case r.KeySchema == nil:
	case n == 0:
		d.demand("KeySchema", "'[]'", atLeast("length", 1))
	case n > most:
		shown := make([]string, n)
		for i, k := range r.KeySchema {
			shown[i] = "KeySchemaElement(attributeName=" + k.AttributeName + ", keyType=" + k.KeyType + ")"
		}
		d.demand("KeySchema", "'["+strings.Join(shown, ", ")+"]'", atMost("length", most))
	}
}

const payPerRequest = "PAY_PER_REQUEST"

func (s *Server) createTable(r *createTableRequest, reply []byte) ([]byte, error) {
	t, err := s.newTable(r)
	if err != nil {
		return reply, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, exists := s.tables[r.TableName]; exists {
		return reply, fail(resourceInUse, "Table already exists: "+r.TableName)
	}
	s.tables[r.TableName] = t
	return t.describe(reply, "TableDescription", "ACTIVE"), nil
}

// newTable checks a request and makes the table.
func (s *Server) newTable(r *createTableRequest) (*table, error) {
	c := &s.config
	t := &table{
		limits: limits{c.ReadCapacity, c.WriteCapacity},
		lag:    lag{c.Clock, c.ReadLag},
		clock:  c.Clock,
	}
	if c.BurstUsed {
		t.emptyAt = c.Clock.Now()
	}
	if err := t.takeKeys(r); err != nil {
		return nil, err
	}
	return t, t.takeThroughput(r, s)
}

// describe appends {"member": description}.
func (t *table) describe(reply []byte, member, status string) []byte {
	d := t.described()
	d.TableStatus = status
	d.ItemCount, d.TableSizeBytes = t.items()
	text, _ := json.Marshal(map[string]description{member: d}) // plain data always marshals
	return append(reply, text...)
}

type tableRequest struct{ TableName string }

func (r *tableRequest) decode(d *document) { r.TableName = d.table() }

func (s *Server) describeTable(r *tableRequest, reply []byte) ([]byte, error) {
	t, err := s.named(r.TableName)
	if err != nil {
		return reply, err
	}
	return t.describe(reply, "Table", "ACTIVE"), nil
}

func (s *Server) deleteTable(r *tableRequest, reply []byte) ([]byte, error) {
	t, err := s.takeTable(r.TableName)
	if err != nil {
		return reply, err
	}
	return t.describe(reply, "TableDescription", "ACTIVE"), nil
}

type listTablesRequest struct {
	ExclusiveStartTableName *string
	Limit                   *int
}

// maxListed is how many tables one ListTables lists.
const maxListed = 100

func (r *listTablesRequest) decode(d *document) {
	r.Limit = d.limit()
	if r.Limit != nil && *r.Limit > maxListed {
		d.demand("Limit", quoted(strconv.Itoa(*r.Limit)), atMost("value", maxListed))
	}
	d.demandTableName("ExclusiveStartTableName")
	r.ExclusiveStartTableName = d.optionalText("ExclusiveStartTableName")
}

func (s *Server) listTables(r *listTablesRequest, reply []byte) ([]byte, error) {
	limit := maxListed
	if r.Limit != nil {
		limit = *r.Limit
	}
	names, from := s.tableNames(), 0
	if start := r.ExclusiveStartTableName; start != nil {
		var found bool
		if from, found = slices.BinarySearch(names, *start); found {
			from++
		}
	}
	answer := struct {
		TableNames             []string
		LastEvaluatedTableName string `json:",omitempty"`
	}{TableNames: names[from:]}
	if len(answer.TableNames) > limit {
		answer.TableNames = answer.TableNames[:limit]
		answer.LastEvaluatedTableName = answer.TableNames[limit-1]
	}
	text, _ := json.Marshal(answer) // plain data always marshals
	return append(reply, text...), nil
}

func (s *Server) tableNames() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	names := make([]string, 0, len(s.tables))
	for name := range s.tables {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
