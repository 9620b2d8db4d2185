package scrape

import (
	"math"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"contend/workload/measure"
)

// bounds are the upper bounds of classic histograms, two for each power of two, from 256 µs
// to 100 s. Each is the end of a bar of [measure.LiveTimes].
func bounds() []time.Duration {
	var all []time.Duration
	for power := 256 * time.Microsecond; power < 100*time.Second; power *= 2 {
		all = append(all, power, power+power/2)
	}
	return all
}

// schema is that of native histograms: sixteen buckets for each power of two.
const schema = 4

// both is a classic and a native histogram in one metric. The text format shows the classic
// one alone.
type both struct{ classic, native prometheus.Metric }

func (b both) Desc() *prometheus.Desc { return b.classic.Desc() }

// Write implements [prometheus.Metric].
func (b both) Write(into *dto.Metric) error {
	var native dto.Metric
	if err := b.native.Write(&native); err != nil {
		return err
	}
	if err := b.classic.Write(into); err != nil {
		return err
	}
	h, n := into.Histogram, native.Histogram
	h.Schema, h.ZeroThreshold, h.ZeroCount, h.PositiveSpan, h.PositiveDelta = n.Schema, n.ZeroThreshold, n.ZeroCount, n.PositiveSpan, n.PositiveDelta
	return nil
}

// histogram is the metric of times. A bar is in the native bucket in which its middle is.
func histogram(d *prometheus.Desc, t *measure.LiveTimes, began time.Time, labels ...string) prometheus.Metric {
	classic, native := map[float64]uint64{}, map[int]int64{}
	all, count := bounds(), uint64(0)
	for bar := range t.Bars() {
		for len(all) > 0 && bar.To > all[0] {
			classic[all[0].Seconds()] = count
			all = all[1:]
		}
		count += uint64(bar.Count)
		middle := (bar.From + bar.To) / 2
		native[int(math.Ceil(math.Log2(middle.Seconds())*(1<<schema)))] += bar.Count
	}
	for _, bound := range all {
		classic[bound.Seconds()] = count
	}
	sum := t.Sum.Seconds()
	c, err := prometheus.NewConstHistogram(d, count, sum, classic, labels...)
	if err != nil {
		return prometheus.NewInvalidMetric(d, err)
	}
	n, err := prometheus.NewConstNativeHistogram(d, count, sum, native, nil, 0, schema, prometheus.DefNativeHistogramZeroThreshold, began, labels...)
	if err != nil {
		return prometheus.NewInvalidMetric(d, err)
	}
	return both{c, n}
}
