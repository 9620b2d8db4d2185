package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"contend/internal/longtest"
)

// TestContainerfile: the image has only what is copied into it, starts without a shell, and
// names its user by a number that is not root's, without which Kubernetes does not start it
// as another user.
func TestContainerfile(t *testing.T) {
	var from, entry string
	user := "0"
	for _, line := range instructions(t) {
		name, rest, _ := strings.Cut(line, " ")
		switch name {
		case "FROM":
			from += rest
		case "USER":
			user = rest
		case "ENTRYPOINT":
			entry = rest
		case "COPY", "WORKDIR":
		default:
			t.Errorf("the image needs more than files: %s", line)
		}
	}
	if from != "scratch" {
		t.Errorf("the image begins with %q", from)
	}
	if !regexp.MustCompile(`^[1-9][0-9]*:[1-9][0-9]*$`).MatchString(user) {
		t.Errorf("the user is %q", user)
	}
	var words []string
	if err := json.Unmarshal([]byte(entry), &words); err != nil || !slices.Equal(words, []string{"/contend"}) {
		t.Errorf("the image starts %s: %v", entry, err)
	}
}

// instructions are the lines of the Containerfile without comments.
func instructions(t *testing.T) (all []string) {
	t.Helper()
	text, err := os.ReadFile("Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, line)
		}
	}
	return all
}

// TestImageRunsAlone: in a root folder that has only what the image has, contend runs as the
// image's user, with its sockets and files.
func TestImageRunsAlone(t *testing.T) {
	t.Parallel()
	longtest.Only(t)
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED, the image was not tried: only root may change the root folder")
	}
	chroot, err := exec.LookPath("chroot")
	if err != nil {
		t.Skipf("SKIPPED, the image was not tried: %v", err)
	}
	folder := t.TempDir()
	if text, err := exec.CommandContext(t.Context(), "make", "-C", "../..", "image-root", "image-folder="+folder).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	root := filepath.Join(folder, "root")
	if certificates, err := os.ReadFile(filepath.Join(root, "etc/ssl/certs/ca-certificates.crt")); err != nil || !strings.Contains(string(certificates), "BEGIN CERTIFICATE") {
		t.Errorf("the image has no certificates: %v", err)
	}
	user := ""
	for _, line := range instructions(t) {
		if name, ok := strings.CutPrefix(line, "USER "); ok {
			user = name
		}
	}
	command := exec.CommandContext(t.Context(), chroot, "--userspec="+user, root, "/contend", "run", "hot-key", "-n", "200", "--quiet", "--out", "/tmp/run")
	command.Env = []string{}
	text, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(text), "PASS") {
		t.Errorf("%v: %s", err, text)
	}
	if _, err := os.Stat(filepath.Join(root, "tmp/run/report.json")); err != nil {
		t.Error(err)
	}
}
