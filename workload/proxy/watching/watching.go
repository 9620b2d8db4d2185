// Package watching runs a recording proxy from its start to its verdict.
package watching

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"contend/workload/check"
	"contend/workload/fault"
	"contend/workload/history"
	"contend/workload/proxy"
	"contend/workload/proxy/observe"
	"contend/workload/proxy/record"
)

// Config configures a session.
type Config struct {
	Upstream proxy.Upstream
	Rules    []fault.Rule
	Seed     uint64
	Dry      bool
	Watch    observe.Watch
	Floor    *int64 // the least value that a change may leave; nil: none

	// Listen and ListenTLS are the addresses for HTTP and HTTPS; "" for none.
	Listen, ListenTLS string
	// Folder is where the files go; it must exist.
	Folder string
	Tool   string
	// Claims returns what the program says that it changed, see [record.Recorder.Finish];
	// it is called at the end. nil: it says nothing.
	Claims func() (map[string]history.Claim, error)
	// OnStart is called when the proxy listens, with its endpoints and the path of its
	// certificate.
	OnStart func(endpoints []string, certificate string)
}

// The files of a session, beside those of its report.
const (
	HistoryFile     = "history.jsonl.zst"
	CertificateFile = "proxy.pem"
	spoolFile       = "history.partial"
)

// Outcome is what a session found.
type Outcome struct {
	Examination *check.Examination
	Summary     record.Summary
	History     string // path of the history
	Began       time.Time
	Elapsed     time.Duration
}

// patience is how long requests in progress are waited for at the end.
const patience = 2 * time.Second

// Run runs a proxy until stop is closed, and then judges what passed through it. If ctx
// ends, it stops at once.
func Run(ctx context.Context, stop <-chan struct{}, config Config) (outcome *Outcome, err error) {
	spool, err := os.Create(filepath.Join(config.Folder, spoolFile))
	if err != nil {
		return nil, err
	}
	s := &session{Config: config, began: time.Now()}
	defer func() { err = errors.Join(err, spool.Close(), remove(spool.Name())) }()
	s.recorder, err = record.New(record.Config{Spool: spool, Read: s.read, Tool: config.Tool, Floor: config.Floor}, s.began)
	if err != nil {
		return nil, err
	}
	s.proxy = proxy.New(proxy.Config{
		Upstream: config.Upstream, Rules: config.Rules, Seed: config.Seed, Dry: config.Dry, Watch: config.Watch,
		Before: s.recorder.Before, Note: s.recorder.Note,
	})
	defer s.proxy.Close()
	listeners, err := s.listen()
	if err != nil {
		return nil, errors.Join(err, s.close(ctx, listeners))
	}
	s.proxy.Begin(s.began)
	select {
	case <-stop:
	case <-ctx.Done():
	}
	if err := s.close(ctx, listeners); err != nil {
		return nil, err
	}
	return s.judge(ctx)
}

// session is a proxy at work.
type session struct {
	Config
	began    time.Time
	proxy    *proxy.Proxy
	recorder *record.Recorder
}

func (s *session) read(ctx context.Context, by proxy.Asker, target *observe.Target, path []string) (int64, error) {
	return s.proxy.Read(ctx, by, target, path)
}

// listen opens the sockets. It returns those that it opened, also with an error.
func (s *session) listen() (open []*proxy.Listener, err error) {
	var endpoints []string
	certificatePath := ""
	add := func(address string, certificate *proxy.Certificate) error {
		l, err := s.proxy.Listen(address, "", certificate)
		if err == nil {
			open, endpoints = append(open, l), append(endpoints, l.Endpoint)
		}
		return err
	}
	if s.Listen != "" {
		if err := add(s.Listen, nil); err != nil {
			return open, err
		}
	}
	if s.ListenTLS != "" {
		certificate, err := proxy.NewCertificate(proxy.HostOf(s.ListenTLS))
		if err != nil {
			return open, err
		}
		certificatePath = filepath.Join(s.Folder, CertificateFile)
		if err := os.WriteFile(certificatePath, certificate.PEM, 0o666); err != nil {
			return open, err
		}
		if err := add(s.ListenTLS, certificate); err != nil {
			return open, err
		}
	}
	for _, endpoint := range endpoints {
		if to := s.Upstream.URL; to != nil && sameSocket(endpoint, to.Host) {
			return open, fmt.Errorf("the upstream %s is the proxy itself", to)
		}
	}
	s.OnStart(endpoints, certificatePath)
	return open, nil
}

// sameSocket reports whether a host with a port, of this machine, is that of an endpoint.
func sameSocket(endpoint, host string) bool {
	_, own, _ := strings.Cut(endpoint, "://")
	ownHost, ownPort, err := net.SplitHostPort(own)
	name, port, other := net.SplitHostPort(host)
	if err != nil || other != nil || ownPort != port {
		return false
	}
	address := net.ParseIP(ownHost)
	ofAll := address != nil && (address.IsLoopback() || address.IsUnspecified())
	target := net.ParseIP(name)
	return ownHost == name || ofAll && (name == "localhost" || target != nil && target.IsLoopback())
}

// close ends the requests in progress, and then the sockets.
func (s *session) close(ctx context.Context, listeners []*proxy.Listener) error {
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var all []error
	for _, l := range listeners {
		all = append(all, l.Close(limited))
	}
	s.proxy.Close()
	return errors.Join(all...)
}

// judge reads the final values, writes the history and examines it.
func (s *session) judge(ctx context.Context) (*Outcome, error) {
	var claims map[string]history.Claim
	var unreadable error
	if s.Claims != nil {
		claims, unreadable = s.Claims()
	}
	o := &Outcome{History: filepath.Join(s.Folder, HistoryFile), Began: s.began, Elapsed: time.Since(s.began)}
	file, err := os.Create(o.History)
	if err != nil {
		return nil, err
	}
	o.Summary, err = s.recorder.Finish(ctx, file, claims)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("history %q: %w", o.History, err)
	}
	if unreadable != nil {
		return nil, unreadable
	}
	o.Examination, err = check.ExamineFile(o.History, nil)
	return o, err
}

func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
