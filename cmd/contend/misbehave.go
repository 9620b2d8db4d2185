package main

import (
	"fmt"
	"strconv"
	"strings"

	"contend/internal/embedded/misbehave"
)

// misbehavePlan reads the faults to plant, each KIND=N.
func misbehavePlan(flags []string) (misbehave.Plan, error) {
	var plan misbehave.Plan
	for _, text := range flags {
		name, number, _ := strings.Cut(text, "=")
		kind, known := misbehave.ParseKind(name)
		oneIn, err := strconv.ParseInt(number, 10, 64)
		switch {
		case !known:
			return plan, usage(fmt.Errorf("serve: --misbehave %s: unknown kind %q", text, name), "the kinds are "+strings.Join(misbehave.Names(), ", "))
		case err != nil || oneIn < 1:
			return plan, usage(fmt.Errorf("serve: --misbehave %s: must be KIND=N with N at least 1", text), "as in --misbehave lose-update=1000")
		case plan[kind] != 0:
			return plan, usage(fmt.Errorf("serve: --misbehave: %q is given twice", kind), "")
		}
		plan[kind] = oneIn
	}
	return plan, nil
}
