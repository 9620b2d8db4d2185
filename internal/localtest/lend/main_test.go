package main

import "testing"

// TestRun: the command knows the lender, the lender exits as the command does, Ctrl-C does
// not end the lender before the command, and a request to end reaches the command.
func TestRun(t *testing.T) {
	for _, c := range []struct {
		script string
		want   int
	}{
		{`true`, 0},
		{`test "$CONTEND_DYNAMODB_LENDER" && exit 7`, 7},
		{`kill -INT $PPID; exit 6`, 6},
		{`trap 'exit 5' TERM; kill -TERM $PPID; while true; do sleep 0.01; done`, 5},
		{`kill -KILL $$`, 1},
	} {
		t.Setenv("CONTEND_DYNAMODB_LENDER", "")
		if code := run([]string{"sh", "-c", c.script}); code != c.want {
			t.Errorf("%s: exit code %d, want %d", c.script, code, c.want)
		}
	}
	if code := run([]string{"/no/such/program"}); code != 1 {
		t.Errorf("a missing program: exit code %d, want 1", code)
	}
}
