package scenario

import (
	"bytes"
	"strings"
)

// Encode writes a valid scenario as YAML; [Decode] reads an equal scenario from it. It
// writes every field, except for limits, texts, tables and planted faults that the
// scenario does not have.
func Encode(s Scenario) []byte {
	var out bytes.Buffer
	for _, f := range scenarioFields() {
		switch {
		case f.block:
			out.WriteString(f.name + ":\n")
			for _, line := range assignments(f.fields, s) {
				out.WriteString("  " + line + "\n")
			}
		case f.fields != nil:
			if len(assignments(f.fields, s)) > 0 {
				out.WriteString(f.name + ": " + flow(f.fields, s) + "\n")
			}
		default:
			for _, line := range assignments([]field{f}, s) {
				out.WriteString(line + "\n")
			}
		}
	}
	return out.Bytes()
}

// assignments is the text of each field that has one.
func assignments(fields []field, s Scenario) []string {
	var lines []string
	for _, f := range fields {
		if text := f.text(s); text != "" {
			lines = append(lines, f.name+": "+text)
		}
	}
	return lines
}

// text is the field's value; "" to leave the field out.
func (f *field) text(s Scenario) string {
	switch {
	case f.fields == nil:
		return f.write(s)
	case f.listText(s) != "":
		return f.listText(s)
	case len(assignments(f.fields, s)) > 0:
		return flow(f.fields, s)
	}
	return ""
}

// listText is the text of a list in place of a mapping; "" if there is none.
func (f *field) listText(s Scenario) string {
	if f.orList == nil {
		return ""
	}
	return f.orList.write(s)
}

func flow(fields []field, s Scenario) string {
	return "{ " + strings.Join(assignments(fields, s), ", ") + " }"
}
