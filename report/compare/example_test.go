package compare_test

import (
	"fmt"

	"contend/report"
	"contend/report/compare"
)

// Six runs of each of two variants: the change of a metric, and whether chance
// explains it.
func ExampleCompare() {
	variant := func(policy string, throughputs ...float64) compare.Candidate {
		c := compare.Candidate{Settings: []report.Setting{{Path: "retry.policy", Value: policy}}}
		for _, v := range throughputs {
			c.Runs = append(c.Runs, compare.Run{Verdict: "pass", Values: map[string]float64{"throughput": v}})
		}
		return c
	}
	c := compare.Compare([]compare.Candidate{
		variant("exponential", 100, 101, 99, 102, 98, 100),
		variant("full-jitter", 120, 122, 119, 121, 118, 120),
		variant("fixed", 101, 99, 100, 98, 102, 101),
	}, compare.Options{})
	for _, v := range c.Variants {
		e := v.Estimates["throughput"]
		fmt.Print(v.Name, " ", e.Median)
		if e.Change != nil {
			fmt.Print(" ", e.Change)
		}
		fmt.Println()
	}
	// Output:
	// retry.policy=exponential 100
	// retry.policy=full-jitter 120 +20% p=0.003
	// retry.policy=fixed 100.5 ~ p=0.890
}
