package history

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"
)

// ledgerJSON is a ledger as JSON. Sums are exact, however large.
type ledgerJSON struct {
	Key            string    `json:"key"`
	Initial        int64     `json:"initial"`
	InitialVersion int64     `json:"initial_version,omitempty"`
	Final          int64     `json:"final"`
	FinalVersion   int64     `json:"final_version,omitempty"`
	FinalKnown     bool      `json:"final_known,omitempty"`
	FinalAsked     time.Time `json:"final_asked,omitzero"`
	FinalTold      time.Time `json:"final_told,omitzero"`
	Unseen         string    `json:"unseen,omitempty"`
	Idempotent     bool      `json:"idempotent,omitempty"`
	WatchedNS      int64     `json:"watched_ns,omitempty"`

	Operations            int64 `json:"operations,omitempty"`
	Updates               int64 `json:"updates,omitempty"`
	Applied               int64 `json:"applied,omitempty"`
	Untraced              int64 `json:"untraced,omitempty"`
	AppliedUnacknowledged int64 `json:"unheard,omitempty"`
	Open                  int64 `json:"open,omitempty"`

	Acknowledged *big.Int `json:"acknowledged"`
	Low          *big.Int `json:"low"`
	High         *big.Int `json:"high"`
	UnknownLow   *big.Int `json:"unknown_low"`
	UnknownHigh  *big.Int `json:"unknown_high"`
	Traced       *big.Int `json:"traced"`

	Omitted doubt `json:"omitted,omitzero"`
}

// MarshalJSON writes the account without [Ledger.Doubtful], which the history contains. After
// decoding, [Ledger.Omitted] counts those operations too.
func (l *Ledger) MarshalJSON() ([]byte, error) {
	x, omitted := l.exactly(), l.omitted
	omitted.add(&l.kept)
	return json.Marshal(ledgerJSON{
		Key: l.Key, Initial: l.Initial, InitialVersion: l.InitialVersion, Final: l.Final, FinalVersion: l.FinalVersion,
		FinalKnown: l.FinalKnown, FinalAsked: l.FinalAsked.UTC().Round(0), FinalTold: l.FinalTold.UTC().Round(0),
		Unseen: l.Unseen, Idempotent: l.Idempotent, WatchedNS: int64(l.Watched),
		Operations: l.Operations, Updates: l.Updates, Applied: l.Applied, Untraced: l.Untraced,
		AppliedUnacknowledged: l.AppliedUnacknowledged, Open: l.Open,
		Acknowledged: &x.acknowledged, Low: &x.low, High: &x.high, UnknownLow: &x.unknownLow, UnknownHigh: &x.unknownHigh, Traced: &x.traced,
		Omitted: omitted,
	})
}

// UnmarshalJSON reads what [Ledger.MarshalJSON] wrote.
func (l *Ledger) UnmarshalJSON(text []byte) error {
	var j ledgerJSON
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&j); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("ledger: unexpected text after the JSON object")
	}
	if err := j.check(); err != nil {
		return fmt.Errorf("ledger of %q: %w", j.Key, err)
	}
	*l = Ledger{
		Key: j.Key, Initial: j.Initial, InitialVersion: j.InitialVersion, Final: j.Final, FinalVersion: j.FinalVersion,
		FinalKnown: j.FinalKnown, FinalAsked: j.FinalAsked.UTC(), FinalTold: j.FinalTold.UTC(),
		Unseen: j.Unseen, Idempotent: j.Idempotent, Watched: time.Duration(j.WatchedNS),
		Counts: Counts{
			Operations: j.Operations, Updates: j.Updates, Applied: j.Applied, Untraced: j.Untraced,
			AppliedUnacknowledged: j.AppliedUnacknowledged, Open: j.Open,
		},
		omitted: j.Omitted,
	}
	l.setExactly(&exactSums{*j.Acknowledged, *j.Low, *j.High, *j.UnknownLow, *j.UnknownHigh, *j.Traced})
	return nil
}

// check refuses what no account has.
func (j *ledgerJSON) check() error {
	for _, n := range []int64{
		j.InitialVersion, j.FinalVersion, j.WatchedNS, j.Operations, j.Updates, j.Applied, j.Untraced, j.Open,
		j.Omitted[0][0], j.Omitted[0][1], j.Omitted[1][0], j.Omitted[1][1],
	} {
		if n < 0 || n > latest {
			return fmt.Errorf("%d is not within [0, %d]", n, int64(latest))
		}
	}
	const mostBits = 128 // 2^64 amounts of 2^63
	for _, sum := range []*big.Int{j.Acknowledged, j.Low, j.High, j.UnknownLow, j.UnknownHigh, j.Traced} {
		if sum == nil {
			return errors.New("a sum is missing")
		}
		if sum.BitLen() > mostBits {
			return errors.New("a sum is out of range")
		}
	}
	if j.Low.Cmp(j.High) > 0 {
		return fmt.Errorf("low, %s, is above high, %s", j.Low, j.High)
	}
	return nil
}
