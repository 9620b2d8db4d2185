package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"contend/internal/suggest"
	"contend/workload/scenario/yamltree"
	"contend/workload/threshold"
)

// maxThresholds is far more than a reader of the result would look at.
const maxThresholds = 100

// thresholds is the list of limits, each at most once.
func thresholds() value {
	read := func(n *yamltree.Node, s *Scenario) []mistake {
		s.Thresholds = nil
		if n.Kind != yamltree.ListNode {
			return []mistake{{n.At, yamltree.MustBe(`a list such as ["p99 < 200ms", "exactly_once == pass"]`, n)}}
		}
		var mistakes []mistake
		for _, item := range n.Items {
			limit, found := readThreshold(item)
			if found == nil && slices.ContainsFunc(s.Thresholds, limit.Same) {
				found = []mistake{{item.At, fmt.Sprintf("%q is listed twice", limit)}}
			}
			mistakes = append(mistakes, found...)
			if found == nil {
				s.Thresholds = append(s.Thresholds, limit)
			}
		}
		return mistakes
	}
	check := func(s Scenario) string {
		if len(s.Thresholds) > maxThresholds {
			return fmt.Sprintf("must have at most %d, not %d", maxThresholds, len(s.Thresholds))
		}
		for _, limit := range s.Thresholds {
			if err := limit.Check(); err != nil {
				return explainThreshold(err)
			}
		}
		return ""
	}
	return value{read: read, check: check, write: writeThresholds, schema: thresholdsSchema(), list: true}
}

// readThreshold reads a limit alone, or a mapping of one with the time after which it ends a
// run.
func readThreshold(item *yamltree.Node) (limit threshold.Threshold, mistakes []mistake) {
	if item.Kind == yamltree.ListNode {
		return limit, []mistake{{item.At, yamltree.MustBe(`a text such as "p99 < 200ms", or { limit: "p99 < 200ms", abort_after: 10s }`, item)}}
	}
	if item.Kind == yamltree.ScalarNode {
		return limit, readLimit(item, &limit)
	}
	if mistakes = readMembers(item, thresholdMembers(&limit)); mistakes != nil {
		return limit, mistakes
	}
	if err := limit.CheckAbort(); err != nil {
		return limit, []mistake{{item.Value("abort_after").At, err.Error()}}
	}
	return limit, nil
}

// thresholdMembers are the fields of a threshold that may end a run.
func thresholdMembers(t *threshold.Threshold) []member {
	text := value{
		read: func(n *yamltree.Node, _ *Scenario) []mistake {
			return readLimit(n, t) // before abort_after
		},
		check:  func(Scenario) string { return "" },
		schema: limitSchema(),
	}
	return []member{
		{"limit", true, text},
		{"abort_after", true, duration(func(*Scenario) *time.Duration { return &t.AbortAfter }, threshold.MinAbortAfter, threshold.MaxAbortAfter)},
	}
}

// readLimit reads a limit.
func readLimit(n *yamltree.Node, limit *threshold.Threshold) []mistake {
	if n.Kind != yamltree.ScalarNode {
		return []mistake{{n.At, yamltree.MustBe(`a text such as "p99 < 200ms"`, n)}}
	}
	read, err := threshold.Parse(n.Text)
	if err != nil {
		return []mistake{{n.At, fmt.Sprintf("%s: %s", yamltree.Quote(n.Text), explainThreshold(err))}}
	}
	*limit = read
	return nil
}

// explainThreshold adds the nearest metric to the error for an unknown one, and where
// all are listed: a hundred names would bury the rest.
func explainThreshold(err error) string {
	var unknown *threshold.UnknownMetricError
	if !errors.As(err, &unknown) {
		return err.Error()
	}
	message := "unknown metric " + yamltree.Quote(unknown.Name)
	if near := suggest.Nearest(unknown.Name, threshold.Names()); near != "" {
		message += fmt.Sprintf(": did you mean %q?", near)
	}
	return message + ` ("contend metrics" lists all)`
}

// writeThresholds leaves the list out if it is empty.
func writeThresholds(s Scenario) string {
	if len(s.Thresholds) == 0 {
		return ""
	}
	var texts []string
	for _, limit := range s.Thresholds {
		text := strconv.Quote(limit.String())
		if limit.AbortAfter > 0 {
			text = fmt.Sprintf("{ limit: %s, abort_after: %s }", text, showDuration(limit.AbortAfter))
		}
		texts = append(texts, text)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
