package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

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
			limit, message := readThreshold(item)
			if message == "" && slices.ContainsFunc(s.Thresholds, limit.Same) {
				message = fmt.Sprintf("%q is listed twice", limit)
			}
			if message != "" {
				mistakes = append(mistakes, mistake{item.At, message})
				continue
			}
			s.Thresholds = append(s.Thresholds, limit)
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

func readThreshold(item *yamltree.Node) (limit threshold.Threshold, message string) {
	if item.Kind != yamltree.ScalarNode {
		return limit, yamltree.MustBe(`a text such as "p99 < 200ms"`, item)
	}
	limit, err := threshold.Parse(item.Text)
	if err != nil {
		return limit, fmt.Sprintf("%s: %s", yamltree.Quote(item.Text), explainThreshold(err))
	}
	return limit, ""
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
		texts = append(texts, strconv.Quote(limit.String()))
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
