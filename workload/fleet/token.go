package fleet

import (
	cryptorand "crypto/rand"
	"math/rand/v2"
	"strconv"
)

// tokens makes the names of one worker's operations. They have to differ from
// those of all other runs, whatever the seed: DynamoDB remembers the tokens of
// transactions for ten minutes, across tables.
type tokens struct {
	prefix string
	used   int64
}

const nonceLetters = 12 // 60 random bits

// newNonce is the part that no other run has.
func newNonce() string { return cryptorand.Text()[:nonceLetters] }

// nonceStream is the stream of random numbers of a simulated run's nonce, apart from the
// others of the seed.
const nonceStream = 1<<63 + 2

// nonceOf is that of a simulated run, whose store no other run uses.
func nonceOf(seed uint64) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	random := rand.New(rand.NewPCG(seed, nonceStream))
	nonce := make([]byte, nonceLetters)
	for i := range nonce {
		nonce[i] = alphabet[random.IntN(len(alphabet))]
	}
	return string(nonce)
}

func newTokens(nonce string, worker int) tokens {
	return tokens{prefix: nonce + "-" + strconv.FormatInt(int64(worker), 36) + "-"}
}

// next is a token that was not used before: at most 36 letters.
func (t *tokens) next() string {
	t.used++
	return t.prefix + strconv.FormatInt(t.used, 36)
}
