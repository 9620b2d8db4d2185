package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"contend/cmd/contend/scripttest"
)

// TestLittleHappensBeforeMain bounds the memory that packages allocate before main, which
// each command waits for. With 4 MB a start would have a garbage collection.
func TestLittleHappensBeforeMain(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), scripttest.Program(t), "--version")
	command.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for _, problem := range heavyPackages(string(output)) {
		t.Error(problem)
	}
}

// heavyPackages lists what allocates too much according to a trace of the runtime.
func heavyPackages(trace string) (problems []string) {
	const (
		mostOfAll  = 3 << 20
		mostOfOurs = 10 << 10 // of a package of this module
	)
	initialized := regexp.MustCompile(`(?m)^init (\S+) @.* (\d+) bytes, \d+ allocs$`)
	total := 0
	for _, parts := range initialized.FindAllStringSubmatch(trace, -1) {
		n, _ := strconv.Atoi(parts[2]) // it consists of digits
		total += n
		if ours := parts[1] == "main" || strings.HasPrefix(parts[1], "contend/"); ours && n > mostOfOurs {
			problems = append(problems, fmt.Sprintf("%s allocates %d bytes before main, at most %d are allowed", parts[1], n, mostOfOurs))
		}
	}
	if total == 0 || total > mostOfAll {
		problems = append(problems, fmt.Sprintf("all packages allocate %d bytes before main, at most %d are allowed", total, mostOfAll))
	}
	return problems
}

// TestHeavyPackagesAreFound: a package of ours may allocate less than others, and an empty
// trace is a problem.
func TestHeavyPackagesAreFound(t *testing.T) {
	const small = "init contend/counter @1.2 ms, 0.01 ms clock, 100 bytes, 2 allocs\n"
	for trace, want := range map[string]int{
		"":    1,
		small: 0,
		small + "init example.com/other @1.2 ms, 0.01 ms clock, 20000 bytes, 2 allocs\n":   0,
		small + "init example.com/other @1.2 ms, 0.01 ms clock, 4000000 bytes, 2 allocs\n": 1,
		small + "init contend/report @1.2 ms, 0.01 ms clock, 20000 bytes, 2 allocs\n":      1,
		small + "init main @1.2 ms, 0.01 ms clock, 20000 bytes, 2 allocs\n":                1,
	} {
		if got := heavyPackages(trace); len(got) != want {
			t.Errorf("%q: got %q, want %d", trace, got, want)
		}
	}
}
