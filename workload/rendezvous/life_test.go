package rendezvous

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/counter/layout"
	"contend/internal/clock"
)

// stoppable is the client of a process that is stopped for a while: before that it has
// looked at its clock, and afterwards it sends its request, or finds the answer.
type stoppable struct {
	counter.DynamoDB
	clock    clock.Clock
	from, to time.Time
}

func (s *stoppable) wait(ctx context.Context) {
	if now := s.clock.Now(); !now.Before(s.from) && now.Before(s.to) {
		s.clock.Sleep(context.Background(), s.to.Sub(now))
	}
}

func (s *stoppable) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	s.wait(ctx)
	out, err := s.DynamoDB.UpdateItem(ctx, in, o...)
	s.wait(ctx)
	return out, err
}

// TestAKilledMachineIsLost: the others find that after ten seconds, and end.
func TestAKilledMachineIsLost(t *testing.T) {
	for killed := range 3 {
		simulate(t, layout.Key{}, lossy(), func(w *world) {
			for i := range 3 {
				w.machine(func() {
					m := w.joins(i, 3)
					w.sleep(3 * time.Second)
					if i == killed {
						m.stop() // says nothing, as after kill -9
						return
					}
					w.sleep(2 * time.Second)
					began := w.clock.Now()
					outcome, err := m.AwaitEnd(w.ctx)
					took := w.clock.Since(began)
					for j, f := range outcome.Fates {
						if f.Lost != (j == killed) || f.Ended != (j != killed) {
							t.Errorf("machine %d of machine %d: %+v", i, j, f)
						}
					}
					if err != nil || took < 7*time.Second || took > 16*time.Second || !slices.Equal(m.lost(), []int{killed}) {
						t.Errorf("machine %d: after %v lost %v, error %v", i, took, m.lost(), err)
					}
					if err := m.Close(w.ctx); err != nil {
						t.Errorf("machine %d: close: %v", i, err)
					}
				})
			}
		})
	}
}

// TestAStoppedMachineLearnsOfIt: one that was stopped for 30 s counts as lost, goes on,
// and is told; it takes nobody else for lost.
func TestAStoppedMachineLearnsOfIt(t *testing.T) {
	for stopped := range 3 {
		for moment := range 20 { // at which the process is: between two updates, or in one
			simulate(t, layout.Key{}, nil, func(w *world) {
				for i := range 3 {
					w.machine(func() {
						client := &stoppable{DynamoDB: w.target.Load, clock: w.clock}
						table, told := w.table(), []string{}
						table.Client = client
						m, err := join(w.ctx, table, member(i, 3), Options{OnNote: func(note string) { told = append(told, note) }})
						if err != nil {
							t.Errorf("machine %d: %v", i, err)
							return
						}
						at, _, _ := m.Start(w.ctx)
						if i == stopped {
							client.from = at.Add(5*time.Second + time.Duration(moment)*time.Millisecond - 10*time.Millisecond)
							client.to = client.from.Add(30 * time.Second)
						}
						w.sleep(40 * time.Second)
						outcome, err := m.AwaitEnd(w.ctx)
						for j, f := range outcome.Fates {
							if !f.Ended || f.Lost != (j == stopped) || f.Returned != (j == stopped) {
								t.Errorf("machine %d of machine %d: %+v", i, j, f)
							}
						}
						want := "machine %d goes on"
						if i == stopped {
							want = "this machine was counted as lost by machine "
						}
						want = strings.ReplaceAll(want, "%d", string(rune('0'+stopped)))
						if !slices.ContainsFunc(told, func(note string) bool { return strings.HasPrefix(note, want) }) || err != nil {
							t.Errorf("machine %d: error %v, told %q", i, err, told)
						}
						if err := m.Close(w.ctx); err != nil {
							t.Errorf("machine %d: close: %v", i, err)
						}
					})
				}
			})
		}
	}
}

