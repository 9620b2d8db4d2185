package scripttest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
)

// residentVariable, set to 1, makes a test program a resident one: see serve.
const residentVariable = "CONTEND_TEST_RESIDENT"

// commandLine is what a resident program carries out, as one line of JSON.
type commandLine struct {
	Folder      string
	Environment []string
	// Arguments begins with the name of the program.
	Arguments []string
}

// ending is how a command line ended, as one line of JSON.
type ending struct {
	Code           int
	Stdout, Stderr []byte
	// Refused is why the command line was not carried out.
	Refused string
}

// serve carries out the command lines that come from standard input until it ends, and
// returns an exit code. They read nothing from there.
func serve(run func(args []string, stdout, stderr io.Writer) int) int {
	lines, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	nothing, err := os.Open(os.DevNull)
	if err == nil {
		os.Stdin, os.Stdout = nothing, os.Stderr
		err = answerAll(run, lines, answers)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func answerAll(run func(args []string, stdout, stderr io.Writer) int, lines *json.Decoder, answers *json.Encoder) error {
	for {
		var line commandLine
		if err := lines.Decode(&line); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := answers.Encode(line.carryOut(run)); err != nil {
			return err
		}
	}
}

func (l commandLine) carryOut(run func(args []string, stdout, stderr io.Writer) int) ending {
	if err := os.Chdir(l.Folder); err != nil {
		return ending{Refused: err.Error()}
	}
	os.Clearenv()
	for _, variable := range l.Environment {
		name, value, _ := strings.Cut(variable, "=")
		if err := os.Setenv(name, value); err != nil {
			return ending{Refused: err.Error()}
		}
	}
	var stdout, stderr bytes.Buffer
	code := run(l.Arguments, &stdout, &stderr)
	return ending{Code: code, Stdout: stdout.Bytes(), Stderr: stderr.Bytes()}
}

// resident is this test program, started again to serve command lines one after another.
// To start contend for each takes 40 ms of processor time.
type resident struct {
	command *exec.Cmd
	in      io.Closer
	lines   *json.Encoder
	answers *json.Decoder
	said    *bytes.Buffer
}

func startResident(environment []string) (*resident, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := exec.Command(path)
	command.Env = append(environment, residentVariable+"=1")
	said := new(bytes.Buffer)
	command.Stderr = said
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	return &resident{command, in, json.NewEncoder(in), json.NewDecoder(out), said}, nil
}

// carryOut returns how the command line ended. After an error the program is gone.
func (r *resident) carryOut(line commandLine) (ending, error) {
	var e ending
	err := r.lines.Encode(line)
	if err == nil {
		err = r.answers.Decode(&e)
	}
	if err != nil {
		return ending{}, fmt.Errorf("%w: %w: %s", err, r.end(), r.said)
	}
	if e.Refused != "" {
		return e, errors.Join(errors.New(e.Refused), r.end())
	}
	return e, nil
}

func (r *resident) end() error {
	return errors.Join(r.in.Close(), r.command.Wait())
}

// residents are the resident programs that carry out nothing now. Several scripts may
// use it at the same time.
type residents struct {
	mu   sync.Mutex
	idle []*resident
}

func (p *residents) carryOut(line commandLine) (ending, error) {
	r, err := p.take(line.Environment)
	if err != nil {
		return ending{}, err
	}
	e, err := r.carryOut(line)
	if err == nil {
		p.giveBack(r)
	}
	return e, err
}

func (p *residents) take(environment []string) (*resident, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.idle) - 1; last >= 0 {
		r := p.idle[last]
		p.idle = p.idle[:last]
		return r, nil
	}
	return startResident(environment)
}

func (p *residents) giveBack(r *resident) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, r)
}

// end ends the programs. None may carry out a command line.
func (p *residents) end() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, r := range p.idle {
		errs = append(errs, r.end())
	}
	p.idle = nil
	return errors.Join(errs...)
}
