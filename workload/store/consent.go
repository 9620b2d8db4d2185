package store

import (
	"fmt"

	"contend/workload/scenario"
)

// Consent says whether the user allows load on other machines.
type Consent bool

// The values of [Consent].
const (
	OnlyHere Consent = false
	Anywhere Consent = true
)

// NeedsConsent reports whether the target may be another machine, or costs money.
func (t *Target) NeedsConsent() bool {
	switch t.Kind {
	case scenario.TargetSimulated:
		return false
	case scenario.TargetAWS:
		return true
	}
	return !isLoopback(t.Endpoint)
}

// Place describes where the target is, for a user who is asked for consent.
func (t *Target) Place() string {
	place := t.Endpoint
	switch {
	case t.Kind == scenario.TargetSimulated:
		return "simulated time"
	case t.Kind == scenario.TargetAWS:
		place = "AWS at " + place
	case !isLoopback(place):
		place += ", which is not this machine"
	}
	if t.Region != "" {
		place += ", region " + t.Region
	}
	return place
}

// Refuse returns a [*NoConsentError] if the target needs consent and given is not
// [Anywhere], and nil otherwise.
func (t *Target) Refuse(given Consent) error {
	if given == Anywhere || !t.NeedsConsent() {
		return nil
	}
	if t.Kind == scenario.TargetAWS {
		return &NoConsentError{Target: t.Kind}
	}
	return &NoConsentError{Target: t.Endpoint}
}

// NoConsentError says that a target needs the user's consent, which was not given.
type NoConsentError struct {
	Target string // its URL, or "aws"
}

func (e *NoConsentError) Error() string {
	return fmt.Sprintf("target %s: load on it needs consent", e.Target)
}
