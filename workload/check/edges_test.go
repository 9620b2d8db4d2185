package check

import (
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// TestStrongReadsSeeWhatEventualReadsHadShown: a state that any read has shown had been
// written.
func TestStrongReadsSeeWhatEventualReadsHadShown(t *testing.T) {
	applied, unknown, untold := counter.Applied, counter.Unknown, history.State{}
	judgeKinds(t, []kind{
		{"a strong read after it is behind", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 50, unknown, untold)
			h.read(1, 2, 3, at(1, 2), true)
			h.read(2, 4, 5, at(0, 1), false)
			h.final = at(1, 2)
		}, "iisff"},
		{"a strong read beside it may be", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 50, unknown, untold)
			h.read(1, 2, 4, at(1, 2), true)
			h.read(2, 4, 5, at(0, 1), false)
			h.final = at(1, 2)
		}, "iissp"},
		{"an eventual read after it may be", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 50, unknown, untold)
			h.read(1, 2, 3, at(1, 2), true)
			h.read(2, 4, 5, at(0, 1), true)
			h.final = at(1, 2)
		}, "iisss"},
		{"by value", at(0, 0), func(h *tellings) {
			h.op(0, 1, 0, 50, unknown, untold)
			h.read(1, 2, 3, at(1, 0), true)
			h.read(2, 4, 5, at(0, 0), false)
			h.final = at(1, 0)
		}, "iisff"},
		{"the start, told again with another value, late", at(0, 1), func(h *tellings) {
			h.ordered(2)
			for v := int64(2); v < 20; v++ {
				h.op(0, 1, 10*v, 10*v+5, applied, at(v-1, v))
				h.op(1, 1, 10*v+1, 10*v+2, counter.Conflict, untold)
			}
			h.read(1, 300, 301, at(7, 1), true)
			h.final = at(18, 19)
		}, "ppfis"},
		{"a state of before the first eventual read, with another value", at(0, 1), func(h *tellings) {
			h.ordered(2)
			for v := int64(2); v < 20; v++ {
				h.op(0, 1, 10*v, 10*v+5, applied, at(v-1, v))
				h.op(1, 1, 10*v+1, 10*v+2, counter.Conflict, untold)
			}
			h.read(1, 300, 301, at(7, 9), true)
			h.final = at(18, 19)
		}, "ppfis"},
		{"the same with its own value", at(0, 1), func(h *tellings) {
			h.ordered(2)
			for v := int64(2); v < 20; v++ {
				h.op(0, 1, 10*v, 10*v+5, applied, at(v-1, v))
				h.op(1, 1, 10*v+1, 10*v+2, counter.Conflict, untold)
			}
			h.read(1, 300, 301, at(8, 9), true)
			h.final = at(18, 19)
		}, "pppps"},
	})
}

// TestVersionsCountWhereTheFirstIsNotKnown: the lowest version that an answer has is
// then taken as the first.
func TestVersionsCountWhereTheFirstIsNotKnown(t *testing.T) {
	applied, unknown, untold := counter.Applied, counter.Unknown, history.State{}
	judgeKinds(t, []kind{
		{"two writes of one version", at(0, 0), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 7))
			h.op(0, 1, 2, 3, applied, at(2, 7))
			h.final = at(2, 0)
		}, "ppffs"},
		{"they continue each other", at(0, 0), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 7))
			h.op(0, 1, 2, 3, applied, at(2, 8))
			h.final = at(2, 0)
		}, "pppps"},
		{"increments and decrements have an order then", at(0, 0), func(h *tellings) {
			h.op(0, 1, 0, 1, unknown, untold)
			h.op(1, -1, 2, 3, applied, at(-1, 7))
			h.read(2, 4, 5, at(0, 6), false)
			h.final = at(-1, 7)
		}, "ippff"},
		{"the first does not begin where the counter did", at(5, 0), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(2, 7))
			h.final = at(6, 0)
		}, "ppfis"},
		{"what is between can be made", at(5, 0), func(h *tellings) {
			h.op(1, 1, 0, 1, unknown, untold)
			h.op(1, 1, 0, 1, unknown, untold)
			h.op(0, 1, 0, 1, applied, at(8, 7))
			h.final = at(8, 7)
		}, "ippps"},
		{"an eventual read of before the run", at(5, 0), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(6, 7))
			h.read(1, 2, 3, at(3, 4), true)
			h.final = at(6, 7)
		}, "pppps"},
		{"an eventual read of the start with another value", at(5, 0), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(6, 7))
			h.read(1, 2, 3, at(3, 6), true)
			h.final = at(6, 7)
		}, "ppfis"},
		{"the value before is not known either", untold, func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 7))
			h.op(1, 1, 0, 1, applied, at(1, 7))
		}, "iifis"},
		{"nor is there a version", untold, func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(3, 0))
			h.read(1, 2, 3, at(2, 0), false)
		}, "iipff"},
		{"nor a fault", untold, func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(3, 0))
			h.read(1, 2, 3, at(3, 0), false)
		}, "iippp"},
		{"writes below the first state told may have been there", untold, func(h *tellings) {
			h.op(0, 1, 0, 1, applied, untold)
			h.op(0, 1, 2, 3, applied, at(3, 7))
			h.read(1, 4, 5, at(3, 7), false)
		}, "iippp"},
		{"a read without a version before the first with one", at(0, 0), func(h *tellings) {
			h.read(1, 0, 1, at(0, 0), false)
			h.op(0, 1, 2, 3, applied, at(1, 1))
			h.op(0, 1, 4, 5, applied, at(2, 1))
			h.final = at(2, 1)
		}, "ppffp"},
	})
}

