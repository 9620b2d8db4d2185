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
	told          string // the value that it replaced, as the server answered; "" for none
	unknown       bool   // it may not have been carried out
}

// neighbourAttribute asks whether conditional changes of the counter and plain writes
// of other attributes of the same item do not disturb each other.
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
		write := plainWrite{worker, n, numeral(told, ownAttribute(worker)), counter.Classify(err).Outcome == counter.Unknown}
		if err == nil || write.unknown {
			writes = append(writes, write)
		}
		if err != nil {
			return writes, err
		}
	}
	return writes, nil
}

func ownAttribute(worker int) string { return fmt.Sprintf("own%d", worker) }

// lostPlainWrites: each of a worker's writes replaces its write before, and its last
// one stays. A write with an unknown end is the worker's last, and may not have been
// carried out. Without a final item only the replaced values are checked.
func lostPlainWrites(writes []plainWrite, final item) []string {
	var evidence []string
	for i, w := range writes {
		if before := spelled(w.wrote - 1); !w.unknown && !same(w.told, before) {
			evidence = append(evidence, fmt.Sprintf("worker %d set %s to %d and was told that it replaced %q, not %q",
				w.worker, ownAttribute(w.worker), w.wrote, w.told, before))
		}
		isLast := i+1 == len(writes) || writes[i+1].worker != w.worker
		if have := numeral(final, ownAttribute(w.worker)); isLast && len(final) > 0 && !w.explains(have) {
			evidence = append(evidence, fmt.Sprintf("worker %d set %s to %d last, and in the end it is %q",
				w.worker, ownAttribute(w.worker), w.wrote, have))
		}
	}
	return evidence
}

// explains reports whether the attribute can have the value have after the write.
func (w plainWrite) explains(have string) bool {
	return same(have, spelled(w.wrote)) || w.unknown && same(have, spelled(w.wrote-1))
}

// spelled is the number that the n-th plain write leaves; "" before the first.
func spelled(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func same(a, b string) bool { return a == b || equal(a, b) }
