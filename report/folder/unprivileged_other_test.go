//go:build !linux

package folder

import (
	"os"
	"testing"
)

// asNobody calls do, unless the user is root, who may write everywhere: only Linux lets
// a single thread give up that right.
func asNobody(t *testing.T, do func()) {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	do()
}
