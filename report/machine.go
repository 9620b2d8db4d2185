package report

import (
	"fmt"
	"runtime"

	"github.com/klauspost/cpuid/v2"

	"contend/internal/format"
)

// Machine is what a run was made on, as far as it is no secret. The embedded
// server runs there too.
type Machine struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	CPU  string `json:"cpu,omitempty"` // the processor's name; "" if it does not tell
	CPUs int    `json:"cpus"`          // that the process may use at once
	Go   string `json:"go"`            // version of the language's runtime
}

// ThisMachine is what this process runs on.
func ThisMachine() *Machine {
	return &Machine{
		OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: cpuid.CPU.BrandName, CPUs: runtime.GOMAXPROCS(0), Go: runtime.Version(),
	}
}

// String is the machine in one line.
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
