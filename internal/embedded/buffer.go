package embedded

import (
	"sync"

	"github.com/valyala/fastjson"

	"contend/internal/embedded/attribute"
)

// buffer is the memory of one request that comes as JSON, used again by later ones.
type buffer struct {
	body     []byte
	reply    []byte
	parser   fastjson.Parser
	words    attribute.Words
	memory   memory
	wait     wait
	document document
	texts    [2]string // the expressions of a plain request
}

var buffers = sync.Pool{New: func() any {
	return &buffer{body: make([]byte, 0, 2048), reply: make([]byte, 0, 1024), memory: newMemory()}
}}

// free gives the buffer back, unless a planted fault may remember the request.
func (b *buffer) free(x *exchange) {
	if x == nil && b.memory.isSmall() {
		buffers.Put(b)
	}
}

// parse reads the body as the JSON object that every request is.
func (b *buffer) parse() (*fastjson.Value, error) {
	root, err := b.parser.ParseBytes(b.body)
	if err != nil || root.Type() != fastjson.TypeObject {
		return nil, fail(serialization, "the request is not a JSON object")
	}
	return root, nil
}

// read returns the document of a request to the server.
func (b *buffer) read(s *Server, operation string, x *exchange, w *wait) (*document, error) {
	b.memory.begin()
	d := &b.document
	*d = document{exchange: x, wait: w, cache: s.read, words: &b.words, memory: &b.memory}
	if d.isPlain = b.readPlain(operation, d); d.isPlain {
		return d, nil
	}
	b.memory.begin()
	var err error
	d.root, err = b.parse()
	return d, err
}
