package rendezvous

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"contend/counter/layout"
	"contend/workload/fault"
	"contend/workload/history"
)

// drifting is a clock whose rate changes now and then, and which may jump.
type drifting struct {
	pieces            []piece
	stopped, restarts time.Duration // its machine is suspended in between
}

// wakes returns when the machine notices something.
func (d *drifting) wakes(true time.Duration) time.Duration {
	if true >= d.stopped && true < d.restarts {
		return d.restarts
	}
	return true
}

type piece struct {
	from time.Duration // true time
	own  time.Duration // what the clock shows then
	rate float64
}

// newDrifting draws a clock whose rate is wrong by up to the limit.
func newDrifting(r *rand.Rand, until time.Duration, limit float64) *drifting {
	d := &drifting{}
	own, rate := time.Duration(r.Int64N(int64(time.Hour))), 0.0
	for from := time.Duration(0); from < until; {
		rate = 1 + limit*(2*r.Float64()-1)
		if r.IntN(3) == 0 { // the worst
			rate = 1 + limit*float64(2*r.IntN(2)-1)
		}
		d.pieces = append(d.pieces, piece{from, own, rate})
		length := time.Duration(r.Int64N(int64(20 * time.Second)))
		from += length
		own += time.Duration(float64(length) * rate)
	}
	return d
}

func (d *drifting) at(true time.Duration) time.Duration {
	i := len(d.pieces) - 1
	for i > 0 && d.pieces[i].from > true {
		i--
	}
	p := d.pieces[i]
	return p.own + time.Duration(float64(true-p.from)*p.rate)
}

// jump moves the clock from a moment on.
func (d *drifting) jump(at, by time.Duration) {
	p := piece{at, d.at(at) + by, 1}
	i, _ := slices.BinarySearchFunc(d.pieces, p, func(a, b piece) int { return cmp.Compare(a.from, b.from) })
	if i > 0 {
		p.rate = d.pieces[i-1].rate
	}
	for j := i; j < len(d.pieces); j++ {
		d.pieces[j].own += by
	}
	d.pieces = slices.Insert(d.pieces, i, p)
}

// exchange is an update in true time.
type exchange struct {
	zero                    bool
	sent, arrived, returned time.Duration
	number                  int64
}

// course is a run of two machines: the clock of the second, what it measured, and its end.
type course struct {
	zero, other *drifting
	own         own
	until       time.Duration
}

// drawCourse draws the updates of two machines with clocks that are wrong: a burst, one a
// second or so, a burst. Both ways take different times, and some updates take long.
func drawCourse(r *rand.Rand, zero, other *drifting, until time.Duration) *course {
	c := &course{zero: zero, other: other, until: until}
	var all []*exchange
	for _, isZero := range []bool{true, false} {
		clock := other
		if isZero {
			clock = zero
		}
		for at := time.Duration(r.Int64N(int64(200 * time.Millisecond))); at < until; {
			there, back := time.Duration(r.ExpFloat64()*float64(8*time.Millisecond)), time.Duration(r.ExpFloat64()*float64(time.Millisecond))
			if r.IntN(20) == 0 {
				back += time.Duration(r.Int64N(int64(300 * time.Millisecond)))
			}
			e := &exchange{zero: isZero, sent: at, arrived: at + there + 1, returned: clock.wakes(at + there + back + 2)}
			all = append(all, e)
			pause := time.Duration(r.Int64N(int64(20 * time.Millisecond)))
			if at > time.Second && at < until-time.Second {
				pause += time.Duration(r.Int64N(int64(1500 * time.Millisecond)))
			}
			at = clock.wakes(e.returned + pause)
		}
	}
	c.takeIn(all)
	return c
}

// takeIn numbers the updates as the store does, and lets the second machine see them.
func (c *course) takeIn(all []*exchange) {
	slices.SortFunc(all, func(a, b *exchange) int { return cmp.Compare(a.arrived, b.arrived) })
	var zero, stored zeroTick
	var lastZero *exchange
	for i, e := range all {
		e.number = int64(i + 1)
		if e.zero {
			if lastZero != nil {
				zero = zeroTick{lastZero.number, c.zero.at(lastZero.sent), c.zero.at(lastZero.returned)}
			}
			lastZero, stored = e, zero
			continue
		}
		c.own.add(tick{e.number, c.other.at(e.sent), c.other.at(e.returned)}, stored, c.other.at(e.sent))
	}
}

