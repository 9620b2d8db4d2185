package manifest

import "cmp"

// kubernetes is what the template of Kubernetes shows.
type kubernetes struct {
	common
	Claim string // of the results
}

// kubernetesOf names the objects by the run, so that two runs have different ones.
func kubernetesOf(j *Job) kubernetes {
	name := nameOf(j.Run)
	return kubernetes{common{j, name}, cmp.Or(j.Results, name+"-results")}
}
