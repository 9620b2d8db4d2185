package embedded

import (
	"sync"

	"contend/internal/embedded/throughput"
)

// settings are what UpdateTable changes, and the description of it.
type settings struct {
	mu          sync.RWMutex // guards what follows; the name, keys and number of the table never change
	description description
	bears       throughput.Config
	warmed      *warmThroughput  // as it was asked for; nil if it was not
	most        throughput.Units // for which the table was provisioned before
}

// isProvisioned reports whether the table has provisioned throughput now.
func (s *settings) isProvisioned() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.bears.Mode == throughput.Provisioned
}
