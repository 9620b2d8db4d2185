package embedded

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/valyala/fastjson"

	"contend/internal/embedded/attribute"
)

// Typed carries out a request as the direct door does, and reports false for one that
// must go by JSON, of which it does nothing.
func (s *Server) Typed(input any) bool {
	_, err := s.typed(input, &wait{}, nil)
	return err != errUnusual
}

// SameFingerprint reports whether both doors have the same fingerprint of a transaction,
// which is given by its body and by its input. An input that is not plain has none.
func SameFingerprint(body string, input *dynamodb.TransactWriteItemsInput) bool {
	r := &transactWriteItemsRequest{}
	return !taken(&intake{values: map[string]attribute.Value{}}, input, r.take) || fingerprintOf(fastjson.MustParse(body).Get("TransactItems")) == fingerprintOfActions(input.TransactItems)
}
