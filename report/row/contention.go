package row

import (
	"cmp"
	"fmt"
	"slices"

	"contend/internal/format"
	"contend/report"
)

// Contention describes the gap, and the frontier where there are several workers.
func Contention(r *report.Report) (rows [][3]string) {
	if r.GapMS != nil {
		rows = append(rows, [3]string{"gap", format.Number(*r.GapMS) + " ms", "from reading to writing, mean of all writes"})
	}
	if f := r.Frontier; f != nil && r.Workers > 1 {
		rows = append(rows, [3]string{"frontier", format.Number(f.Product), fmt.Sprintf(
			"(T−1)(C−1): a success took %s gaps of %s ms (T) and %s writes (C); %s", format.Number(f.T), format.Number(f.GapMS), format.Number(f.C), word(f))})
	}
	return rows
}

// word interprets the product. Simulated fleets whose waits are random reach 0.5 to
// 1.3, because waits are not quite random and gaps differ.
func word(f *report.Frontier) string {
	const random, wasteful = 0.5, 2
	switch {
	case f.Product < random:
		return "below 1, attempts are not random: they queue or run in step"
	case f.Product < wasteful:
		return "near 1, the best that workers can do without coordination"
	}
	return "above 1, the policy wastes writes or time"
}

// Fairness describes how evenly the applied updates were shared among the workers; nil
// if there are fewer than two.
func Fairness(f *report.Fairness) [][3]string {
	if f == nil || len(f.Workers) < 2 {
		return nil
	}
	best := slices.MaxFunc(f.Workers, func(a, b report.Worker) int { return cmp.Compare(a.Applied, b.Applied) })
	worst := slices.MinFunc(f.Workers, func(a, b report.Worker) int { return cmp.Compare(a.Applied, b.Applied) })
	rows := [][3]string{jainRow(f)}
	if f.JainLimit != nil {
		rows = append(rows, [3]string{"at random", format.Number(*f.JainLimit), "if each success went to a worker drawn at random"})
	}
	rows = append(rows, [][3]string{
		{"best worker", fmt.Sprint(best.Applied), fmt.Sprintf("applied updates, by worker %d", best.Number)},
		{"worst worker", fmt.Sprint(worst.Applied), fmt.Sprintf("by worker %d", worst.Number)},
	}...)
	if f.LongestLosingStreak > 0 {
		loser := slices.MaxFunc(f.Workers, func(a, b report.Worker) int { return cmp.Compare(a.LosingStreak, b.LosingStreak) })
		rows = append(rows, [3]string{"losing streak", fmt.Sprint(f.LongestLosingStreak),
			fmt.Sprintf("conflicts in a row at most, by worker %d", loser.Number)})
	}
	if len(f.Starved) > 0 {
		rows = append(rows, [3]string{"starving", fmt.Sprint(len(f.Starved)),
			report.WorkerNames(f.Starved) + ", with less than a tenth of the mean"})
	}
	return rows
}

func jainRow(f *report.Fairness) [3]string {
	const name = "Jain's index"
	switch {
	case f.Jain == nil && f.Best > 0:
		return [3]string{name, format.Absent, "the load did not give all workers the same work"}
	case f.Jain == nil:
		return [3]string{name, format.Absent, "no update was applied"}
	}
	return [3]string{name, format.Number(*f.Jain),
		fmt.Sprintf("1 if all %d workers had the same number, %s if one had all", len(f.Workers), format.Number(1/float64(len(f.Workers))))}
}
