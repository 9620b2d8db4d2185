package compare

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"contend/internal/scaling"
	"contend/report"
)

// workersPath is the setting along which throughput is fitted.
const workersPath = "load.workers"

// Scaling is how the throughput of variants that agree in all settings but load.workers
// grows with the number of workers, with three curves fitted to it: the law of a hot item,
// Amdahl's law and Gunther's universal scalability law (USL).
type Scaling struct {
	Settings []report.Setting `json:"settings"` // those that the variants agree in
	Group    string           `json:"group"`    // the same in one line; "" if there are none
	Points   []ScalingPoint   `json:"points"`   // by ascending number of workers
	Curves   []ScalingCurve   `json:"curves,omitempty"`
	// Best is the curve with the smallest AICc; "" if none can be rated. AsGood are those
	// whose AICc is at most 2 above it.
	Best   string   `json:"best,omitempty"`
	AsGood []string `json:"as_good,omitempty"`
	// Missing says what a fit needs and these runs do not have; "" if there are curves.
	Missing string `json:"missing,omitempty"`
}

// ScalingPoint is the runs with one number of workers. All numbers are means over the runs
// that are used.
type ScalingPoint struct {
	Workers int `json:"workers"`
	Runs    int `json:"runs"` // that are used
	// ThroughputPerS is of increments and decrements if their gap was measured, and
	// otherwise of all operations.
	ThroughputPerS float64 `json:"throughput_per_s,omitempty"`
	// GapMS is G, and CycleMS is R, the mean time from a worker's write to its next one.
	GapMS   *float64 `json:"gap_ms,omitempty"`
	CycleMS *float64 `json:"cycle_ms,omitempty"`
	// Fitted is the throughput of each curve.
	Fitted map[string]float64 `json:"fitted,omitempty"`
	// LeftOut is the reason why no run of this number of workers is used; "" if some are.
	LeftOut string `json:"left_out,omitempty"`

	observations []scaling.Observation
}

// ScalingCurve is one fitted curve.
type ScalingCurve struct {
	Name       string             `json:"name"` // law, amdahl or usl
	Parameters []ScalingParameter `json:"parameters"`
	// AICc compares curves: the smaller the better. It is absent if there are too few runs
	// for the number of parameters.
	AICc *float64 `json:"aicc,omitempty"`
	// Off is the root of the mean square of the relative errors.
	Off float64 `json:"off"`
	// Peak is the number of workers with the highest throughput; absent if there is none
	// among those that were measured.
	Peak *float64 `json:"peak,omitempty"`

	curve scaling.Curve
}

// ScalingParameter is a parameter of a curve: s of the law, by which the measured cycle R
// has to be multiplied and which is 1 if the law holds, and its e, which is 1 if only the
// successes of the other workers refuse an attempt, 0 if workers are in step, or between;
// gamma_per_s, sigma and kappa of the others.
type ScalingParameter struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	// Low and High bound it with a confidence of 95 %; absent with fewer than 3 runs of each
	// number of workers.
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
}

// fewestScaled is how many numbers of workers make a comparison one of scaling.
const fewestScaled = 3

// scale fits the curves of each group of variants that differ in load.workers alone. Only
// closed loops are fitted: the workers of an open loop are the most in flight.
func (c *Comparison) scale() {
	place := map[string]int{}
	var all []Scaling
	points := map[int]map[int]*ScalingPoint{}
	var seed uint64
	for i := range c.Variants {
		v := &c.Variants[i]
		workers, others, ok := v.workers()
		if !ok {
			continue
		}
		key := SettingsLine(others)
		at, exists := place[key]
		if !exists {
			at = len(all)
			place[key] = at
			all = append(all, Scaling{Settings: others, Group: key})
			points[at] = map[int]*ScalingPoint{}
		}
		if points[at][workers] == nil {
			points[at][workers] = &ScalingPoint{Workers: workers}
		}
		v.observe(points[at][workers])
		for d := range v.Samples {
			seed = cmp.Or(seed, d.seed)
		}
	}
	for at := range all {
		for _, workers := range slices.Sorted(maps.Keys(points[at])) {
			all[at].Points = append(all[at].Points, *points[at][workers])
		}
		if len(all[at].Points) >= fewestScaled {
			all[at].fit(seed)
			c.Scaling = append(c.Scaling, all[at])
		}
	}
}

// workers is the variant's load.workers, and its other settings. It reports false if the
// setting is not there, and for open loops and stages.
func (v *Variant) workers() (workers int, others []report.Setting, ok bool) {
	others = []report.Setting{}
	for _, s := range v.Settings {
		if s.Path == workersPath {
			workers, _ = strconv.Atoi(s.Value)
			continue
		}
		others = append(others, s)
	}
	for d := range v.Samples {
		if !d.closed {
			return 0, nil, false
		}
	}
	return workers, others, workers > 0
}

