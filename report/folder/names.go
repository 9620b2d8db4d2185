package folder

import (
	"fmt"
	"strings"

	"contend/internal/pattern"
	"contend/workload/plan"
)

var (
	notInNames      = pattern.Lazy(`[^a-zA-Z0-9.]+`)
	startsWithDigit = pattern.Lazy(`^[0-9]`)
)

// runName is the name of a run's folder inside that of its campaign. It shows how the
// run differs from others.
func runName(p *plan.Plan, r *plan.Run) string {
	const longest = 80
	var values []string
	for _, s := range p.Variants[r.Variant].Values {
		value := strings.Trim(notInNames().ReplaceAllString(s.Value, "-"), "-")
		if startsWithDigit().MatchString(value) { // a number alone means nothing
			value = s.Path[strings.LastIndexByte(s.Path, '.')+1:] + "-" + value
		}
		values = append(values, value)
	}
	name := strings.Join(values, "_")
	name = fmt.Sprintf("%0*d-%s", len(fmt.Sprint(len(p.Variants))), r.Variant+1, name[:min(len(name), longest)])
	name = strings.TrimSuffix(name, "-")
	if p.Repeat > 1 {
		name += fmt.Sprintf("-run%0*d", len(fmt.Sprint(p.Repeat)), r.Repeat)
	}
	return name
}

// runTitle names a run for people.
func runTitle(p *plan.Plan, r *plan.Run) string {
	name := p.Variants[r.Variant].Name
	if p.Repeat == 1 {
		return name
	}
	return strings.TrimPrefix(fmt.Sprintf("%s, run %d of %d", name, r.Repeat, p.Repeat), ", ")
}
