package embedded

import "contend/internal/embedded/attribute"

type putItemRequest struct {
	writing
	Item attribute.Item
}

func (r *putItemRequest) decode(d *document) {
	r.decodeTable(d)
	d.demandMember("Item")
	r.Item = d.item("Item")
	r.decodeReturnValues(d)
	demandMetrics(d)
	r.decodeRest(d)
}

func (s *Server) putItem(r *putItemRequest) (written, error) {
	t, err := s.table(r.TableName)
	if err != nil {
		return written{}, err
	}
	if err := r.onlyOld(); err != nil {
		return written{}, err
	}
	if err := t.checkKeyOf(r.Item); err != nil {
		return written{}, err
	}
	condition, err := r.onlyCondition()
	if err != nil {
		return written{}, err
	}
	if attribute.Size(r.Item) > maxItemBytes {
		return written{}, invalid(itemTooBig)
	}
	return s.replace(change{writing: &r.writing, table: t, key: t.keyOf(r.Item), condition: condition, compute: becoming(r.Item)})
}

// becoming is what a put makes of any item, and with nil what a deletion does.
func becoming(item attribute.Item) func(attribute.Item) (attribute.Item, error) {
	return func(attribute.Item) (attribute.Item, error) { return item, nil }
}

const itemTooBig = "Item size has exceeded the maximum allowed size"
