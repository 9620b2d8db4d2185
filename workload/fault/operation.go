package fault

import (
	"net/http"
	"slices"
	"strings"
)

// Words that stand for several operations.
const (
	updateWord = "update"
	readWord   = "read"
)

var (
	updates = [...]string{"UpdateItem", "PutItem", "DeleteItem", "TransactWriteItems"}
	reads   = [...]string{"GetItem", "Query", "BatchGetItem", "TransactGetItems"}
)

// Words lists what [Rule.On] may hold: "update" and "read", which stand for
// several operations, and the API names of those operations.
func Words() []string {
	return slices.Concat([]string{updateWord, readWord}, updates[:], reads[:])
}

// operations are those that a word stands for.
func operations(word string) []string {
	switch word {
	case updateWord:
		return updates[:]
	case readWord:
		return reads[:]
	}
	return []string{word}
}

// operationOf is the API name of what a request asks for, "" if it is none of
// DynamoDB's.
func operationOf(request *http.Request) string {
	name, ok := strings.CutPrefix(request.Header.Get("X-Amz-Target"), "DynamoDB_20120810.")
	if !ok {
		return ""
	}
	return name
}

func isUpdate(operation string) bool { return slices.Contains(updates[:], operation) }
