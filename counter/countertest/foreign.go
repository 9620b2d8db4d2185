package countertest

import (
	"errors"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

func (s suite) foreignItems(t *testing.T) {
	for _, c := range []struct {
		spelling string
		want     int64
	}{
		{"5", 5}, {"1E2", 100}, {"007", 7}, {"1.0", 1}, {"-0", 0}, {"120e-1", 12}, {"+3", 3}, {"-4.50E1", -45},
	} {
		t.Run(c.spelling, func(t *testing.T) {
			key := counter.Key{Table: s.table, Name: t.Name()}
			s.put(t, key, map[string]types.AttributeValue{
				s.attribute(): &types.AttributeValueMemberN{Value: c.spelling},
				"owner":       &types.AttributeValueMemberS{Value: "another program"},
			})
			before := s.read(t, key)
			before.Shared = nil
			if before != (counter.State{Value: c.want}) {
				t.Errorf("read %+v, want the value %d alone", before, c.want)
			}
			s.apply(t, key, change(1))
			if after := s.read(t, key); after.Value != c.want+1 || after.Version != s.version(1) || after.Updated.IsZero() == s.isOurs() {
				t.Errorf("after add: %+v; want %d, version %d and a time if there is one", after, c.want+1, s.version(1))
			}
		})
	}
}

func (s suite) notCounters(t *testing.T) {
	for _, c := range []struct {
		what       string
		attributes map[string]types.AttributeValue
	}{
		{"fraction", map[string]types.AttributeValue{s.attribute(): &types.AttributeValueMemberN{Value: "1.5"}}},
		{"beyond-int64", map[string]types.AttributeValue{s.attribute(): &types.AttributeValueMemberN{Value: "9223372036854775808"}}},
		{"huge", map[string]types.AttributeValue{s.attribute(): &types.AttributeValueMemberN{Value: "1E100"}}},
		{"text", map[string]types.AttributeValue{s.attribute(): &types.AttributeValueMemberS{Value: "5"}}},
		{"nothing", nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			key := counter.Key{Table: s.table, Name: t.Name()}
			s.put(t, key, c.attributes)
			_, _, err := s.strategy.Read(t.Context(), key, true)
			if !errors.Is(err, counter.ErrNotCounter) || !strings.Contains(err.Error(), key.String()) {
				t.Errorf("got %v, want an error that names the item", err)
			}
		})
	}
}

// othersUntouched shows that a new item has only the schema's attributes, and that
// attributes of another program are not changed.
func (s suite) othersUntouched(t *testing.T) {
	want := slices.Collect(maps.Keys(s.key().Of("")))
	want = append(want, s.path(s.attribute())[0])
	if s.isOurs() {
		want = append(want, "updated", "version")
	}
	if s.Schema.Version != "" {
		want = append(want, s.path(s.Schema.Version)[0])
	}
	want = slices.AppendSeq(want, maps.Keys(s.Schema.Item))
	slices.Sort(want)
	want = slices.Compact(want)
	key := s.fresh(t, 1)
	if got := slices.Sorted(maps.Keys(s.item(t, key))); !slices.Equal(got, want) {
		t.Errorf("a new counter has the attributes %q, want %q", got, want)
	}
	others := map[string]types.AttributeValue{
		"owner":   &types.AttributeValueMemberS{Value: "another program"},
		"version": &types.AttributeValueMemberN{Value: "7"},
		"updated": &types.AttributeValueMemberBOOL{Value: true},
		"values":  &types.AttributeValueMemberNS{Value: []string{"1"}},
	}
	if s.isOurs() {
		delete(others, "version")
		delete(others, "updated")
	}
	before := maps.Clone(others)
	before[s.attribute()] = &types.AttributeValueMemberN{Value: "1"}
	s.put(t, key, before)
	s.apply(t, key, change(1))
	after := s.item(t, key)
	for name, value := range others {
		if !reflect.DeepEqual(after[name], value) {
			t.Errorf("attribute %q became %v", name, after[name])
		}
	}
	if len(after) != len(want)+len(others) {
		t.Errorf("the item became %v", after)
	}
}

func (s suite) itemSize(t *testing.T) {
	key := s.fresh(t, math.MaxInt64-1)
	s.apply(t, key, change(1))
	if size := bytesOf(t, s.item(t, key)); size >= 1024 {
		t.Errorf("the item has %d bytes", size)
	}
}

// bytesOf returns the size of an item.
func bytesOf(t *testing.T, item map[string]types.AttributeValue) (size int) {
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			size += len(name) + len(v.Value)
		case *types.AttributeValueMemberN:
			size += len(name) + len(v.Value) // more than DynamoDB counts, which packs digits
		case *types.AttributeValueMemberM:
			size += len(name) + 3 + len(v.Value) + bytesOf(t, v.Value)
		default:
			t.Fatalf("attribute %q is a %T", name, value)
		}
	}
	return size
}
