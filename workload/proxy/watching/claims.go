package watching

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"contend/workload/history"
)

// Expect is the claim that a program changed all counters together by an amount.
func Expect(change int64) map[string]history.Claim {
	return map[string]history.Claim{"": {Change: change}}
}

// acknowledged is a line of a program's own log: one operation.
type acknowledged struct {
	Counter string `json:"counter"`
	By      *int64 `json:"by"`
	End     string `json:"end"`
}

// ReadLog reads a program's own log, a JSON object for each operation: the "counter", such as
// "visits/home:hits"; "by", what it adds, 1 if absent; and its "end": "applied", which is also
// meant if it is absent, "unknown", "failed" or "gave up". Other members are ignored. If no
// line names a counter, the claim is about all counters together.
func ReadLog(path string) (map[string]history.Claim, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	claims, err := readLog(file)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", path, err)
	}
	return claims, nil
}

func readLog(from io.Reader) (map[string]history.Claim, error) {
	claims := map[string]history.Claim{}
	lines := bufio.NewReader(from)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if text := bytes.TrimSpace(line); len(text) > 0 {
			if err := add(claims, text); err != nil {
				return nil, fmt.Errorf("%d: %w", number, err)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%d: %w", number, err)
		}
	}
	if _, all := claims[""]; all && len(claims) > 1 {
		return nil, errors.New(" some lines name a counter, and others do not")
	}
	if len(claims) == 0 {
		claims[""] = history.Claim{} // the program says that it did nothing
	}
	return claims, nil
}

func add(claims map[string]history.Claim, line []byte) error {
	var a acknowledged
	if err := json.Unmarshal(line, &a); err != nil {
		return fmt.Errorf("not an operation as a JSON object: %w", err)
	}
	by := int64(1)
	if a.By != nil {
		by = *a.By
	}
	c := claims[a.Counter]
	ok := true
	switch a.End {
	case "", history.Applied.String():
		c.Change, ok = sum(c.Change, by)
	case history.Unknown.String():
		if by < 0 {
			c.Low, ok = sum(c.Low, by)
		} else {
			c.High, ok = sum(c.High, by)
		}
	case history.Failed.String(), history.GaveUp.String():
	default:
		return fmt.Errorf(`end: must be "applied", "unknown", "failed" or "gave up", not %q`, a.End)
	}
	if !ok {
		return errors.New("by: the sum of all changes is beyond 64 bits")
	}
	claims[a.Counter] = c
	return nil
}

func sum(a, b int64) (int64, bool) {
	s := a + b
	overflow := (a > 0) == (b > 0) && (s > 0) != (a > 0) && a != 0 && b != 0
	return s, !overflow && s != math.MinInt64
}
