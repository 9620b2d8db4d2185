//go:build unix

package fleet

import (
	"syscall"
	"time"
)

// processCPU is the processor time that all threads of this process have used, in
// the kernel too.
func processCPU() (used time.Duration, known bool) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, false
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), true
}
