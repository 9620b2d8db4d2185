// Package manifest writes the job by which an engine starts one run on several machines: an
// Indexed Job of Kubernetes, a batch script of Slurm, or a batch job of Nomad.
//
// contend has no scheduler. The engine starts the processes and numbers them, and the
// manifest tells them how many they are, the ID of their run and where their files go. So a
// manifest has no logic of its own beyond that.
//
// A manifest contains the whole scenario, with all flags applied, and not its name: what
// runs does not depend on the scenarios that the program in an image is built with.
package manifest
