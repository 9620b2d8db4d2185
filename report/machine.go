package report

import (
	"fmt"
	"runtime"

	"github.com/klauspost/cpuid/v2"

	"contend/internal/format"
)

// Machine describes the machine on which a run was made, without anything private. The
// embedded server runs there too.
type Machine struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	CPU  string `json:"cpu,omitempty"` // the processor's name; "" if it has none
	CPUs int    `json:"cpus"`          // the number that the process may use at once
	Go   string `json:"go"`            // version of the Go runtime
}

// ThisMachine describes the machine on which this process runs.
func ThisMachine() *Machine {
	return &Machine{
		OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: cpuid.CPU.BrandName, CPUs: runtime.GOMAXPROCS(0), Go: runtime.Version(),
	}
}

// String describes the machine in one line.
func (m *Machine) String() string {
	if m == nil {
		return format.Absent
	}
	name := m.CPU
	if name == "" {
		name = m.Arch
	}
	return fmt.Sprintf("%s of %s, %s/%s, %s", format.Count(int64(m.CPUs), "processor"), name, m.OS, m.Arch, m.Go)
}
