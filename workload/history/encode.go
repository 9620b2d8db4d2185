package history

import (
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"contend/counter"
)

// version is the version of the file format.
const version = 1

// appendHeader appends the header's line.
func appendHeader(dst []byte, h *Header) []byte {
	dst = appendInteger(dst, `{"contend_history":`, version)
	dst = appendText(dst, `,"tool":`, h.Tool)
	dst = appendText(dst, `,"scenario":`, h.Scenario)
	dst = appendText(dst, `,"strategy":`, h.Strategy)
	dst = appendText(dst, `,"table":`, h.Table)
	dst = appendText(dst, `,"attribute":`, h.Attribute)
	dst = appendText(dst, `,"version":`, h.Version)
	dst = appendKey(dst, h.Key)
	if !h.StartedAt.IsZero() {
		dst = appendText(dst, `,"started_at":`, h.StartedAt.Format(time.RFC3339Nano))
	}
	dst = appendUnlessZero(dst, `,"workers":`, int64(h.Workers))
	if h.Ordered {
		dst = append(dst, `,"ordered":true`...)
	}
	if h.Strict {
		dst = append(dst, `,"strict":true`...)
	}
	if h.Idempotent {
		dst = append(dst, `,"idempotent":true`...)
	}
	if h.Calls {
		dst = append(dst, `,"calls":true`...)
	}
	dst = appendUnlessZero(dst, `,"shards":`, int64(h.Shards))
	dst = appendText(dst, `,"run":`, h.Run)
	dst = appendUnlessZero(dst, `,"source":`, int64(h.Source))
	dst = appendUnlessZero(dst, `,"sources":`, int64(h.Sources))
	dst = appendClock(dst, h.Clock)
	if h.Floor != nil {
		dst = appendInteger(dst, `,"floor":`, *h.Floor)
	}
	dst = append(dst, `,"counters":[`...)
	for i := range h.Counters {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCounterStart(dst, &h.Counters[i])
	}
	return append(dst, "]}\n"...)
}

func appendCounterStart(dst []byte, c *CounterStart) []byte {
	dst = appendQuoted(append(dst, `{"key":`...), c.Key)
	if c.Initial.Known {
		dst = appendInteger(dst, `,"initial":`, c.Initial.Value)
		dst = appendUnlessZero(dst, `,"initial_version":`, c.Initial.Version)
	}
	return append(dst, '}')
}

// appendOp appends an operation's line. It does not allocate if dst has room.
func appendOp(dst []byte, op *Op) []byte {
	dst = appendInteger(dst, `{"worker":`, int64(op.Worker))
	dst = appendInteger(dst, `,"seq":`, op.Sequence)
	dst = appendUnlessZero(dst, `,"counter":`, int64(op.Counter))
	dst = appendWord(dst, `,"kind":"`, op.Kind.String())
	if op.Eventual {
		dst = appendWord(dst, `,"reads":"`, eventualWord)
	}
	if op.Kind != Read {
		dst = appendInteger(dst, `,"delta":`, op.Delta)
	}
	if op.Kind == Transfer {
		dst = appendInteger(dst, `,"to":`, int64(op.To))
	}
	if op.Due != op.Invoked {
		dst = appendInteger(dst, `,"due_ns":`, op.Due)
	}
	dst = appendInteger(dst, `,"invoked_ns":`, op.Invoked)
	dst = appendReturned(dst, op.Returned)
	if op.Ending != Running { // an ending that no reader accepts
		dst = appendWord(dst, `,"end":"`, op.Ending.String())
	}
	dst = appendText(dst, `,"call":`, op.Call)
	dst = append(dst, `,"attempts":[`...)
	for i := range op.Attempts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendAttempt(dst, &op.Attempts[i], op.Kind)
	}
	return append(dst, "]}\n"...)
}

func appendAttempt(dst []byte, a *Attempt, kind Kind) []byte {
	dst = appendInteger(dst, `{"invoked_ns":`, a.Invoked)
	dst = appendReturned(dst, a.Returned)
	if a.Outcome != counter.Unset { // an outcome that no reader accepts
		dst = appendWord(dst, `,"outcome":"`, a.Outcome.String())
	}
	if a.Written != writes(kind) {
		dst = strconv.AppendBool(append(dst, `,"written":`...), a.Written)
	}
	dst = appendText(dst, `,"reason":`, a.Reason)
	if a.LookReturned > 0 {
		dst = appendInteger(dst, `,"look_invoked_ns":`, a.LookInvoked)
		dst = appendInteger(dst, `,"look_returned_ns":`, a.LookReturned)
	}
	dst = appendState(dst, `,"before":`, &a.Before)
	dst = appendState(dst, `,"after":`, &a.After)
	dst = appendState(dst, `,"saw":`, &a.Saw)
	dst = appendUnits(dst, `,"read_units":`, a.ReadUnits)
	dst = appendUnits(dst, `,"write_units":`, a.WriteUnits)
	dst = appendText(dst, `,"token":`, a.Token)
	if a.Repeated {
		dst = append(dst, `,"repeated":true`...)
	}
	if a.Carried {
		dst = append(dst, `,"carried":true`...)
	}
	dst = appendUnlessZero(dst, `,"requests":`, int64(a.Requests))
	dst = appendUnlessZero(dst, `,"doubts":`, int64(a.AmbiguousWrites))
	dst = appendUnlessZero(dst, `,"over":`, int64(a.Settled))
	if len(a.Faults) > 0 {
		dst = appendFaults(dst, a.Faults)
	}
	return append(dst, '}')
}

