package fault

import (
	"net/http"
	"slices"
	"strings"
)

// Words that mean several operations.
const (
	updateWord = "update"
	readWord   = "read"
)

var (
	updates = [...]string{"UpdateItem", "PutItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}
	reads   = [...]string{"GetItem", "Query", "BatchGetItem", "TransactGetItems", "Scan"}
)

// Words lists the words that [Rule.On] may hold: "update" and "read", which mean
// several operations, and the API names of these operations.
func Words() []string {
	return slices.Concat([]string{updateWord, readWord}, updates[:], reads[:])
}

// operations returns the operations that a word means.
func operations(word string) []string {
	switch word {
	case updateWord:
		return updates[:]
	case readWord:
		return reads[:]
	}
	return []string{word}
}

// operationOf returns the API name of a request's operation, "" if it is not a
// DynamoDB request.
func operationOf(request *http.Request) string {
	name, ok := strings.CutPrefix(request.Header.Get("X-Amz-Target"), "DynamoDB_20120810.")
	if !ok {
		return ""
	}
	return name
}

func isUpdate(operation string) bool { return slices.Contains(updates[:], operation) }
