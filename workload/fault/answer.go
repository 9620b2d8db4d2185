package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// reset is the error of a connection that the server, or something on the way to it,
// has reset.
func reset() error {
	return &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
}

// throttled is DynamoDB's answer to a request above the provisioned capacity
// (API reference, ProvisionedThroughputExceededException). Its reason is the table's
// capacity and not a hot key; reports distinguish the two.
func throttled(request *http.Request, id uint64) *http.Response {
	direction := "Read"
	if isUpdate(operationOf(request)) {
		direction = "Write"
	}
	return answer(request, id, http.StatusBadRequest,
		`{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",`+
			`"message":"The level of configured provisioned throughput for the table was exceeded (injected).",`+
			`"ThrottlingReasons":[{"reason":"Table`+direction+`ProvisionedThroughputExceeded","resource":"contend-fault"}]}`)
}

// internalError is DynamoDB's answer when it does not know whether it carried a
// request out (API reference, InternalServerError).
func internalError(request *http.Request, id uint64) *http.Response {
	return answer(request, id, http.StatusInternalServerError,
		`{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error (injected)"}`)
}

func answer(request *http.Request, id uint64, status int, body string) *http.Response {
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", status, http.StatusText(status)),
		StatusCode: status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{
			"Content-Length":   {strconv.Itoa(len(body))},
			"Content-Type":     {"application/x-amz-json-1.0"},
			"Date":             {time.Now().UTC().Format(http.TimeFormat)},
			"X-Amz-Crc32":      {strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 10)},
			"X-Amzn-Requestid": {fmt.Sprintf("contend-fault-%d", id)},
		},
		Body:          io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       request,
	}
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
