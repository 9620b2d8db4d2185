package manifest

import (
	"cmp"
	"strings"
	"time"
)

// slurm is what the template of Slurm shows.
type slurm struct{ common }

func slurmOf(j *Job) slurm { return slurm{common{j, nameOf(cmp.Or(j.Run, j.Scenario))}} }

// Prefix begins the ID of the run, before the number of the job.
func (s slurm) Prefix() string { return strings.TrimPrefix(nameOf(s.Scenario), prefix) }

// Folder is where the results go.
func (s slurm) Folder() string { return cmp.Or(s.Results, "runs") }

// Minutes is the limit of the job; Slurm counts in minutes.
func (s slurm) Minutes() int { return int((s.limit() + time.Minute - 1) / time.Minute) }

// MemoryPerCPU is in units of 2^20 bytes.
func (s slurm) MemoryPerCPU() int { return (s.MemoryMB() + s.CPUs() - 1) / s.CPUs() }