// observe adds the variant's runs to a point. Runs that the client or the store's limits
// held back say nothing about how the counter scales; if they are the majority, the others
// are not used either.
func (v *Variant) observe(p *ScalingPoint) {
	held := map[string]int{}
	var used []scaling.Observation
	samples := 0
	for _, run := range v.Runs {
		if run.digest == nil || run.LeftOut != "" {
			continue
		}
		samples++
		if reason := run.digest.held(); reason != "" {
			held[reason]++
		} else if o, ok := run.observation(p.Workers); ok {
			used = append(used, o)
		}
	}
	if 2*len(used) > samples || len(held) == 0 && len(used) > 0 {
		p.observations, p.LeftOut = append(p.observations, used...), ""
		return
	}
	if p.LeftOut = "no run is a sample"; len(held) > 0 {
		reasons := slices.SortedFunc(maps.Keys(held), func(a, b string) int { return cmp.Or(held[b]-held[a], cmp.Compare(a, b)) })
		p.LeftOut = fmt.Sprintf("%s in %d of %d runs", reasons[0], held[reasons[0]], samples)
	}
}

// held says what held the run back; "" if nothing did.
func (d *digest) held() string {
	const most = 0.02
	switch {
	case d.byClient:
		return "the client was saturated"
	case d.throttled > most:
		return "the store throttled"
	}
	return ""
}

func (run *Run) observation(workers int) (scaling.Observation, bool) {
	o := scaling.Observation{Workers: float64(workers), ThroughputPerS: run.Values["throughput"]}
	if f := run.digest.Frontier; f != nil && f.T > 0 && f.GapMS > 0 && f.C > 0 {
		o.GapS = f.GapMS / 1000
		o.ThroughputPerS = 1 / (f.T * o.GapS)
		o.CycleGaps = o.Workers * f.T / f.C
	}
	return o, o.ThroughputPerS > 0
}

// fit fits the curves to the points, and completes both.
func (s *Scaling) fit(seed uint64) {
	var all []scaling.Observation
	var used []string
	for i := range s.Points {
		p := &s.Points[i]
		p.describe()
		if len(p.observations) > 0 {
			all, used = append(all, p.observations...), append(used, strconv.Itoa(p.Workers))
		}
	}
	if len(used) < scaling.LeastCounts {
		s.Missing = fmt.Sprintf("a fit needs %d numbers of workers that can be used, and there are %d (%s)", scaling.LeastCounts, len(used), cmp.Or(strings.Join(used, ", "), "none"))
		return
	}
	curves, err := scaling.Fit(all, seed)
	if err != nil {
		s.Missing = err.Error()
		return
	}
	best := scaling.Best(curves)
	for _, curve := range curves {
		s.Curves = append(s.Curves, newScalingCurve(curve))
		switch {
		case best == nil:
		case curve.Model == best.Model:
			s.Best = string(curve.Model)
		case curve.Rated && curve.AICc <= best.AICc+2:
			s.AsGood = append(s.AsGood, string(curve.Model))
		}
	}
	for i := range s.Points {
		p := &s.Points[i]
		if len(p.observations) == 0 {
			continue
		}
		p.Fitted = map[string]float64{}
		for _, c := range curves {
			p.Fitted[string(c.Model)] = c.ThroughputPerS(p.mean())
		}
	}
}

func newScalingCurve(c scaling.Curve) ScalingCurve {
	curve := ScalingCurve{Name: string(c.Model), Off: c.Off, curve: c}
	if c.Rated {
		curve.AICc = new(c.AICc)
	}
	if c.Peak > 0 {
		curve.Peak = new(c.Peak)
	}
	for _, p := range c.Parameters {
		shown := ScalingParameter{Name: p.Name, Value: p.Value}
		if p.Bounded {
			shown.Low, shown.High = new(p.Low), new(p.High)
		}
		curve.Parameters = append(curve.Parameters, shown)
	}
	return curve
}

// mean is the mean of the observations, of which there is at least one.
func (p *ScalingPoint) mean() scaling.Observation {
	m := scaling.Observation{Workers: float64(p.Workers)}
	n := float64(len(p.observations))
	for _, o := range p.observations {
		m.ThroughputPerS += o.ThroughputPerS / n
		m.GapS += o.GapS / n
		m.CycleGaps += o.CycleGaps / n
	}
	return m
}

// describe fills in the means.
func (p *ScalingPoint) describe() {
	if p.Runs = len(p.observations); p.Runs == 0 {
		return
	}
	m := p.mean()
	p.ThroughputPerS = m.ThroughputPerS
	if m.GapS > 0 {
		p.GapMS, p.CycleMS = new(m.GapS*1000), new(m.GapS*m.CycleGaps*1000)
	}
}

// At returns the throughput of a curve at any number of workers. The law has none, because
// its gap is known only where it was measured: it reports false.
func (c *ScalingCurve) At(workers float64) (perS float64, ok bool) {
	if c.curve.Model == scaling.Law {
		return 0, false
	}
	return c.curve.ThroughputPerS(scaling.Observation{Workers: workers}), true
}
