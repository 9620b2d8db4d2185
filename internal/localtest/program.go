package localtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Program builds a program of this module, such as contend/cmd/contend, and returns its
// path. The flags are those of "go build". All test packages share the file, so that it is
// linked again only after a change. It has no version, as test programs have none: a commit
// alone does not change it, and both can be machines of one run. Several test programs may
// call it at the same time.
func Program(importPath string, flags ...string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	variant := strings.Join(append([]string{"program"}, flags...), "")
	folder := filepath.Join(root, ".cache", variant)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	file := filepath.Join(folder, filepath.Base(importPath))
	if runtime.GOOS == "windows" {
		file += ".exe"
	}
	unlock, err := lock(file + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	args := append(append([]string{"build", "-buildvcs=false", "-o", file}, flags...), importPath)
	if output, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, output)
	}
	return file, nil
}
