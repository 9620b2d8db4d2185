package scripttest

import (
	"strings"
	"sync"
	"time"
)

// Watch collects output and can wait for a text in it.
type Watch struct {
	mu   sync.Mutex
	text strings.Builder
	more *sync.Cond
}

// NewWatch returns a Watch without any text.
func NewWatch() *Watch {
	w := &Watch{}
	w.more = sync.NewCond(&w.mu)
	return w
}

func (w *Watch) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.more.Broadcast()
	return w.text.Write(text)
}

func (w *Watch) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// Await waits for a text. It reports false if that takes longer than a slow machine may
// need.
func (w *Watch) Await(text string) bool {
	const patience = 2 * time.Minute
	deadline := time.Now().Add(patience)
	timer := time.AfterFunc(patience, w.more.Broadcast)
	defer timer.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	for !strings.Contains(w.text.String(), text) {
		if time.Now().After(deadline) {
			return false
		}
		w.more.Wait()
	}
	return true
}
