package embedded

import "contend/internal/embedded/attribute"

type updateTimeToLiveRequest struct {
	TableName string
	attribute string // that holds the time when an item expires
	enabled   bool
}

func (r *updateTimeToLiveRequest) decode(d *document) {
	const member = "TimeToLiveSpecification"
	r.TableName = d.table()
	d.demandMember(member)
	o := d.object(member)
	if o == nil {
		return
	}
	r.attribute = o.demandText("AttributeName")
	o.demandMember("Enabled")
	r.enabled = o.truth("Enabled")
	d.keepOf(o)
}

func (s *Server) updateTimeToLive(r *updateTimeToLiveRequest, reply []byte) ([]byte, error) {
	t, err := s.named(r.TableName)
	if err != nil {
		return reply, err
	}
	s.mu.Lock() // of two updates one is first
	defer s.mu.Unlock()
	if err := t.switchTimeToLive(r.attribute, r.enabled); err != nil {
		return reply, err
	}
	t.tidyAll()
	reply = append(reply, `{"TimeToLiveSpecification":{"Enabled":`...)
	if r.enabled {
		reply = append(reply, "true"...)
	} else {
		reply = append(reply, "false"...)
	}
	reply = append(reply, `,"AttributeName":`...)
	reply = attribute.AppendText(reply, r.attribute)
	return append(reply, `}}`...), nil
}

// switchTimeToLive makes items expire or not. What AWS forbids within an hour
// of the last change is allowed at once, as by DynamoDB Local.
func (t *table) switchTimeToLive(name string, enabled bool) error {
	active := t.ttl.Load()
	switch {
	case enabled && (name == "" || len(name) > maxKeyName):
		return invalid("Names of key attributes and attributes projected into an index must be between 1 and 255 characters, inclusive")
	case active != nil && *active != name:
		return invalid("TimeToLive is active on a different AttributeName")
	case active != nil && enabled:
		return invalid("TimeToLive is already enabled")
	case active == nil && !enabled:
		return invalid("TimeToLive is already disabled")
	case enabled:
		t.ttl.Store(&name)
	default:
		t.ttl.Store(nil)
	}
	return nil
}

func (s *Server) describeTimeToLive(r *tableRequest, reply []byte) ([]byte, error) {
	t, err := s.named(r.TableName)
	if err != nil {
		return reply, err
	}
	reply = append(reply, `{"TimeToLiveDescription":{"TimeToLiveStatus":`...)
	active := t.ttl.Load()
	if active == nil {
		return append(reply, `"DISABLED"}}`...), nil
	}
	reply = append(reply, `"ENABLED","AttributeName":`...)
	reply = attribute.AppendText(reply, *active)
	return append(reply, `}}`...), nil
}
