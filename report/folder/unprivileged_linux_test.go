package folder

import (
	"os"
	"runtime"
	"sync"
	"syscall"
	"testing"
)

// asNobody calls do without root's right to write everywhere.
func asNobody(t *testing.T, do func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		do()
		return
	}
	const nobody = 65534
	var done sync.WaitGroup
	done.Go(func() {
		runtime.LockOSThread() // never unlocked: the thread ends with its goroutine
		if err := syscall.Setfsuid(nobody); err != nil {
			t.Error(err)
			return
		}
		do()
	})
	done.Wait()
}
