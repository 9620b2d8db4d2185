package observe

import "contend/counter"

// State is the number that a watched attribute held; an absent attribute holds 0. The zero
// value is a number that is not known.
type State struct {
	Value int64
	Known bool
}

// Effect is what a request did to one watched attribute, or read of it.
type Effect struct {
	Target  Target
	Counter string // as [Target.Counter]
	Write   bool   // otherwise it is a read
	// Outcome is that of the request, as the store's answer shows it.
	Outcome counter.Outcome
	Reason  string // why a request was not applied; see [counter.Classification]
	// Delta is what the write adds to the number if it is applied. If DeltaKnown is
	// false, Why says why the number alone does not show it.
	Delta      int64
	DeltaKnown bool
	Why        string
	// Adds is true if the write would add Delta again if it were repeated.
	Adds bool
	// Built is the number that the write's condition demands.
	Built State
	// After is the number that an applied write left. Saw is the number that a read
	// returned, or because of which a write was refused.
	After, Saw State
	Eventual   bool   // a read that may be behind
	Token      string // makes the write idempotent; "" if nothing does
}

// Unseen is something that may have changed or read a watched attribute, and that was not
// understood.
type Unseen struct {
	Table   string
	Counter string // as [Target.Counter]; "": any of the table
	Write   bool   // it may have changed the number
	Reason  string
}

// Observation is what the answer to a request shows.
type Observation struct {
	Outcome counter.Outcome // of the whole request, as the store answered
	Code    string          // the store's error code; "" if it is no error
	Reason  string          // see [counter.Classification]
	Effects []Effect
	Unseen  []Unseen
	// Units is what the store reported that the request consumed, if it concerns something
	// watched. Nothing is reported for a request that was refused.
	Units counter.Units
	// Body is the answer as the client would have got it without the proxy.
	Body []byte
}
