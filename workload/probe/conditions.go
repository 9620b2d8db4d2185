package probe

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// question is a condition on the item of [conditioned], and whether it holds.
type question struct {
	condition string
	holds     bool
}

// questions are conditions of every kind but equality, some of them true and some
// false.
func questions() []question {
	return []question{
		{"n <> :nine", true}, {"n <> :five", false}, {"n < :nine", true}, {"n < :five", false}, {"n <= :five", true}, {"n <= :four", false},
		{"n > :four", true}, {"n > :five", false}, {"n >= :five", true}, {"n >= :nine", false}, {"s < :b", true}, {"s > :b", false},
		{"n BETWEEN :four AND :five", true}, {"n BETWEEN :nine AND :ten", false}, {"n IN (:nine, :five)", true}, {"n IN (:nine, :four)", false},
		{"attribute_exists(n)", true}, {"attribute_exists(absent)", false}, {"attribute_not_exists(absent)", true}, {"attribute_not_exists(n)", false},
		{"attribute_type(n, :number)", true}, {"attribute_type(s, :number)", false}, {"begins_with(s, :a)", true}, {"begins_with(s, :b)", false},
		{"contains(ss, :red)", true}, {"contains(ss, :b)", false}, {"contains(s, :b)", true}, {"size(ss) = :two", true}, {"size(ss) > :two", false},
		{"size(s) < :four", true}, {"NOT n = :nine", true}, {"NOT n = :five", false}, {"n = :five AND s = :abc", true}, {"n = :five AND s = :b", false},
		{"n = :nine OR s = :abc", true}, {"n = :nine OR s = :b", false}, {"absent < :nine", false}, {"absent <> :nine", true}, {"n < :a", false},
		{"attribute_not_exists(absent) OR n = :nine AND s = :b", true}, {"(attribute_not_exists(absent) OR n = :nine) AND s = :b", false},
		{"m.part = :five", true}, {"m.part > :five", false}, {"big > :n38", true}, {"big < :n38", false},
	}
}

var conditioned = item{
	"n": num("5"), "s": text("abc"), "ss": &types.AttributeValueMemberSS{Value: []string{"red", "green"}}, "hits": num("0"),
	"m": &types.AttributeValueMemberM{Value: item{"part": num("5")}}, "big": num("12345678901234567890123456789012345678"),
}

var conditionValues = item{
	":two": num("2"), ":four": num("4"), ":five": num("5"), ":nine": num("9"), ":ten": num("10"), ":a": text("a"), ":b": text("b"), ":abc": text("abc"),
	":red": text("red"), ":number": text("N"), ":n38": num("12345678901234567890123456789012345677"),
}

// conditions asks whether conditions other than equality hold when they should, and
// only then. Each protects a change of an item of its own.
func (b *battery) conditions(ctx context.Context, name string) Row {
	var wrong []string
	var problem error
	for n, q := range questions() {
		said, err := b.decide(ctx, fmt.Sprintf("%s-%d", name, n), q)
		switch {
		case err != nil && problem == nil:
			problem = fmt.Errorf("%q: %w", q.condition, err)
		case said != "":
			wrong = append(wrong, said)
		}
	}
	switch {
	case len(wrong) > 0:
		return broken(wrong, "a condition was decided wrongly")
	case problem != nil:
		return failure(problem)
	}
	return right("%d conditions with every comparator and function were decided rightly", len(questions()))
}

// decide sends one question and says what was wrong with the answer; "" if nothing was.
func (b *battery) decide(ctx context.Context, name string, q question) (string, error) {
	key := b.key(name)
	if err := b.put(ctx, key, conditioned); err != nil {
		return "", err
	}
	values := item{":one": num("1")}
	for place, value := range conditionValues {
		if mentions(q.condition, place) {
			values[place] = value
		}
	}
	_, err := b.update(ctx, b.Client, key, &dynamodb.UpdateItemInput{
		UpdateExpression: aws.String("ADD hits :one"), ConditionExpression: aws.String(q.condition), ExpressionAttributeValues: values,
	})
	_, refused := refusedCondition(err)
	if err != nil && !refused {
		return "", err
	}
	found, err := b.get(ctx, b.Other, key)
	if err != nil {
		return "", err
	}
	carriedOut := equal(numeral(found, "hits"), "1")
	if refused == q.holds || carriedOut != q.holds {
		return fmt.Sprintf("%q is %t: refused %t, carried out %t", q.condition, q.holds, refused, carriedOut), nil
	}
	return "", nil
}

// mentions reports whether an expression contains that placeholder, and not only a
// longer one that begins with it.
func mentions(expression, placeholder string) bool {
	for at := 0; at+len(placeholder) <= len(expression); at++ {
		end := at + len(placeholder)
		if expression[at:end] == placeholder && (end == len(expression) || !isWord(expression[end])) {
			return true
		}
	}
	return false
}

func isWord(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }
