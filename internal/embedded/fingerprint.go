package embedded

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/valyala/fastjson"

	"contend/internal/embedded/attribute"
)

// fingerprint is equal for equal parameters only.
type fingerprint [sha256.Size]byte

func fingerprintOf(v *fastjson.Value) fingerprint {
	if v == nil {
		return fingerprint{}
	}
	return sha256.Sum256(appendCanonical(nil, v))
}

// appendCanonical appends JSON in a form that does not depend on the order of
// members and of the elements of sets, nor on members that are null: clients
// write both anew for each try.
func appendCanonical(dst []byte, v *fastjson.Value) []byte {
	switch v.Type() {
	case fastjson.TypeObject:
		return appendCanonicalObject(dst, v.GetObject())
	case fastjson.TypeArray:
		dst = append(dst, '[')
		for _, element := range v.GetArray() {
			dst = append(appendCanonical(dst, element), ',')
		}
		return append(dst, ']')
	}
	if v.Type() == fastjson.TypeString {
		return attribute.AppendText(dst, string(v.GetStringBytes()))
	}
	return v.MarshalTo(dst)
}

func appendCanonicalObject(dst []byte, o *fastjson.Object) []byte {
	members := make([]string, 0, o.Len())
	o.Visit(func(name []byte, member *fastjson.Value) {
		if member.Type() == fastjson.TypeNull {
			return
		}
		text := append(attribute.AppendText(nil, string(name)), ':')
		if elements, isSet := elementsOfSet(string(name), member); isSet {
			for _, element := range elements {
				text = append(append(text, element...), ',')
			}
		} else {
			text = appendCanonical(text, member)
		}
		members = append(members, string(text))
	})
	slices.Sort(members)
	dst = append(dst, '{')
	for _, member := range members {
		dst = append(append(dst, member...), ',')
	}
	return append(dst, '}')
}

// elementsOfSet are the elements of the payload of a set, in order.
func elementsOfSet(name string, v *fastjson.Value) (elements []string, isSet bool) {
	kind, known := attribute.ParseKind(name)
	if !known || v.Type() != fastjson.TypeArray || kind != attribute.StringSet && kind != attribute.NumberSet && kind != attribute.BinarySet {
		return nil, false
	}
	for _, element := range v.GetArray() {
		elements = append(elements, string(appendCanonical(nil, element)))
	}
	slices.Sort(elements)
	return elements, true
}

// fingerprintOfActions is fingerprintOf the JSON that the SDK's client writes of plain
// actions.
func fingerprintOfActions(actions []types.TransactWriteItem) fingerprint {
	dst := []byte{'['}
	for i := range actions {
		dst = append(appendCanonicalAction(append(dst, '{'), &actions[i]), "},},"...)
	}
	return sha256.Sum256(append(dst, ']'))
}

// appendCanonicalAction appends the one member of an action, without its end. The members
// are in their order.
func appendCanonicalAction(dst []byte, of *types.TransactWriteItem) []byte {
	var i *types.Update // which has all that the others have, the item apart
	var item map[string]types.AttributeValue
	switch {
	case of.ConditionCheck != nil:
		dst = append(dst, `"ConditionCheck":{`...)
		c := of.ConditionCheck
		i = &types.Update{
			ConditionExpression: c.ConditionExpression, ExpressionAttributeNames: c.ExpressionAttributeNames,
			ExpressionAttributeValues: c.ExpressionAttributeValues, Key: c.Key,
			ReturnValuesOnConditionCheckFailure: c.ReturnValuesOnConditionCheckFailure, TableName: c.TableName,
		}
	case of.Delete != nil:
		dst = append(dst, `"Delete":{`...)
		d := of.Delete
		i = &types.Update{
			ConditionExpression: d.ConditionExpression, ExpressionAttributeNames: d.ExpressionAttributeNames,
			ExpressionAttributeValues: d.ExpressionAttributeValues, Key: d.Key,
			ReturnValuesOnConditionCheckFailure: d.ReturnValuesOnConditionCheckFailure, TableName: d.TableName,
		}
	case of.Put != nil:
		dst = append(dst, `"Put":{`...)
		p := of.Put
		item = p.Item
		i = &types.Update{
			ConditionExpression: p.ConditionExpression, ExpressionAttributeNames: p.ExpressionAttributeNames,
			ExpressionAttributeValues:           p.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: p.ReturnValuesOnConditionCheckFailure, TableName: p.TableName,
		}
	default:
		dst, i = append(dst, `"Update":{`...), of.Update
	}
	return appendCanonicalMembers(dst, i, item)
}

