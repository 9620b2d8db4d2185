package manifest

import (
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"text/template"
	"time"
)

//go:embed *.tmpl
var files embed.FS

// templates parses the templates of all kinds when they are first used, like [pattern.Lazy].
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"literal": literal, "json": quoted, "quoted": yamlQuoted, "shell": shell, "terminator": terminator,
	}).ParseFS(files, "*.tmpl"))
})

// Write writes a manifest of the given kind. The error joins all mistakes in the job; nothing
// is then written.
func Write(w io.Writer, kind Kind, j Job) error {
	if !slices.Contains(Kinds(), kind) {
		return fmt.Errorf("unknown kind %q", kind)
	}
	if err := j.check(kind); err != nil {
		return err
	}
	var facts any
	switch kind {
	case Kubernetes:
		facts = kubernetesOf(&j)
	case Slurm:
		facts = slurmOf(&j)
	case Nomad:
		facts = nomadOf(&j)
	}
	var b strings.Builder
	if err := templates().ExecuteTemplate(&b, string(kind)+".tmpl", facts); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// common is what the templates of all kinds show.
type common struct {
	*Job
	Name string // of the job
}

// YAML is the scenario's text.
func (c common) YAML() string { return ended(string(c.Text)) }

// Waits is the flag --join-timeout of each machine.
func (c common) Waits() string { return c.JoinTimeout.String() }

// Seconds is when the engine ends the job.
func (c common) Seconds() int { return int((c.limit() + time.Second - 1) / time.Second) }
