package embedded

import (
	"time"

	"contend/internal/clock"
)

// lag says which state an eventually consistent read sees: the one of so long ago.
type lag struct {
	clock clock.Clock
	by    time.Duration // the server's ReadLag
}
