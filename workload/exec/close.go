package exec

import (
	"errors"
	"fmt"
	osexec "os/exec"
	"time"
)

// farewell is how long a program may take to end after its bye.
const farewell = 2 * time.Second

// Close sends "bye", gives the program a moment to end by itself, and then kills what is left
// of its process group. A second call does nothing. If the program wrote something without
// being asked, the error is a [*Breach].
func (p *Process) Close() error {
	if p.closed {
		return nil
	}
	err := p.part()
	return errors.Join(err, p.kill())
}

// part says bye and waits until the output ends.
func (p *Process) part() error {
	select {
	case h := <-p.lines:
		if h.err != nil {
			return nil // it has ended already; that it was needed no more is as well
		}
		return p.uncalled(h)
	default:
	}
	if err := p.say([]byte(`{"do":"bye"}`+"\n"), farewell); err != nil {
		return nil // likewise
	}
	if err := p.input.Close(); err != nil {
		return err
	}
	late := time.NewTimer(farewell)
	defer late.Stop()
	select {
	case h := <-p.lines:
		if h.err == nil {
			return p.uncalled(h)
		}
	case <-late.C:
	}
	return nil
}

// Kill kills the process and its process group at once.
func (p *Process) Kill() error {
	if p.closed {
		return nil
	}
	return p.kill()
}

// kill ends the group while its leader has not been waited for: until then no other process
// can have its number.
func (p *Process) kill() error {
	p.closed = true
	close(p.done)
	killGroup(p.command)
	err := p.command.Wait()
	var exit *osexec.ExitError
	if errors.As(err, &exit) {
		err = nil // it was killed, or says by its code what its answers said
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", p.config.Name, err)
	}
	_ = p.input.Close() // it may be closed
	err = errors.Join(err, p.output.Close())
	p.reading.Wait()
	return err
}