// TestAnOrderOfValuesIsTrustedOnceNoDecrementCanExplainIt: until then, an unknown write
// may be a change in the other direction.
func TestAnOrderOfValuesIsTrustedOnceNoDecrementCanExplainIt(t *testing.T) {
	applied, untold := counter.Applied, history.State{}
	killed := func(h *tellings) { h.cut = true }
	judgeKinds(t, []kind{
		{"a killed history of one read", at(1, 0), func(h *tellings) {
			h.read(0, 3, 4, at(0, 0), false)
			killed(h)
		}, "iisss"},
		{"with a last reading", at(1, 0), func(h *tellings) {
			h.ordered(1)
			h.op(0, 1, 0, 1, applied, at(2, 0))
			h.final = at(1, 0)
			killed(h)
		}, "iisss"},
		{"a decrement that is under way explains an old value", at(0, 0), func(h *tellings) {
			h.ordered(2)
			h.op(0, 1, 0, 1, applied, at(1, 0))
			h.op(0, 1, 20, 21, applied, at(2, 0))
			h.read(0, 30, 31, at(1, 0), false)
			h.op(0, 1, 40, 41, applied, at(2, 0))
			h.op(1, -1, 22, 50, applied, at(1, 0))
			h.final = at(2, 0)
		}, "ppspp"},
		{"a decrement that began later does not", at(0, 0), func(h *tellings) {
			h.ordered(2)
			h.op(0, 1, 0, 1, applied, at(1, 0))
			h.op(1, 1, 2, 3, applied, at(2, 0))
			h.read(0, 4, 5, at(1, 0), false)
			h.read(1, 4, 5, at(2, 0), false)
			h.op(0, 1, 40, 41, applied, at(3, 0))
			h.op(1, 1, 40, 41, applied, at(4, 0))
			h.op(1, -1, 50, 51, applied, at(3, 0))
			h.final = at(3, 0)
		}, "ppsff"},
		{"a killed history in which it cannot", at(0, 0), func(h *tellings) {
			h.ordered(2)
			h.op(0, 1, 0, 1, applied, at(1, 0))
			h.op(1, 1, 0, 1, applied, at(1, 0))
			h.op(0, 1, 10, 11, applied, at(2, 0))
			h.op(1, 1, 10, 11, applied, at(3, 0))
			killed(h)
		}, "iiffs"},
		{"no change at all, and an eventual read of before the run", at(3, 0), func(h *tellings) {
			h.read(0, 3, 4, at(7, 0), true)
			h.final = at(3, 0)
		}, "iisss"},
		{"by version, a killed history fails for an old read", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 2))
			h.read(0, 3, 4, at(0, 1), false)
			killed(h)
		}, "iipff"},
		{"nothing but writes that tell nothing, and a last reading", at(0, 0), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, untold)
			h.op(0, -1, 0, 1, applied, untold)
			h.final = at(0, 0)
		}, "ppsps"},
	})
}

// TestAGapIsExcusedByTheFirstThatSawBeyondIt: an answer from before the cut, with a
// state above a missing one, proves that the missing one was written before the cut.
func TestAGapIsExcusedByTheFirstThatSawBeyondIt(t *testing.T) {
	applied := counter.Applied
	slow := func(fast bool) func(*tellings) {
		return func(h *tellings) {
			h.ordered(3)
			h.cut = true
			h.op(0, 1, 0, 1, applied, at(1, 2))
			h.op(1, 1, 50, 51, counter.Conflict, history.State{})
			h.op(2, 1, 50, 51, counter.Conflict, history.State{})
			if fast { // version 3 is missing: version 4 was told before the cut
				h.op(0, 1, 10, 11, applied, at(3, 4))
			}
			h.read(0, 12, 90, at(2, 3), false)
		}
	}
	judgeKinds(t, []kind{
		{"a slow read, and a faster entry above it", at(0, 1), slow(true), "iifff"},
		{"a slow read alone", at(0, 1), slow(false), "iippp"},
	})
}

