package probe

import "fmt"

// Verdict is the result of a row.
type Verdict string

const (
	Right Verdict = "right"
	// Broken means that no DynamoDB table can give all of these answers.
	Broken Verdict = "broken"
	// NotSupported means that the server refused a request that DynamoDB carries out,
	// or left out something optional.
	NotSupported Verdict = "not supported"
	// NotJudged means that the answers do not decide; it is never a pass.
	NotJudged Verdict = "not judged"
)

// Verdicts lists the verdicts in the order in which they are counted.
func Verdicts() []Verdict { return []Verdict{Right, Broken, NotSupported, NotJudged} }

// Row is one question and its answer.
type Row struct {
	Name     string   `json:"name"`
	Verdict  Verdict  `json:"verdict"`
	Finding  string   `json:"finding"`            // one sentence, for people
	Evidence []string `json:"evidence,omitempty"` // the observations behind the finding, one a line
	// Requests counts the requests that were answered for the row. If the row is right,
	// they exclude a rate of faults, see [ExcludedRate].
	Requests int64 `json:"requests"`
	// Excluded is the rate that they exclude; 0 if the row is not right or had no
	// requests.
	Excluded float64 `json:"excluded_rate,omitempty"`
}

func right(format string, args ...any) Row {
	return Row{Verdict: Right, Finding: fmt.Sprintf(format, args...)}
}

func notSupported(format string, args ...any) Row {
	return Row{Verdict: NotSupported, Finding: fmt.Sprintf(format, args...)}
}

func notJudged(format string, args ...any) Row {
	return Row{Verdict: NotJudged, Finding: fmt.Sprintf(format, args...)}
}

// maxEvidence bounds the evidence of a row: a few lines are as good as all.
const maxEvidence = 3

func broken(evidence []string, format string, args ...any) Row {
	return Row{Verdict: Broken, Finding: fmt.Sprintf(format, args...), Evidence: evidence[:min(len(evidence), maxEvidence)]}
}

// suspicion is the evidence of one judge, and the finding if there is any.
type suspicion struct {
	evidence []string
	finding  string
}

// firstBroken is the row of the first suspicion that has evidence.
func firstBroken(suspicions ...suspicion) (Row, bool) {
	for _, s := range suspicions {
		if len(s.evidence) > 0 {
			return broken(s.evidence, "%s", s.finding), true
		}
	}
	return Row{}, false
}
