package localtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// server is a running DynamoDB Local.
type server struct {
	endpoint string
	scratch  string // the folder of its temporary files
	command  *exec.Cmd
	exited   chan error // holds how it ended
}

// startServer runs DynamoDB Local from its folder and returns when it answers.
func startServer(folder string) (*server, error) {
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "dynamodb-local-")
	if err != nil {
		return nil, err
	}
	output, err := os.Create(filepath.Join(scratch, "output"))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(scratch))
	}
	defer output.Close()
	s := &server{endpoint: "http://127.0.0.1:" + port, scratch: scratch, exited: make(chan error, 1)}
	s.command = exec.Command("java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", // start quickly rather than run quickly
		"-Djava.library.path="+filepath.Join(folder, "DynamoDBLocal_lib"), "-Djava.io.tmpdir="+scratch,
		"-jar", filepath.Join(folder, "DynamoDBLocal.jar"), "-inMemory", "-port", port)
	s.command.Dir = scratch
	s.command.Env = append(os.Environ(), "DDB_LOCAL_TELEMETRY=0") // a test reports to nobody
	s.command.Stdout, s.command.Stderr = output, output
	dieWithParent(s.command)
	if err := s.command.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(scratch))
	}
	go func() { s.exited <- s.command.Wait() }()
	if err := s.await(); err != nil {
		_ = s.command.Process.Kill()
		s.exited <- <-s.exited // wait until the output is complete; stop wants the value too
		said, _ := os.ReadFile(output.Name())
		return nil, errors.Join(fmt.Errorf("%w\n%s", err, said), s.stop())
	}
	return s, nil
}

// await returns when the server answers, or why it will not.
func (s *server) await() error {
	const patience, pause = 5 * time.Minute, 50 * time.Millisecond
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	deadline := time.After(patience)
	for {
		response, err := client.Get(s.endpoint)
		if err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			return response.Body.Close()
		}
		select {
		case err := <-s.exited:
			s.exited <- err
			return fmt.Errorf("it ended at once: %w", err)
		case <-deadline:
			return fmt.Errorf("no answer after %v: %w", patience, err)
		case <-time.After(pause):
		}
	}
}

// empty deletes all tables.
func (s *server) empty(ctx context.Context) error {
	client := Client(s.endpoint)
	tables, err := client.ListTables(ctx, &dynamodb.ListTablesInput{})
	for err == nil && len(tables.TableNames) > 0 {
		for _, name := range tables.TableNames {
			if _, err := client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
				return err
			}
		}
		tables, err = client.ListTables(ctx, &dynamodb.ListTablesInput{})
	}
	return err
}

// stop ends the server and removes its files.
func (s *server) stop() error {
	_ = s.command.Process.Kill()
	<-s.exited
	return os.RemoveAll(s.scratch)
}
