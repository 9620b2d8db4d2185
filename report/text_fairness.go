package report

import (
	"cmp"
	"fmt"
	"slices"
)

// fairness shows how evenly the applied updates fell on the workers, if there are
// several.
func (p *page) fairness(f *Fairness) {
	rows := fairnessRows(f)
	if rows == nil {
		return
	}
	p.section("Fairness")
	p.valueRows(rows)
}

func fairnessRows(f *Fairness) [][3]string {
	if f == nil || len(f.Workers) < 2 {
		return nil
	}
	best := slices.MaxFunc(f.Workers, func(a, b Worker) int { return cmp.Compare(a.Applied, b.Applied) })
	worst := slices.MinFunc(f.Workers, func(a, b Worker) int { return cmp.Compare(a.Applied, b.Applied) })
	rows := [][3]string{f.jainRow(),
		{"best worker", fmt.Sprint(best.Applied), fmt.Sprintf("applied updates, by worker %d", best.Number)},
		{"worst worker", fmt.Sprint(worst.Applied), fmt.Sprintf("by worker %d", worst.Number)},
	}
	if f.LongestLosingStreak > 0 {
		loser := slices.MaxFunc(f.Workers, func(a, b Worker) int { return cmp.Compare(a.LosingStreak, b.LosingStreak) })
		rows = append(rows, [3]string{"losing streak", fmt.Sprint(f.LongestLosingStreak),
			fmt.Sprintf("at most, conflicts in a row, of worker %d", loser.Number)})
	}
	if len(f.Starved) > 0 {
		rows = append(rows, [3]string{"starving", fmt.Sprint(len(f.Starved)),
			workerNames(f.Starved) + ", with less than a tenth of the mean"})
	}
	return rows
}

func (f *Fairness) jainRow() [3]string {
	const name = "Jain's index"
	switch {
	case f.Jain == nil && f.Best > 0:
		return [3]string{name, absent, "the load did not give all workers the same to do"}
	case f.Jain == nil:
		return [3]string{name, absent, "no update was applied"}
	}
	return [3]string{name, figures(*f.Jain),
		fmt.Sprintf("1 if all %d workers had the same, %s if one had all", len(f.Workers), figures(1/float64(len(f.Workers))))}
}