// TestTheSumDecidesAmongManyChanges: the difference that a missing state made shows
// which of many writes without an answer made it.
func TestTheSumDecidesAmongManyChanges(t *testing.T) {
	many := func(steps, sum int64) func(*tellings) {
		return func(h *tellings) {
			for delta := int64(1); delta <= 600; delta++ {
				h.op(0, delta, 0, 1, counter.Unknown, history.State{})
			}
			h.op(1, 1, 2, 3, counter.Applied, at(sum+1, steps+2))
			h.final = at(sum+1, steps+2)
		}
	}
	judgeKinds(t, []kind{
		{"one of them", at(0, 1), many(1, 577), "ippps"},
		{"none of them", at(0, 1), many(1, 601), "ipfis"},
		{"two of them, of many pairs", at(0, 1), many(2, 600), "ippps"},
		{"more than any two", at(0, 1), many(2, 1200), "ipfis"},
		{"half of them", at(0, 1), many(300, 90150), "ippps"},
		{"more than any three hundred", at(0, 1), many(300, 135151), "ipfis"},
	})
}

// TestAttemptsWithDifferentTokensAreDifferentWrites: a token counts once, not an
// operation.
func TestAttemptsWithDifferentTokensAreDifferentWrites(t *testing.T) {
	two := func(first, second string, saw int64) func(*tellings) {
		return func(h *tellings) {
			a := h.op(1, 1, 10, 12, counter.Applied, history.State{})
			h.retried(a, 0, 5)
			attempts := h.ops[0].Attempts
			attempts[0].Token, attempts[1].Token, attempts[1].Repeated = first, second, first == second
			h.read(2, 20, 21, value(saw), false)
			h.final = value(saw)
		}
	}
	judgeKinds(t, []kind{
		{"two tokens, two writes", value(0), two("a", "b", 2), "fpspp"},
		{"two tokens, one write", value(0), two("a", "b", 1), "ipspp"},
		{"two tokens, three writes", value(0), two("a", "b", 3), "fffff"},
		{"one token, two writes", value(0), two("a", "a", 2), "fpfff"},
		{"the write of another token leaves its own unexplained", at(0, 1), func(h *tellings) {
			a := h.op(1, 1, 10, 12, counter.Applied, at(2, 3))
			h.retried(a, 0, 5)
			h.ops[0].Attempts[0].Token, h.ops[0].Attempts[1].Token = "a", "b"
			h.final = at(2, 3)
		}, "fppps"},
		{"a repeated write began with the first of its token", at(0, 1), func(h *tellings) {
			a := h.op(1, 1, 10, 12, counter.Applied, at(1, 2))
			h.retried(a, 0, 5)
			h.ops[0].Attempts[0].Token, h.ops[0].Attempts[1].Token = "b", "b"
			h.read(2, 6, 7, at(1, 2), false)
			h.final = at(1, 2)
		}, "ipppp"},
	})
}

// TestOfSeveralItemsNoOrderIsKnown: a counter's shards are read one after another, and
// the answer to a write has the state of only one of them.
func TestOfSeveralItemsNoOrderIsKnown(t *testing.T) {
	shards := func(build func(*tellings)) func(*tellings) {
		return func(h *tellings) {
			h.header.Shards = 2
			build(h)
		}
	}
	applied, unknown, untold := counter.Applied, counter.Unknown, history.State{}
	judgeKinds(t, []kind{
		{"two writes without an answer, read in any order", at(0, 2), shards(func(h *tellings) {
			h.op(0, 2, 0, 1, unknown, untold)
			h.op(1, -1, 0, 1, unknown, untold)
			h.read(2, 2, 9, at(-1, 3), false)
			h.read(3, 2, 9, at(2, 3), false)
			h.op(2, 1, 10, 11, applied, untold)
			h.final = at(2, 5)
		}), "ipssp"},
		{"states of one shard are not the counter's", at(0, 2), shards(func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 2))
			h.op(1, 1, 2, 3, applied, at(1, 2))
			h.read(2, 4, 5, at(2, 4), false)
			h.final = at(2, 4)
		}), "ppssp"},
		{"a stale read of all of them", at(0, 2), shards(func(h *tellings) {
			h.op(0, 1, 0, 1, applied, untold)
			h.read(2, 4, 5, at(0, 2), false)
			h.final = at(1, 3)
		}), "ppssf"},
		{"the same history of one item", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 2))
			h.op(1, 1, 2, 3, applied, at(1, 2))
			h.final = at(2, 3)
		}, "ppffs"},
	})
}

