package counter

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The attributes of an item of this package.
const (
	attributeID      = "id"
	attributeEvent   = "event" // the sort key where there is one
	attributeValue   = "value"
	attributeVersion = "version"
	attributeUpdated = "updated"
	attributeRecent  = "recent"  // the last writes, of [ConditionalHistory]
	attributeExpires = "expires" // of markers
)

type item = map[string]types.AttributeValue

// partOf returns the key of a further item of the counter.
func partOf(key Key, part string) Key { return Key{Table: key.Table, Name: key.Name + "#" + part} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func timestamp(t time.Time) types.AttributeValue {
	return &types.AttributeValueMemberS{Value: string(appendTimestamp(nil, t))}
}

// stateOf reads a counter's item. The value must be an integer. Version and time may
// be missing, or be attributes of another program with another meaning, unless the
// design builds on the version.
func (i items) stateOf(key Key, attributes item) (State, error) {
	value, err := integerOf(i.form.value.In(attributes))
	if err != nil {
		return State{}, &ValueError{Key: key, Attribute: i.form.value.String(), Problem: err.Error()}
	}
	state := State{Value: value}
	if !i.form.ours {
		return state, i.foreignVersion(key, attributes, &state)
	}
	if version, err := integerOf(attributes[attributeVersion]); err == nil {
		state.Version = version
	} else if i.recent && attributes[attributeVersion] != nil {
		return State{}, &ValueError{Key: key, Attribute: attributeVersion, Problem: err.Error()}
	}
	if i.recent {
		state.Recent = recentOf(attributes[attributeRecent])
	}
	if i.sharing != nil {
		state.Shared = sharedOf(attributes)
	}
	state.Updated = parseTime(textOf(attributes[attributeUpdated]))
	return state, nil
}

// foreignVersion reads the version of an item of another program, if its items have one.
func (i items) foreignVersion(key Key, attributes item, state *State) (err error) {
	path := i.form.version
	stored := path.In(attributes)
	switch _, isMap := path[:max(len(path)-1, 0)].In(attributes).(*types.AttributeValueMemberM); {
	case stored == nil && path.Nested() && !isMap: // no update could add it
		return &ValueError{Key: key, Attribute: path.String(), Problem: "is missing, and so is the map that it is in"}
	case stored == nil:
		return nil
	}
	if state.Version, err = integerOf(stored); err != nil {
		return &ValueError{Key: key, Attribute: i.form.version.String(), Problem: err.Error()}
	}
	return nil
}

func integerOf(attribute types.AttributeValue) (int64, error) {
	switch a := attribute.(type) {
	case nil:
		return 0, fmt.Errorf("is missing")
	case *types.AttributeValueMemberN:
		return parseInteger(a.Value)
	}
	return 0, fmt.Errorf("is not a number")
}

// textOf returns "" for an attribute that is not a string.
func textOf(attribute types.AttributeValue) string {
	if text, ok := attribute.(*types.AttributeValueMemberS); ok {
		return text.Value
	}
	return ""
}
