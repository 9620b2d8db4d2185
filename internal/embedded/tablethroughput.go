package embedded

import (
	"strconv"

	"contend/internal/embedded/throughput"
)

// Members of requests and descriptions.
type (
	provisionedThroughput struct{ ReadCapacityUnits, WriteCapacityUnits int64 }
	// onDemandThroughput is the maximum that a table's owner sets; -1 is no maximum.
	onDemandThroughput struct{ MaxReadRequestUnits, MaxWriteRequestUnits int64 }
	warmThroughput     struct {
		ReadUnitsPerSecond, WriteUnitsPerSecond int64
		Status                                  string
	}
)

// wantedThroughput has the members of CreateTable and UpdateTable that set a table's
// throughput. For a member that a request omits, a new table has the default, and
// UpdateTable changes nothing.
type wantedThroughput struct {
	BillingMode           string
	ProvisionedThroughput *provisionedThroughput
	OnDemandThroughput    *onDemandThroughput // a number that the request omits is 0
	WarmThroughput        *warmThroughput     // a number that the request omits is 0
}

func (w *wantedThroughput) decodeProvisioned(d *document) {
	w.BillingMode = d.oneOf("BillingMode", "PROVISIONED", payPerRequest)
	o := d.object("ProvisionedThroughput")
	if o == nil {
		return
	}
	w.ProvisionedThroughput = &provisionedThroughput{WriteCapacityUnits: o.demandUnits("WriteCapacityUnits"), ReadCapacityUnits: o.demandUnits("ReadCapacityUnits")}
	d.keepOf(o)
}

func (w *wantedThroughput) decodeOthers(d *document) {
	if o := d.object("OnDemandThroughput"); o != nil {
		w.OnDemandThroughput = &onDemandThroughput{MaxWriteRequestUnits: o.maximum("MaxWriteRequestUnits"), MaxReadRequestUnits: o.maximum("MaxReadRequestUnits")}
		d.keepOf(o)
	}
	if o := d.object("WarmThroughput"); o != nil {
		w.WarmThroughput = &warmThroughput{WriteUnitsPerSecond: o.warm("WriteUnitsPerSecond"), ReadUnitsPerSecond: o.warm("ReadUnitsPerSecond")}
		d.keepOf(o)
	}
}

// maximum reads a maximum of units: -1 is no maximum, and 0 that the request omits it.
func (d *document) maximum(name string) int64 {
	n := d.whole(name)
	switch {
	case n == nil:
		return 0
	case *n < -1 || *n == 0:
		d.keep(invalid("One or more parameter values were invalid: Requested " + name + " for OnDemandThroughput for table is outside of valid range"))
	}
	return int64(*n)
}

// warm reads units of warm throughput; 0 if the request omits them.
func (d *document) warm(name string) int64 {
	n := d.whole(name)
	if n == nil {
		return 0
	}
	d.valueFromOne(name, *n)
	return int64(*n)
}

const invalidValues = "One or more parameter values were invalid: "

