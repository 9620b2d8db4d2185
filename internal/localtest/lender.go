package localtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// LenderVariable is the address at which another process lends servers to test programs
// (see [Lend]), so that few have to be started for all of them.
const LenderVariable = "CONTEND_DYNAMODB_LENDER"

// answer is what a borrower is sent: first where its server is, and a second one when the
// server that it gave back is empty.
type answer struct {
	Endpoint string
	Problem  string // why there is no server, or why it could not be emptied
}

// Lend lends servers to all programs that connect, until the context ends, and then stops
// the servers. It starts one only if no other is idle.
func Lend(ctx context.Context, listener net.Listener) {
	p := pool{keeps: true}
	defer p.stop()
	var loans sync.WaitGroup
	defer loans.Wait()
	defer context.AfterFunc(ctx, func() { _ = listener.Close() })()
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		loans.Go(func() { p.lend(ctx, connection) })
	}
}

// patienceToEmpty is how long a server may take to delete its tables, on a busy machine.
const patienceToEmpty = time.Minute

// lend lends a server until the borrower sends a byte. If the borrower closes the
// connection instead, it was killed: programs that it started may still use the server, so
// that the server is stopped and nobody else gets it.
func (p *pool) lend(ctx context.Context, connection net.Conn) {
	defer connection.Close()
	defer context.AfterFunc(ctx, func() { _ = connection.Close() })()
	reply := json.NewEncoder(connection)
	s, err := p.provide()
	if err != nil {
		_ = reply.Encode(answer{Problem: err.Error()})
		return
	}
	_ = reply.Encode(answer{Endpoint: s.endpoint})
	if _, err := connection.Read(make([]byte, 1)); err != nil {
		_ = s.stop()
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patienceToEmpty)
	defer cancel()
	var last answer
	if err := p.giveBack(ctx, s); err != nil {
		last.Problem = err.Error()
	}
	_ = reply.Encode(last)
}

func (p *pool) provide() (*server, error) {
	folder, err := find()
	if err != nil {
		return nil, err
	}
	return p.take(folder)
}

// borrow has a lender lend an empty server, until giveBack is called or this process ends.
func borrow(address string) (endpoint string, giveBack func() error, err error) {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return "", nil, err
	}
	answers := json.NewDecoder(connection)
	next := func() (string, error) {
		var a answer
		if err := answers.Decode(&a); err != nil {
			return "", fmt.Errorf("the lender has gone: %w", err)
		}
		if a.Problem != "" {
			return "", errors.New(a.Problem)
		}
		return a.Endpoint, nil
	}
	endpoint, err = next()
	if err != nil {
		return "", nil, errors.Join(err, connection.Close())
	}
	return endpoint, func() error {
		defer connection.Close()
		if _, err := connection.Write([]byte{'\n'}); err != nil {
			return err
		}
		_, err := next() // whoever borrows next then gets this server, and starts none
		return err
	}, nil
}
