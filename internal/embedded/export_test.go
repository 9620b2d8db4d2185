package embedded

import (
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
