package proxy

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"time"
)

// Listener is a listening socket of a proxy.
type Listener struct {
	// Endpoint is its URL, such as "http://127.0.0.1:9000".
	Endpoint string
	server   *http.Server
	done     chan error
}

// Listen serves the requests of a process on an address such as "127.0.0.1:0": HTTPS with a
// certificate, HTTP if certificate is nil. The listener must be closed.
func (p *Proxy) Listen(address, process string, certificate *Certificate) (*Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(p.open, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", address, err)
	}
	const headTimeout = time.Minute
	l := &Listener{done: make(chan error, 1), Endpoint: "http://" + listener.Addr().String()}
	l.server = &http.Server{
		Handler: p.Handler(process), ReadHeaderTimeout: headTimeout,
		ErrorLog:     log.New(io.Discard, "", 0),                               // clients that hang up are none of the user's business
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}, // DynamoDB has no HTTP/2
	}
	if certificate != nil {
		l.Endpoint = "https://" + listener.Addr().String()
		l.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate.pair}, MinVersion: tls.VersionTLS12}
		go func() { l.done <- l.server.ServeTLS(listener, "", "") }()
		return l, nil
	}
	go func() { l.done <- l.server.Serve(listener) }()
	return l, nil
}

// Close stops listening and waits for the requests in progress. When ctx ends, it cuts their
// connections.
func (l *Listener) Close(ctx context.Context) error {
	err := l.server.Shutdown(ctx)
	if err != nil {
		err = l.server.Close()
	}
	if ended := <-l.done; !errors.Is(ended, http.ErrServerClosed) {
		return errors.Join(err, ended)
	}
	return err
}

// Certificate is a certificate for this machine, with its key.
type Certificate struct {
	// PEM is the certificate without its key, for clients that must trust it.
	PEM  []byte
	pair tls.Certificate
}

// NewCertificate makes a self-signed certificate for localhost and for hosts, which are names
// or addresses. It is valid for a month.
func NewCertificate(hosts ...string) (*Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	const validity, skew = 30 * 24 * time.Hour, time.Hour
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: "contend proxy"},
		NotBefore:    time.Now().Add(-skew), NotAfter: time.Now().Add(validity),
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	for _, host := range hosts {
		if address := net.ParseIP(host); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else if host != "" {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return &Certificate{
		PEM:  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}),
		pair: tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key},
	}, nil
}

// HostOf returns the host of an address; "" if it stands for all addresses of the machine.
func HostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil || host == "0.0.0.0" || host == "::" {
		return ""
	}
	return host
}