// TestAMachineThatComesBackTooLateLearnsOfIt: the others have removed the items.
func TestAMachineThatComesBackTooLateLearnsOfIt(t *testing.T) {
	simulate(t, layout.Key{}, nil, func(w *world) {
		for i := range 2 {
			w.machine(func() {
				client := &stoppable{DynamoDB: w.target.Load, clock: w.clock}
				table := w.table()
				table.Client = client
				m, err := join(w.ctx, table, member(i, 2), w.options())
				if err != nil {
					t.Errorf("machine %d: %v", i, err)
					return
				}
				if i == 1 {
					client.from = w.clock.Now().Add(time.Second)
					client.to = client.from.Add(30 * time.Second)
				}
				w.sleep(3 * time.Second)
				outcome, err := m.AwaitEnd(w.ctx)
				var gone *GoneError
				if i == 0 && (err != nil || !outcome.Fates[1].Lost) || i == 1 && !errors.As(err, &gone) {
					t.Errorf("machine %d: %+v, %v", i, outcome, err)
				}
				if err := m.Close(w.ctx); err != nil {
					t.Errorf("machine %d: close: %v", i, err)
				}
				if i == 0 {
					if err := m.Clean(w.ctx, w.target.Setup); err != nil {
						t.Error(err)
					}
				}
			})
		}
		_ = w.group.Wait()
		if left := w.items(); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}

// TestASignThatArrivesLateIsOld: a repeated request may put back an older sign of life.
func TestASignThatArrivesLateIsOld(t *testing.T) {
	p := peer{absent: true}
	for i, s := range []sign{{beat: 5, stage: ready}, {beat: 7, stage: ended}, {beat: 6, stage: ready}} {
		p.see(s, true, tick{returned: time.Duration(i+1) * time.Second})
	}
	if p.sign.beat != 7 || p.seen != 2*time.Second || !p.ended || !p.alive {
		t.Errorf("%+v", p)
	}
}

// items returns the keys of the run's items.
func (w *world) items() []layout.Item { return itemsIn(w.ctx, w.t, w.target.Setup, "table", w.key) }

func itemsIn(ctx context.Context, t *testing.T, client counter.DynamoDB, table string, key layout.Key) (keys []layout.Item) {
	for _, n := range []itemNumber{0, 1, 2, 3, 4, runItem} {
		key := keyOf(key, "run-1", n)
		out, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(table), Key: key, ConsistentRead: aws.Bool(true)})
		if err != nil {
			t.Error(err)
		} else if len(out.Item) > 0 {
			keys = append(keys, key)
		}
	}
	return keys
}

// TestAnAbortIsSeenByAll within two seconds; the first reason counts for all.
func TestAnAbortIsSeenByAll(t *testing.T) {
	const machines = 20
	simulate(t, layout.Key{}, nil, func(w *world) {
		var said time.Time
		long := strings.Repeat("é", maxReason)
		for i := range machines {
			w.machine(func() {
				m := w.joins(i, machines)
				w.sleep(time.Duration(2500+i) * time.Millisecond)
				switch i {
				case 0:
					said = w.clock.Now()
					m.Abort(long)
					m.Abort("a second reason")
				case 1:
					w.sleep(20 * time.Millisecond) // it has not heard of it
					m.Abort("another reason")
				}
				_ = m.await(w.ctx, func(s *state) bool { return s.abort != nil })
				select {
				case <-m.Aborted():
				default:
					t.Errorf("machine %d: the channel is open", i)
				}
				if took := w.clock.Since(said); took > 2*time.Second {
					t.Errorf("machine %d: after %v", i, took)
				}
				if by := m.abortedBy(); by == nil || *by != (Abort{0, long[:maxReason]}) {
					t.Errorf("machine %d: %v", i, by)
				}
				if outcome, err := m.AwaitEnd(w.ctx); err != nil || outcome.Abort == nil {
					t.Errorf("machine %d: %+v, %v", i, outcome, err)
				}
				_ = m.Close(w.ctx)
			})
		}
		_ = w.group.Wait()
		if told := slices.DeleteFunc(w.notes, func(n string) bool { return !strings.HasPrefix(n, "machine 0 ended the run: é") }); len(told) != machines-1 {
			t.Errorf("%d machines were told who ended the run", len(told))
		}
	})
}

// TestMachine0DoesNotWaitForOneKilledAtItsEnd: its load had ended, so that it is not lost; but
// it never says goodbye.
func TestMachine0DoesNotWaitForOneKilledAtItsEnd(t *testing.T) {
	simulate(t, layout.Key{}, nil, func(w *world) {
		for i := range 2 {
			w.machine(func() {
				m := w.joins(i, 2)
				outcome, err := m.AwaitEnd(w.ctx)
				if err != nil || outcome.Fates[1-i].Lost || !outcome.Fates[1-i].Ended {
					t.Errorf("machine %d: %+v, %v", i, outcome, err)
				}
				if i == 1 {
					m.stop() // says nothing, as after kill -9
					return
				}
				began := w.clock.Now()
				if err := m.Close(w.ctx); err != nil || w.clock.Since(began) > 12*time.Second {
					t.Errorf("closing took %v: %v", w.clock.Since(began), err)
				}
			})
		}
	})
}

// TestCleanRemovesOnlyItsOwn items.
func TestCleanRemovesOnlyItsOwn(t *testing.T) {
	simulate(t, layout.Key{}, nil, func(w *world) {
		other := keyOf(layout.Default, "run-1", 1)
		other["value"] = &types.AttributeValueMemberN{Value: "7"}
		meetings := make([]*Meeting, 2)
		for i := range meetings {
			w.machine(func() { meetings[i] = w.joins(i, 2); _, _ = meetings[i].AwaitEnd(w.ctx); _ = meetings[i].Close(w.ctx) })
		}
		_ = w.group.Wait()
		// Somebody has put another item in the place of machine 1's.
		if _, err := w.target.Setup.PutItem(w.ctx, &dynamodb.PutItemInput{TableName: aws.String("table"), Item: other}); err != nil {
			t.Fatal(err)
		}
		if err := meetings[0].Clean(w.ctx, w.target.Setup); err != nil {
			t.Error(err)
		}
		if left := w.items(); len(left) != 1 {
			t.Errorf("left behind: %v", left)
		}
	})
}
