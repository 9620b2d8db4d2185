package yamltree

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// In flow style a comma ends a value, so that YAML reads {amount: uniform(1, 9)} as two
// entries, "uniform(1" and "9)", the second without a value. Nobody who writes that means
// it: a comma within round brackets belongs to the value.

// joinEntries joins what stands in round brackets in a flow mapping, whose content is
// names and values in turn.
func joinEntries(y *yaml.Node) []*yaml.Node {
	if y.Style&yaml.FlowStyle == 0 {
		return y.Content
	}
	var joined []*yaml.Node
	for i := 0; i+1 < len(y.Content); {
		var parts []*yaml.Node
		for next := i + 2; next+1 < len(y.Content) && y.Content[next+1].ShortTag() == "!!null" && y.Content[next+1].Value == ""; next += 2 {
			parts = append(parts, y.Content[next])
		}
		value, used := joinBrackets(y.Content[i+1], parts)
		joined = append(joined, y.Content[i], value)
		i += 2 + 2*used
	}
	return joined
}

// joinItems is joinEntries for a flow list.
func joinItems(y *yaml.Node) []*yaml.Node {
	if y.Style&yaml.FlowStyle == 0 {
		return y.Content
	}
	var joined []*yaml.Node
	for i := 0; i < len(y.Content); {
		item, used := joinBrackets(y.Content[i], y.Content[i+1:])
		joined = append(joined, item)
		i += 1 + used
	}
	return joined
}

// joinBrackets joins a value with as many of the parts after it as its round brackets
// need to be closed, and says how many these are: 0 if they never are.
func joinBrackets(value *yaml.Node, parts []*yaml.Node) (joined *yaml.Node, used int) {
	if !isPlain(value) || isClosed(value.Value) {
		return value, 0
	}
	text := value.Value
	for i, part := range parts {
		if !isPlain(part) {
			break
		}
		if text += ", " + part.Value; isClosed(text) {
			whole := *value
			whole.Value, whole.Tag = text, "!!str"
			return &whole, i + 1
		}
	}
	return value, 0
}

func isPlain(y *yaml.Node) bool { return y.Kind == yaml.ScalarNode && y.Style == 0 && y.Anchor == "" }

func isClosed(text string) bool { return strings.Count(text, "(") <= strings.Count(text, ")") }
