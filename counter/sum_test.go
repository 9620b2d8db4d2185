package counter

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestSumsBeyondInt64NameTheCounter and say what adds up to what.
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

func wantProblem(t *testing.T, err error, want ValueError) {
	t.Helper()
	var got *ValueError
	if !errors.As(err, &got) || *got != want {
		t.Errorf("got %v, want %v", err, &want)
	}
}
