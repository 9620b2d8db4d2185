//go:build !unix

package fleet

import "time"

// processCPU: the system is not asked here.
func processCPU() (used time.Duration, known bool) { return 0, false }
