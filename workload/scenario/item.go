package scenario

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter/layout"
	"contend/workload/scenario/yamltree"
)

// item is the attributes that new counters get beside the number. Encode leaves them out
// if there are none.
func item() value {
	read := func(n *yamltree.Node, s *Scenario) []mistake {
		s.Counters.Item = nil
		if n.Kind != yamltree.MappingNode {
			return []mistake{{n.At, yamltree.MustBe("a mapping of attributes such as { kind: counter, stats: {} }", n)}}
		}
		var mistakes []mistake
		s.Counters.Item = readAttributes(n, &mistakes)
		return mistakes
	}
	return value{
		read:  read,
		check: func(s Scenario) string { return s.Counters.wrongPart("item") },
		write: func(s Scenario) string {
			if s.Counters.Item == nil {
				return ""
			}
			return writeAttributes(s.Counters.Item)
		},
		schema: map[string]any{"type": "object"},
	}
}

func readAttributes(n *yamltree.Node, mistakes *[]mistake) layout.Item {
	attributes := layout.Item{}
	for _, e := range n.Entries {
		if e.Name == "" {
			*mistakes = append(*mistakes, mistake{e.At, "an attribute has no name"})
			continue
		}
		attributes[e.Name] = readAttribute(e.Value, mistakes)
	}
	return attributes
}

// readAttribute takes YAML's values for those of DynamoDB: text, numbers, true and false,
// null, mappings and lists. It has no sets and nothing binary.
func readAttribute(n *yamltree.Node, mistakes *[]mistake) types.AttributeValue {
	switch n.Kind {
	case yamltree.MappingNode:
		return &types.AttributeValueMemberM{Value: readAttributes(n, mistakes)}
	case yamltree.ListNode:
		list := &types.AttributeValueMemberL{}
		for _, element := range n.Items {
			list.Value = append(list.Value, readAttribute(element, mistakes))
		}
		return list
	case yamltree.ScalarNode:
	default:
		return &types.AttributeValueMemberNULL{Value: true}
	}
	const mostDigits = 38
	switch number := strings.NewReplacer("_", "", "+", "").Replace(n.Text); {
	case n.Quoted:
	case n.Text == "true", n.Text == "false":
		return &types.AttributeValueMemberBOOL{Value: n.Text == "true"}
	case yamltree.IsNumeral(n.Text) && significantDigits(number) > mostDigits:
		*mistakes = append(*mistakes, mistake{n.At, "a number of DynamoDB has at most 38 digits: " + yamltree.Quote(n.Text)})
	case yamltree.IsNumeral(n.Text):
		return &types.AttributeValueMemberN{Value: number}
	}
	return &types.AttributeValueMemberS{Value: n.Text}
}

// significantDigits counts the digits of a number without those of its exponent, and without
// zeros in front and at the end.
func significantDigits(number string) int {
	mantissa, _, _ := strings.Cut(strings.ToLower(number), "e")
	return len(strings.Trim(strings.NewReplacer("-", "", ".", "").Replace(mantissa), "0"))
}

func writeAttributes(attributes layout.Item) string {
	if len(attributes) == 0 {
		return "{}"
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		parts = append(parts, writeString(name)+": "+writeAttribute(attributes[name]))
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

func writeAttribute(attribute types.AttributeValue) string {
	switch v := attribute.(type) {
	case *types.AttributeValueMemberS:
		return writeString(v.Value)
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberBOOL:
		return strconv.FormatBool(v.Value)
	case *types.AttributeValueMemberM:
		return writeAttributes(v.Value)
	case *types.AttributeValueMemberL:
		parts := make([]string, len(v.Value))
		for i, element := range v.Value {
			parts[i] = writeAttribute(element)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return "null"
}

// writeString is [writeInFlow] for text that may be empty.
func writeString(text string) string {
	if text == "" {
		return `""`
	}
	return writeInFlow(text)
}
