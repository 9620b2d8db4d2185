package embedded

import (
	"strconv"

	"contend/internal/embedded/throughput"
)

// What CreateTable says of a table's throughput.
type (
	provisionedThroughput struct{ ReadCapacityUnits, WriteCapacityUnits int64 }
	// onDemandThroughput is the maximum that its owner sets; -1 is none.
	onDemandThroughput struct{ MaxReadRequestUnits, MaxWriteRequestUnits int64 }
	warmThroughput     struct {
		ReadUnitsPerSecond, WriteUnitsPerSecond int64
		Status                                  string
	}
)

func (r *createTableRequest) decodeThroughput(d *document) {
	o := d.object("ProvisionedThroughput")
	if o == nil {
		return
	}
	r.ProvisionedThroughput = &provisionedThroughput{WriteCapacityUnits: o.demandUnits("WriteCapacityUnits"), ReadCapacityUnits: o.demandUnits("ReadCapacityUnits")}
	d.keepOf(o)
}

func (r *createTableRequest) decodeOnDemand(d *document) {
	o := d.object("OnDemandThroughput")
	if o == nil {
		return
	}
	r.OnDemandThroughput = &onDemandThroughput{MaxWriteRequestUnits: o.maximum("MaxWriteRequestUnits"), MaxReadRequestUnits: o.maximum("MaxReadRequestUnits")}
	d.keepOf(o)
}

// maximum is a most of units; -1 for none.
func (d *document) maximum(name string) int64 {
	n := d.whole(name)
	switch {
	case n == nil:
		return -1
	case *n < -1 || *n == 0:
		d.keep(invalid("One or more parameter values were invalid: " + name + " must be -1 or at least 1, not " + strconv.Itoa(*n)))
	}
	return int64(*n)
}

func (r *createTableRequest) decodeWarm(d *document) {
	o := d.object("WarmThroughput")
	if o == nil {
		return
	}
	r.WarmThroughput = &warmThroughput{WriteUnitsPerSecond: o.warm("WriteUnitsPerSecond"), ReadUnitsPerSecond: o.warm("ReadUnitsPerSecond")}
	d.keepOf(o)
}

// warm is 0 for units that were not given.
func (d *document) warm(name string) int64 {
	n := d.whole(name)
	if n == nil {
		return 0
	}
	d.valueFromOne(name, *n)
	return int64(*n)
}

// takeThroughput reads the billing mode and the throughput, and begins the description.
func (t *table) takeThroughput(r *createTableRequest, c *Config) error {
	created := float64(t.clock.Now().UnixMilli()) / 1000
	t.description = description{
		AttributeDefinitions: r.AttributeDefinitions,
		TableName:            r.TableName,
		KeySchema:            r.KeySchema,
		CreationDateTime:     created,
		TableArn:             "arn:aws:dynamodb:ddblocal:000000000000:table/" + r.TableName,
	}
	bears, err := r.bears(c.Throughput)
	if err != nil {
		return err
	}
	if t.provisioned = bears.Mode == throughput.Provisioned; t.provisioned {
		t.description.ProvisionedThroughput.ReadCapacityUnits = int64(bears.Units.Read)
		t.description.ProvisionedThroughput.WriteCapacityUnits = int64(bears.Units.Write)
	} else {
		t.description.BillingModeSummary = &billing{payPerRequest, created}
		t.description.OnDemandThroughput = r.OnDemandThroughput
	}
	t.warmed = r.WarmThroughput
	t.throughput = throughput.New(bears, t.clock, c.Seed)
	return nil
}

// bears returns what the new table bears: what the server's configuration says, or what
// the request says of this table.
func (r *createTableRequest) bears(c throughput.Config) (throughput.Config, error) {
	if c == (throughput.Config{}) {
		c = throughput.Unlimited()
	}
	isOnDemand := r.BillingMode == payPerRequest
	switch {
	case isOnDemand && r.ProvisionedThroughput != nil:
		return c, invalid("One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
	case !isOnDemand && r.ProvisionedThroughput == nil:
		return c, invalid("No provisioned throughput specified for the table")
	case !isOnDemand && r.OnDemandThroughput != nil:
		return c, invalid("One or more parameter values were invalid: OnDemandThroughput can only be specified when BillingMode is PAY_PER_REQUEST")
	case !isOnDemand:
		c.Mode = throughput.Provisioned
		c.Units = throughput.Units{Write: int(r.ProvisionedThroughput.WriteCapacityUnits), Read: int(r.ProvisionedThroughput.ReadCapacityUnits)}
	}
	if c.Mode == throughput.Provisioned {
		c.Warm = throughput.Units{} // what is configured for tables on demand
	}
	if most := r.OnDemandThroughput; most != nil {
		c.Maximum = throughput.Units{Write: int(max(most.MaxWriteRequestUnits, 0)), Read: int(max(most.MaxReadRequestUnits, 0))}
	}
	if warm := r.WarmThroughput; warm != nil && c.LimitsKeys() {
		c.Warm = throughput.Units{Write: max(c.Warm.Write, int(warm.WriteUnitsPerSecond)), Read: max(c.Warm.Read, int(warm.ReadUnitsPerSecond))}
		c.Partitions = 0 // as many as that needs
	}
	return c, nil
}

// describeWarm says what the table takes at once, or what it was asked to if nothing
// limits that.
func (t *table) describeWarm(d *description) {
	const active = "ACTIVE"
	warm := t.throughput.Warm()
	if warm != (throughput.Units{}) {
		d.WarmThroughput = &warmThroughput{int64(warm.Read), int64(warm.Write), active}
		return
	}
	if t.warmed != nil {
		d.WarmThroughput = &warmThroughput{t.warmed.ReadUnitsPerSecond, t.warmed.WriteUnitsPerSecond, active}
	}
}
