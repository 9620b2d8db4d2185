package retry_test

import (
	"fmt"
	"time"

	"contend/counter"
	"contend/workload/retry"
)

// A caller asks the policy after every attempt, and waits and draws by itself.
func ExamplePolicy_Decide() {
	policy := retry.Policy{
		Kind: retry.FullJitter, Base: 10 * time.Millisecond, Cap: time.Second, Factor: 2, MaxAttempts: 3,
		On: retry.Outcomes(counter.Conflict, counter.Throttled),
	}
	for number := 1; number <= 3; number++ {
		u := 0.5 // a random number in [0, 1), such as rand.Float64 returns
		decision, _ := policy.Decide(retry.Attempt{Number: number, Outcome: counter.Conflict}, retry.Memory{}, u)
		fmt.Printf("%t %v %q\n", decision.Retry, decision.Wait, decision.Reason)
	}
	// Output:
	// true 5ms ""
	// true 10ms ""
	// false 0s "max-attempts"
}
