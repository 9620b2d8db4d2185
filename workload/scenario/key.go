package scenario

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/counter/layout"
	"contend/workload/scenario/yamltree"
)

// Schema says where the scenario's counters are in its table, and which attributes their
// items have.
func (c Counters) Schema() counter.Schema {
	return counter.Schema{Attribute: c.Attribute, Version: c.Version, Key: c.Key, Item: c.Item}
}

// Foreign reports whether the items are those of another program.
func (c Counters) Foreign() bool { return c.Attribute != "" || c.Version != "" }

// wrongPart says what is wrong with one part of the schema; "" if nothing is, or if
// something else is wrong before.
func (c Counters) wrongPart(part string) string {
	var wrong *counter.SchemaError
	if errors.As(c.Schema().Check(), &wrong) && wrong.Part == part {
		return wrong.Err.Error()
	}
	return ""
}

const keyExpected = `a mapping such as { PK: "COUNTER#{counter}", SK: TOTAL }`

// tableKey is the key of a table of its owner: one attribute, or two. Encode leaves it
// out if there is none.
func tableKey() value {
	read := func(n *yamltree.Node, s *Scenario) []mistake {
		s.Counters.Key = layout.Key{}
		if n.Kind != yamltree.MappingNode {
			return []mistake{{n.At, yamltree.MustBe(keyExpected, n)}}
		}
		if len(n.Entries) == 0 || len(n.Entries) > 2 {
			return []mistake{{n.At, fmt.Sprintf("must have the partition key and, after it, the sort key if there is one, not %d attributes", len(n.Entries))}}
		}
		var mistakes []mistake
		for i, at := range []*layout.Element{&s.Counters.Key.Partition, &s.Counters.Key.Sort}[:len(n.Entries)] {
			e := n.Entries[i]
			element, message := readElement(e)
			if message == "" {
				if err := element.Check(); err != nil {
					message = err.Error()
				}
			}
			if message != "" {
				mistakes = append(mistakes, mistake{e.Value.At, e.Name + ": " + message})
			}
			*at = element
		}
		return mistakes
	}
	return value{
		read:   read,
		check:  func(s Scenario) string { return s.Counters.wrongPart("key") },
		write:  writeKey,
		schema: keySchema(),
	}
}

// readElement reads one attribute of a key. A number without quotes is one; a template of
// a number says so, as in { N: "1{number}" }.
func readElement(e yamltree.Entry) (element layout.Element, message string) {
	element = layout.Element{Attribute: e.Name, Type: types.ScalarAttributeTypeS, Template: e.Value.Text}
	switch n := e.Value; {
	case n.Kind == yamltree.ScalarNode && !n.Quoted && yamltree.IsNumeral(n.Text):
		element.Type, element.Template = types.ScalarAttributeTypeN, strings.ReplaceAll(n.Text, "_", "")
	case n.Kind == yamltree.ScalarNode:
	case n.Kind == yamltree.MappingNode && len(n.Entries) == 1 && n.Entries[0].Value.Kind == yamltree.ScalarNode:
		typed := n.Entries[0]
		element.Type, element.Template = types.ScalarAttributeType(typed.Name), typed.Value.Text
		if typed.Name != "S" && typed.Name != "N" {
			return element, `must be of the type S or N, as in { N: "1{number}" }, not ` + yamltree.Quote(typed.Name)
		}
	default:
		return element, yamltree.MustBe(`text, a number, or { N: "1{number}" }`, n)
	}
	return element, ""
}

func writeKey(s Scenario) string {
	if s.Counters.Key.IsZero() {
		return ""
	}
	var parts []string
	for _, e := range s.Counters.Key.Elements() {
		text := writeString(e.Template)
		switch {
		case e.Type == types.ScalarAttributeTypeN && yamltree.IsNumeral(e.Template):
			text = e.Template
		case e.Type == types.ScalarAttributeTypeN:
			text = "{ N: " + text + " }"
		}
		parts = append(parts, writeString(e.Attribute)+": "+text)
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// checkKeyNames checks that counters have keys of their own.
func checkKeyNames(s Scenario) string {
	if key := s.Counters.Key; s.Counters.Count > 1 && !key.IsZero() && !key.DiffersByCounter() {
		return fmt.Sprintf("counters.key: must have %s or %s, so that the %d counters have keys of their own", layout.CounterPlace, layout.NumberPlace, s.Counters.Count)
	}
	return ""
}

// checkKeep refuses to keep the items of a table that does not stay.
func checkKeep(s Scenario) string {
	if s.Counters.Keep && s.Table == "" {
		return "counters.keep: needs a table: without one each run has a new table of its own, which --keep-table keeps"
	}
	return ""
}

// checkMisfit checks that the design can keep counters whose schema has the part.
func checkMisfit(part string) func(Scenario) string {
	return func(s Scenario) string {
		traits, known := traitsOf(s.Strategy)
		wrong, reason := traits.Misfit(s.Counters.Schema())
		return checkTrait(s, known && wrong == part, "counters."+part, reason, func(t counter.Traits) bool {
			wrong, _ := t.Misfit(s.Counters.Schema())
			return wrong == ""
		})
	}
}
