package counter

// One call of a strategy may be several tries on the wire: the SDK repeats
// requests by itself, even if a try may have been applied, and returns the outcome
// of the last try only.

// ambiguous reports whether the request may have made a change that was not
// acknowledged to the caller: there was no answer, its status was 5xx, or it could
// not be read, so that the SDK sent the request again.
func (s *Send) ambiguous() bool { return s.Write && !s.refused() }

// refused reports whether the answer says that nothing was changed.
func (s *Send) refused() bool {
	if s.Answer.Outcome == Unset && s.Status > 0 {
		return classifyStatus(s.Status, "").Outcome.SurelyNotApplied()
	}
	return s.Answer.Outcome.SurelyNotApplied()
}

// isRepeat reports whether the request with that index is the SDK's repetition of
// the request before it.
func (w *Wire) isRepeat(index int) bool {
	return index > 0 && index < len(w.Sends) && w.Sends[index].Attempt > 1 && w.Sends[index].Write == w.Sends[index-1].Write
}

// lastWrite returns the index of the last write, -1 if there is none. A read may
// follow it, to explain a refusal.
func (w *Wire) lastWrite() int {
	for i := len(w.Sends) - 1; i >= 0; i-- {
		if w.Sends[i].Write {
			return i
		}
	}
	return -1
}

// Settle corrects the receipt of the call whose requests w holds, by the answers to
// all tries of the SDK. If the last try was refused or never sent, but an earlier
// one may have been applied, the outcome becomes [Unknown], with the reason of the
// earlier one. The store's answer to the last try, such as the state that it lost
// against, is kept. An acknowledgement stays one, and so does a refusal
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
	if doubt.Answer.Outcome == Applied { // but the SDK could not read it, and sent the request again
		r.Reason = ReasonBadAnswer
	}
	return r
}

// undecided returns the last try that may have been applied although the call's
// outcome is surely not applied; nil if there is none.
func (w *Wire) undecided(r Receipt) *Send {
	final := w.lastWrite()
	for i := final; i >= 0; i-- {
		s := &w.Sends[i]
		switch {
		case !s.ambiguous():
		case w.isRepeat(i + 1):
			return s
		case i == final && (s.Answer.Outcome == Unknown || r.NeverSent()):
			return s // its repetition was never sent
		}
	}
	return nil
}

// AmbiguousWrites counts the possible changes that the outcome of the call does not
// cover: ambiguous requests that the SDK repeated, and second deliveries of a
// write. If the outcome is [Unknown] because of an earlier try than the last one,
// it covers that try, which is then not counted.
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