// check counts the moments at which the readings are wrong.
func (c *course) check(t *testing.T) (wrong int, readings []history.ClockReading, breaks int) {
	began := c.other.at(time.Second)
	start := c.zero.at(time.Second)
	end := c.other.at(c.until)
	track := c.own.bounds.track(end)
	readings = track.readings(began, start)
	line := history.NewTimeline(readings, 0)
	if len(readings) > maxReadings+2 || len(c.own.bounds.limits) > maxLimits {
		t.Errorf("%d readings of %d limits", len(readings), len(c.own.bounds.limits))
	}
	for at := time.Second; at < c.until; at += max(7*time.Millisecond, c.until/10_000) {
		own := int64(c.other.at(at) - began)
		if own < 0 {
			continue
		}
		common, within := line.Common(own)
		if truth := int64(c.zero.at(at) - start); max(common-truth, truth-common) > within {
			wrong++
		}
	}
	for i, r := range readings[1:] {
		if before := readings[i]; r.At <= before.At || r.At+r.Offset < before.At+before.Offset || r.At < 0 {
			t.Fatalf("readings %d: %+v after %+v", i, r, before)
		}
	}
	return wrong, readings, len(track.breaks)
}

// TestTheBoundsHold: whatever the clocks do within 500 ppm, common time is within the
// bounds at every moment, and the bounds are not contradicted.
func TestTheBoundsHold(t *testing.T) {
	var within []int64
	for seed := range uint64(401) {
		r := rand.New(rand.NewPCG(seed, 1))
		until := 10*time.Second + time.Duration(r.Int64N(int64(90*time.Second)))
		if seed == 400 { // so long that limits are left out
			until = 12 * time.Hour
		}
		c := drawCourse(r, newDrifting(r, until, 500e-6), newDrifting(r, until, 500e-6), until)
		wrong, readings, breaks := c.check(t)
		if wrong > 0 || breaks > 0 {
			t.Errorf("seed %d: wrong at %d moments, %d contradictions", seed, wrong, breaks)
		}
		for _, reading := range readings {
			within = append(within, reading.Within)
		}
	}
	slices.Sort(within)
	t.Logf("within: median %v, p99 %v", time.Duration(within[len(within)/2]), time.Duration(within[len(within)*99/100]))
	if median := time.Duration(within[len(within)/2]); median > time.Second {
		t.Errorf("the bounds are %v wide: they say nothing", median)
	}
}

// TestBetweenTwoReadings a clock may leave the line and come back: by half the drift.
func TestBetweenTwoReadings(t *testing.T) {
	var b bounds
	for _, at := range []time.Duration{0, 10 * time.Second} { // both exact
		b.add(limit{at: at, upper: true})
		b.add(limit{at: at})
	}
	track := b.track(10 * time.Second)
	for _, r := range track.readings(0, 0) {
		if reach := time.Duration(r.Within); reach < 5*time.Millisecond || reach > 6*time.Millisecond {
			t.Errorf("%+v, want 5 ms and a little more", r)
		}
	}
}

// TestTheStrongerLimitsStay when some are left out.
func TestTheStrongerLimitsStay(t *testing.T) {
	var b bounds
	for i := range maxLimits + 1 {
		value := []time.Duration{time.Second, time.Millisecond, time.Millisecond, time.Second}[i/2%4]
		b.add(limit{at: time.Duration(i) * time.Millisecond, value: value, upper: true})
		b.add(limit{at: time.Duration(i) * time.Millisecond, value: -value})
	}
	strong := 0
	for _, l := range b.limits[:100] {
		if l.value.Abs() == time.Millisecond {
			strong++
		}
	}
	if strong < 90 {
		t.Errorf("of the first hundred limits only %d are strong", strong)
	}
}

// standStill stops the clock for a time, as that of a machine that is suspended.
func (d *drifting) standStill(at, length time.Duration) {
	d.stopped, d.restarts = at, at+length
	d.jump(at, 0)
	i := slices.IndexFunc(d.pieces, func(p piece) bool { return p.from >= at })
	rate := d.pieces[i].rate
	d.jump(at+length, -time.Duration(float64(length)*rate))
	d.pieces[i].rate = 0
	for j := i + 1; d.pieces[j].from < at+length; j++ {
		d.pieces[j].own, d.pieces[j].rate = d.pieces[i].own, 0
	}
}

