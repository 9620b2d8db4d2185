package embedded

import "contend/internal/embedded/attribute"

type deleteItemRequest struct {
	writing
	Key attribute.Item
}

func (r *deleteItemRequest) decode(d *document) {
	r.writing.decode(d)
	r.Key = d.item("Key")
}

func (s *Server) deleteItem(r *deleteItemRequest, reply []byte) ([]byte, error) {
	t, err := s.table(r.TableName)
	if err != nil {
		return reply, err
	}
	if r.Key == nil {
		return reply, invalid(nullKey)
	}
	if err := r.check("ALL_OLD"); err != nil {
		return reply, err
	}
	if err := t.checkKey(r.Key); err != nil {
		return reply, err
	}
	condition, err := r.onlyCondition()
	if err != nil {
		return reply, err
	}
	return s.replace(change{writing: &r.writing, table: t, key: r.Key, condition: condition, compute: becoming(nil)}, reply)
}
