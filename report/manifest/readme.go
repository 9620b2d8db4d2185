package manifest

import _ "embed"

//go:embed README.md
var readme string

// Readme is the README of this folder, as Markdown. The help of the program shows it.
func Readme() string { return readme }
