package exec

import _ "embed"

//go:embed README.md
var readme string

// Readme returns the README of this folder as Markdown, for "contend help".
func Readme() string { return readme }
