package counter

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// recent is the list of the last writes, the oldest first, each as
//
//	TOKEN VERSION VALUE
//
// with the version and value after the write. A [State] has it as one text, with
// newlines between the entries.

func recentEntry(token string, made State) string {
	return fmt.Sprintf("%s %d %d", token, made.Version, made.Value)
}

// findRecent returns the state after the write with that token.
func findRecent(recent, token string) (made State, ok bool) {
	for entry := range strings.SplitSeq(recent, "\n") {
		rest, found := strings.CutPrefix(entry, token+" ")
		if !found {
			continue
		}
		version, value, _ := strings.Cut(rest, " ")
		made, ok = stateOfEntry(version, value)
		return made, ok
	}
	return State{}, false
}

// firstRecent returns the state after the oldest write of the list.
func firstRecent(recent string) (made State, ok bool) {
	entry, _, _ := strings.Cut(recent, "\n")
	parts := strings.Split(entry, " ")
	if len(parts) != 3 {
		return State{}, false
	}
	return stateOfEntry(parts[1], parts[2])
}

func stateOfEntry(version, value string) (made State, ok bool) {
	var versionErr, valueErr error
	made.Version, versionErr = strconv.ParseInt(version, 10, 64)
	made.Value, valueErr = strconv.ParseInt(value, 10, 64)
	return made, versionErr == nil && valueErr == nil
}

// lastEntries returns the last entries of the list with one more, at most limit.
func lastEntries(recent, entry string, limit int) []string {
	if recent == "" {
		return []string{entry}
	}
	entries := append(strings.Split(recent, "\n"), entry)
	return entries[max(0, len(entries)-limit):]
}

// recentOf reads the attribute. It ignores elements that are not strings: this
// package has not written them.
func recentOf(attribute types.AttributeValue) string {
	list, _ := attribute.(*types.AttributeValueMemberL)
	if list == nil {
		return ""
	}
	var entries []string
	for _, element := range list.Value {
		if text, ok := element.(*types.AttributeValueMemberS); ok {
			entries = append(entries, text.Value)
		}
	}
	return strings.Join(entries, "\n")
}

func recentAttribute(entries []string) types.AttributeValue {
	list := &types.AttributeValueMemberL{}
	for _, entry := range entries {
		list.Value = append(list.Value, &types.AttributeValueMemberS{Value: entry})
	}
	return list
}
