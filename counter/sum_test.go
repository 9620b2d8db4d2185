package counter

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestSumsBeyondInt64NameTheCounter: the error names the counter and the numbers that
// were added.
func TestSumsBeyondInt64NameTheCounter(t *testing.T) {
	key := Key{Table: "t", Name: "n"}
	most := big.NewInt(math.MaxInt64)
	sum := eventSum{created: true}
	sum.value.Add(most, most)
	_, err := sum.state(key)
	wantProblem(t, err, ValueError{Key: key, Attribute: attributeDelta, Problem: "adds up to 18446744073709551614, which is beyond int64"})
	err = sum.add(key, item{attributeEvent: &types.AttributeValueMemberS{Value: "e"}})
	wantProblem(t, err, ValueError{Key: key, Attribute: attributeDelta, Problem: `of event "e" is missing`})

	_, err = stateOfSet(key, item{})
	wantProblem(t, err, ValueError{Key: key, Attribute: attributeInitial, Problem: "is missing"})
}

// TestShardsBeyondInt64NameTheCounter: each shard is within int64, but their sum is
// not.
func TestShardsBeyondInt64NameTheCounter(t *testing.T) {
	key := Key{Table: "t", Name: "n"}
	s := NewSharded(nil, 2, false)
	shard := item{attributeValue: &types.AttributeValueMemberN{Value: strconv.Itoa(math.MaxInt64)}}
	_, err := s.sum(key, []item{shard, shard})
	wantProblem(t, err, ValueError{
		Key: key, Attribute: attributeValue, Problem: "of 2 shards is 18446744073709551614 in sum, which is beyond int64",
	})
}

func wantProblem(t *testing.T, err error, want ValueError) {
	t.Helper()
	var got *ValueError
	if !errors.As(err, &got) || *got != want {
		t.Errorf("got %v, want %v", err, &want)
	}
}
