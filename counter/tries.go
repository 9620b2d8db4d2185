package counter

// One call of a strategy may be several tries on the wire: the SDK repeats by
// itself, also where a try may have been applied, and tells the outcome of the
// last one alone.

// ambiguous reports whether the request may have made a change without the
// caller being told, as far as its answer says: there was none, it was of HTTP
// 5xx, or it could not be read, so that the SDK sent the request again.
func (s *Send) ambiguous() bool { return s.Write && !s.refused() }

// refused reports whether the answer says that nothing was changed.
func (s *Send) refused() bool {
	if s.Answer.Outcome == Unset && s.Status > 0 {
		return classifyStatus(s.Status, "").Outcome.SurelyNotApplied()
	}
	return s.Answer.Outcome.SurelyNotApplied()
}

// isRepeat reports whether the request with that index is the one before it, sent
// again by the SDK.
func (w *Wire) isRepeat(index int) bool {
	return index > 0 && index < len(w.Sends) && w.Sends[index].Attempt > 1 && w.Sends[index].Write == w.Sends[index-1].Write
}

// lastWrite is the index of the last write, -1 if there is none. A read may come
// after it, to explain a refusal.
func (w *Wire) lastWrite() int {
	for i := len(w.Sends) - 1; i >= 0; i-- {
		if w.Sends[i].Write {
			return i
		}
	}
	return -1
}

// Settle returns the receipt of the call that w is of, as all its tries tell it
// together: the most ambiguous one decides. If the last try was refused or never
// left, but one before it may have been applied, the outcome is [Unknown], for
// the reason of that one. The store's answer to the last, such as the state that
// it lost against, is kept. An acknowledgement stays one, and so does a refusal
// that is [Receipt.Conclusive]; see [Wire.AmbiguousWrites].
func (w *Wire) Settle(r Receipt) Receipt {
	if w == nil || r.Conclusive || !r.Outcome.SurelyNotApplied() {
		return r
	}
	doubt := w.undecided(r)
	if doubt == nil {
		return r
	}
	r.Outcome, r.Reason, r.Unsent = Unknown, doubt.Answer.Reason, false
	if doubt.Answer.Outcome == Applied { // and yet it was sent again
		r.Reason = ReasonBadAnswer
	}
	return r
}

// undecided is the last try that may have been applied and that the outcome of
// the call, surely not applied, does not tell of; nil if there is none.
func (w *Wire) undecided(r Receipt) *Send {
	final := w.lastWrite()
	for i := final; i >= 0; i-- {
		s := &w.Sends[i]
		switch {
		case !s.ambiguous():
		case w.isRepeat(i + 1):
			return s
		case i == final && (s.Answer.Outcome == Unknown || r.NeverSent()):
			return s // its repetition never left
		}
	}
	return nil
}

// AmbiguousWrites counts the changes that the outcome of the call tells nothing of:
// ambiguous requests after which the SDK sent the same again, and writes that
// were delivered more than once. An outcome that is [Unknown] stands for one of
// them itself if the last request was refused.
func (w *Wire) AmbiguousWrites(outcome Outcome) int {
	repeated, delivered := 0, 0
	for i := range w.Sends {
		s := &w.Sends[i]
		if w.isRepeat(i) && w.Sends[i-1].ambiguous() {
			repeated++
		}
		for _, f := range s.Faults {
			if s.Write {
				delivered += f.Extra
			}
		}
	}
	if repeated > 0 && outcome == Unknown && w.Sends[w.lastWrite()].refused() {
		repeated--
	}
	return repeated + delivered
}
