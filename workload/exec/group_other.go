//go:build !unix

package exec

import osexec "os/exec"

// leadGroup does nothing: this system has no process groups.
func leadGroup(*osexec.Cmd) {}

// killGroup kills a program. What it started goes on.
func killGroup(command *osexec.Cmd) { _ = command.Process.Kill() }
