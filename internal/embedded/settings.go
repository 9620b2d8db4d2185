package embedded

import (
	"sync"

	"contend/internal/embedded/throughput"
)

// settings are the limits of a table that UpdateTable changes, and their description.
type settings struct {
	mu          sync.RWMutex // guards what follows; the name, keys and number of the table never change
	description description
	bears       throughput.Config
	warmed      *warmThroughput  // the warm throughput that was requested; nil if none was
	most        throughput.Units // the most units that were ever provisioned before the present ones
}

// isProvisioned reports whether the table has provisioned throughput now.
func (s *settings) isProvisioned() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.bears.Mode == throughput.Provisioned
}
