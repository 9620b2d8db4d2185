package store

import (
	"fmt"

	"contend/workload/scenario"
)

// Consent is what the user allowed beyond load on this machine.
type Consent bool

// The two consents.
const (
	OnlyHere Consent = false
	Anywhere Consent = true
)

// NeedsConsent reports whether the target may be another machine, or costs money.
func (t *Target) NeedsConsent() bool { return t.Kind == scenario.TargetAWS || !isLoopback(t.Endpoint) }

// Place says where the target is, for people who are to agree to it.
func (t *Target) Place() string {
	place := t.Endpoint
	switch {
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

// Refuse is a [*NoConsentError] if the target needs a consent that was not given,
// and nil otherwise.
func (t *Target) Refuse(given Consent) error {
	if given == Anywhere || !t.NeedsConsent() {
		return nil
	}
	if t.Kind == scenario.TargetAWS {
		return &NoConsentError{Target: t.Kind}
	}
	return &NoConsentError{Target: t.Endpoint}
}

// NoConsentError is the error of a target that the user has not agreed to.
type NoConsentError struct {
	Target string // its URL, or "aws"
}

func (e *NoConsentError) Error() string {
	return fmt.Sprintf("target %s: load on it was not consented to", e.Target)
}
