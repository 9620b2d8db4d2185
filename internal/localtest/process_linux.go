package localtest

import (
	"os/exec"
	"syscall"
)

// dieWithParent makes the kernel end the server when the test program is
// killed.
func dieWithParent(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
