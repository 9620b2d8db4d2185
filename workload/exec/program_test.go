package exec

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	osexec "os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// programVariable makes the test binary a program under test, and names how it behaves.
const programVariable = "CONTEND_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if behaviour := os.Getenv(programVariable); behaviour != "" {
		program(behaviour)
		return
	}
	goleak.VerifyTestMain(m)
}

// program answers requests, and misbehaves at the second operation, or at the hello.
func program(behaviour string) {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r struct {
			ID      int64
			Do      string
			Counter string
			By      int64
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			panic(err)
		}
		switch {
		case r.Do == "hello":
			greet(behaviour)
		case r.Do == "bye":
			if behaviour == "stays" {
				time.Sleep(time.Hour)
			}
			return
		case r.ID == 2:
			misbehave(behaviour, r.ID)
		default:
			answer(r.ID)
		}
	}
}

func answer(id int64) { fmt.Printf(`{"id":%d,"end":"applied","value":%d}`+"\n", id, 40+id) }

func greet(behaviour string) {
	switch behaviour {
	case "never ready":
		time.Sleep(time.Hour)
	case "concurrent":
		fmt.Println(`{"ready":true,"concurrent":4}`)
	case "refuses":
		fmt.Println(`{"ready":false,"error":"there is no such table"}`)
	case "greets in text":
		fmt.Println("Hello!")
	case "dies at once":
		fmt.Fprintln(os.Stderr, "Traceback\nImportError: no module named boto3")
		os.Exit(1)
	default:
		fmt.Println(`{"ready":true,"concurrent":1}`)
	}
}

func misbehave(behaviour string, id int64) {
	switch behaviour {
	case "prints":
		fmt.Println("DEBUG: incremented")
	case "list":
		fmt.Println(`[1]`)
	case "unknown id":
		fmt.Println(`{"id":77,"end":"applied"}`)
	case "again":
		answer(1)
	case "twice":
		answer(id)
		answer(id)
	case "no id":
		fmt.Println(`{"end":"applied"}`)
	case "wrong end":
		fmt.Println(`{"id":2,"end":"ok"}`)
	case "wrong type":
		fmt.Println(`{"id":2,"end":"applied","value":"42"}`)
	case "no value":
		fmt.Println(`{"id":2,"end":"applied"}`)
	case "exits":
		fmt.Fprintln(os.Stderr, "panic: out of memory")
		os.Exit(3)
	case "closes its output":
		os.Stdout.Close()
		time.Sleep(time.Hour)
	case "hangs":
		time.Sleep(time.Hour)
	case "floods":
		for {
			fmt.Println(strings.Repeat("x", 1000))
		}
	case "one long line":
		for {
			fmt.Print(strings.Repeat("x", 1000))
		}
	case "forks":
		child := osexec.Command("sleep", "3600")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			panic(err)
		}
		fmt.Fprintln(os.Stderr, child.Process.Pid)
		answer(id)
	default:
		answer(id)
	}
}
