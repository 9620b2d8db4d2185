package report

import (
	"fmt"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// Fairness is how evenly the applied increments and decrements were shared among the
// workers.
type Fairness struct {
	// Jain is Jain's index of the applied updates of the workers, (Σx)² ÷ (n Σx²), in
	// [1/n, 1]: 1 if all have the same number, 1/n if one has all (Jain, Chiu, Hawe
	// 1984). Absent if nothing was applied, and where the workers were not given the
	// same work: in an open loop, where any free worker takes the next operation, and
	// in stages, where some workers run in more stages than others.
	Jain *float64 `json:"jain,omitempty"`
	// JainLimit is the index that workers reach who take their successes at random, m ÷ (1 + m)
	// for a mean of m successes: in a short run, a lower index than 1 does not show that a
	// policy is unfair. Absent if Jain is.
	JainLimit *float64 `json:"jain_limit,omitempty"`
	// Best and Worst are the most and the fewest updates that one worker got applied.
	Best  int64 `json:"best"`
	Worst int64 `json:"worst"`
	// LongestLosingStreak is the most conflicts in a row that one worker met.
	LongestLosingStreak int64 `json:"longest_losing_streak"`
	// Starved lists the workers, by number, that got less than a tenth of the mean;
	// none if the mean is below 10, or if there is no index.
	Starved []int    `json:"starved,omitempty"`
	Workers []Worker `json:"workers"`
}

// Worker is one worker's share of the increments and decrements.
type Worker struct {
	Number       int   `json:"number"` // from 0
	Applied      int64 `json:"applied"`
	Attempts     int64 `json:"attempts"`
	Conflicts    int64 `json:"conflicts"`
	LosingStreak int64 `json:"losing_streak"` // the most conflicts in a row
}

// treatedAlike reports whether a load gives all workers the same work.
func treatedAlike(l *scenario.Load) bool { return !l.Open() && len(l.Stages) == 0 }

// fairness is nil if no worker attempted an increment or decrement.
func fairness(run *measure.Result) *Fairness {
	workers := run.Workers
	if !slices.ContainsFunc(workers, func(w measure.WorkerTally) bool { return w.UpdateAttempts > 0 }) {
		return nil
	}
	f := &Fairness{Best: workers[0].UpdatesApplied, Worst: workers[0].UpdatesApplied, Starved: starved(run)}
	if treatedAlike(&run.Scenario.Load) {
		f.Jain = jain(workers)
	}
	if f.Jain != nil {
		mean := meanApplied(workers)
		f.JainLimit = new(mean / (1 + mean))
	}
	for _, w := range workers {
		f.Best, f.Worst = max(f.Best, w.UpdatesApplied), min(f.Worst, w.UpdatesApplied)
		f.LongestLosingStreak = max(f.LongestLosingStreak, w.LosingStreak)
		f.Workers = append(f.Workers, Worker{
			Number: w.Number, Applied: w.UpdatesApplied, Attempts: w.UpdateAttempts, Conflicts: w.Conflicts, LosingStreak: w.LosingStreak,
		})
	}
	return f
}

func jain(workers []measure.WorkerTally) *float64 {
	var sum, squares float64
	for _, w := range workers {
		x := float64(w.UpdatesApplied)
		sum += x
		squares += x * x
	}
	return Ratio(sum*sum, float64(len(workers))*squares)
}

// starved returns the workers with less than a tenth of the mean. Where the mean is
// below 10, a worker without success is no sign: among many workers that are treated
// alike, some have none in a short run.
func starved(run *measure.Result) (numbers []int) {
	const leastMean, part = 10, 0.1
	mean := meanApplied(run.Workers)
	if mean < leastMean || !treatedAlike(&run.Scenario.Load) {
		return nil
	}
	for _, w := range run.Workers {
		if float64(w.UpdatesApplied) < part*mean {
			numbers = append(numbers, w.Number)
		}
	}
	return numbers
}

func meanApplied(workers []measure.WorkerTally) float64 {
	var sum float64
	for _, w := range workers {
		sum += float64(w.UpdatesApplied)
	}
	return sum / float64(len(workers))
}

// starving warns that some workers get next to nothing.
func starving(run *measure.Result) string {
	numbers := starved(run)
	if len(numbers) == 0 {
		return ""
	}
	return fmt.Sprintf("%s got less than a tenth of the mean of %s applied updates: rates and latencies of all workers together do not describe them",
		WorkerNames(numbers), format.Number(meanApplied(run.Workers)))
}

// WorkerNames names the first of some workers: "worker 3, worker 7 and 4 more".
func WorkerNames(numbers []int) string {
	const most = 3
	var names []string
	for _, n := range numbers[:min(len(numbers), most)] {
		names = append(names, fmt.Sprintf("worker %d", n))
	}
	if rest := len(numbers) - most; rest > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), rest)
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
	return strings.Join(names, "")
}