// TestEventualReadsMayShowWhatWasBeforeTheRun: such a state is not counted as ahead of
// the run.
func TestEventualReadsMayShowWhatWasBeforeTheRun(t *testing.T) {
	applied, untold := counter.Applied, history.State{}
	floored := func(h *tellings) { h.header.Floor = new(int64) }
	judgeKinds(t, []kind{
		{"by version", at(5, 7), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, untold)
			h.op(0, 2, 0, 1, applied, untold)
			h.op(0, 3, 0, 1, applied, untold)
			h.read(1, 2, 3, at(50, 3), true)
			h.read(1, 4, 5, at(8, 0), false)
			h.final = at(11, 10)
		}, "ppsff"},
		{"by version, where acknowledgements tell nothing", at(5, 7), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, untold)
			h.read(1, 2, 3, at(50, 3), true)
			h.read(1, 4, 5, at(6, 8), false)
			h.final = at(6, 8)
		}, "ppppp"},
		{"by value, of decrements", value(5), func(h *tellings) {
			h.op(0, -1, 0, 1, applied, untold)
			h.read(1, 2, 3, value(8), true)
			h.final = value(4)
		}, "ppspp"},
		{"by value, of changes both ways", value(5), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, value(6))
			h.op(0, -1, 2, 3, applied, value(5))
			h.read(1, 4, 5, value(8), true)
			h.final = value(5)
		}, "ppspp"},
		{"by value, of increments it is ahead", value(5), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, untold)
			h.read(1, 2, 3, value(8), true)
			h.final = value(6)
		}, "ppfff"},
		{"a version of the run is ahead", at(5, 7), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, untold)
			h.read(1, 2, 3, at(8, 10), true)
			h.final = at(6, 8)
		}, "ppfff"},
		{"below a floor, by version", at(5, 7), func(h *tellings) {
			floored(h)
			h.op(0, -1, 0, 1, applied, at(4, 8))
			h.read(1, 2, 3, at(-3, 2), true)
			h.final = at(4, 8)
		}, "ppppsp"},
		{"below a floor, of a version of the run", at(5, 7), func(h *tellings) {
			floored(h)
			h.op(0, -9, 0, 1, applied, at(-4, 8))
			h.read(1, 2, 3, at(-4, 8), true)
			h.final = at(-4, 8)
		}, "ppppsf"},
	})
}

// TestAWorkerSeesWhatItWroteBefore: this holds even if the clock gives two of its
// operations the same time.
func TestAWorkerSeesWhatItWroteBefore(t *testing.T) {
	applied, untold := counter.Applied, history.State{}
	ordered := func(build func(*tellings)) func(*tellings) {
		return func(h *tellings) {
			h.ordered(3)
			build(h)
		}
	}
	own := func(worker int) func(*tellings) {
		return func(h *tellings) {
			h.op(0, 1, 0, 5, applied, at(1, 2))
			h.read(worker, 5, 5, at(0, 1), false)
			h.final = at(1, 2)
		}
	}
	judgeKinds(t, []kind{
		{"its own", at(0, 1), ordered(own(0)), "pppff"},
		{"another's, which may have been first", at(0, 1), ordered(own(1)), "ppppp"},
		{"lines that are not ordered", at(0, 1), own(0), "ppppp"},
		{"its own, seen", at(0, 1), ordered(func(h *tellings) {
			h.op(0, 1, 5, 5, applied, at(1, 2))
			h.read(0, 5, 5, at(1, 2), false)
			h.op(0, 1, 5, 5, applied, at(2, 3))
			h.final = at(2, 3)
		}), "ppppp"},
		{"two writes in the wrong order", at(0, 1), ordered(func(h *tellings) {
			h.op(0, 1, 5, 5, applied, at(2, 3))
			h.op(0, 1, 5, 5, applied, at(1, 2))
			h.final = at(2, 3)
		}), "pppfs"},
		{"with another in between, all at one time", at(0, 1), ordered(func(h *tellings) {
			h.op(0, 1, 5, 5, applied, at(1, 2))
			h.op(0, 1, 5, 5, applied, at(2, 3))
			h.read(0, 5, 5, at(1, 2), false)
			h.final = at(2, 3)
		}), "pppff"},
		{"a write that told no state", at(0, 1), ordered(func(h *tellings) {
			h.op(0, 1, 5, 5, applied, untold)
			h.read(0, 5, 5, at(0, 1), false)
			h.final = at(1, 2)
		}), "ppfip"},
		{"by value", at(0, 0), ordered(func(h *tellings) {
			h.op(0, 1, 0, 5, applied, at(1, 0))
			h.read(0, 5, 5, at(0, 0), false)
			h.final = at(1, 0)
		}), "pppff"},
		{"by value, beside a change the other way", at(0, 0), ordered(func(h *tellings) {
			h.op(0, 1, 0, 5, applied, at(1, 0))
			h.read(0, 5, 5, at(0, 0), false)
			h.op(1, -1, 0, 9, applied, at(0, 0))
			h.final = at(0, 0)
		}), "ppspp"},
	})
}
