package main

// formats are the formats that a command can write; the first is the default.
func formats(command string) []string {
	switch command {
	case "report":
		return []string{"text", "json", "html", "markdown", "csv", "hgrm"}
	case "compare":
		return []string{"text", "json", "html", "markdown", "csv"}
	}
	return []string{"text", "json"}
}
