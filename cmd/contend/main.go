// Contend puts many workers on a few DynamoDB counters on purpose, and says
// whether the count is right, how fast and how costly it was, and what the
// retries were worth.
package main

import "os"

func main() {
	os.Exit(run(os.Args, os.Stdout, os.Stderr))
}
