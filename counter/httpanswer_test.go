package counter

import "testing"

func TestClassifyAnswer(t *testing.T) {
	for _, c := range []struct {
		status  int
		code    string
		reasons []string
		want    Outcome
	}{
		{400, "ConditionalCheckFailedException", nil, Conflict},
		{400, "TransactionConflictException", nil, Conflict},
		{400, "ProvisionedThroughputExceededException", nil, Throttled},
		{400, "ValidationException", nil, Failed},
		{400, "TransactionCanceledException", nil, Conflict},
		{400, "TransactionCanceledException", []string{"None", "ConditionalCheckFailed"}, Conflict},
		{400, "TransactionCanceledException", []string{"ConditionalCheckFailed", "ThrottlingError"}, Throttled},
		{400, "TransactionCanceledException", []string{"ThrottlingError", "ValidationError"}, Failed},
		{500, "InternalServerError", nil, Unknown},
		{503, "", nil, Unknown},
		{403, "", nil, Failed},
	} {
		if got := ClassifyAnswer(c.status, c.code, c.reasons).Outcome; got != c.want {
			t.Errorf("%d %s %v: got %s, want %s", c.status, c.code, c.reasons, got, c.want)
		}
	}
}
