package probe

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
)

// creation is one worker's attempt to create an item before the others.
type creation struct {
	round, worker int
	outcome       counter.Outcome
}

// createRace asks whether exactly one of many PutItem requests with
// attribute_not_exists wins a new key.
func (b *battery) createRace(ctx context.Context, name string) Row {
	var attempts []creation
	owners := map[int]string{}
	for round := range b.Operations {
		raced, err := b.race(ctx, name, round)
		attempts = append(attempts, raced...)
		if err != nil {
			return judgeCreations(attempts, owners, err)
		}
		found, err := b.get(ctx, b.client(round), b.key(name, round))
		if err != nil {
			return judgeCreations(attempts, owners, err)
		}
		owners[round] = show(item{"owner": found["owner"]})
	}
	return judgeCreations(attempts, owners, nil)
}

// race lets all workers create one key at the same time.
func (b *battery) race(ctx context.Context, name string, round int) ([]creation, error) {
	attempts := make([]creation, b.Workers)
	err := b.together(ctx, func(ctx context.Context, worker int) error {
		full := id(b.key(name, round))
		full["owner"] = text(owner(worker))
		err := b.patiently(ctx, func() error {
			_, err := b.client(worker).PutItem(ctx, &dynamodb.PutItemInput{
				TableName:                aws.String(b.Table),
				Item:                     full,
				ConditionExpression:      aws.String("attribute_not_exists(#id)"),
				ExpressionAttributeNames: map[string]string{"#id": "id"},
			})
			return err
		})
		attempts[worker] = creation{round, worker, counter.Classify(err).Outcome}
		if _, lost := refusedCondition(err); lost {
			return nil
		}
		return err
	})
	return attempts, err
}

func owner(worker int) string { return fmt.Sprintf("worker %d", worker) }

// judgeCreations expects one winner in each round, and its item to exist.
func judgeCreations(attempts []creation, owners map[int]string, err error) Row {
	all := contests(attempts)
	var many, none, other []string
	for n, c := range all {
		switch {
		case len(c.winners) > 1:
			many = append(many, fmt.Sprintf("round %d: %s and %s were both acknowledged", n, owner(c.winners[0]), owner(c.winners[1])))
		case c.doubtful:
		case len(c.winners) == 0:
			none = append(none, fmt.Sprintf("round %d: all %d workers were refused", n, c.asked))
		case owners[n] != "" && owners[n] != show(item{"owner": text(owner(c.winners[0]))}):
			other = append(other, fmt.Sprintf("round %d: %s was acknowledged, and the item holds %s", n, owner(c.winners[0]), owners[n]))
		}
	}
	if row, found := firstBroken(
		suspicion{many, "two workers were both told that they created the same item"},
		suspicion{none, "no worker was told that it created an item that did not exist before"},
		suspicion{other, "the item is not that of the worker that was told that it created it"},
	); found {
		return row
	}
	if err != nil {
		return failure(err)
	}
	return right("in each of %d rounds one worker created the item and the others were refused", len(all))
}

// contest is the result of one round.
type contest struct {
	asked    int
	winners  []int
	doubtful bool // somebody may have won without an acknowledgement
}

// contests groups attempts by round. They are in the order of their rounds.
func contests(attempts []creation) []contest {
	var all []contest
	for _, a := range attempts {
		if a.round == len(all) {
			all = append(all, contest{})
		}
		c := &all[a.round]
		c.asked++
		switch a.outcome {
		case counter.Applied:
			c.winners = append(c.winners, a.worker)
		case counter.Conflict:
		default:
			c.doubtful = true
		}
	}
	return all
}