// TestClocksThatBreakAreFound: a clock that jumps, stands still or drifts more than is
// assumed contradicts itself in most courses if it is by more than the bounds. If it
// happens once, the bounds hold all the same.
func TestClocksThatBreakAreFound(t *testing.T) {
	const seeds = 300
	const once = 20 * time.Second
	for _, c := range []struct {
		name         string
		limit        float64
		breaks       func(*drifting, time.Duration)
		fewest, most int // courses in which it is found, and in which the bounds do not hold
	}{
		{"a jump of 3 s", 500e-6, func(d *drifting, at time.Duration) { d.jump(at, 3*time.Second) }, seeds, 0},
		{"a jump of 300 ms", 500e-6, func(d *drifting, at time.Duration) { d.jump(at, 300*time.Millisecond) }, seeds * 99 / 100, seeds / 100},
		{"a jump of 50 ms", 500e-6, func(d *drifting, at time.Duration) { d.jump(at, 50*time.Millisecond) }, seeds / 4, seeds},
		{"a jump of 5 ms", 500e-6, func(d *drifting, at time.Duration) { d.jump(at, 5*time.Millisecond) }, 0, seeds / 10},
		{"a suspension for 2 s", 500e-6, func(d *drifting, at time.Duration) { d.standStill(at, 2*time.Second) }, seeds * 99 / 100, 0},
		{"a drift of up to 20 000 ppm", 20e-3, func(*drifting, time.Duration) {}, seeds * 9 / 10, seeds},
		{"a drift of up to 2 000 ppm", 2e-3, func(*drifting, time.Duration) {}, 0, seeds},
	} {
		found, wrong := 0, 0
		for seed := range uint64(seeds) {
			r := rand.New(rand.NewPCG(seed, 2))
			until := 2 * once
			zero, other := newDrifting(r, until, c.limit), newDrifting(r, until, c.limit)
			c.breaks([]*drifting{zero, other}[r.IntN(2)], once/2+time.Duration(r.Int64N(int64(once))))
			moments, _, breaks := drawCourse(r, zero, other, until).check(t)
			if breaks > 0 {
				found++
			}
			if moments > 0 {
				wrong++
			}
		}
		t.Logf("%s: found in %d of %d courses; the bounds did not hold in %d", c.name, found, seeds, wrong)
		if found < c.fewest || wrong > c.most {
			t.Errorf("%s: found in %d of %d courses, want at least %d; the bounds did not hold in %d, want at most %d", c.name, found, seeds, c.fewest, wrong, c.most)
		}
	}
}

// TestMachinesWithWrongClocks start within the bounds of their clocks, which hold until
// the end.
func TestMachinesWithWrongClocks(t *testing.T) {
	const machines = 4
	for seed := range uint64(25) {
		var faults []fault.Rule
		if seed%2 == 1 {
			faults = lossy()
		}
		simulate(t, layout.Key{}, faults, func(w *world) {
			r := rand.New(rand.NewPCG(seed, 3))
			var clocks [machines]*drifting
			var origins, starts [machines]time.Time // true
			var readings [machines][]history.ClockReading
			var began, within [machines]time.Duration // own; of the start
			var end time.Time
			for i := range machines {
				clocks[i] = newDrifting(r, 3*time.Minute, 500e-6)
				offset := clocks[i].at(0)
				late := time.Duration(r.Int64N(int64(3 * time.Second)))
				w.machine(func() {
					w.sleep(late)
					o := w.options()
					o.warp = func(d time.Duration) time.Duration { return clocks[i].at(d) - offset }
					origins[i] = w.clock.Now()
					m, err := join(w.ctx, w.table(), member(i, machines), o)
					if err != nil {
						t.Errorf("seed %d, machine %d: %v", seed, i, err)
						return
					}
					at, late, err := m.Start(w.ctx)
					starts[i], began[i], within[i] = w.clock.Now().Add(-late), at.Sub(m.origin), time.Duration(m.Clock(at)[0].Within)
					w.sleep(30 * time.Second)
					end = w.clock.Now()
					if _, err := m.AwaitEnd(w.ctx); err != nil {
						t.Errorf("seed %d, machine %d: %v", seed, i, err)
					}
					readings[i] = m.Clock(at)
					if m.state.clock.rounds < roundsAtEnd && i > 0 && len(faults) == 0 {
						t.Errorf("seed %d, machine %d: only %d rounds at the end", seed, i, m.state.clock.rounds)
					}
					_ = m.Close(w.ctx)
					if breaks := m.ClockBreaks(); len(breaks) > 0 || err != nil {
						t.Errorf("seed %d, machine %d: %v, %v", seed, i, breaks, err)
					}
				})
			}
			_ = w.group.Wait()
			own := func(i int, at time.Time) int64 {
				return int64(clocks[i].at(at.Sub(origins[i])) - clocks[i].at(0) - began[i])
			}
			for i := range machines {
				if skew := starts[i].Sub(starts[0]); skew.Abs() > within[i]+time.Millisecond {
					t.Errorf("seed %d, machine %d: started %v after machine 0, within %v", seed, i, skew, within[i])
				}
				line := history.NewTimeline(readings[i], 0)
				for at := starts[i]; at.Before(end); at = at.Add(50 * time.Millisecond) {
					common, within := line.Common(own(i, at))
					if wrong := common - own(0, at); max(wrong, -wrong) > within+1000 {
						t.Errorf("seed %d, machine %d: wrong by %v after %v, within %v", seed, i, time.Duration(wrong), at.Sub(starts[i]), time.Duration(within))
						break
					}
				}
				for _, reading := range readings[i] { // a request takes 4.4 ms
					if len(faults) == 0 && reading.Within > int64(15*time.Millisecond) {
						t.Errorf("seed %d, machine %d: only within %v", seed, i, time.Duration(reading.Within))
						break
					}
				}
			}
		})
	}
}
