package plan

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"strings"

	"contend/workload/scenario"
)

// Schema is the JSON Schema (draft 7) of a scenario's file, matrix, repeat
// and explore included. It is made from the table by which files are decoded, so that it knows
// every field. A file that [Decode] takes is valid by it. Decode refuses more: what
// a schema cannot say, such as a warm-up that is longer than the load.
func Schema() []byte {
	definitions := map[string]any{}
	properties := propertiesOf(scenario.Fields(), definitions)
	properties[scenario.MatrixField] = matrixSchema(definitions)
	properties[scenario.ExploreField] = exploreSchema(definitions)
	properties[scenario.RepeatField] = map[string]any{
		"description": "How often each variant is run. Default: 1.",
		"type":        "integer", "minimum": 1, "maximum": maxRepeat,
	}
	text, err := json.MarshalIndent(map[string]any{
		"$schema":              "http://json-schema.org/draft-07/schema#",
		"title":                "A contend scenario",
		"type":                 "object",
		"properties":           properties,
		"required":             []string{"name"},
		"additionalProperties": false,
		"definitions":          definitions,
	}, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("plan: the schema is not JSON: %v", err)) // it holds maps, lists, texts and finite numbers
	}
	return append(text, '\n')
}

// propertiesOf refers to the fields, and defines each of them under its path.
func propertiesOf(fields []scenario.Field, definitions map[string]any) map[string]any {
	properties := map[string]any{}
	for _, f := range fields {
		schema := map[string]any{"description": described(f)}
		if f.Fields != nil {
			mapping := map[string]any{"type": "object", "additionalProperties": false, "properties": propertiesOf(f.Fields, definitions)}
			if f.OrList != nil {
				mapping = map[string]any{"anyOf": []any{mapping, f.OrList}}
			}
			maps.Copy(schema, mapping)
		}
		maps.Copy(schema, f.Schema)
		definitions[f.Path] = schema
		properties[f.Path[strings.LastIndexByte(f.Path, '.')+1:]] = reference(f.Path)
	}
	return properties
}

func described(f scenario.Field) string {
	if f.Default == "" {
		return f.About
	}
	return f.About + " Default: " + f.Default + "."
}

func reference(path string) map[string]any { return map[string]any{"$ref": "#/definitions/" + path} }

// matrixSchema is a mapping of paths to lists of values, or a list of such
// mappings.
func matrixSchema(definitions map[string]any) map[string]any {
	block := listsSchema(definitions)
	return map[string]any{
		"description": "Paths and the values that they take in turn; each combination is a variant. A list of such mappings has the variants of all of them.",
		"anyOf":       []any{block, map[string]any{"type": "array", "items": block}},
	}
}

// exploreSchema is a mapping of paths to lists of values.
func exploreSchema(definitions map[string]any) map[string]any {
	schema := listsSchema(definitions)
	delete(schema["properties"].(map[string]any), "seed")
	schema["description"] = "Paths and lists of values: contend explore draws one value of each list for each seed."
	return schema
}

// listsSchema is a mapping of the paths that may vary to lists of values.
func listsSchema(definitions map[string]any) map[string]any {
	paths := map[string]any{}
	for path := range definitions {
		if !isFixed(path) {
			paths[path] = map[string]any{"type": "array", "minItems": 1, "items": reference(path)}
		}
	}
	return map[string]any{
		"type":       "object",
		"properties": paths,
		"patternProperties": map[string]any{ // an element of a list, or a field of one
			`^(` + strings.Join(listsIn(scenario.Fields()), "|") + `)\.[0-9]+(\..+)?$`: map[string]any{"type": "array", "minItems": 1},
		},
		"additionalProperties": false,
	}
}

// listsIn are the paths of the fields that may be lists, as regular expressions.
func listsIn(fields []scenario.Field) []string {
	var paths []string
	for _, f := range fields {
		if f.List || f.OrList != nil {
			paths = append(paths, regexp.QuoteMeta(f.Path))
		}
		paths = append(paths, listsIn(f.Fields)...)
	}
	return paths
}
