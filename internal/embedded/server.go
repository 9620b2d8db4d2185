// Package embedded is a DynamoDB-compatible server inside the process, with tables in
// memory. It speaks the real protocol over real HTTP, so that the client's costs (SDK,
// signing, sockets) are real.
//
// It answers as AWS does. Where no difference from AWS is known, it answers as AWS's
// own DynamoDB Local; a differential test checks that. It can also model what
// DynamoDB Local cannot: latency, capacity per partition key, and eventually
// consistent reads of older states.
//
// It supports CreateTable, DescribeTable, UpdateTable, DeleteTable, ListTables, UpdateTimeToLive,
// DescribeTimeToLive, GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem,
// TransactWriteItems and TransactGetItems. It does not support indexes, streams and the
// parameters that expressions replaced, and says so when a request uses them. Requests
// must be signed, but any signature is accepted.
//
// A table with provisioned throughput is limited to it, after a burst of 300 seconds'
// worth. UpdateTable changes what a table bears. [Config.Throughput] also limits
// partitions and tables on demand, as AWS does.
//
// An expired item is deleted at the next request for it, or soon after, without using
// capacity. AWS only promises to delete it within a few days.
//
// Faults can be planted in the server, to test who notices them; each kind of fault has
// a file of its own.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/internal/clock"
	"contend/internal/crash"
	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
	"contend/internal/embedded/misbehave"
	"contend/internal/embedded/throughput"
)

// Config configures a server. The zero value means no latency, no limits, current reads
// and no faults.
type Config struct {
	// Latency is added to each request, half of it before and half after the
	// item is changed. A TransactWriteItems is decided after a quarter of it, and
	// holds its items until it changes them after three quarters. Meanwhile other
	// writes and transactions of these items are refused because of the conflict,
	// and reads see the items as they were.
	Latency Latency
	// LatencyOf is the latency of the requests of each worker, by number, in place of
	// Latency. A request over HTTP has its worker's number in [WorkerHeader].
	LatencyOf []Latency
	// WriteCapacity and ReadCapacity are the units that one partition key
	// sustains in a second; 0 is no limit. At most one second's worth is
	// saved up. Each key has the whole limit, whatever its neighbours and its table
	// take.
	WriteCapacity, ReadCapacity int
	// Throughput is what tables and their partitions bear; the zero value is no limit but
	// what CreateTable asks for. A table that CreateTable wants on demand has this mode; one
	// with a throughput of its own has that.
	Throughput throughput.Config
	// BurstUsed is true if keys, and tables with a Throughput, have saved nothing when a
	// table is created.
	BurstUsed bool
	// ReadLag is how old the state is that an eventually consistent read sees.
	ReadLag time.Duration
	// Misbehave plants faults, to test who notices them.
	Misbehave misbehave.Plan
	// Seed determines the latencies, and which requests show a planted fault.
	Seed uint64
	// Clock is what all times of the server are taken from and waited by.
	Clock clock.Clock
}

// Server is the store and its protocol. It is safe for use by several
// goroutines.
type Server struct {
	config   Config
	latency  *latencySource
	planted  *planted // nil: no fault is
	requests atomic.Uint64
	read     *expression.Cache
	crashed  atomic.Pointer[crash.Error]
	tokens   tokens
	account  *throughput.Account
	client   func() *dynamodb.Client // see [Server.byJSON]

	mu     sync.RWMutex
	tables map[string]*table
}

// New returns a server without tables.
func New(config Config) *Server {
	s := &Server{
		config:  config,
		latency: newLatencySource(&config),
		planted: plant(&config),
		read:    expression.NewCache(),
		tokens:  tokens{clock: config.Clock},
		account: throughput.NewAccount(orUnlimited(config.Throughput), config.Clock),
		tables:  map[string]*table{},
	}
	s.client = sync.OnceValue(s.newClient)
	return s
}

const (
	targetPrefix = "DynamoDB_20120810."
	contentType  = "application/x-amz-json-1.0"
	// maxBody is DynamoDB's limit of a request's size.
	maxBody = 16 << 20
)

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrived := s.config.Clock.Now()
	buffer := buffers.Get().(*buffer)
	exchange := s.planted.begin(arrived)
	defer buffer.free(exchange)
	status := http.StatusOK
	if err := crash.Catch(func() error { return s.answer(buffer, exchange, arrived, w, r) }); err != nil {
		failure := s.failure(err)
		status = failure.status
		buffer.reply = failure.appendJSON(buffer.reply[:0])
	}
	s.describe(w.Header(), buffer.reply)
	w.WriteHeader(status)
	_, _ = w.Write(buffer.reply) // a client that has gone is not the server's business
	if exchange != nil {
		_ = http.NewResponseController(w).Flush() // a writer that cannot has sent it already
		s.planted.end(exchange, status == http.StatusOK && r.Context().Err() == nil)
	}
}

// failure returns the answer to an error. A panic is a bug of the server: it is
// remembered, and it is not known whether the request was carried out.
func (s *Server) failure(err error) *failure {
	var caught *crash.Error
	if !errors.As(err, &caught) {
		return asFailure(err)
	}
	s.crashed.CompareAndSwap(nil, caught)
	return broken()
}

// Err is the first panic of a request; nil if there was none.
func (s *Server) Err() error {
	if caught := s.crashed.Load(); caught != nil {
		return fmt.Errorf("embedded server: %w", caught)
	}
	return nil
}

var contentTypes = []string{contentType}

