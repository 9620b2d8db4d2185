package embedded

import "contend/internal/embedded/attribute"

type deleteItemRequest struct {
	writing
	Key attribute.Item
}

func (r *deleteItemRequest) decode(d *document) {
	r.decodeTable(d)
	r.decodeReturnValues(d)
	demandMetrics(d)
	d.demandMember("Key")
	r.Key = d.item("Key")
	r.decodeRest(d)
}

func (s *Server) deleteItem(r *deleteItemRequest) (written, error) {
	t, err := s.table(r.TableName)
	if err != nil {
		return written{}, err
	}
	if err := r.onlyOld(); err != nil {
		return written{}, err
	}
	if err := t.checkKey(r.Key); err != nil {
		return written{}, err
	}
	condition, err := r.onlyCondition()
	if err != nil {
		return written{}, err
	}
	return s.replace(change{writing: &r.writing, table: t, key: r.Key, condition: condition, compute: becoming(nil)})
}
