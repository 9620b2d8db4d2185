package main

import (
	"os"
	"os/signal"
	"slices"
	"syscall"
	"testing"

	"contend/cmd/contend/scripttest"
)

// TestNohupIsKept: contend does not listen to a hang-up that is ignored, because that would
// undo nohup.
func TestNohupIsKept(t *testing.T) {
	defer scripttest.HeedHangups()()
	if !slices.Contains(endings(), os.Signal(syscall.SIGHUP)) {
		t.Error("a hang-up does not end the program")
	}
	defer func() { scripttest.HeedHangups()() }() // Reset does not undo Ignore
	signal.Ignore(syscall.SIGHUP)
	if slices.Contains(endings(), os.Signal(syscall.SIGHUP)) {
		t.Error("a hang-up ends a program that was to ignore it")
	}
}
