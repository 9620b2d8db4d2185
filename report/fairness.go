package report

// Fairness is how evenly the applied increments and decrements fell on the
// workers.
type Fairness struct {
	// Jain is Jain's index of the applied updates of the workers, (Σx)² ÷ (n Σx²),
	// in [1/n, 1]: 1 if all have the same number, 1/n if one has all (Jain, Chiu,
	// Hawe 1984). Absent if nothing was applied.
	Jain *float64 `json:"jain,omitempty"`
	// Best and Worst are the most and the fewest applied updates of one worker.
	Best  int64 `json:"best"`
	Worst int64 `json:"worst"`
	// LongestLosingStreak is the most conflicts in a row that one worker met.
	LongestLosingStreak int64 `json:"longest_losing_streak"`
	// Starved are the workers, by number, that got less than a tenth of the mean.
	Starved []int    `json:"starved,omitempty"`
	Workers []Worker `json:"workers"`
}

// Worker is one worker's part of the increments and decrements.
type Worker struct {
	Number       int   `json:"number"` // from 0
	Applied      int64 `json:"applied"`
	Attempts     int64 `json:"attempts"`
	Conflicts    int64 `json:"conflicts"`
	LosingStreak int64 `json:"losing_streak"` // the most conflicts in a row
}
