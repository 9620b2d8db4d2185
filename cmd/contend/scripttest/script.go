// Package scripttest runs testscripts with the program contend, and has the commands of
// these scripts. Only tests import it.
package scripttest

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"contend/internal/localtest"
	"contend/internal/longtest"
)

var update = flag.Bool("update", false, "write the expected output in the scripts again")

// Run runs the scripts of a folder, each of which has the variables.
func Run(t *testing.T, folder string, variables map[string]string) {
	Install(t)
	denying := httptest.NewServer(http.HandlerFunc(deny))
	t.Cleanup(denying.Close)
	hanging := listenOnly(t)
	exiting := exiting{folder, newResidents(t)}
	testscript.Run(t, testscript.Params{
		Dir:           folder,
		UpdateScripts: *update,
		Condition:     condition,
		Setup: func(env *testscript.Env) error {
			env.Setenv("DENYING", denying.URL)
			env.Setenv("DENYINGHOST", strings.TrimPrefix(denying.URL, "http://"))
			env.Setenv("HANGING", hanging)
			env.Setenv("PORT", freePort(t))
			env.Setenv("SLOWPORT", freePort(t))
			env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			if !longtest.Asked() {
				env.Setenv("GOGC", "400") // short programs take a seventh less time if they collect less garbage
			}
			for name, value := range variables {
				env.Setenv(name, value)
			}
			env.Values[namesKey{}] = names(env.Vars)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exiting.exits,
			"interrupt": interrupt,
			"await":     await,
			"tables":    tables,
			"killed":    killed,
			"history":   showHistory,
			"same":      same,
			"proxy":     spoilingProxy,
			"holds":     holds,
			"loads":     loads,
			"upon":      upon,
			"stall":     stall,
			"item":      item,
			"seeded":    seeded,
			"stored":    stored,
			"replaced":  replaced,
			"placed":    placed,
		},
	})
}

// deny is a store that denies every request.
func deny(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, `{"__type":"com.amazon.coral.service#AccessDeniedException","message":"User: arn:aws:iam::1:user/me is not authorized"}`)
}

// listenOnly accepts connections and never answers.
func listenOnly(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return "http://" + listener.Addr().String()
}

func freePort(t *testing.T) string {
	t.Helper()
	port, err := localtest.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// condition is true for "long" in tests of full length.
func condition(name string) (bool, error) {
	if name != "long" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	return longtest.Asked(), nil
}
