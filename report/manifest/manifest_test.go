package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/nomad/api"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	kubejson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// plainJob is one that all kinds take, up to the image.
func plainJob() Job {
	return Job{
		Scenario: "hot-key", Text: []byte("name: hot-key\nload: { workers: 90, duration: 30s }\n"), Run: "first",
		Machines: 4, Workers: 250, Length: 30 * time.Second, JoinTimeout: 5 * time.Minute, Image: "contend:1",
	}
}

func written(t *testing.T, kind Kind, j Job) string {
	t.Helper()
	if kind == Slurm {
		j.Image, j.Namespace, j.ServiceAccount = "", "", ""
	}
	var b strings.Builder
	if err := Write(&b, kind, j); err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	return b.String()
}

// inKubernetes are the objects of a manifest, decoded as Kubernetes' own types. A field that
// these do not have is an error, and so is a duplicate one.
type inKubernetes struct {
	scenario   corev1.ConfigMap
	claim      *corev1.PersistentVolumeClaim
	job, merge batchv1.Job
}

func decodeKubernetes(t *testing.T, text string) (all inKubernetes) {
	t.Helper()
	jobs := []*batchv1.Job{&all.job, &all.merge}
	for document := range strings.SplitSeq(text, "\n---\n") {
		document += "\n"
		var object struct{ Kind string }
		err := yaml.Unmarshal([]byte(document), &object)
		switch object.Kind {
		case "ConfigMap":
			err = strictly(document, &all.scenario)
		case "PersistentVolumeClaim":
			all.claim = new(corev1.PersistentVolumeClaim)
			err = strictly(document, all.claim)
		case "Job":
			err = strictly(document, jobs[0])
			jobs = jobs[1:]
		}
		if err != nil {
			t.Fatalf("%v in:\n%s", err, document)
		}
	}
	if len(jobs) > 0 {
		t.Fatalf("%d jobs are missing in:\n%s", len(jobs), text)
	}
	return all
}

// strictly decodes YAML as the API server does that is asked to be strict: the case of a name
// counts too.
func strictly(document string, into any) error {
	text, err := yaml.YAMLToJSONStrict([]byte(document))
	if err != nil {
		return err
	}
	unknown, err := kubejson.UnmarshalStrict(text, into)
	return errors.Join(append(unknown, err)...)
}

// TestKubernetes: the objects are those of Kubernetes' types, and say what an Indexed Job
// needs. Each pod runs without privileges.
func TestKubernetes(t *testing.T) {
	j := plainJob()
	j.Namespace, j.Consent = "load", true
	all := decodeKubernetes(t, written(t, Kubernetes, j))
	spec := all.job.Spec
	if *spec.CompletionMode != batchv1.IndexedCompletion || *spec.Completions != 4 || *spec.Parallelism != 4 || *spec.BackoffLimit != 0 || spec.BackoffLimitPerIndex != nil {
		t.Errorf("the job is %+v", spec)
	}
	if got := *spec.ActiveDeadlineSeconds; got != 30+300+900 {
		t.Errorf("the deadline is %d s", got)
	}
	if spec.TTLSecondsAfterFinished != nil {
		t.Error("the job deletes itself")
	}
	if !*all.merge.Spec.Suspend || *all.merge.Spec.BackoffLimit != 0 {
		t.Errorf("the merge is %+v", all.merge.Spec)
	}
	if want := []string{"run", "/scenario/scenario.yaml", "--results=/results", "--join-timeout=5m0s", "--quiet", "--yes"}; !slices.Equal(spec.Template.Spec.Containers[0].Args, want) {
		t.Errorf("got the arguments %q", spec.Template.Spec.Containers[0].Args)
	}
	if want := []string{"merge", "/results/first"}; !slices.Equal(all.merge.Spec.Template.Spec.Containers[0].Args, want) {
		t.Errorf("got the arguments %q", all.merge.Spec.Template.Spec.Containers[0].Args)
	}
	if want := []corev1.EnvVar{{Name: "CONTEND_MACHINES", Value: "4"}, {Name: "CONTEND_RUN", Value: "first"}}; !slices.Equal(spec.Template.Spec.Containers[0].Env, want) {
		t.Errorf("got the environment %+v", spec.Template.Spec.Containers[0].Env)
	}
	if cpu := spec.Template.Spec.Containers[0].Resources.Requests.Cpu().Value(); cpu != 2 { // 63 workers on the first machine
		t.Errorf("got %d processors", cpu)
	}
	for _, one := range []batchv1.Job{all.job, all.merge} {
		pod := one.Spec.Template.Spec
		container := pod.Containers[0]
		rights := container.SecurityContext
		if pod.RestartPolicy != corev1.RestartPolicyNever || *pod.AutomountServiceAccountToken || !*pod.SecurityContext.RunAsNonRoot ||
			pod.SecurityContext.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
			t.Errorf("%s: the pod is %+v", one.Name, pod)
		}
		if *rights.AllowPrivilegeEscalation || !*rights.ReadOnlyRootFilesystem || !slices.Equal(rights.Capabilities.Drop, []corev1.Capability{"ALL"}) || len(rights.Capabilities.Add) > 0 {
			t.Errorf("%s: the container has the rights %+v", one.Name, rights)
		}
		if container.Resources.Requests.Memory().IsZero() || !container.Resources.Limits.Cpu().IsZero() {
			t.Errorf("%s: the container has the resources %+v", one.Name, container.Resources)
		}
		if one.Namespace != "load" || container.Image != "contend:1" {
			t.Errorf("%s: namespace %q, image %q", one.Name, one.Namespace, container.Image)
		}
		mounted(t, pod, all)
	}
	if got := all.scenario.Data["scenario.yaml"]; got != string(j.Text) {
		t.Errorf("got the scenario %q", got)
	}
	if all.claim.Spec.AccessModes[0] != corev1.ReadWriteMany || all.claim.Name != "contend-first-results" {
		t.Errorf("got the claim %+v", all.claim)
	}
}

