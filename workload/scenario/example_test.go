package scenario_test

import (
	"fmt"
	"log"

	"contend/workload/scenario"
)

func ExampleDecode() {
	text := `
name: my-key
strategy: atomic-add
load: { workers: 8, duration: 2s }
`
	s, err := scenario.Decode("my-key.yaml", []byte(text))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Strategy, s.Load.Workers, s.Load.Duration)
	fmt.Println(s.Retry.Kind, s.RequestTimeout) // the text leaves them to the defaults
	// Output:
	// atomic-add 8 2s
	// full-jitter 5s
}

// All problems of a scenario are reported at once.
func ExampleDecode_problems() {
	_, err := scenario.Decode("my-key.yaml", []byte("name: my-key\nstrategi: atomic-add\nload: { workers: 0 }\n"))
	fmt.Println(err)
	// Output:
	// my-key.yaml:2:1: unknown field "strategi": did you mean "strategy"?
	// my-key.yaml:3:18: load.workers: must be at least 1, not 0
}

func ExampleValidate() {
	s := scenario.Default()
	s.Name = "made-by-a-program"
	s.Load.Workers = 0
	fmt.Println(scenario.Validate(s))
	// Output: load.workers: must be at least 1, not 0
}
