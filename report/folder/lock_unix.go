//go:build unix

package folder

import (
	"errors"
	"os"
	"syscall"
)

// lock locks the file for this process until the file is closed or the process ends, in
// whatever way.
func lock(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return ErrRunning
	case errors.Is(err, syscall.ENOTSUP), errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.ENOLCK):
		return errNoLocks
	}
	return err
}
