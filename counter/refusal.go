package counter

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// refusal is the part of an error answer's body that says what went wrong.
// DynamoDB spells ThrottlingReasons in two ways, which differ only in case; package
// json takes both.
type refusal struct {
	Type                string `json:"__type"`
	Code                any    `json:"code"` // an error code if it is a string
	ThrottlingReasons   []types.ThrottlingReason
	CancellationReasons []struct{ Code string }
}

// classifyResponse classifies an answer before the SDK reads it. The body can still
// be read afterwards.
func classifyResponse(r *http.Response) Classification {
	if r.StatusCode >= 200 && r.StatusCode < 300 {
		return Classification{Outcome: Applied}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		r.Body = cutOff{io.MultiReader(bytes.NewReader(body), failing{err}), r.Body}
		reason := transportReason(err)
		if reason == "" {
			reason = ReasonBadAnswer
		}
		return Classification{Outcome: Unknown, Reason: reason}
	}
	_ = r.Body.Close() // it was read to its end
	r.Body = io.NopCloser(bytes.NewReader(body))
	return classifyRefusal(r, body)
}

// classifyRefusal gives the result that [Classify] gives for the error that the SDK
// makes of the answer.
func classifyRefusal(r *http.Response, body []byte) Classification {
	var answer refusal
	if json.Unmarshal(body, &answer) != nil {
		answer = refusal{} // the page of a proxy, say
	}
	inCode, _ := answer.Code.(string)
	code := bareCode(r.Header.Get("X-Amzn-ErrorType"), answer.Type, inCode)
	var canceled types.TransactionCanceledException
	if code == canceled.ErrorCode() {
		for _, reason := range answer.CancellationReasons {
			canceled.CancellationReasons = append(canceled.CancellationReasons, types.CancellationReason{Code: aws.String(reason.Code)})
		}
		c, _ := classifyTransaction(&canceled)
		return c
	}
	c := classifyStatus(r.StatusCode, code)
	if c.Outcome == Throttled && len(answer.ThrottlingReasons) > 0 && aws.ToString(answer.ThrottlingReasons[0].Reason) != "" {
		c.Reason = aws.ToString(answer.ThrottlingReasons[0].Reason)
	}
	return c
}

// bareCode returns the first code that is not empty, without its name space and
// address, as the SDK reads it.
func bareCode(codes ...string) string {
	for _, code := range codes {
		code, _, _ = strings.Cut(code, ":")
		if code = code[strings.LastIndexByte(code, '#')+1:]; code != "" {
			return code
		}
	}
	return ""
}

// cutOff is a body that ended too early.
type cutOff struct {
	io.Reader
	io.Closer
}

// failing is a reader that only returns an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
