package main

import (
	"fmt"
	"io"

	"github.com/cli/browser"
)

// openPage shows a page in the user's browser. What the browser prints is not
// the program's output.
func openPage(path string) error {
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	if err := browser.OpenFile(path); err != nil {
		return withHint(fmt.Errorf("open %q: %w", path, err), "open the file in any browser")
	}
	return nil
}