// mounted: each volume of a pod is mounted, and is one of the objects of the manifest.
func mounted(t *testing.T, pod corev1.PodSpec, all inKubernetes) {
	t.Helper()
	for i, m := range pod.Containers[0].VolumeMounts {
		v := pod.Volumes[i]
		if m.Name != v.Name {
			t.Errorf("volume %q is mounted where %q is", m.Name, v.Name)
		}
		if v.ConfigMap != nil && v.ConfigMap.Name != all.scenario.Name {
			t.Errorf("there is no ConfigMap %q", v.ConfigMap.Name)
		}
		if c := v.PersistentVolumeClaim; c != nil && all.claim != nil && c.ClaimName != all.claim.Name {
			t.Errorf("there is no claim %q", c.ClaimName)
		}
	}
	if len(pod.Volumes) != 3 || len(pod.Containers[0].VolumeMounts) != 3 {
		t.Errorf("got the volumes %+v", pod.Volumes)
	}
}

// TestKubernetesOptions: a claim that exists is not written, and an account is named.
func TestKubernetesOptions(t *testing.T) {
	j := plainJob()
	j.Results, j.ServiceAccount, j.AWS, j.Length, j.Deadline = "shared", "tester", true, 0, time.Minute+1
	all := decodeKubernetes(t, written(t, Kubernetes, j))
	pod := all.job.Spec.Template.Spec
	if all.claim != nil || pod.Volumes[1].PersistentVolumeClaim.ClaimName != "shared" {
		t.Errorf("claim %+v, volumes %+v", all.claim, pod.Volumes)
	}
	if pod.ServiceAccountName != "tester" || *pod.AutomountServiceAccountToken {
		t.Errorf("account %q", pod.ServiceAccountName)
	}
	if got := *all.job.Spec.ActiveDeadlineSeconds; got != 61 {
		t.Errorf("the deadline is %d s", got)
	}
	if slices.Contains(pod.Containers[0].Args, "--yes") {
		t.Error("the job has a consent that nobody gave")
	}
}

// decodeNomad decodes a manifest as Nomad's own type.
func decodeNomad(t *testing.T, text string) *api.Job {
	t.Helper()
	var file struct{ Job *api.Job }
	unknown, err := kubejson.UnmarshalStrict([]byte(text), &file)
	if err := errors.Join(append(unknown, err)...); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return file.Job
}

