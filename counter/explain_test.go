package counter

import (
	"errors"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestASetThatIsNotFullRefusesForItsCause: if a condition was false although the token
// is absent and the set has room, another part of the condition was false.
func TestASetThatIsNotFullRefusesForItsCause(t *testing.T) {
	key, cause := Key{Table: "t", Name: "n"}, errors.New("the condition was false")
	stored := item{attributeTokens: &types.AttributeValueMemberSS{Value: []string{"a"}}}
	if _, err := explain(key, Change{Token: "b"}, stored, cause); err != cause {
		t.Errorf("got %v, want the cause", err)
	}
	receipt, err := explain(key, Change{Token: "a"}, stored, cause)
	if err != nil || !receipt.Repeated {
		t.Errorf("the token is there: got %+v, %v", receipt, err)
	}
	full := &types.AttributeValueMemberSS{}
	for n := range MaxTokens {
		full.Value = append(full.Value, strconv.Itoa(n))
	}
	stored[attributeTokens] = full
	receipt, err = explain(key, Change{Token: "b"}, stored, cause)
	wantProblem(t, err, ValueError{Key: key, Attribute: attributeInitial, Problem: "is missing"})
	if receipt.StateKnown {
		t.Errorf("a state was told: %+v", receipt)
	}
}
