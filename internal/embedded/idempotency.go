package embedded

import (
	"sync"
	"time"

	"contend/internal/clock"
)

// tokenWindow is how long after a transaction another one with the same client request
// token counts as a repeat (API reference, TransactWriteItems, ClientRequestToken).
const tokenWindow = 10 * time.Minute

// tokens holds the client request tokens of the transactions that are in progress or
// were carried out within the window. It needs only its clock. It is safe for use by
// several goroutines.
type tokens struct {
	clock clock.Clock
	mu    sync.Mutex
	uses  map[string]tokenUse
	// done are the tokens whose transactions were carried out, the oldest
	// first.
	done []string
}

type tokenUse struct {
	parameters fingerprint
	done       time.Time // zero: the transaction is going on
}

// begin uses a token for a transaction; the caller must call end when it is over. isRepeat
// is true if the transaction was carried out before, and must not be again.
func (t *tokens) begin(token string, parameters fingerprint) (isRepeat bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget()
	use, known := t.uses[token]
	switch {
	case !known:
		if t.uses == nil {
			t.uses = map[string]tokenUse{}
		}
		t.uses[token] = tokenUse{parameters: parameters}
		return false, nil
	case use.parameters != parameters:
		return false, fail(parameterMismatch, "The request has other parameters than the one that used its token before.")
	case use.done.IsZero():
		return false, fail(transactionInProgress, "Transaction from previous request is still in progress")
	}
	return true, nil
}

// end remembers a token whose transaction was carried out. The token of a cancelled
// transaction can be used again.
func (t *tokens) end(token string, carriedOut bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !carriedOut {
		delete(t.uses, token)
		return
	}
	use := t.uses[token]
	use.done = t.clock.Now()
	t.uses[token] = use
	t.done = append(t.done, token)
}

// forget drops the tokens that are older than the window. The caller holds
// t.mu.
func (t *tokens) forget() {
	if len(t.done) == 0 {
		return
	}
	now := t.clock.Now()
	for len(t.done) > 0 && now.Sub(t.uses[t.done[0]].done) >= tokenWindow {
		delete(t.uses, t.done[0])
		t.done[0] = ""
		t.done = t.done[1:]
	}
}
