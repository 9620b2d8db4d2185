package rendezvous

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter/layout"
)

// The attributes of the run's item. That of a machine's own item are in join.go.
const (
	attributeRun   = "contend_run"   // S: the run's ID
	attributeTick  = "contend_tick"  // N: how often the item was updated
	attributeLife  = "contend_life"  // M: by machine, its sign
	attributeLost  = "contend_lost"  // M: by machine that counts as lost, who found that
	attributeZero  = "contend_zero"  // S: the last update by machine 0 that was answered
	attributeStart = "contend_start" // N: the start on machine 0's clock, in ns
	attributeAbort = "contend_abort" // S: who ended the run early, and why
)

// stage is how far a machine has come.
type stage byte

const (
	waiting   stage = 'w' // for the others
	measuring stage = 'm' // its clock
	ready     stage = 'r' // to start, or started
	ended     stage = 'e' // its load has ended
	informed  stage = 'i' // it knows that the others' loads have ended, and its clock is measured
	done      stage = 'd' // it leaves after that
	leaving   stage = 'l' // it leaves before its load has ended
)

// rank orders stages by time.
func (s stage) rank() int { return strings.IndexByte("wmreidl", byte(s)) }

// hasLeft reports whether there will be no more heartbeats.
func (s stage) hasLeft() bool { return s == done || s == leaving }

// sign is the sign of life of a machine.
type sign struct {
	beat     int64 // grows with each
	stage    stage
	progress int64
}

func (s sign) String() string { return fmt.Sprintf("%d %c %d", s.beat, s.stage, s.progress) }

func parseSign(text string) (s sign, err error) {
	var r rune
	if _, err = fmt.Sscanf(text, "%d %c %d", &s.beat, &r, &s.progress); err != nil {
		return s, err
	}
	if s.stage = stage(r); s.stage.rank() < 0 {
		err = fmt.Errorf("unknown stage %q", r)
	}
	return s, err
}

// zeroTick is an update of the item by machine 0, with its times on machine 0's clock.
type zeroTick struct {
	number         int64 // 0: there is none
	sent, returned time.Duration
}

func (z zeroTick) String() string { return fmt.Sprintf("%d %d %d", z.number, z.sent, z.returned) }

func parseZeroTick(text string) (z zeroTick, err error) {
	_, err = fmt.Sscanf(text, "%d %d %d", &z.number, &z.sent, &z.returned)
	return z, err
}

// roll is the run's item.
type roll struct {
	run     string
	tick    int64
	life    map[int]sign
	lost    map[int]int // by machine, who counted it as lost
	zero    zeroTick
	start   time.Duration
	started bool
	abort   *Abort
}

// readRoll reads the run's item. The error says which attribute is wrong.
func readRoll(item layout.Item) (*roll, error) {
	r := &roll{run: text(item[attributeRun]), life: map[int]sign{}, lost: map[int]int{}}
	var err error
	if r.tick, err = whole(item[attributeTick]); err != nil {
		return nil, fmt.Errorf("attribute %q: %w", attributeTick, err)
	}
	for name, value := range entries(item[attributeLife]) {
		if err := put(r.life, name, value, parseSign); err != nil {
			return nil, fmt.Errorf("attribute %q: %w", attributeLife, err)
		}
	}
	for name, value := range entries(item[attributeLost]) {
		if err := put(r.lost, name, value, strconv.Atoi); err != nil {
			return nil, fmt.Errorf("attribute %q: %w", attributeLost, err)
		}
	}
	if zero := text(item[attributeZero]); zero != "" {
		if r.zero, err = parseZeroTick(zero); err != nil {
			return nil, fmt.Errorf("attribute %q: %w", attributeZero, err)
		}
	}
	if start, has := item[attributeStart]; has {
		at, err := whole(start)
		if err != nil {
			return nil, fmt.Errorf("attribute %q: %w", attributeStart, err)
		}
		r.start, r.started = time.Duration(at), true
	}
	if abort := text(item[attributeAbort]); abort != "" {
		machine, reason, _ := strings.Cut(abort, " ")
		m, err := strconv.Atoi(machine)
		if err != nil {
			return nil, fmt.Errorf("attribute %q: %w", attributeAbort, err)
		}
		r.abort = &Abort{m, reason}
	}
	return r, nil
}

func put[V any](into map[int]V, name string, value types.AttributeValue, parse func(string) (V, error)) error {
	machine, err := strconv.Atoi(name)
	if err != nil {
		return err
	}
	v, err := parse(text(value))
	into[machine] = v
	return err
}

func entries(value types.AttributeValue) map[string]types.AttributeValue {
	if m, ok := value.(*types.AttributeValueMemberM); ok {
		return m.Value
	}
	return nil
}

func text(value types.AttributeValue) string {
	if s, ok := value.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

func whole(value types.AttributeValue) (int64, error) {
	n, ok := value.(*types.AttributeValueMemberN)
	if !ok {
		return 0, fmt.Errorf("is not a number")
	}
	return strconv.ParseInt(n.Value, 10, 64)
}

func ss(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

func nn(value int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(value, 10)}
}
