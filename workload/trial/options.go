package trial

import (
	"io/fs"

	"contend/counter"
	"contend/workload/measure"
	"contend/workload/store"
)

// Options say how to carry out a run. With the zero value, a run returns its
// [Outcome], keeps no files, and puts load on this machine only. The functions are
// callbacks; each may be nil. All but OnNote are called by the goroutine that called
// [Run].
type Options struct {
	// Tool is the program that the history names as its writer, such as
	// "contend v1.2.3".
	Tool string
	// History is the path of the history's file, which must not exist yet. "" means a temporary
	// file, which is removed at the end, or no file if none is needed.
	History string
	// Picture is the path of the file for a drawing of the first violation; ""
	// means none.
	Picture string
	// Machine is the part of the run that this process carries out, if several machines make
	// the run.
	Machine Machine
	// Table is the table's name if the scenario gives none; "" means a new name.
	Table string
	// KeepTable keeps the table that the run creates. Without it the run deletes
	// the table at the end; it never deletes a table that existed before.
	KeepTable bool
	// Consent allows a target that is not on this machine.
	Consent store.Consent
	// Dial opens connections; nil means the dialer of the SDK's own transport.
	Dial store.Dialer
	// Strategy makes the design for a client; nil means the design that the
	// scenario names. It is called twice: for the load, and for the requests
	// before and after it.
	Strategy func(counter.DynamoDB) (counter.Strategy, error)
	// Client wraps the client of the load, for example to count calls: the design makes all its
	// calls through the value that Client returns. nil means no wrapper.
	Client func(counter.DynamoDB) counter.DynamoDB
	// Environment has the environment variables for the program of the strategy exec, as
	// "NAME=value", in addition to those that contend sets.
	Environment []string
	// Examples has programs that are written to a temporary folder. [ExamplesPlace] in the
	// command of the strategy exec stands for that folder. nil means none.
	Examples fs.FS
	// OnLine gets each line of the conversations with the program of the strategy exec. If
	// there are several processes, several goroutines call it at once.
	OnLine func(fromProgram bool, line string)
	// Cost ends the load when it has cost a certain amount; what ran is then judged. nil means
	// no limit.
	Cost *measure.CostLimit
	// Stop ends the load early when it is closed; what ran is then judged. If it is closed
	// before the load begins, the run ends with [ErrStopped].
	Stop <-chan struct{}

	// OnTarget gets the place before any request is sent there. An error ends the
	// run.
	OnTarget func(Place) error
	// OnTable gets the table before it is requested, and whenever its state changes. An error
	// ends the run if the table has not been requested yet.
	OnTable func(Table) error
	// OnStart gets the place when the table exists.
	OnStart func(Place)
	// Watch gets a live view of the load just before it begins. It returns a
	// function that is called when the load ends.
	Watch func(*measure.Live) (end func() error)
	// OnNote gets a sentence about something that takes long or is left behind. It may be
	// called by any goroutine.
	OnNote func(sentence string)
	// OnWarning gets a sentence about something that the user should act on.
	OnWarning func(sentence string)
	// OnOutcome gets the outcome before the table is deleted, which may take a minute on AWS.
	// Its error is joined to the error of the run.
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

// Place says where a run's counters are.
type Place struct {
	Kind     string // of the target: "embedded", "simulated", "url" or "aws"
	Endpoint string // its URL
	Region   string // the AWS region; "" if requests are signed for none
	Table    string // the table's name
	// Elsewhere is true if the target needs the user's consent; Description then
	// describes it for the user.
	Elsewhere   bool
	Description string
}
