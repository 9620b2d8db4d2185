package exec

import (
	"bytes"
	"encoding/json"
	"fmt"

	"contend/workload/history"
)

// protocol is the number of the protocol, which the first line states.
const protocol = 1

// Hello is the first message to a program.
type Hello struct {
	Table    string
	Counters []string // names of all counters
	// Attribute is the path of the number in a counter's item. Version is the path of the
	// number of writes; "" if items have none.
	Attribute, Version string
}

func (h *Hello) line() []byte {
	return line(struct {
		Contend   int      `json:"contend"`
		Do        string   `json:"do"`
		Table     string   `json:"table"`
		Counters  []string `json:"counters"`
		Attribute string   `json:"attribute"`
		Version   string   `json:"version,omitempty"`
	}{protocol, "hello", h.Table, h.Counters, h.Attribute, h.Version})
}

// Request asks a program for one operation.
type Request struct {
	ID      int64          `json:"id"` // larger than that of the request before
	Do      string         `json:"do"` // "increment", "decrement" or "read"
	Counter string         `json:"counter"`
	Key     map[string]any `json:"key,omitempty"`   // of the counter's item
	By      int64          `json:"by,omitempty"`    // the amount, above 0; 0 for a read
	Token   string         `json:"token,omitempty"` // different for each operation
	// WithinMS is how many milliseconds the operation may take.
	WithinMS int64 `json:"within_ms"`
}

// Answer is a program's answer to a [Request].
type Answer struct {
	ID  int64
	End history.Ending
	// Value is the counter's value and Version its number of writes, as the program knows them;
	// nil if it does not say.
	Value, Version *int64
	// Attempts is how many attempts the program says it made; 0 if it does not say.
	Attempts int
}

// ready is a program's answer to the hello.
type ready struct {
	Ready      bool   `json:"ready"`
	Concurrent *int   `json:"concurrent"`
	Error      string `json:"error"`
}

// readReady returns what is wrong with the answer to a hello; "" if nothing is.
func readReady(text []byte) string {
	var r ready
	if wrong := decode(text, &r); wrong != "" {
		return wrong
	}
	switch {
	case r.Error != "":
		return fmt.Sprintf("it is not ready: %s", r.Error)
	case !r.Ready:
		return `it did not answer the hello with "ready": true`
	case r.Concurrent != nil && *r.Concurrent != 1:
		return fmt.Sprintf(`it offers "concurrent": %d, but only 1 is possible, because nothing in a request says which operation of a process it was made for; exec.processes sets how many processes work at a time`, *r.Concurrent)
	}
	return ""
}

// readAnswer returns an answer, or what is wrong with it.
func readAnswer(text []byte) (a Answer, wrong string) {
	var m struct {
		ID       *int64  `json:"id"`
		End      *string `json:"end"`
		Value    *int64  `json:"value"`
		Version  *int64  `json:"version"`
		Attempts int     `json:"attempts"`
	}
	if wrong := decode(text, &m); wrong != "" {
		return a, wrong
	}
	switch {
	case m.ID == nil:
		return a, "it answered without an id"
	case m.End == nil:
		return a, "it answered without an end"
	case m.Attempts < 0:
		return a, fmt.Sprintf("attempts must be at least 0, not %d", m.Attempts)
	}
	a = Answer{ID: *m.ID, Value: m.Value, Version: m.Version, Attempts: m.Attempts}
	for _, end := range []history.Ending{history.Applied, history.GaveUp, history.Unknown, history.Failed} {
		if end.String() == *m.End {
			a.End = end
			return a, ""
		}
	}
	return a, fmt.Sprintf(`end must be "applied", "gave up", "failed" or "unknown", not %q`, *m.End)
}

// decode returns what is wrong with a line; "" if nothing is.
func decode(text []byte, to any) string {
	if !json.Valid(text) {
		return "its line is no JSON"
	}
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		return "its line is no JSON object"
	}
	if err := json.Unmarshal(text, to); err != nil {
		return "its line has a member of another type: " + err.Error()
	}
	return ""
}

func line(message any) []byte {
	text, err := json.Marshal(message)
	if err != nil {
		panic(err) // messages hold only text and numbers
	}
	return append(text, '\n')
}