// checkMode refuses what a table of that billing mode cannot have.
func (w *wantedThroughput) checkMode(isOnDemand bool) error {
	switch most := w.OnDemandThroughput; {
	case isOnDemand && w.ProvisionedThroughput != nil:
		return invalid(invalidValues + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
	case isOnDemand || most == nil:
		return nil
	case most.MaxReadRequestUnits != 0:
		return invalid(invalidValues + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED")
	case most.MaxWriteRequestUnits != 0:
		return invalid(invalidValues + "MaxWriteRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED")
	}
	return nil
}

// takeThroughput reads the billing mode and the throughput, and begins the description.
func (t *table) takeThroughput(r *createTableRequest, s *Server) error {
	t.description = description{
		AttributeDefinitions: r.AttributeDefinitions,
		TableName:            r.TableName,
		KeySchema:            r.KeySchema,
		CreationDateTime:     t.seconds(),
		TableArn:             "arn:aws:dynamodb:ddblocal:000000000000:table/" + r.TableName,
	}
	bears, err := r.bears(s.config.Throughput)
	if err != nil {
		return err
	}
	t.bears = bears
	t.describeMode(false)
	if r.OnDemandThroughput != nil {
		t.setMaximum(*r.OnDemandThroughput)
	}
	t.warmed = r.WarmThroughput
	t.bears.BurstUsed = s.config.BurstUsed
	t.throughput = s.account.Table(t.bears, s.config.Seed)
	return nil
}

// seconds returns the time now in the form that descriptions use.
func (t *table) seconds() float64 { return float64(t.clock.Now().UnixMilli()) / 1000 }

// describeMode puts the billing mode into the description, and the units of a provisioned
// table. One that was on demand before says that it is provisioned; others leave it out.
func (t *table) describeMode(wasOnDemand bool) {
	d := &t.description
	d.ProvisionedThroughput.ReadCapacityUnits = int64(t.bears.Units.Read)
	d.ProvisionedThroughput.WriteCapacityUnits = int64(t.bears.Units.Write)
	switch {
	case t.bears.Mode == throughput.OnDemand:
		d.BillingModeSummary = &billing{payPerRequest, t.seconds()}
	case wasOnDemand:
		d.BillingModeSummary = &billing{"PROVISIONED", d.BillingModeSummary.LastUpdateToPayPerRequestDateTime}
		d.OnDemandThroughput = nil
	}
}

// setMaximum limits an on-demand table to the maximum that its owner sets. A number that
// the request omits stays as it was.
func (t *table) setMaximum(most onDemandThroughput) {
	d := onDemandThroughput{-1, -1}
	if t.description.OnDemandThroughput != nil {
		d = *t.description.OnDemandThroughput
	}
	if most.MaxReadRequestUnits != 0 {
		d.MaxReadRequestUnits = most.MaxReadRequestUnits
	}
	if most.MaxWriteRequestUnits != 0 {
		d.MaxWriteRequestUnits = most.MaxWriteRequestUnits
	}
	t.description.OnDemandThroughput = &d
	t.bears.Maximum = throughput.Units{Write: int(max(d.MaxWriteRequestUnits, 0)), Read: int(max(d.MaxReadRequestUnits, 0))}
}

// orUnlimited returns the server's configuration, or no limits if it has none.
func orUnlimited(c throughput.Config) throughput.Config {
	if c == (throughput.Config{}) {
		return throughput.Unlimited()
	}
	return c
}

// bears returns the limits of the new table: those of the server's configuration c, where
// the request has none of its own.
func (r *createTableRequest) bears(c throughput.Config) (throughput.Config, error) {
	c = orUnlimited(c)
	isOnDemand := r.BillingMode == payPerRequest
	if !isOnDemand && r.ProvisionedThroughput == nil {
		return c, invalid("No provisioned throughput specified for the table")
	}
	if err := r.checkMode(isOnDemand); err != nil {
		return c, err
	}
	if !isOnDemand {
		c.Mode, c.Units = throughput.Provisioned, r.ProvisionedThroughput.units()
	}
	if c.Mode == throughput.Provisioned {
		c.Warm = throughput.Units{} // the configured one is for on-demand tables
	}
	if warm := r.WarmThroughput; warm != nil && c.LimitsKeys() {
		c.Warm = atLeastUnits(c.Warm, warm.units())
		c.Partitions = 0 // as many as that needs
	}
	return c, nil
}

func (p *provisionedThroughput) units() throughput.Units {
	return throughput.Units{Write: int(p.WriteCapacityUnits), Read: int(p.ReadCapacityUnits)}
}

func (w *warmThroughput) units() throughput.Units {
	return throughput.Units{Write: int(w.WriteUnitsPerSecond), Read: int(w.ReadUnitsPerSecond)}
}

// atLeastUnits returns the larger of both writes and the larger of both reads.
func atLeastUnits(a, b throughput.Units) throughput.Units {
	return throughput.Units{Write: max(a.Write, b.Write), Read: max(a.Read, b.Read)}
}

// described returns the description without the number and size of the items.
func (t *table) described() description {
	t.settings.mu.RLock()
	defer t.settings.mu.RUnlock()
	d := t.description
	t.describeWarm(&d)
	return d
}

// describeWarm sets the units that the table serves at once; without such a limit, those
// that were requested.
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

func units(n int64) string { return strconv.FormatInt(n, 10) }
