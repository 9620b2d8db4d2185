package scenario

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestDrawThink(t *testing.T) {
	const draws = 100_000
	load, random := Load{Think: time.Second, ThinkVaries: true}, rand.New(rand.NewPCG(1, 2))
	var sum, squares float64
	long := 0
	for range draws {
		pause := load.DrawThink(random)
		sum += pause.Seconds()
		squares += pause.Seconds() * pause.Seconds()
		if pause > load.LongestThink() {
			long++
		}
	}
	mean := sum / draws
	deviation := math.Sqrt(squares/draws - mean*mean)
	if math.Abs(mean-1) > 0.02 || math.Abs(deviation-1) > 0.02 {
		t.Errorf("pauses of %.3f s on average, with a deviation of %.3f s; want 1 s and 1 s, as an exponential distribution has", mean, deviation)
	}
	if long == 0 || long > draws/500 {
		t.Errorf("%d of %d pauses are longer than the longest", long, draws)
	}
}

// A load whose pauses are alike has the random numbers that it always had.
func TestDrawThinkDrawsNothing(t *testing.T) {
	load, random, untouched := Load{Think: time.Second}, rand.New(rand.NewPCG(1, 2)), rand.New(rand.NewPCG(1, 2))
	if pause := load.DrawThink(random); pause != time.Second || load.LongestThink() != time.Second {
		t.Errorf("a pause of %v, at most %v", pause, load.LongestThink())
	}
	if random.Uint64() != untouched.Uint64() {
		t.Error("it drew a number")
	}
}
