// Package manifest writes the job file with which a scheduler starts one run on several
// machines: an Indexed Job for Kubernetes, a batch script for Slurm, or a batch job for Nomad.
//
// contend has no scheduler of its own. The scheduler starts and numbers the processes; the
// manifest only tells them how many there are, the ID of their run, and where to put their
// files.
//
// A manifest contains the whole scenario with all flags applied, instead of its name, so that
// the run does not depend on the scenarios built into the program of an image.
package manifest
