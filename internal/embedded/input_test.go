package embedded_test

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// inputs are the inputs of the operations.
var inputs = []any{
	dynamodb.GetItemInput{}, dynamodb.UpdateItemInput{}, dynamodb.PutItemInput{}, dynamodb.DeleteItemInput{}, dynamodb.QueryInput{},
	dynamodb.BatchGetItemInput{}, dynamodb.TransactGetItemsInput{}, dynamodb.TransactWriteItemsInput{}, dynamodb.CreateTableInput{},
	dynamodb.DescribeTableInput{}, dynamodb.DeleteTableInput{}, dynamodb.ListTablesInput{}, dynamodb.UpdateTimeToLiveInput{},
	dynamodb.DescribeTimeToLiveInput{}, dynamodb.UpdateTableInput{},
}

// inputOf makes the SDK's input of a request. It is not ok if the SDK's types cannot hold
// the request.
func inputOf(c call) (input any, ok bool) {
	var body any
	decoder := json.NewDecoder(strings.NewReader(c.body))
	decoder.UseNumber()
	if decoder.Decode(&body) != nil || decoder.More() {
		return nil, false
	}
	for _, i := range inputs {
		if reflect.TypeOf(i).Name() == c.operation+"Input" {
			made := reflect.New(reflect.TypeOf(i))
			return made.Interface(), hold(made.Elem(), body)
		}
	}
	return nil, false
}

// hold stores JSON in a part of an input, and reports whether the part can hold it.
func hold(part reflect.Value, body any) bool {
	if part.Type() == reflect.TypeFor[types.AttributeValue]() {
		v := valueOf(body)
		if v != nil {
			part.Set(reflect.ValueOf(v))
		}
		return v != nil
	}
	switch body := body.(type) {
	case nil:
		part.SetZero()
		return part.Kind() == reflect.Pointer || part.Kind() == reflect.Map || part.Kind() == reflect.Slice
	case map[string]any:
		return holdObject(part, body)
	case []any:
		if part.Kind() != reflect.Slice {
			return false
		}
		part.Set(reflect.MakeSlice(part.Type(), len(body), len(body)))
		for i, element := range body {
			if !hold(part.Index(i), element) {
				return false
			}
		}
		return true
	}
	if part.Kind() == reflect.Pointer {
		part.Set(reflect.New(part.Type().Elem()))
		return hold(part.Elem(), body)
	}
	return holdScalar(part, body)
}

func holdObject(part reflect.Value, body map[string]any) bool {
	switch part.Kind() {
	case reflect.Pointer:
		part.Set(reflect.New(part.Type().Elem()))
		return holdObject(part.Elem(), body)
	case reflect.Map:
		part.Set(reflect.MakeMap(part.Type()))
		for name, member := range body {
			value := reflect.New(part.Type().Elem()).Elem()
			if !hold(value, member) {
				return false
			}
			part.SetMapIndex(reflect.ValueOf(name), value)
		}
		return true
	case reflect.Struct:
		for name, member := range body {
			if field := part.FieldByName(name); !field.IsValid() || !hold(field, member) {
				return false
			}
		}
		return true
	}
	return false
}

func holdScalar(part reflect.Value, body any) bool {
	switch body := body.(type) {
	case string:
		if part.Kind() == reflect.String {
			part.SetString(body)
			return true
		}
	case bool:
		if part.Kind() == reflect.Bool {
			part.SetBool(body)
			return true
		}
	case json.Number:
		n, err := body.Int64()
		if err == nil && part.CanInt() && !part.OverflowInt(n) {
			part.SetInt(n)
			return true
		}
	}
	return false
}

// valueOf makes an attribute value of JSON. It is nil if the JSON is no attribute value.
func valueOf(body any) types.AttributeValue {
	object, _ := body.(map[string]any)
	if len(object) != 1 {
		return nil
	}
	for kind, payload := range object {
		switch payload := payload.(type) {
		case string:
			return scalarOf(kind, payload)
		case bool:
			switch kind {
			case "BOOL":
				return &types.AttributeValueMemberBOOL{Value: payload}
			case "NULL":
				return &types.AttributeValueMemberNULL{Value: payload}
			}
		case map[string]any:
			fields := item{}
			if kind == "M" && hold(reflect.ValueOf(&fields).Elem(), payload) {
				return &types.AttributeValueMemberM{Value: fields}
			}
		case []any:
			return listOf(kind, payload)
		}
	}
	return nil
}

func scalarOf(kind, text string) types.AttributeValue {
	switch kind {
	case "S":
		return &types.AttributeValueMemberS{Value: text}
	case "N":
		return &types.AttributeValueMemberN{Value: text}
	case "B":
		if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
			return &types.AttributeValueMemberB{Value: raw}
		}
	}
	return nil
}

func listOf(kind string, elements []any) types.AttributeValue {
	var texts []string
	var list []types.AttributeValue
	if kind == "L" && hold(reflect.ValueOf(&list).Elem(), elements) {
		return &types.AttributeValueMemberL{Value: list}
	}
	if !hold(reflect.ValueOf(&texts).Elem(), elements) {
		return nil
	}
	switch kind {
	case "SS":
		return &types.AttributeValueMemberSS{Value: texts}
	case "NS":
		return &types.AttributeValueMemberNS{Value: texts}
	case "BS":
		blobs := make([][]byte, len(texts))
		for i, t := range texts {
			raw, err := base64.StdEncoding.DecodeString(t)
			if err != nil {
				return nil
			}
			blobs[i] = raw
		}
		return &types.AttributeValueMemberBS{Value: blobs}
	}
	return nil
}
