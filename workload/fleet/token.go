package fleet

import (
	"crypto/rand"
	"strconv"
)

// tokens makes the names of one worker's operations. They have to differ from
// those of all other runs, whatever the seed: DynamoDB remembers the tokens of
// transactions for ten minutes, across tables.
type tokens struct {
	prefix string
	used   int64
}

// newNonce is the part that no other run has.
func newNonce() string {
	const letters = 12 // 60 random bits
	return rand.Text()[:letters]
}

func newTokens(nonce string, worker int) tokens {
	return tokens{prefix: nonce + "-" + strconv.FormatInt(int64(worker), 36) + "-"}
}

// next is a token that was not used before: at most 36 letters.
func (t *tokens) next() string {
	t.used++
	return t.prefix + strconv.FormatInt(t.used, 36)
}