func appendCanonicalMembers(dst []byte, i *types.Update, item map[string]types.AttributeValue) []byte {
	dst = appendTextMember(dst, "ConditionExpression", i.ConditionExpression)
	if i.ExpressionAttributeNames != nil {
		dst = append(dst, `"ExpressionAttributeNames":{`...)
		for _, placeholder := range slices.Sorted(maps.Keys(i.ExpressionAttributeNames)) {
			dst = append(attribute.AppendText(dst, placeholder), ':')
			dst = append(attribute.AppendText(dst, i.ExpressionAttributeNames[placeholder]), ',')
		}
		dst = append(dst, "},"...)
	}
	dst = appendFieldsMember(dst, "ExpressionAttributeValues", i.ExpressionAttributeValues)
	dst = appendFieldsMember(dst, "Item", item)
	dst = appendFieldsMember(dst, "Key", i.Key)
	if returned := string(i.ReturnValuesOnConditionCheckFailure); returned != "" {
		dst = appendTextMember(dst, "ReturnValuesOnConditionCheckFailure", &returned)
	}
	dst = appendTextMember(dst, "TableName", i.TableName)
	return appendTextMember(dst, "UpdateExpression", i.UpdateExpression)
}

func appendTextMember(dst []byte, name string, text *string) []byte {
	if text == nil {
		return dst
	}
	return append(attribute.AppendText(append(attribute.AppendText(dst, name), ':'), *text), ',')
}

func appendFieldsMember(dst []byte, name string, fields map[string]types.AttributeValue) []byte {
	if fields == nil {
		return dst
	}
	return append(appendCanonicalFields(append(attribute.AppendText(dst, name), ':'), fields), ',')
}

func appendCanonicalFields(dst []byte, fields map[string]types.AttributeValue) []byte {
	dst = append(dst, '{')
	members := make([]string, 0, len(fields)) // ordered as they are written
	for name, v := range fields {
		members = append(members, string(appendCanonicalValue(append(attribute.AppendText(nil, name), ':'), v)))
	}
	slices.Sort(members)
	for _, member := range members {
		dst = append(append(dst, member...), ',')
	}
	return append(dst, '}')
}

func appendCanonicalValue(dst []byte, v types.AttributeValue) []byte {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		dst = attribute.AppendText(append(dst, `{"S":`...), v.Value)
	case *types.AttributeValueMemberN:
		dst = attribute.AppendText(append(dst, `{"N":`...), v.Value)
	case *types.AttributeValueMemberB:
		dst = attribute.AppendText(append(dst, `{"B":`...), base64.StdEncoding.EncodeToString(v.Value))
	case *types.AttributeValueMemberBOOL:
		dst = strconv.AppendBool(append(dst, `{"BOOL":`...), v.Value)
	case *types.AttributeValueMemberNULL:
		dst = strconv.AppendBool(append(dst, `{"NULL":`...), v.Value)
	case *types.AttributeValueMemberSS:
		return appendCanonicalSet(append(dst, `{"SS":`...), v.Value)
	case *types.AttributeValueMemberNS:
		return appendCanonicalSet(append(dst, `{"NS":`...), v.Value)
	case *types.AttributeValueMemberBS:
		texts := make([]string, len(v.Value))
		for i, blob := range v.Value {
			texts[i] = base64.StdEncoding.EncodeToString(blob)
		}
		return appendCanonicalSet(append(dst, `{"BS":`...), texts)
	case *types.AttributeValueMemberL:
		dst = append(dst, `{"L":[`...)
		for _, e := range v.Value {
			dst = append(appendCanonicalValue(dst, e), ',')
		}
		dst = append(dst, ']')
	case *types.AttributeValueMemberM:
		dst = appendCanonicalFields(append(dst, `{"M":`...), v.Value)
	}
	return append(dst, ",}"...)
}

func appendCanonicalSet(dst []byte, texts []string) []byte {
	elements := make([]string, len(texts))
	for i, t := range texts {
		elements[i] = string(attribute.AppendText(nil, t))
	}
	slices.Sort(elements)
	for _, e := range elements {
		dst = append(append(dst, e...), ',')
	}
	return append(dst, ",}"...)
}
