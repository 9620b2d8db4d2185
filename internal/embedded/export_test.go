package embedded

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/valyala/fastjson"
)

// Typed carries out a request as the direct door does. It reports false, and does nothing,
// if the request must be carried out by JSON.
func (s *Server) Typed(input any) bool {
	_, err := s.typed(input, &wait{}, nil)
	return err != errUnusual
}

// SameFingerprint reports whether both doors compute the same fingerprint of a transaction,
// one from its body, the other from its input. An input that is not plain has none.
func SameFingerprint(body string, input *dynamodb.TransactWriteItemsInput) bool {
	r := &transactWriteItemsRequest{}
	return !taken(&intake{memory: newMemory()}, input, r.take) || fingerprintOf(fastjson.MustParse(body).Get("TransactItems")) == fingerprintOfActions(input.TransactItems)
}

// ReadPlain reads a body in one pass. It reports whether the body is plain, and whether the
// document of the body gives the same request.
func ReadPlain(operation, body string) (isPlain, isSame bool) {
	quick, slow := unread(body), unread(body)
	if !quick.readPlain(operation, &quick.document) {
		return false, false
	}
	root, err := slow.parse()
	if err != nil {
		return true, false
	}
	slow.document.root = root
	err = slow.document.fill(slow.requestOf(operation))
	return true, err == nil && reflect.DeepEqual(quick.requestOf(operation), slow.requestOf(operation))
}

func unread(body string) *buffer {
	b := buffers.New().(*buffer)
	b.body = []byte(body)
	b.document = document{words: &b.words, memory: &b.memory}
	return b
}

func (b *buffer) requestOf(operation string) request {
	if operation == "GetItem" {
		return &b.memory.get
	}
	return &b.memory.update
}
