package manifest

import "cmp"

// nomad is what the template of Nomad shows.
type nomad struct {
	common
	Volume string // of the results
}

func nomadOf(j *Job) nomad {
	return nomad{common{j, nameOf(j.Run)}, cmp.Or(j.Results, "contend-results")}
}

// Left and Right enclose actions of the template that holds the scenario. The scenario has
// neither, so that nothing of it is an action.
func (n nomad) Left() string  { return delimiter(n.YAML(), "[[[") }
func (n nomad) Right() string { return delimiter(n.YAML(), "]]]") }

// Notes tell in the job itself what a comment would tell: JSON has none.
func (n nomad) Notes() []note {
	notes := []note{
		{"results", "The host volume " + n.Volume + " must be the same folder on all clients, as NFS gives it, or be made a CSI volume that several may write to."},
		{"merge", "When all allocations have ended, whatever their state: contend merge DIR/" + n.Run + ", where DIR is the volume's folder."},
		{"limit", "Nomad ends no batch job by time: nomad job stop " + n.Name + " does, and the machines still write their results."},
	}
	credentials := "A store that asks for no credentials still needs some, of any value: AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY beside CONTEND_RUN."
	if n.AWS {
		credentials = "The machines use the credentials of the client's own role, or those of a workload identity: see AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE."
	}
	notes = append(notes, note{"credentials", credentials})
	if !n.Consent {
		notes = append(notes, note{"consent", "Without --yes among the arguments the machines refuse a target that is not their own machine."})
	}
	return notes
}

// note is a remark under a name.
type note struct{ Name, Text string }
