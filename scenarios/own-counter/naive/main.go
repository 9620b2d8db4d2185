// The command naive keeps a counter that counts twice when replies are lost: the SDK sends
// its ADD again. contend asks for operations by JSON lines: see "contend help exec".
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type request struct {
	ID, By      int64
	Do, Counter string
}

func main() {
	settings, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
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
			log.Print(err)
			end = "unknown"
		}
		fmt.Printf(`{"id":%d,"end":%q}`+"\n", r.ID, end)
	}
}

func add(client *dynamodb.Client, r *request) error {
	by := map[string]int64{"increment": r.By, "decrement": -r.By}[r.Do] // it does not read
	_, err := client.UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
		TableName:                 aws.String(os.Getenv("CONTEND_TABLE")),
		Key:                       map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: r.Counter}},
		UpdateExpression:          aws.String("ADD #number :by"),
		ExpressionAttributeNames:  map[string]string{"#number": "value"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":by": &types.AttributeValueMemberN{Value: strconv.FormatInt(by, 10)}},
	})
	return err
}
