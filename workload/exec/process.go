package exec

import (
	"context"
	"errors"
	"fmt"
	"os"
	osexec "os/exec"
	"sync"
	"time"
)

// Config says how to start a process.
type Config struct {
	Name        string   // of the process, in errors: "process 2"
	Command     []string // the program and its arguments
	Environment []string // all of it, as "NAME=value"
	// Stderr is the path of the file to which the standard error is appended.
	Stderr string
	Hello  Hello
	// OnLine gets each line of the conversation; nil: nothing is called.
	OnLine func(fromProgram bool, line string)
	// StartTimeout is how long the process may take to say that it is ready.
	StartTimeout time.Duration
}

// Process is a running program. It must not be used by several goroutines at once.
type Process struct {
	config  Config
	command *osexec.Cmd
	input   *os.File
	output  *os.File
	lines   chan heard
	done    chan struct{} // closed when nobody listens any more
	reading sync.WaitGroup
	last    int64 // id of the last request
	closed  bool
}

// Start starts a process and waits until it is ready. If it was started but did not become
// ready, the error is a [*Breach], and the process has been ended.
func Start(ctx context.Context, config Config) (*Process, error) {
	if len(config.Command) == 0 {
		return nil, errors.New("exec: the command is empty")
	}
	p := &Process{config: config, lines: make(chan heard), done: make(chan struct{})}
	if err := p.start(); err != nil {
		return nil, fmt.Errorf("start %q: %w", config.Command[0], err)
	}
	p.reading.Go(func() { listen(p.output, p.lines, p.done) })
	if err := p.hello(ctx); err != nil {
		return nil, errors.Join(err, p.kill())
	}
	return p, nil
}

// start starts the program with pipes of its own.
func (p *Process) start() (err error) {
	var open []*os.File
	pipe := func() (read, write *os.File) {
		if err == nil {
			if read, write, err = os.Pipe(); err == nil {
				open = append(open, read, write)
			}
		}
		return read, write
	}
	theirInput, input := pipe()
	output, theirOutput := pipe()
	var stderr *os.File
	if err == nil {
		stderr, err = os.OpenFile(p.config.Stderr, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	}
	if err != nil {
		return errors.Join(err, closeAll(open))
	}
	p.command = osexec.Command(p.config.Command[0], p.config.Command[1:]...)
	p.command.Env = p.config.Environment
	p.command.Stdin, p.command.Stdout, p.command.Stderr = theirInput, theirOutput, stderr
	leadGroup(p.command)
	if err := p.command.Start(); err != nil {
		return errors.Join(err, closeAll(append(open, stderr)))
	}
	p.input, p.output = input, output
	return closeAll([]*os.File{theirInput, theirOutput, stderr})
}

func closeAll(files []*os.File) error {
	var all []error
	for _, f := range files {
		all = append(all, f.Close())
	}
	return errors.Join(all...)
}

// hello greets the program and awaits that it is ready.
func (p *Process) hello(ctx context.Context) error {
	if err := p.say(p.config.Hello.line(), p.config.StartTimeout); err != nil {
		return err
	}
	text, err := p.hear(ctx, p.config.StartTimeout, "it was not ready")
	if err != nil {
		return err
	}
	if wrong := readReady(text); wrong != "" {
		return p.breach(wrong, text)
	}
	return nil
}

// Grace is how long an answer may be late, after the limit of its operation.
const Grace = 2 * time.Second

// Ask sends a request and waits for its answer, for at most the operation's limit and [Grace].
// The error is a [*Breach] or that of ctx; the process must then be closed. sent is false if
// the request did not reach the program.
func (p *Process) Ask(ctx context.Context, r Request) (a Answer, sent bool, err error) {
	select {
	case h := <-p.lines:
		return a, false, p.uncalled(h)
	default:
	}
	p.last = r.ID
	limit := time.Duration(r.WithinMS)*time.Millisecond + Grace
	if err := p.say(line(r), limit); err != nil {
		return a, false, err
	}
	text, err := p.hear(ctx, limit, "it did not answer")
	if err != nil {
		return a, true, err
	}
	a, wrong := readAnswer(text)
	switch {
	case wrong != "":
	case a.ID < r.ID && a.ID > 0:
		wrong = fmt.Sprintf("it answered operation %d again, in place of %d", a.ID, r.ID)
	case a.ID != r.ID:
		wrong = fmt.Sprintf("it answered operation %d, which nobody asked for, in place of %d", a.ID, r.ID)
	case r.Do == "read" && a.End.String() == "applied" && a.Value == nil:
		wrong = "it answered a read without a value"
	}
	if wrong != "" {
		return a, true, p.breach(wrong, text)
	}
	return a, true, nil
}

// uncalled is the breach of a process from which something is heard between operations.
func (p *Process) uncalled(h heard) error {
	if h.err != nil {
		return p.ended(h)
	}
	if a, wrong := readAnswer(h.text); wrong == "" && a.ID == p.last {
		return p.breach(fmt.Sprintf("it answered operation %d twice", a.ID), h.text)
	}
	return p.breach("it wrote a line that nobody asked for", h.text)
}

// say writes a line to the program.
func (p *Process) say(line []byte, limit time.Duration) error {
	p.tell(false, line)
	if err := p.input.SetWriteDeadline(time.Now().Add(limit)); err != nil {
		return err
	}
	_, err := p.input.Write(line)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return p.breach("it does not read its standard input", nil)
	case err != nil:
		return p.breach("it has closed its standard input, or ended", nil)
	}
	return nil
}

// hear awaits a line of the program.
func (p *Process) hear(ctx context.Context, limit time.Duration, silence string) ([]byte, error) {
	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case h := <-p.lines:
		if h.err != nil {
			return nil, p.ended(h)
		}
		p.tell(true, h.text)
		return h.text, nil
	case <-late.C:
		return nil, p.breach(fmt.Sprintf("%s within %s", silence, limit), nil)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *Process) tell(fromProgram bool, line []byte) {
	if p.config.OnLine != nil {
		p.config.OnLine(fromProgram, shortened(trimmed(line)))
	}
}

// ended is the breach of a process from which no more lines can come.
func (p *Process) ended(h heard) error {
	if errors.Is(h.err, errLong) {
		return p.breach(fmt.Sprintf("its line is longer than %d bytes", maxLine), h.text)
	}
	return p.breach("it has closed its standard output, or ended", nil)
}

func (p *Process) breach(reason string, line []byte) *Breach {
	return &Breach{Process: p.config.Name, Reason: reason, Line: shortened(trimmed(line)), Told: lastLine(p.config.Stderr)}
}

func trimmed(line []byte) []byte {
	for len(line) > 0 && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	return line
}
