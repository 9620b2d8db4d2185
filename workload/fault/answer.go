package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/clock"
)

// response returns the answer as one of HTTP.
func (m madeUpAnswer) response(request *http.Request, id uint64) *http.Response {
	body := m.body()
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", m.status, http.StatusText(m.status)),
		StatusCode: m.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{
			"Content-Length":   {strconv.Itoa(len(body))},
			"Content-Type":     {"application/x-amz-json-1.0"},
			"Date":             {clock.Of(request.Context()).Now().UTC().Format(http.TimeFormat)},
			"X-Amz-Crc32":      {strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)},
			"X-Amzn-Requestid": {fmt.Sprintf("contend-fault-%d", id)},
		},
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       request,
	}
}

// body returns the answer in DynamoDB's JSON.
func (m madeUpAnswer) body() []byte {
	type reason struct {
		Reason   *string `json:"reason"`
		Resource *string `json:"resource"`
	}
	answer := struct {
		Type    string   `json:"__type"`
		Message string   `json:"message"`
		Reasons []reason `json:"ThrottlingReasons,omitempty"`
	}{Type: "com.amazonaws.dynamodb.v20120810#" + m.err.ErrorCode(), Message: m.err.ErrorMessage()}
	if throttled, ok := m.err.(*types.ProvisionedThroughputExceededException); ok {
		for _, r := range throttled.ThrottlingReasons {
			answer.Reasons = append(answer.Reasons, reason{r.Reason, r.Resource})
		}
	}
	body, err := json.Marshal(answer)
	if err != nil {
		panic(err) // strings alone cannot fail
	}
	return body
}

// readAnswer reads an answer to its end and leaves it readable.
func readAnswer(response *http.Response) ([]byte, error) {
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}

// errorType returns the code of an error answer without its name space, "" if there
// is none.
func errorType(status int, body []byte) string {
	if status == http.StatusOK {
		return ""
	}
	var refusal struct {
		Type string `json:"__type"`
	}
	if err := json.Unmarshal(body, &refusal); err != nil {
		return "" // a proxy's page, say: not DynamoDB's answer
	}
	return refusal.Type[strings.LastIndexByte(refusal.Type, '#')+1:]
}
