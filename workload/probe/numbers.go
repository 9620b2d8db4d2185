package probe

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// sum is an addition whose exact result fits into DynamoDB's 38 digits.
type sum struct{ start, add, want string }

func sums() []sum {
	return []sum{
		{"9223372036854775807", "1", "9223372036854775808"}, // beyond int64
		{"-9223372036854775808", "-1", "-9223372036854775809"},
		{"9007199254740992", "1", "9007199254740993"}, // beyond the integers of a double
		{"99999999999999999999999999999999999998", "1", "99999999999999999999999999999999999999"},
		{"-99999999999999999999999999999999999998", "-1", "-99999999999999999999999999999999999999"},
		{"12345678901234567890123456789012345678", "-12345678901234567890123456789012345677", "1"},
		{"-5", "3", "-2"},
		{"0.1", "0.2", "0.3"},
		{"1000000000000000000", "0.0000000000000000001", "1000000000000000000.0000000000000000001"},
		{"1E125", "1E125", "2E125"},
		{"1E-130", "1E-130", "2E-130"},
	}
}

// addition is the result of ADD for a sum.
type addition struct {
	sum
	told, stored string
}

// exactNumbers asks whether ADD is exact up to 38 digits and DynamoDB's
// exponents.
func (b *battery) exactNumbers(ctx context.Context, name string) Row {
	var done []addition
	var problem error
	for n, s := range sums() {
		key := b.key(name, n)
		err := b.put(ctx, key, item{"n": num(s.start)})
		if err == nil {
			var a addition
			if a, err = b.add(ctx, key, s); err == nil {
				done = append(done, a)
			}
		}
		if err != nil && problem == nil {
			problem = fmt.Errorf("%s + %s: %w", s.start, s.add, err)
		}
	}
	return judgeAdditions(done, problem, "ADD was not exact", "%d sums of large, negative, small and 38-digit numbers were exact")
}

// add sends an ADD and reads what it left.
func (b *battery) add(ctx context.Context, key counter.Key, s sum) (addition, error) {
	told, err := b.update(ctx, b.Client, key, &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String("ADD #n :n"),
		ExpressionAttributeNames:  map[string]string{"#n": "n"},
		ExpressionAttributeValues: item{":n": num(s.add)},
		ReturnValues:              types.ReturnValueUpdatedNew,
	})
	if err != nil {
		return addition{}, err
	}
	stored, err := b.get(ctx, b.Other, key)
	return addition{s, numeral(told, "n"), numeral(stored, "n")}, err
}

func judgeAdditions(done []addition, problem error, wrong, fine string) Row {
	var evidence []string
	for _, a := range done {
		if !equal(a.told, a.want) || !equal(a.stored, a.want) {
			evidence = append(evidence, fmt.Sprintf("%s + %s was returned as %q and read back as %q, not %s", a.start, a.add, a.told, a.stored, a.want))
		}
	}
	switch {
	case len(evidence) > 0:
		return broken(evidence, "%s", wrong)
	case problem != nil:
		return failure(problem)
	}
	return right(fine, len(done))
}

// addToAbsent asks whether ADD begins at 0 where there is no attribute, or no
// item.
func (b *battery) addToAbsent(ctx context.Context, name string) Row {
	var done []addition
	for n, s := range []sum{{"nothing", "5", "5"}, {"nothing", "-7", "-7"}, {"no item", "5", "5"}, {"no item", "-7", "-7"}} {
		key := b.key(name, n)
		if s.start == "nothing" {
			if err := b.put(ctx, key, item{"note": text("kept")}); err != nil {
				return judgeAdditions(done, err, absentWrong, "")
			}
		}
		a, err := b.add(ctx, key, s)
		if err != nil {
			return judgeAdditions(done, err, absentWrong, "")
		}
		done = append(done, a)
	}
	return judgeAdditions(done, nil, absentWrong, "%d additions to absent attributes and items began at 0")
}

const absentWrong = "ADD to an absent attribute or item did not begin at 0"