func appendFaults(dst []byte, faults []Fault) []byte {
	dst = append(dst, `,"faults":[`...)
	for i := range faults {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendFault(dst, &faults[i])
	}
	return append(dst, ']')
}

func appendFault(dst []byte, f *Fault) []byte {
	dst = appendQuoted(append(dst, `{"kind":`...), f.Kind)
	dst = appendUnlessZero(dst, `,"request":`, int64(f.Request))
	if f.Write {
		dst = append(dst, `,"write":true`...)
	}
	dst = appendUnlessZero(dst, `,"delivered":`, int64(f.Delivered))
	dst = appendUnlessZero(dst, `,"unheard":`, int64(f.AppliedUnacknowledged))
	dst = appendUnlessZero(dst, `,"status":`, int64(f.Status))
	dst = appendText(dst, `,"code":`, f.Code)
	return append(dst, '}')
}

// appendFooter appends the footer's line.
func appendFooter(dst []byte, f *Footer) []byte {
	dst = appendInteger(dst, `{"operations":`, f.Operations)
	dst = appendInteger(dst, `,"elapsed_ns":`, int64(f.Elapsed))
	dst = appendText(dst, `,"error":`, f.Error)
	if len(f.Claims) > 0 {
		dst = appendClaims(dst, f.Claims)
	}
	dst = appendClock(dst, f.Clock)
	dst = append(dst, `,"finals":[`...)
	for i := range f.Finals {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCounterEnd(dst, &f.Finals[i])
	}
	return append(dst, "]}\n"...)
}

func appendCounterEnd(dst []byte, c *CounterEnd) []byte {
	dst = appendInteger(dst, `{"counter":`, int64(c.Counter))
	if c.Final.Known {
		dst = appendInteger(dst, `,"value":`, c.Final.Value)
		dst = appendUnlessZero(dst, `,"version":`, c.Final.Version)
	}
	if c.Returned != 0 { // otherwise its time is not known
		dst = appendInteger(dst, `,"invoked_ns":`, c.Invoked)
		dst = appendInteger(dst, `,"returned_ns":`, c.Returned)
	}
	dst = appendUnlessZero(dst, `,"watched_ns":`, int64(c.Watched))
	dst = appendText(dst, `,"unseen":`, c.Unseen)
	return append(dst, '}')
}

func appendState(dst []byte, name string, s *State) []byte {
	if !s.Known {
		return dst
	}
	dst = append(dst, name...)
	dst = appendInteger(dst, `{"value":`, s.Value)
	dst = appendUnlessZero(dst, `,"version":`, s.Version)
	return append(dst, '}')
}

func appendInteger(dst []byte, name string, n int64) []byte {
	return strconv.AppendInt(append(dst, name...), n, 10)
}

func appendReturned(dst []byte, at int64) []byte {
	if at == NoEnd {
		return dst
	}
	return appendInteger(dst, `,"returned_ns":`, at)
}

func appendUnlessZero(dst []byte, name string, n int64) []byte {
	if n == 0 {
		return dst
	}
	return appendInteger(dst, name, n)
}

// appendUnits leaves out amounts that no store can have reported.
func appendUnits(dst []byte, name string, units float64) []byte {
	if !(units > 0) || math.IsInf(units, 1) {
		return dst
	}
	dst = append(dst, name...)
	if whole := int64(units); units < 1<<53 && float64(whole) == units {
		return strconv.AppendInt(dst, whole, 10)
	}
	return strconv.AppendFloat(dst, units, 'f', -1, 64)
}

// appendText leaves out an empty text.
func appendText(dst []byte, name, text string) []byte {
	if text == "" {
		return dst
	}
	return appendQuoted(append(dst, name...), text)
}

// appendQuoted appends a JSON string; bytes that are not UTF-8 become U+FFFD.
func appendQuoted(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
			continue
		}
		dst = appendASCII(dst, c)
		i++
	}
	return append(dst, '"')
}

func appendASCII(dst []byte, c byte) []byte {
	const digits = "0123456789abcdef"
	switch {
	case c == '"' || c == '\\':
		return append(dst, '\\', c)
	case c < ' ':
		return append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
	}
	return append(dst, c)
}

// writes reports whether an attempt at an operation of this kind normally sends
// a write.
func writes(kind Kind) bool { return kind != Read }

// appendWord appends a member whose value is a word of the format.
func appendWord(dst []byte, name, word string) []byte {
	return append(append(append(dst, name...), word...), '"')
}
