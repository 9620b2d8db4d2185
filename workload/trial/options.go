package trial

import (
	"contend/counter"
	"contend/workload/measure"
	"contend/workload/store"
)

// Options say how a run is carried out. Their zero value is a run that keeps
// nothing but its [Outcome] and puts load on no other machine. The functions are
// told what happens; nil means that nobody listens. All but OnNote are called by
// the goroutine that called [Run].
type Options struct {
	// Tool is what the history says wrote it, such as "contend v1.2.3".
	Tool string
	// History is the path of the file that takes every operation; there must be no
	// file yet. "" is a temporary file, which is removed at the end.
	History string
	// Picture is the path of the file into which a violation is drawn; "" is none.
	Picture string
	// Table is the table's name if the scenario gives none; "" is a new name.
	Table string
	// KeepTable leaves a table that the run made.
	KeepTable bool
	// Consent allows a target that is not this machine.
	Consent store.Consent
	// Dial opens connections; nil is the dialer of the SDK's own transport.
	Dial store.Dialer
	// Strategy makes the counter's design for a client; nil is the design that the
	// scenario names. It is called twice: for the load, and for what comes before
	// and after it.
	Strategy func(counter.DynamoDB) (counter.Strategy, error)
	// Stop, when it is closed, ends the load early; what ran is judged. Before the
	// load it ends the run.
	Stop <-chan struct{}

	// OnTarget is told the place before anything is sent there. Its error ends the
	// run.
	OnTarget func(Place) error
	// OnTable is told of the table before it is asked for, and whenever more is
	// known of it. Its error ends a run whose table was not asked for yet.
	OnTable func(Table) error
	// OnStart is told the place when its table exists.
	OnStart func(Place)
	// Watch is given a view of the load that is about to begin, and returns what
	// is called at its end.
	Watch func(*measure.Live) (end func() error)
	// OnNote is told in a sentence what takes long or what was left where. It may
	// be called from any goroutine.
	OnNote func(sentence string)
	// OnWarning is told in a sentence what the user should act on.
	OnWarning func(sentence string)
	// OnOutcome is given the outcome before the table is deleted, which may take
	// a minute on AWS. Its error is joined to that of the run.
	OnOutcome func(*Outcome) error
}

func (o *Options) note(sentence string) {
	if o.OnNote != nil {
		o.OnNote(sentence)
	}
}

func (o *Options) warn(sentence string) {
	if o.OnWarning != nil {
		o.OnWarning(sentence)
	}
}

// Place is where a run's counters are.
type Place struct {
	Kind     string // of the target: "embedded", "url" or "aws"
	Endpoint string // its URL
	Region   string // the AWS region; "" if requests are signed for none
	Table    string // the table's name
	// Elsewhere is true if the target needs the user's consent, and Description
	// is what to say of it then.
	Elsewhere   bool
	Description string
}
