package manifest

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"contend/internal/pattern"
)

// Job describes the job, for all kinds of manifest.
type Job struct {
	// Scenario is the name of the scenario, and Text the whole scenario as YAML.
	Scenario string
	Text     []byte
	// Run is the ID of the run. It may be "" for Slurm, where the job then derives one from its
	// number.
	Run string
	// Machines is the number of machines, at least 1.
	Machines int
	// Workers is the number of workers on all machines together. It determines the processors
	// and memory of a machine.
	Workers int
	// Length is how long the load lasts; 0 if it ends after a number of operations.
	Length time.Duration
	// JoinTimeout is how long a machine waits for the others. It must be above 0.
	JoinTimeout time.Duration
	// Deadline is how long after its start the scheduler ends the job. 0 means the sum of
	// Length, JoinTimeout and 15 minutes; it must be set if Length is 0. It must be 0 for
	// Nomad, which has no such limit.
	Deadline time.Duration
	// Consent is the user's consent to put load on a target elsewhere; it becomes --yes in the
	// job.
	Consent bool
	// AWS is true if the target is AWS, so that the machines need credentials.
	AWS bool

	// Results is where the files of the run go. Slurm: a folder that all nodes share ("" means
	// "runs"). Kubernetes: an existing PersistentVolumeClaim ("" means a new one). Nomad: a
	// host volume ("" means "contend-results").
	Results string
	// Image is the container image (Kubernetes and Nomad).
	Image string
	// Namespace is the namespace of the job (Kubernetes and Nomad); "" means the scheduler's
	// default.
	Namespace string
	// ServiceAccount is the service account of the pods (Kubernetes); "" means the namespace's
	// default.
	ServiceAccount string
	// TasksPerNode is the largest number of machines on one node (Slurm); 0 leaves that to
	// Slurm.
	TasksPerNode int
}

// Kind is a scheduler for which a manifest can be written.
type Kind string

// The kinds of manifest.
const (
	Kubernetes Kind = "kubernetes"
	Slurm      Kind = "slurm"
	Nomad      Kind = "nomad"
)

// Kinds returns all kinds.
func Kinds() []Kind { return []Kind{Kubernetes, Slurm, Nomad} }

// margin is the time for starting, creating the table, and saving and judging the results.
const margin = 15 * time.Minute

// maxText is below what etcd, in which Kubernetes keeps a ConfigMap, takes for one object.
const maxText = 900 << 10

var (
	// label is a name as RFC 1123 has it, which Kubernetes and Nomad use for namespaces.
	label = pattern.Lazy(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	// subdomain is a name of objects in Kubernetes.
	subdomain = pattern.Lazy(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)
	// image has no space, quote or control character, so that no mistyped flag becomes one.
	image = pattern.Lazy(`^[A-Za-z0-9][A-Za-z0-9._/:@+-]{0,510}$`)
	// volume is a name of a volume in Nomad.
	volume = pattern.Lazy(`^[A-Za-z0-9_-]{1,128}$`)
)

// check returns all reasons why there is no manifest of that kind, each with the name of the
// flag that changes it.
func (j *Job) check(kind Kind) error {
	var all []error
	refuse := func(format string, args ...any) { all = append(all, fmt.Errorf(format, args...)) }
	only := func(flag, value string, valid func() *regexp.Regexp, kinds ...Kind) {
		for _, k := range kinds {
			if k == kind {
				if value != "" && !valid().MatchString(value) {
					refuse("--%s: %q is not a valid name", flag, value)
				}
				return
			}
		}
		if value != "" {
			refuse("--%s: has no meaning for %s", flag, kind)
		}
	}
	if j.Image == "" && kind != Slurm {
		refuse("--image: is missing: %s runs a container image, such as that of %q", kind, "make image")
	}
	only("image", j.Image, image, Kubernetes, Nomad)
	only("namespace", j.Namespace, label, Kubernetes, Nomad)
	only("service-account", j.ServiceAccount, subdomain, Kubernetes)
	if kind == Kubernetes {
		only("results", j.Results, subdomain, Kubernetes)
	}
	if kind == Nomad {
		only("results", j.Results, volume, Nomad)
	}
	if j.TasksPerNode != 0 && kind != Slurm {
		refuse("--tasks-per-node: has no meaning for %s", kind)
	}
	if j.TasksPerNode < 0 {
		refuse("--tasks-per-node: must be at least 1, not %d", j.TasksPerNode)
	}
	switch {
	case kind == Nomad && j.Deadline != 0:
		refuse("--deadline: Nomad ends no batch job by time")
	case j.Deadline < 0:
		refuse("--deadline: must be above 0")
	case kind != Nomad && j.Deadline == 0 && j.Length == 0:
		refuse("nothing says how long the run takes: the scenario ends after a number of operations: give --deadline D, or a --duration")
	case j.Deadline != 0 && j.Deadline < j.Length:
		refuse("--deadline: %v is less than the %v of the load", j.Deadline, j.Length)
	}
	if kind == Kubernetes && len(j.Text) > maxText {
		refuse("the scenario has %d bytes, and a ConfigMap at most %d", len(j.Text), maxText)
	}
	return errors.Join(all...)
}

// limit is when the engine ends the job.
func (j *Job) limit() time.Duration {
	if j.Deadline > 0 {
		return j.Deadline
	}
	return j.Length + j.JoinTimeout + margin
}

// share is the number of workers of the machine that has most.
func (j *Job) share() int { return (j.Workers + j.Machines - 1) / j.Machines }

// workersPerCPU is how many workers one processor serves: a request costs the client about
// 0.1 ms of it, and a worker whose requests take 4 ms sends 250 a second at most.
const workersPerCPU = 40

// CPUs returns the number of processors for each machine.
func (j *Job) CPUs() int { return max((j.share()+workersPerCPU-1)/workersPerCPU, 1) }

// MemoryMB returns the memory for each machine, in units of 2^20 bytes: what the program itself
// needs, and about one unit for the histograms and connections of each worker.
func (j *Job) MemoryMB() int { return 256 + j.share() }
