package scenario

import (
	"fmt"
	"strings"
	"time"

	"contend/internal/embedded/misbehave"
	"contend/workload/fault"
	"contend/workload/scenario/yamltree"
	"contend/workload/threshold"
)

// Field is one field of a scenario, as documentation, completion and editors
// need it.
type Field struct {
	Path    string  // from the top, as in "load.workers"
	About   string  // what it is for, in a sentence
	Default string  // as it is written in YAML; "" if the field is left out by default
	List    bool    // the value is a list, whose elements are numbered from 0
	Fields  []Field // those of a mapping
	// OrList is the JSON Schema of a list that may stand in place of the mapping; nil if
	// none may.
	OrList map[string]any
	// Schema is the JSON Schema (draft 7) of a value, nil for a mapping of fields.
	// It takes whatever [Decode] takes. It cannot say everything: Decode refuses
	// some values for the sake of other fields, or for being too large.
	Schema map[string]any
}

// Fields lists the fields of a scenario in the order in which [Encode] writes them. The fields
// "matrix", "repeat" and "explore", which make several runs of a scenario, are not among
// them.
func Fields() []Field { return describe(scenarioFields(), "") }

func describe(fields []field, parent string) []Field {
	standard := Default()
	var described []Field
	for _, f := range fields {
		d := Field{Path: yamltree.Join(parent, f.name), About: f.about, List: f.list, Schema: f.schema}
		if f.fields != nil {
			d.Fields = describe(f.fields, d.Path)
			if f.orList != nil {
				d.OrList = f.orList.schema
			}
		} else {
			d.Default = f.write(standard)
		}
		described = append(described, d)
	}
	return described
}

// anyText is any scalar: YAML has text that editors take for a number, as in
// "name: 17".
func anyText() map[string]any {
	return map[string]any{"type": []string{"string", "number", "boolean"}}
}

func nameSchema() map[string]any {
	schema := anyText()
	schema["pattern"], schema["maxLength"] = nameExpression, maxNameLength
	return schema
}

func tableSchema() map[string]any {
	schema := anyText()
	schema["pattern"] = fmt.Sprintf(`^$|^%s{%d,%d}$`, tableCharacters, minTableLength, maxTableLength)
	return schema
}

func targetSchema() map[string]any {
	return anyOf(enumOf(Targets()), matching(`^[hH][tT][tT][pP][sS]?://[^/?#@]+(/[^?#]*)?$`))
}

func attributeSchema() map[string]any {
	schema := anyText()
	schema["minLength"] = 1
	return schema
}

// keySchema is a mapping of one or two attributes, each with a type that may be written
// with it.
func keySchema() map[string]any {
	typed := map[string]any{"type": "object", "propertyNames": enumOf([]string{"S", "N"}), "minProperties": 1, "maxProperties": 1}
	return map[string]any{"type": "object", "minProperties": 1, "maxProperties": 2, "additionalProperties": anyOf(anyText(), typed)}
}

func enumOf(names []string) map[string]any { return map[string]any{"enum": names} }

func anyOf(schemas ...map[string]any) map[string]any { return map[string]any{"anyOf": schemas} }

func matching(pattern string) map[string]any {
	return map[string]any{"type": "string", "pattern": pattern}
}

func within[T int64 | uint64 | float64](kind string, low, high T) map[string]any {
	return map[string]any{"type": kind, "minimum": low, "maximum": high}
}

// durationPattern is a duration with a unit, in Go's notation.
const durationPattern = `\+?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+`

// durationSchema is Go's notation. Only 0 needs no unit.
func durationSchema(low time.Duration) map[string]any {
	withUnit := matching("^" + durationPattern + "$")
	if low > 0 {
		return withUnit
	}
	return anyOf(withUnit, map[string]any{"enum": []any{0, "0"}})
}

func pickSchema() map[string]any {
	plain := []string{string(PickUniform), string(PickRoundRobin), string(PickOwn)}
	return anyOf(enumOf(plain), matching(`^zipf\(\+?[0-9_.eE+-]*[0-9.]\)$`))
}

func listOf(items map[string]any) map[string]any {
	return map[string]any{"type": "array", "items": items}
}

func distinctOf(items map[string]any) map[string]any {
	schema := listOf(items)
	schema["uniqueItems"] = true
	return schema
}

// membersSchema is the schema of an element of a list that is a mapping.
func membersSchema(members []member) map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, m := range members {
		properties[m.name] = m.schema
		if m.required {
			required = append(required, m.name)
		}
	}
	return map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

func stagesSchema() map[string]any {
	stage := membersSchema(stageMembers(new(Stage)))
	stage["oneOf"] = []any{requiring("workers"), requiring("rate")}
	schema := listOf(stage)
	schema["minItems"], schema["maxItems"] = 1, maxStages
	return schema
}

func requiring(names ...string) map[string]any { return map[string]any{"required": names} }

func rulesSchema() map[string]any {
	schema := listOf(membersSchema(ruleMembers(new(fault.Rule))))
	schema["maxItems"] = maxRules
	return schema
}

func misbehavioursSchema() map[string]any {
	schema := distinctOf(membersSchema(misbehaviourMembers(new(string), new(int64))))
	schema["maxItems"] = len(misbehave.Names())
	return schema
}

func thresholdsSchema() map[string]any {
	schema := distinctOf(anyOf(limitSchema(), membersSchema(thresholdMembers(new(threshold.Threshold)))))
	schema["maxItems"] = maxThresholds
	return schema
}

func limitSchema() map[string]any {
	metrics := strings.ReplaceAll(strings.Join(threshold.Names(), "|"), ".", `\.`)
	return matching(`^\s*(` + metrics + `|([a-z_]+\.)*p([1-9][0-9]*|0[._][0-9]+)([._][0-9]+)?)\s*(<=|>=|==|!=|<|>)\s*\S.*$`)
}