// TestNomad: the job is one of Nomad's type, and no allocation starts again.
func TestNomad(t *testing.T) {
	j := plainJob()
	j.Namespace, j.Consent, j.AWS = "load", true, true
	job := decodeNomad(t, written(t, Nomad, j))
	group := job.TaskGroups[0]
	task := group.Tasks[0]
	if *job.ID != "contend-first" || *job.Type != "batch" || *job.Namespace != "load" || *group.Count != 4 {
		t.Errorf("got %+v", job)
	}
	if *group.RestartPolicy.Attempts != 0 || *group.RestartPolicy.Mode != "fail" || *group.ReschedulePolicy.Attempts != 0 || *group.ReschedulePolicy.Unlimited {
		t.Errorf("an allocation starts again: %+v, %+v", group.RestartPolicy, group.ReschedulePolicy)
	}
	if task.Env["CONTEND_MACHINES"] != "4" || task.Env["CONTEND_RUN"] != "first" || *task.Resources.Cores != 2 || *task.KillTimeout != time.Minute {
		t.Errorf("got the task %+v", task)
	}
	if args, _ := json.Marshal(task.Config["args"]); string(args) != `["run","${NOMAD_TASK_DIR}/scenario.yaml","--results=/results","--join-timeout=5m0s","--quiet","--yes"]` {
		t.Errorf("got the arguments %s", args)
	}
	if *task.Templates[0].EmbeddedTmpl != string(j.Text) || group.Volumes["results"].Source != "contend-results" || *task.VolumeMounts[0].Volume != "results" {
		t.Errorf("got the template %+v, the volumes %+v", task.Templates[0], group.Volumes)
	}
	if !strings.Contains(job.Meta["credentials"], "AWS_ROLE_ARN") || job.Meta["consent"] != "" {
		t.Errorf("got the notes %q", job.Meta)
	}
	j.Consent = false
	if job := decodeNomad(t, written(t, Nomad, j)); job.Meta["consent"] == "" || strings.Contains(written(t, Nomad, j), `"--yes"`) {
		t.Errorf("got the notes %q", job.Meta)
	}
}

// TestSlurm: bash takes the script, which sbatch is given by the test of package main.
func TestSlurm(t *testing.T) {
	j := plainJob()
	j.Run, j.TasksPerNode, j.Consent, j.Results = "", 1, true, "/shared/it's $HOME"
	script := written(t, Slurm, j)
	for _, want := range []string{
		"#SBATCH --job-name=contend-hot-key\n", "#SBATCH --ntasks=4\n#SBATCH --ntasks-per-node=1\n#SBATCH --cpus-per-task=2\n#SBATCH --mem-per-cpu=160M\n#SBATCH --time=21\n",
		"results='/shared/it'\\''s $HOME'\n", "CONTEND_RUN=hot-key-$SLURM_JOB_ID\n", "--join-timeout 5m0s --quiet --yes >/dev/null\n",
	} {
		if !strings.Contains(script, want) {
			t.Errorf("there is no %q in:\n%s", want, script)
		}
	}
	if text, err := inBash(t, script, "-n"); err != nil {
		t.Errorf("%v: %s", err, text)
	}
}

func inBash(t *testing.T, script string, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "bash", args...)
	command.Stdin = strings.NewReader(script)
	text, err := command.CombinedOutput()
	return string(text), err
}

// hostile are texts of a scenario that would end a quotation, a block, a document or a
// template too early.
var hostile = []string{
	"  a: begins with spaces\n", "a: ends\n\n\n", "---\na: 1\n...\n", "a: \"quotes ' \\\" `id` $(id) ${HOME}\"\n",
	"END_OF_SCENARIO\nEND_OF_SCENARIO_\n", "a: {{ print 1 }} [[[ env \"HOME\" ]]] [[[[\n", "a: tab\there\n", "a: \u0085 \u2028 \ufeff \u007f \U0001f600\n",
	"# comment\n\n\na: |2\n   x\n", "a: back\\slash \\u0041\n", "a: carriage\r\n", "a: \x1b[31m\n",
}

// TestHostileTexts: whatever the scenario is, a manifest has it as it is, and nothing of it
// is anything else.
func TestHostileTexts(t *testing.T) {
	for _, text := range hostile {
		j := plainJob()
		j.Text, j.Scenario = []byte(text), "a\"\n#SBATCH --time=1\n' $(id) \U0001f600"
		want := ended(text)
		if got := decodeKubernetes(t, written(t, Kubernetes, j)).scenario.Data["scenario.yaml"]; got != want {
			t.Errorf("Kubernetes: %q became %q", text, got)
		}
		template := decodeNomad(t, written(t, Nomad, j)).TaskGroups[0].Tasks[0].Templates[0]
		if *template.EmbeddedTmpl != want {
			t.Errorf("Nomad: %q became %q", text, *template.EmbeddedTmpl)
		}
		if strings.Contains(want, *template.LeftDelim) || strings.Contains(want, *template.RightDelim) {
			t.Errorf("Nomad: %q has a delimiter %q or %q", text, *template.LeftDelim, *template.RightDelim)
		}
		script := written(t, Slurm, j)
		if n := strings.Count(script, "\n#SBATCH"); n != 7 {
			t.Errorf("Slurm: %d directives in:\n%s", n, script)
		}
		if got := heredoc(t, script); got != want {
			t.Errorf("Slurm: %q became %q", text, got)
		}
	}
}

