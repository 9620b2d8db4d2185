package rendezvous

import (
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter/layout"
)

// itemNumber is the number of an item of a run: a machine's own, or that of the run's item.
type itemNumber int

const runItem itemNumber = 999 // above all machines

// name is the item's name, as a counter has one.
func (n itemNumber) name(run string) string {
	if n == runItem {
		return "contend#" + run + "#run"
	}
	return fmt.Sprintf("contend#%s#machine-%d", run, int(n))
}

// keyOf returns the key of an item. No counter has it: a string contains the item's name,
// which no counter has, and a number is no whole number.
func keyOf(k layout.Key, run string, n itemNumber) layout.Item {
	if k.IsZero() {
		k = layout.Default
	}
	if !varies(k.Partition) && !varies(k.Sort) { // a table with one counter
		k.Partition.Template += "#" + layout.CounterPlace
		if k.Partition.Type == types.ScalarAttributeTypeN {
			k.Partition.Template = strings.TrimSuffix(k.Partition.Template, "#"+layout.CounterPlace) + layout.NumberPlace
		}
	}
	key := layout.Item{}
	for _, e := range k.Elements() {
		key[e.Attribute] = valueOf(e, run, n)
	}
	return key
}

// varies reports whether the items of a run can differ by the element.
func varies(e layout.Element) bool {
	return e.Attribute != "" && (e.Template == "" || strings.Contains(e.Template, layout.CounterPlace) || strings.Contains(e.Template, layout.NumberPlace))
}

func valueOf(e layout.Element, run string, n itemNumber) types.AttributeValue {
	if e.Type == types.ScalarAttributeTypeN {
		return &types.AttributeValueMemberN{Value: strings.ReplaceAll(e.Template, layout.NumberPlace, fraction(e, run, n))}
	}
	template := e.Template
	if template == "" {
		template = layout.CounterPlace
	}
	return &types.AttributeValueMemberS{Value: strings.NewReplacer(layout.CounterPlace, n.name(run), layout.NumberPlace, n.name(run)).Replace(template)}
}

// maxDigits is the precision of DynamoDB's numbers.
const maxDigits = 38

// fraction returns a number such as 0.0031234567, of which the first three digits after the
// point are the item's and the others the run's. Few digits are left beside a template
// with many, so two runs may have the same: see [sameRun].
func fraction(e layout.Element, run string, n itemNumber) string {
	digits := min(maxDigits-1-len(strings.ReplaceAll(e.Template, layout.NumberPlace, "")), 20) - 3
	modulus := uint64(1)
	for range digits {
		modulus *= 10
	}
	h := fnv.New64a()
	h.Write([]byte(run))
	return fmt.Sprintf("0.%03d%0*d", int(n), digits, h.Sum64()%modulus)
}
