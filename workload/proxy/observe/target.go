package observe

import (
	"encoding/base64"
	"strings"

	"contend/internal/embedded/attribute"
)

// Schema is the key of a table.
type Schema struct {
	Partition string
	Sort      string // "": the table has no sort key
}

// Schemas returns the key of a table; known is false if it could not be found out, or does
// not matter.
type Schemas func(table string) (key Schema, known bool)

// Target is an item that a request names.
type Target struct {
	Table string
	// Partition and Sort are the texts of the key: of a string itself, of a number its
	// shortest decimal form, of binary data its base64.
	Partition, Sort string
	HasSort         bool
	// Key is the key as DynamoDB's JSON.
	Key []byte
}

// Item is the name of the item, such as "visits/home" or "shop/ORDER#1/TOTAL".
func (t *Target) Item() string {
	if !t.HasSort {
		return t.Table + "/" + t.Partition
	}
	return t.Table + "/" + escaping.Replace(t.Partition) + "/" + escaping.Replace(t.Sort)
}

// escaping makes text of a part of a key, so that a slash in it separates no parts.
var escaping = strings.NewReplacer(`\`, `\\`, "/", `\/`)

// Counter is the name of a watched attribute of the item, such as "visits/home:hits".
func (t *Target) Counter(path []string) string { return t.Item() + ":" + attributeText(path) }

// target returns the item of a table with these attributes, which may be more than its
// key. ok is false if they lack the key.
func (s Schema) target(table string, item attribute.Item) (t Target, ok bool) {
	partition, ok := item[s.Partition]
	if !ok || s.Partition == "" {
		return t, false
	}
	t = Target{Table: table}
	if t.Partition, ok = keyText(partition); !ok {
		return t, false
	}
	names := []string{s.Partition}
	if s.Sort != "" {
		t.HasSort = true
		if t.Sort, ok = keyText(item[s.Sort]); !ok {
			return t, false
		}
		names = append(names, s.Sort)
	}
	if len(item) > len(names) {
		item = attribute.Some(item, names)
	}
	t.Key = attribute.AppendItem(nil, item)
	return t, true
}

func keyText(v attribute.Value) (text string, ok bool) {
	switch v.Kind {
	case attribute.String:
		return v.Text, true
	case attribute.Number:
		return v.Num.String(), true
	case attribute.Binary:
		return base64.StdEncoding.EncodeToString([]byte(v.Text)), true
	}
	return "", false
}
