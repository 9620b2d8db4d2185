//go:build unix

package exec

import (
	osexec "os/exec"
	"syscall"
)

// leadGroup makes a program the leader of a process group, so that it can be ended with all
// that it starts. Ctrl-C at the terminal does not reach it.
func leadGroup(command *osexec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills a program and its group. Both may have ended; the leader may have left.
func killGroup(command *osexec.Cmd) {
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
	_ = command.Process.Kill()
}
