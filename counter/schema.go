package counter

import (
	"errors"
	"fmt"
	"slices"

	"contend/counter/layout"
)

// Schema says where counters are in a table, and which attributes their items have. The
// zero value is the schema of this package: the key id, and the attributes value, version
// and updated.
//
// A schema with an Attribute or a Version is for items of another program: strategies
// read and write these and nothing else beside the key, so that a [State] has no time,
// and a version only if the schema names one.
type Schema struct {
	// Attribute is the path of the number, as [layout.ParsePath] reads it. "" is
	// "value".
	Attribute string
	// Version is the path of the number of writes. Each write adds one to it, and an
	// item without it has the version 0. "" means that items of another program have
	// none.
	Version string
	// Key is the table's key, and how the key of a counter follows from its name; the
	// zero value is [layout.Default].
	Key layout.Key
	// Item has the attributes that a new counter gets beside those above. In its
	// strings, [layout.CounterPlace] and [layout.NumberPlace] stand for the counter.
	Item layout.Item
}

// SchemaError says what is wrong with a [Schema].
type SchemaError struct {
	Part string // "attribute", "version", "key" or "item"
	Err  error  // written to follow the part: "must not be …"
}

func (e *SchemaError) Error() string { return e.Part + " " + e.Err.Error() }

// Unwrap returns Err.
func (e *SchemaError) Unwrap() error { return e.Err }

// Check returns a [*SchemaError] if no item can have the schema.
func (s Schema) Check() error {
	_, err := s.form()
	return err
}

// isForeign reports whether the items are those of another program.
func (s Schema) isForeign() bool { return s.Attribute != "" || s.Version != "" }

// key is the table's key.
func (s Schema) key() layout.Key {
	if s.Key.IsZero() {
		return layout.Default
	}
	return s.Key
}

// form is a schema that was read. Nobody may change it.
type form struct {
	ours           bool // the items have a version and a time
	key            layout.Key
	value, version layout.Path // version is nil if the items have none
	item           layout.Item // of a new counter, without what is set for each
	// names are the placeholders of all attributes, and valueText and versionText the
	// paths in expressions.
	names                  map[string]string
	valueText, versionText string
}

// form reads the schema.
func (s Schema) form() (*form, error) {
	f := &form{ours: !s.isForeign(), key: s.key(), item: s.Item, names: map[string]string{}}
	if err := f.key.Check(); err != nil {
		return nil, &SchemaError{"key", err}
	}
	value, version := s.Attribute, s.Version
	if f.ours {
		version, f.names["#updated"] = attributeVersion, attributeUpdated
	}
	if value == "" {
		value = attributeValue
	}
	var err error
	if f.value, err = f.path(value); err != nil {
		return nil, &SchemaError{"attribute", err}
	}
	if !f.ours && slices.Contains([]string{attributeVersion, attributeUpdated}, s.Attribute) && s.Version == "" {
		return nil, &SchemaError{"attribute", fmt.Errorf("must not be %q, an attribute that contend uses for something else", s.Attribute)}
	}
	f.valueText = f.value.Expression("#value", f.names)
	if version != "" {
		if f.version, err = f.path(version); err != nil {
			return nil, &SchemaError{"version", err}
		}
		if f.version.Overlaps(f.value) {
			return nil, &SchemaError{"version", fmt.Errorf("must not overlap the path of the number, %s", f.value)}
		}
		f.versionText = f.version.Expression("#version", f.names)
	}
	if err := f.checkItem(); err != nil {
		return nil, &SchemaError{"item", err}
	}
	return f, nil
}

// path reads the path of an attribute that the key must not have.
func (f *form) path(text string) (layout.Path, error) {
	path, err := layout.ParsePath(text)
	if err == nil && f.key.Has(path[0]) {
		err = fmt.Errorf("must not be %q, which is the key", path[0])
	}
	return path, err
}

// ownAttributes are those that the designs of this package keep in a counter's item.
func ownAttributes() []string {
	names := []string{attributeValue, attributeVersion, attributeUpdated, attributeRecent, attributeInitial, attributeTokens, nextTicket.attribute}
	for _, n := range setNumbers {
		names = append(names, n.attribute)
	}
	return names
}

// checkItem checks that nothing of a new counter is set twice, and that the maps around
// its numbers are maps.
func (f *form) checkItem() error {
	for name := range f.item {
		switch {
		case f.key.Has(name):
			return fmt.Errorf("must not have %q, which is the key", name)
		case f.ours && slices.Contains(ownAttributes(), name):
			return fmt.Errorf("must not have %q, an attribute that contend uses for something else", name)
		}
	}
	for _, path := range []layout.Path{f.value, f.version} {
		if path != nil && path.In(f.item) != nil {
			return fmt.Errorf("must not have %s, which is set for each counter", path)
		}
	}
	_, err := f.fresh("", 0)
	return err
}

// fresh returns the item of a new counter without its time.
func (f *form) fresh(name string, initial int64) (item, error) {
	fresh := layout.FillItem(f.item, name)
	for attribute, value := range f.key.Of(name) {
		fresh[attribute] = value
	}
	err := f.value.PutInto(fresh, number(initial))
	if f.version != nil {
		err = errors.Join(err, f.version.PutInto(fresh, number(1)))
	}
	if err != nil {
		return nil, fmt.Errorf("must fit the number's place: %w", err)
	}
	return fresh, nil
}

// partition is the name of the table's partition key.
func (f *form) partition() string { return f.key.Partition.Attribute }