// describe sets the headers of an answer. All their texts are parts of one.
func (s *Server) describe(header http.Header, reply []byte) {
	const room = 128
	text := s.appendRequestID(make([]byte, 0, room))
	id := len(text)
	text = strconv.AppendInt(text, int64(len(reply)), 10)
	length := len(text)
	text = strconv.AppendUint(text, uint64(crc32.ChecksumIEEE(reply)), 10)
	whole := string(text)
	values := &[...]string{whole[:id], whole[id:length], whole[length:]}
	header["Content-Type"] = contentTypes
	header["X-Amzn-Requestid"] = values[0:1:1]
	header["Content-Length"] = values[1:2:2]
	header["X-Amz-Crc32"] = values[2:3:3]
}

// appendRequestID appends an identifier as long as AWS's. It is unique within the server.
func (s *Server) appendRequestID(dst []byte) []byte {
	id := [52]byte{}
	for i, n := len(id)-1, s.requests.Add(1); i >= 0; i, n = i-1, n/10 {
		id[i] = '0' + byte(n%10)
	}
	return append(dst, id[:]...)
}

// answer carries out a request and leaves the answer in b.reply.
func (s *Server) answer(b *buffer, x *exchange, arrived time.Time, w http.ResponseWriter, r *http.Request) error {
	if r.Header.Get("Authorization") == "" {
		return fail(missingToken, "Request must contain either a valid (registered) AWS access key ID or X.509 certificate.")
	}
	operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	if !ok {
		return fail(unknownOperation, "An unknown operation was requested.")
	}
	var err error
	if b.body, err = readAll(b.body[:0], limited(w, r)); err != nil {
		return fail(serialization, "the request's body cannot be read: "+err.Error())
	}
	wait := &b.wait
	d, err := b.read(s, operation, x, wait)
	if err != nil {
		return err
	}
	*wait = s.latency.drawFrom(r.Header, operation)
	// A request that arrived is carried out and charged even if its client has
	// gone, as in a real store: only the wait after the change ends early.
	wait.passed = arrived
	s.pass(context.Background(), wait, wait.before)
	b.reply, err = s.dispatch(operation, d, b.reply[:0])
	s.pass(r.Context(), wait, wait.hold()+wait.after)
	return err
}

// limited returns the body of a request, which ends with an error if it is too long.
func limited(w http.ResponseWriter, r *http.Request) io.Reader {
	if 0 <= r.ContentLength && r.ContentLength <= maxBody {
		return r.Body // net/http reads no more than that
	}
	return http.MaxBytesReader(w, r.Body, maxBody)
}

func readAll(dst []byte, r io.Reader) ([]byte, error) {
	for {
		if len(dst) == cap(dst) {
			dst = append(dst, 0)[:len(dst)]
		}
		n, err := r.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		if err == io.EOF {
			return dst, nil
		}
		if err != nil {
			return dst, err
		}
	}
}

func (s *Server) dispatch(operation string, d *document, reply []byte) ([]byte, error) {
	switch operation {
	case "UpdateItem":
		return answer(s.updateItem, &d.memory.update, d, reply)
	case "GetItem":
		return answer(s.getItem, &d.memory.get, d, reply)
	case "PutItem":
		return answer(s.putItem, new(putItemRequest), d, reply)
	case "DeleteItem":
		return answer(s.deleteItem, new(deleteItemRequest), d, reply)
	case "Query":
		return answer(s.query, new(queryRequest), d, reply)
	case "BatchGetItem":
		return answer(s.batchGetItem, new(batchGetItemRequest), d, reply)
	case transactWriteItems:
		return answer(s.transactWriteItems, new(transactWriteItemsRequest), d, reply)
	case "TransactGetItems":
		return answer(s.transactGetItems, new(transactGetItemsRequest), d, reply)
	case "CreateTable":
		return call(s.createTable, new(createTableRequest), d, reply)
	case "DescribeTable":
		return call(s.describeTable, new(tableRequest), d, reply)
	case "UpdateTable":
		return call(s.updateTable, new(updateTableRequest), d, reply)
	case "DeleteTable":
		return call(s.deleteTable, new(tableRequest), d, reply)
	case "ListTables":
		return call(s.listTables, new(listTablesRequest), d, reply)
	case "UpdateTimeToLive":
		return call(s.updateTimeToLive, new(updateTimeToLiveRequest), d, reply)
	case "DescribeTimeToLive":
		return call(s.describeTimeToLive, new(tableRequest), d, reply)
	case "":
		return reply, fail(unknownOperation, "An unknown operation was requested.")
	}
	return reply, fail(unknownOperation, "the operation "+operation+" is not supported by this server")
}

// request is filled in from its document.
type request interface{ decode(*document) }

// fill decodes a request that has not been read yet.
func (d *document) fill(r request) error {
	if d.isPlain {
		return nil
	}
	r.decode(d)
	return d.checked()
}

// call decodes a request and carries it out.
func call[Request request](do func(Request, []byte) ([]byte, error), r Request, d *document, reply []byte) ([]byte, error) {
	if err := d.fill(r); err != nil {
		return reply, err
	}
	return do(r, reply)
}

// answer is call for an operation with a result.
func answer[Request request, Result result](do func(Request) (Result, error), r Request, d *document, reply []byte) ([]byte, error) {
	if err := d.fill(r); err != nil {
		return reply, err
	}
	answered, err := do(r)
	if err != nil {
		return reply, err
	}
	return answered.appendJSON(reply), nil
}

// asFailure converts every error to an error of the protocol.
func asFailure(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	var refused *expression.Error
	var value *attribute.ValidationError
	if errors.As(err, &refused) || errors.As(err, &value) {
		return fail(validation, err.Error())
	}
	return fail(serialization, err.Error())
}
