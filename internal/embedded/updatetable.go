package embedded

import (
	"time"

	"contend/internal/embedded/throughput"
)

type updateTableRequest struct {
	TableName string
	wantedThroughput
}

func (r *updateTableRequest) decode(d *document) {
	r.TableName = d.table()
	r.decodeProvisioned(d)
	r.decodeOthers(d)
	d.supported("TableName", "BillingMode", "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput")
}

// updateTable changes the limits of a table at once. AWS needs minutes, in which the table
// has the status UPDATING.
func (s *Server) updateTable(r *updateTableRequest, reply []byte) ([]byte, error) {
	if err := r.check(); err != nil {
		return reply, err
	}
	t, err := s.named(r.TableName)
	if err != nil {
		return reply, err
	}
	if err := t.update(&r.wantedThroughput, s.config.Throughput); err != nil {
		return reply, err
	}
	return t.describe(reply, "TableDescription", "ACTIVE"), nil
}

// check refuses a request that is wrong for every table.
func (w *wantedThroughput) check() error {
	switch {
	case w.BillingMode == "" && w.ProvisionedThroughput == nil && w.OnDemandThroughput == nil && w.WarmThroughput == nil:
		return invalid("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, " +
			"MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required")
	case w.BillingMode != "" && w.BillingMode != payPerRequest && w.ProvisionedThroughput == nil:
		return invalid(invalidValues + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
	case w.BillingMode != "":
		return w.checkMode(w.BillingMode == payPerRequest)
	}
	return nil
}

// update changes the table. If it returns an error, it has changed nothing.
func (t *table) update(w *wantedThroughput, server throughput.Config) error {
	t.settings.mu.Lock()
	defer t.settings.mu.Unlock()
	wasOnDemand := t.bears.Mode == throughput.OnDemand
	isOnDemand := wasOnDemand
	if w.BillingMode != "" {
		isOnDemand = w.BillingMode == payPerRequest
	}
	if err := w.checkMode(isOnDemand); err != nil {
		return err
	}
	if err := t.checkUnits(w.ProvisionedThroughput, wasOnDemand); err != nil {
		return err
	}
	if err := t.checkWarm(w.WarmThroughput); err != nil {
		return err
	}
	t.changeMode(w, isOnDemand, server)
	if w.OnDemandThroughput != nil {
		t.setMaximum(*w.OnDemandThroughput)
	}
	if w.WarmThroughput != nil {
		t.warmUp(*w.WarmThroughput)
	}
	t.throughput.Change(t.bears)
	return nil
}

// checkUnits refuses provisioned units that equal the present ones.
func (t *table) checkUnits(p *provisionedThroughput, wasOnDemand bool) error {
	has := t.bears.Units
	if p == nil || wasOnDemand || p.units() != has {
		return nil
	}
	return invalid("The provisioned throughput for the table will not change. The requested value equals the current value. " +
		"Current ReadCapacityUnits provisioned for the table: " + units(int64(has.Read)) + ". Requested ReadCapacityUnits: " + units(p.ReadCapacityUnits) + ". " +
		"Current WriteCapacityUnits provisioned for the table: " + units(int64(has.Write)) + ". Requested WriteCapacityUnits: " + units(p.WriteCapacityUnits) + ". " +
		"Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.")
}

// checkWarm refuses warm throughput below the present one.
func (t *table) checkWarm(warm *warmThroughput) error {
	if warm == nil {
		return nil
	}
	has := atLeastUnits(t.throughput.Warm(), t.bears.Units)
	if t.warmed != nil {
		has = atLeastUnits(has, t.warmed.units())
	}
	for _, side := range []struct {
		name        string
		wanted, has int
	}{{"Read", warm.units().Read, has.Read}, {"Write", warm.units().Write, has.Write}} {
		if side.wanted != 0 && side.wanted < side.has {
			return invalid(invalidValues + "Requested " + side.name + "UnitsPerSecond for WarmThroughput for table is lower than current WarmThroughput, decreasing WarmThroughput is not supported")
		}
	}
	return nil
}

// changeMode gives the table its billing mode and its units. A table that becomes on-demand
// serves at once as much as a new one, or the most that it was ever provisioned for, if that
// is more (Developer Guide, "Considerations when switching capacity modes").
func (t *table) changeMode(w *wantedThroughput, isOnDemand bool, server throughput.Config) {
	before := t.bears
	t.most = atLeastUnits(t.most, before.Units)
	switch p := w.ProvisionedThroughput; {
	case !isOnDemand && p != nil:
		t.bears.Mode, t.bears.Units = throughput.Provisioned, p.units()
		t.bears.Maximum = throughput.Units{}
	case isOnDemand && before.Mode != throughput.OnDemand:
		t.bears.Mode, t.bears.Units = throughput.OnDemand, throughput.Units{}
		t.bears.Maximum = server.Maximum
		if server.Warm != (throughput.Units{}) {
			t.bears.Warm = atLeastUnits(t.bears.Warm, atLeastUnits(server.Warm, t.most))
		}
	default:
		return
	}
	t.describeMode(before.Mode == throughput.OnDemand)
	t.describeChange(before.Units)
}

// describeChange notes when provisioned units were raised and lowered, and how often they
// were lowered since midnight (UTC).
func (t *table) describeChange(before throughput.Units) {
	d, now := &t.description.ProvisionedThroughput, t.bears.Units
	if t.bears.Mode == throughput.OnDemand || before == (throughput.Units{}) {
		return
	}
	if now.Read > before.Read || now.Write > before.Write {
		d.LastIncreaseDateTime = t.seconds()
	}
	if now.Read < before.Read || now.Write < before.Write {
		if last := time.UnixMilli(int64(d.LastDecreaseDateTime * 1000)).UTC(); last.Truncate(24*time.Hour) != t.clock.Now().UTC().Truncate(24*time.Hour) {
			d.NumberOfDecreasesToday = 0
		}
		d.LastDecreaseDateTime = t.seconds()
		d.NumberOfDecreasesToday++
	}
}

// warmUp raises the throughput that the table serves at once. A number that the request
// omits stays as it was.
func (t *table) warmUp(warm warmThroughput) {
	if t.warmed != nil {
		warm.ReadUnitsPerSecond = max(warm.ReadUnitsPerSecond, t.warmed.ReadUnitsPerSecond)
		warm.WriteUnitsPerSecond = max(warm.WriteUnitsPerSecond, t.warmed.WriteUnitsPerSecond)
	}
	t.warmed = &warm
	if t.bears.LimitsKeys() {
		t.bears.Warm = atLeastUnits(t.bears.Warm, warm.units())
	}
}
