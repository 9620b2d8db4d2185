package counter_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"contend/counter"
)

// scriptedTable is a store with room for one table and a scripted answer for each
// attempt to create it.
type scriptedTable struct {
	answers []answer // to CreateTable; the last one is repeated
	busy    int      // deletions that are refused because the table is being made
	cut     func()   // called by each CreateTable

	arrives time.Time // when a lost request makes the table; zero: never
	appears time.Time // when another process makes the table; zero: never
	exists  bool

	expires  error  // of UpdateTimeToLive
	expiring int    // how often it was asked for
	retries  []bool // of each CreateTable: whether the client was to retry it
}

// answer says how the store treats a request for a table.
type answer struct {
	made bool
	err  error
}

var (
	errLost   = context.DeadlineExceeded
	errExists = &types.ResourceInUseException{}
	errGone   = &types.ResourceNotFoundException{}
)

func (s *scriptedTable) CreateTable(_ context.Context, _ *dynamodb.CreateTableInput, options ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error) {
	var o dynamodb.Options
	for _, option := range options {
		option(&o)
	}
	_, once := o.Retryer.(aws.NopRetryer)
	s.retries = append(s.retries, !once)
	next := s.answers[min(len(s.retries), len(s.answers))-1]
	s.exists = s.exists || next.made
	if s.cut != nil {
		s.cut()
	}
	return &dynamodb.CreateTableOutput{}, next.err
}

func (s *scriptedTable) UpdateTimeToLive(_ context.Context, in *dynamodb.UpdateTimeToLiveInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateTimeToLiveOutput, error) {
	if aws.ToString(in.TimeToLiveSpecification.AttributeName) == "expires" && aws.ToBool(in.TimeToLiveSpecification.Enabled) {
		s.expiring++
	}
	return &dynamodb.UpdateTimeToLiveOutput{}, s.expires
}

func (s *scriptedTable) DescribeTable(ctx context.Context, _ *dynamodb.DescribeTableInput, _ ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	if !s.exists && (s.appears.IsZero() || time.Now().Before(s.appears)) {
		return nil, errGone
	}
	return (&slowTable{}).DescribeTable(ctx, nil)
}

func (s *scriptedTable) DeleteTable(context.Context, *dynamodb.DeleteTableInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteTableOutput, error) {
	s.exists = s.exists || !s.arrives.IsZero() && !time.Now().Before(s.arrives)
	switch {
	case !s.exists:
		return nil, errGone
	case s.busy > 0:
		s.busy--
		return nil, errExists
	}
	s.exists = false
	return &dynamodb.DeleteTableOutput{}, nil
}

type createTable func(context.Context, counter.TableClient, string, counter.Traits) (*counter.Table, error)

// TestWhoseTable: a table that we surely created is deleted, and one that others surely
// created is not. If nobody can tell, it is deleted only if the name is ours.
func TestWhoseTable(t *testing.T) {
	taken := answer{made: true, err: errExists} // another program is faster
	for _, c := range []struct {
		what        string
		answers     []answer
		tries       int
		failed      bool
		shared, own error // of Delete
	}{
		{"made", []answer{{made: true}}, 1, false, nil, nil},
		{"made and the answer lost, so it exists", []answer{{true, errLost}, {false, errExists}}, 2, false, counter.ErrUncertain, nil},
		{"lost, and made by the second request", []answer{{false, errLost}, {made: true}}, 2, false, nil, nil},
		{"made, and every answer lost", []answer{{true, errLost}}, 4, true, counter.ErrUncertain, nil},
		{"throttled first", []answer{{false, &types.LimitExceededException{}}, {made: true}}, 2, false, nil, nil},
		{"made by another program in the same moment", []answer{taken}, 1, false, counter.ErrNotOurs, nil},
		{"refused", []answer{{false, counter.ErrNotCounter}}, 1, true, counter.ErrNotOurs, counter.ErrNotOurs},
	} {
		for name, create := range map[string]createTable{"shared": counter.CreateTable, "own": counter.CreateOwnTable} {
			t.Run(c.what+", "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := &scriptedTable{answers: c.answers}
					table, err := create(t.Context(), s, "table", counter.Traits{})
					if (err != nil) != c.failed || table == nil {
						t.Fatalf("created %+v, %v", table, err)
					}
					want := map[string]error{"shared": c.shared, "own": c.own}[name]
					if err := table.Delete(t.Context()); !errors.Is(err, want) {
						t.Errorf("deleted: %v, want %v", err, want)
					}
					if s.exists && want == nil {
						t.Error("it is left")
					}
					if len(s.retries) != c.tries || slices.Contains(s.retries, true) {
						t.Errorf("requests and whether the client retried them: %v, want %d", s.retries, c.tries)
					}
				})
			})
		}
	}
}

func TestCreateTableEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := &scriptedTable{answers: []answer{{true, context.Canceled}}, cut: cancel}
		began := time.Now()
		table, err := counter.CreateOwnTable(ctx, s, "table", counter.Traits{})
		if !errors.Is(err, context.Canceled) || table == nil || time.Since(began) != 0 {
			t.Fatalf("got %+v, %v after %s", table, err, time.Since(began))
		}
		if err := table.Delete(t.Context()); err != nil || s.exists {
			t.Errorf("%v, left %t", err, s.exists)
		}
	})
}

func TestDeleteWaitsForATableThatIsBeingMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scriptedTable{answers: []answer{{made: true}}, busy: 20}
		table, err := counter.CreateTable(t.Context(), s, "table", counter.Traits{})
		if err != nil {
			t.Fatal(err)
		}
		if err := table.Delete(t.Context()); err != nil || s.exists {
			t.Errorf("%v, left %t", err, s.exists)
		}
	})
}

// TestDeleteFindsATableThatComesLate: the request was lost, and carried out a
// second later.
func TestDeleteFindsATableThatComesLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scriptedTable{answers: []answer{{false, errLost}}}
		table, err := counter.CreateOwnTable(t.Context(), s, "table", counter.Traits{})
		if err == nil {
			t.Fatal("no error")
		}
		s.arrives = time.Now().Add(time.Second)
		if err := table.Delete(t.Context()); err != nil || time.Now().Before(s.arrives) || s.exists {
			t.Errorf("%v, left %t", err, s.exists)
		}
	})
}

// TestTimeToLive is asked for where items expire, once, of a table of ours.
func TestTimeToLive(t *testing.T) {
	refused := func(code, message string) error { return &smithy.GenericAPIError{Code: code, Message: message} }
	for _, c := range []struct {
		what    string
		design  counter.Traits
		there   bool  // before
		expires error // the store's answer
		asked   int
		failed  bool
	}{
		{"nothing expires", counter.Traits{}, false, nil, 0, false},
		{"a new table", counter.Traits{Expires: true}, false, nil, 1, false},
		{"another program's table", counter.Traits{Expires: true}, true, nil, 0, false},
		{"an old server", counter.Traits{Expires: true}, false, refused("UnknownOperationException", ""), 1, false},
		{"on already", counter.Traits{Expires: true}, false, refused("ValidationException", "TimeToLive is already enabled"), 1, false},
		{"not allowed", counter.Traits{Expires: true}, false, refused("AccessDeniedException", "no"), 1, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := &scriptedTable{answers: []answer{{made: true}}, exists: c.there, expires: c.expires}
			table, err := counter.CreateTable(t.Context(), s, "table", c.design)
			if table == nil || (err != nil) != c.failed || s.expiring != c.asked {
				t.Errorf("got %v, %v, asked %d times; want an error %t, asked %d times", table, err, s.expiring, c.failed, c.asked)
			}
		})
	}
}

// TestAwaitTable: a table that another process makes is waited for, is never asked for here,
// and is not ours.
func TestAwaitTable(t *testing.T) {
	for _, c := range []struct {
		after, patience time.Duration
		found           bool
	}{{0, 0, true}, {30 * time.Second, time.Minute, true}, {4 * time.Minute, 5 * time.Minute, true}, {30 * time.Second, 10 * time.Second, false}} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			s := &scriptedTable{answers: []answer{{made: true}}, appears: began.Add(c.after)}
			table, err := counter.Schema{}.AwaitTable(t.Context(), s, "table", counter.Traits{}, c.patience)
			if (err == nil) != c.found || len(s.retries) != 0 {
				t.Errorf("%+v: %v after %s, %d requests for the table", c, err, time.Since(began), len(s.retries))
			}
			if waited := time.Since(began); waited > max(c.patience, c.after)+3*time.Second {
				t.Errorf("%+v: waited for %s", c, waited)
			}
			if table == nil {
				t.Fatal("no table")
			}
			if err := table.Delete(t.Context()); !errors.Is(err, counter.ErrNotOurs) {
				t.Errorf("%+v: deleted, %v", c, err)
			}
		})
	}
}
