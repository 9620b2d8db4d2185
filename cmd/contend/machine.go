package main

import (
	"runtime"

	"github.com/klauspost/cpuid/v2"

	"contend/report"
)

// thisMachine is what the program runs on.
func thisMachine() *report.Machine {
	return &report.Machine{
		OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: cpuid.CPU.BrandName, CPUs: runtime.GOMAXPROCS(0), Go: runtime.Version(),
	}
}
