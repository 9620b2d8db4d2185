// The command safe keeps a counter that counts once: each operation has a token.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type request struct {
	ID, By             int64
	Do, Counter, Token string
}

func main() {
	settings, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	client := dynamodb.NewFromConfig(settings)
	for lines := json.NewDecoder(os.Stdin); ; {
		var r request
		if err := lines.Decode(&r); err != nil || r.Do == "bye" {
			return
		}
		if r.Do == "hello" {
			fmt.Println(`{"ready":true}`)
			continue
		}
		end := "applied"
		if err := add(client, &r); err != nil { // it may have been applied
			fmt.Fprintln(os.Stderr, err)
			end = "unknown"
		}
		fmt.Printf(`{"id":%d,"end":%q}`+"\n", r.ID, end)
	}
}

func add(client *dynamodb.Client, r *request) error {
	by := map[string]int64{"increment": r.By, "decrement": -r.By}[r.Do] // it does not read
	update := &types.Update{
		TableName: new(os.Getenv("CONTEND_TABLE")), UpdateExpression: new("ADD #number :by"), ExpressionAttributeNames: map[string]string{"#number": "value"},
		Key:                       map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: r.Counter}},
		ExpressionAttributeValues: map[string]types.AttributeValue{":by": &types.AttributeValueMemberN{Value: strconv.FormatInt(by, 10)}},
	}
	write := &dynamodb.TransactWriteItemsInput{ClientRequestToken: &r.Token, TransactItems: []types.TransactWriteItem{{Update: update}}}
	for refused := new(types.TransactionCanceledException); ; {
		_, err := client.TransactWriteItems(context.Background(), write)
		if !errors.As(err, &refused) || *refused.CancellationReasons[0].Code != "TransactionConflict" {
			return err
		}
	}
}
