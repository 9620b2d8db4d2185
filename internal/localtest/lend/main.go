// Lend runs a command, and lends DynamoDB Local to all test programs that the command
// starts. It exits as the command does.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"

	"contend/internal/localtest"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) (code int) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, "lend:", err)
		return 1
	}
	lends, end := context.WithCancel(context.Background())
	var lending sync.WaitGroup
	lending.Go(func() { localtest.Lend(lends, listener) })
	defer lending.Wait()
	defer end()

	// A terminal sends Ctrl-C to the command too. Servers have to be stopped after it ended.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	terminated, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	command := exec.CommandContext(terminated, args[0], args[1:]...)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.Env = append(os.Environ(), localtest.LenderVariable+"="+listener.Addr().String())
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = command.Run()
	if ended := command.ProcessState; ended != nil && ended.Exited() {
		return ended.ExitCode()
	}
	fmt.Fprintln(os.Stderr, "lend:", err)
	return 1
}
