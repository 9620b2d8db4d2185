package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// TestOneLockAtATime: only one process has the lock, even while others release theirs,
// and remove the lock or the whole folder.
func TestOneLockAtATime(t *testing.T) {
	for _, c := range []struct {
		what string
		used bool
	}{{"a folder that stays", true}, {"a folder that goes with its last lock", false}} {
		t.Run(c.what, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "run")
			var holders, locks atomic.Int64
			var working sync.WaitGroup
			for range 8 {
				working.Go(func() {
					for range 200 {
						if err := os.MkdirAll(folder, 0o755); err != nil {
							continue // another removed it in that moment
						}
						if c.used {
							if err := os.WriteFile(filepath.Join(folder, "used"), nil, 0o644); err != nil {
								t.Error(err)
							}
						}
						mine, err := Acquire(folder)
						if errors.Is(err, ErrRunning) || errors.Is(err, fs.ErrNotExist) && !c.used {
							continue
						}
						if err != nil {
							t.Error(err)
							return
						}
						locks.Add(1)
						holders.Add(1)
						for range 20 { // the others try meanwhile
							runtime.Gosched()
							if n := holders.Load(); n != 1 {
								t.Errorf("%d hold the folder", n)
							}
						}
						holders.Add(-1)
						if err := mine.Release(); err != nil {
							t.Error(err)
						}
					}
				})
			}
			working.Wait()
			if locks.Load() == 0 {
				t.Error("nobody ever got it")
			}
			t.Logf("%d locks", locks.Load())
		})
	}
}