// heredoc is what the script writes into the scenario's file.
func heredoc(t *testing.T, script string) string {
	t.Helper()
	begin := strings.Index(script, "\ncat >")
	end := strings.Index(script, "\n\n# srun")
	only := regexp.MustCompile(`cat >\S+`).ReplaceAllString(script[begin:end], "cat")
	text, err := inBash(t, only+"\n")
	if err != nil {
		t.Errorf("%v: %s", err, text)
	}
	return text
}

// TestNames: a name is one of RFC 1123, and different texts have different names.
func TestNames(t *testing.T) {
	valid := regexp.MustCompile(`^[a-z]([a-z0-9-]*[a-z0-9])?$`)
	seen := map[string]string{}
	for _, text := range []string{
		"first", "First", "FIRST", "a.b", "a_b", "a-b", "a--b", "-", "--", "a-", "-a", "", strings.Repeat("a", 32), strings.Repeat("a", 33), strings.Repeat("a", 34),
		strings.Repeat("-", 64), strings.Repeat("x-", 32), "é", "\"'\n", "123",
	} {
		name := nameOf(text)
		if !valid.MatchString(name) || len(name) > maxName || strings.Contains(name, "--") {
			t.Errorf("%q became %q", text, name)
		}
		if before, ok := seen[name]; ok {
			t.Errorf("%q and %q both became %q", before, text, name)
		}
		seen[name] = text
	}
	if got := nameOf("first"); got != "contend-first" {
		t.Errorf("got %q", got)
	}
}

// TestRefused: what an engine cannot do with is refused, all of it at once.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		kind   Kind
		change func(*Job)
		want   []string
	}{
		{Kubernetes, func(j *Job) { j.Image = "" }, []string{`--image: is missing: kubernetes runs a container image`}},
		{Nomad, func(j *Job) { j.Image = "" }, []string{`--image: is missing: nomad`}},
		{Slurm, func(j *Job) { j.Namespace, j.ServiceAccount = "a", "b" }, []string{"--image: has no meaning for slurm", "--namespace: has no meaning", "--service-account: has no meaning"}},
		{Kubernetes, func(j *Job) { j.Image, j.Namespace = "a b", "A\nb" }, []string{`--image: "a b" is not a valid name`, `--namespace: "A\nb" is not a valid name`}},
		{Kubernetes, func(j *Job) { j.Results, j.ServiceAccount = "/tmp/x", "a_b" }, []string{`--results: "/tmp/x"`, `--service-account: "a_b"`}},
		{Nomad, func(j *Job) { j.Results, j.TasksPerNode, j.Deadline = "a/b", 2, time.Hour }, []string{`--results: "a/b"`, "--tasks-per-node: has no meaning for nomad", "--deadline: Nomad ends no batch job by time"}},
		{Kubernetes, func(j *Job) { j.Length = 0 }, []string{"nothing says how long the run takes"}},
		{Kubernetes, func(j *Job) { j.Deadline = time.Second }, []string{"--deadline: 1s is less than the 30s of the load"}},
		{Kubernetes, func(j *Job) { j.Deadline = -time.Second }, []string{"--deadline: must be above 0"}},
		{Kubernetes, func(j *Job) { j.Text = bytes.Repeat([]byte("#"), maxText+1) }, []string{"a ConfigMap at most"}},
		{"unknown", func(*Job) {}, []string{"unknown kind"}},
	} {
		j := plainJob()
		c.change(&j)
		var b strings.Builder
		err := Write(&b, c.kind, j)
		if err == nil || b.Len() > 0 {
			t.Errorf("%s, %q: not refused", c.kind, c.want)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %q, want %q", c.kind, err, want)
			}
		}
	}
}
