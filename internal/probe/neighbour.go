package probe

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// plainWrite is a worker's SET, without a condition, of an attribute that is
// its own, to 1, 2, 3 and so on.
type plainWrite struct {
	worker, wrote int
	told          string // what it replaced, "" for nothing
}

// neighbourAttribute asks whether conditional changes of the counter and plain
// writes of other attributes of the same item leave each other alone.
func (b *battery) neighbourAttribute(ctx context.Context, name string) Row {
	writes := make([][]plainWrite, b.Workers)
	t := b.trial(ctx, name, load{
		strategy: readingAgain,
		kinds:    up,
		neighbour: func(ctx context.Context, key counter.Key, worker int) (err error) {
			writes[worker], err = b.writePlainly(ctx, key, worker)
			return err
		},
	})
	final, err := b.get(ctx, b.Client, b.key(name))
	if t.err == nil {
		t.err = err
	}
	if evidence := lostPlainWrites(slices.Concat(writes...), final); len(evidence) > 0 {
		return broken(evidence, "a plain write was lost beside conditional writes of another attribute")
	}
	row := judgeSteps(t)
	if row.Verdict == Right {
		row.Finding = fmt.Sprintf("%d plain writes of other attributes and %d conditional changes of the counter lost nothing",
			len(slices.Concat(writes...)), len(of(sightings(t.ops), wrote)))
	}
	return row
}

func (b *battery) writePlainly(ctx context.Context, key counter.Key, worker int) ([]plainWrite, error) {
	var writes []plainWrite
	for n := 1; n <= b.Operations; n++ {
		told, err := b.update(ctx, b.client(worker/2), key, &dynamodb.UpdateItemInput{
			UpdateExpression:          aws.String("SET #own = :n"),
			ExpressionAttributeNames:  map[string]string{"#own": ownAttribute(worker)},
			ExpressionAttributeValues: item{":n": num(strconv.Itoa(n))},
			ReturnValues:              types.ReturnValueUpdatedOld,
		})
		if err != nil {
			return writes, err
		}
		writes = append(writes, plainWrite{worker, n, numeral(told, ownAttribute(worker))})
	}
	return writes, nil
}

func ownAttribute(worker int) string { return fmt.Sprintf("own%d", worker) }

// lostPlainWrites: a worker's write replaces its last one, and its last stays.
// Without a final item that is not looked at.
func lostPlainWrites(writes []plainWrite, final item) []string {
	var evidence []string
	for i, w := range writes {
		before := ""
		if w.wrote > 1 {
			before = strconv.Itoa(w.wrote - 1)
		}
		if w.told != before && !equal(w.told, before) {
			evidence = append(evidence, fmt.Sprintf("worker %d set %s to %d and was told that it replaced %q, not %q",
				w.worker, ownAttribute(w.worker), w.wrote, w.told, before))
		}
		isLast := i+1 == len(writes) || writes[i+1].worker != w.worker
		if have := numeral(final, ownAttribute(w.worker)); isLast && len(final) > 0 && !equal(have, strconv.Itoa(w.wrote)) {
			evidence = append(evidence, fmt.Sprintf("worker %d set %s to %d last, and in the end it is %q",
				w.worker, ownAttribute(w.worker), w.wrote, have))
		}
	}
	return evidence
}
