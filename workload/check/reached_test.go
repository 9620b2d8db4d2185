package check

import (
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// TestReadingsNeverGoBack: if writes have no states, a reading is compared with the
// readings before it, and with the writes sent and acknowledged since then.
func TestReadingsNeverGoBack(t *testing.T) {
	applied, unknown, untold := counter.Applied, counter.Unknown, history.State{}
	up := func(l *log) { // two increments that stay under way
		l.op(1, 1, 0, 100*ms, applied, untold)
		l.op(2, 1, 0, 100*ms, applied, untold)
	}
	down := func(l *log) {
		l.op(1, -1, 0, 100*ms, applied, untold)
		l.op(2, -1, 0, 100*ms, applied, untold)
	}
	for _, c := range []struct {
		what     string
		build    func(*log)
		evidence string // empty: it is possible
	}{
		{"up and then up", func(l *log) {
			up(l)
			l.read(3, 10*ms, 20*ms, value(1), false)
			l.read(4, 21*ms, 30*ms, value(2), false)
		}, ""},
		{"another reader goes back", func(l *log) {
			up(l)
			l.read(3, 10*ms, 20*ms, value(1), false)
			l.read(4, 21*ms, 30*ms, value(0), false)
		}, "worker 4's strong read (operation 4) saw value 0 [21.000 ms to 30.000 ms]: worker 3's strong read (operation 3) saw value 1 " +
			"[10.000 ms to 20.000 ms] before it, and the changes sent and acknowledged since make at least 1, which is 1 more"},
		{"reads at the same time may differ", func(l *log) {
			up(l)
			l.read(3, 10*ms, 20*ms, value(1), false)
			l.read(4, 20*ms, 30*ms, value(0), false)
		}, ""},
		{"an eventual read may be behind what was read", func(l *log) {
			up(l)
			l.read(3, 10*ms, 20*ms, value(1), false)
			l.read(4, 21*ms, 30*ms, value(0), true)
		}, ""},
		{"a strong read is not held against an eventual one without a version", func(l *log) {
			up(l)
			l.read(3, 10*ms, 20*ms, value(1), true)
			l.read(4, 21*ms, 30*ms, value(0), false)
		}, ""},
		{"down and then up again", func(l *log) {
			down(l)
			l.read(3, 10*ms, 20*ms, value(-1), false)
			l.read(4, 21*ms, 30*ms, value(0), false)
		}, "the changes sent since make at most -1, which is 1 less"},
		{"a decrement explains it", func(l *log) {
			up(l)
			l.read(3, 10*ms, 20*ms, value(1), false)
			l.op(5, -1, 15*ms, 90*ms, applied, untold)
			l.read(4, 21*ms, 30*ms, value(0), false)
		}, ""},
		{"a decrement that was sent only later does not", func(l *log) {
			up(l)
			l.read(3, 10*ms, 20*ms, value(1), false)
			l.read(4, 21*ms, 30*ms, value(0), false)
			l.op(5, -1, 40*ms, 90*ms, applied, untold)
		}, "make at least 1"},
		{"nor one that was over before", func(l *log) {
			l.op(5, -1, 0, 5*ms, applied, untold)
			up(l)
			l.read(3, 10*ms, 20*ms, value(1), false)
			l.read(4, 21*ms, 30*ms, value(0), false)
		}, "make at least 1"},
		{"an increment that began after the first read has to be seen", func(l *log) {
			l.op(1, 1, 0, 25*ms, unknown, untold)
			l.op(2, 1, 0, 25*ms, applied, untold)
			l.read(3, 10*ms, 20*ms, value(2), false)
			l.op(5, 1, 30*ms, 40*ms, applied, untold)
			l.op(5, 1, 41*ms, 45*ms, applied, untold)
			l.read(4, 50*ms, 60*ms, value(2), false)
		}, "make at least 4, which is 2 more"},
		{"one that may have been seen already does not", func(l *log) {
			up(l)
			l.op(5, 1, 15*ms, 40*ms, applied, untold)
			l.read(3, 10*ms, 20*ms, value(2), false)
			l.read(4, 50*ms, 60*ms, value(2), false)
		}, ""},
		{"a write without an answer counts once it was seen", func(l *log) {
			l.op(1, 1, 0, 10*ms, unknown, untold)
			l.op(2, 1, 0, 10*ms, applied, untold)
			l.read(3, 20*ms, 30*ms, value(2), false)
			l.read(4, 40*ms, 50*ms, value(1), false)
		}, "make at least 2"},
		{"and may come late", func(l *log) {
			l.op(1, 1, 0, 10*ms, unknown, untold)
			l.op(2, 1, 0, 10*ms, applied, untold)
			l.read(3, 20*ms, 30*ms, value(1), false)
			l.read(4, 40*ms, 50*ms, value(2), false)
		}, ""},
		{"what an acknowledgement told is a reading, too", func(l *log) {
			l.op(5, 1, 5*ms, 10*ms, applied, value(1))
			up(l)
			l.op(1, 1, 20*ms, 25*ms, unknown, untold)
			l.op(5, 1, 30*ms, 40*ms, applied, value(4))
			l.op(6, -1, 41*ms, 60*ms, applied, untold)
			l.read(4, 50*ms, 60*ms, value(2), false)
		}, "was acknowledged as value 4 [30.000 ms to 40.000 ms] before it"},
	} {
		for _, streaming := range []bool{false, true} {
			l := &log{t: t}
			c.build(l)
			b := newBand(value(0))
			for i := range l.ops {
				b.add(&l.ops[i])
			}
			for now := int64(0); streaming && now < 100*ms; now += ms {
				b.advance(now)
			}
			b.advance(afterAll)
			f := b.judge("c", "why")
			evidence := strings.Join(f.evidence, "\n")
			if (f.status == Fail) != (c.evidence != "") || !strings.Contains(evidence, c.evidence) {
				t.Errorf("%s: got %+v, want %q", c.what, f, c.evidence)
			}
		}
	}
}

// TestAWrongReadingIsNoMeasureOfLaterOnes: one stale read is one violation, and later
// reads are not compared with it.
func TestAWrongReadingIsNoMeasureOfLaterOnes(t *testing.T) {
	l := &log{t: t}
	for range 3 {
		l.op(1, 1, 0, 5*ms, counter.Applied, history.State{})
	}
	l.read(2, 10*ms, 11*ms, value(1), false)
	l.read(2, 12*ms, 13*ms, value(3), false)
	b := newBand(value(0))
	for i := range l.ops {
		b.add(&l.ops[i])
	}
	b.advance(afterAll)
	if b.behind.count != 1 || b.ahead.count != 0 {
		t.Errorf("%d behind, %d ahead: %+v", b.behind.count, b.ahead.count, b.judge("c", "why"))
	}
}
