package throughput

import "time"

// doubling is how long after a peak a table on demand takes twice of it (Developer Guide,
// "On-demand capacity mode": throttling can occur if a table exceeds double its previous
// peak within 30 minutes).
const doubling = 30 * time.Minute

// growth follows the peaks of one side of a table. The zero value has had none.
type growth struct {
	began time.Time // of the time that used covers
	used  float64
	peaks []peak  // not yet as old as doubling; each higher than the one before
	old   float64 // the highest peak that is: units a second
}

type peak struct {
	at    time.Time
	units float64 // a second
}

// note adds what a table used, and closes a stretch of time that is over. What was saved
// up and used at once is no peak above the rate that was allowed; 0 is no limit.
func (g *growth) note(now time.Time, over time.Duration, allowed, units float64) {
	if g.began.IsZero() {
		g.began = now
	}
	if past := now.Sub(g.began); past >= over {
		mean := g.used / over.Seconds()
		if allowed > 0 {
			mean = min(mean, allowed)
		}
		g.close(g.began.Add(over), mean)
		g.began = g.began.Add(past.Truncate(over))
		g.used = 0
	}
	g.used += units
}

func (g *growth) close(at time.Time, units float64) {
	if n := len(g.peaks); units > g.old && (n == 0 || units > g.peaks[n-1].units) {
		g.peaks = append(g.peaks, peak{at, units})
	}
}

// previous returns the highest peak that is old enough to be doubled.
func (g *growth) previous(now time.Time) float64 {
	for len(g.peaks) > 0 && now.Sub(g.peaks[0].at) >= doubling {
		g.old = g.peaks[0].units
		g.peaks = g.peaks[1:]
	}
	return g.old
}
