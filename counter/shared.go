package counter

import (
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Shared are numbers that clients of one counter leave for each other in its item, to take
// turns or to wait for as long as is best for all of them (see package
// contend/workload/retry). The counter is right whatever they are: a write is refused
// unless value and version are those that it was built on. All are 0 in a new item.
//
// What a client reads may be anything that another one wrote: it must bound each number
// before it uses it.
type Shared struct {
	Pace        int64 // "pace": how long each client should wait on average, in nanoseconds
	PaceVersion int64 // "pv": the version that the last write which set a number left
	Next        int64 // "next": how many tickets were taken
	Serve       int64 // "serve": the ticket whose turn it is; the first is 0
	Void        int64 // "forf": tickets below this one are void
	MeanGap     int64 // "gm": the mean time from reading to writing, in nanoseconds
	LongestGap  int64 // "gx": the longest such time recently, in nanoseconds
	Chained     int64 // "ch": the mean number of operations in a turn, in thousandths
	Pushing     int64 // "k": how many clients may try at once because others do not queue, in thousandths
	// Damaged is true if one of the attributes was not an integer within int64. The
	// number is 0 then, and the next write with [Change.Share] sets all of them.
	Damaged bool
}

// Equal reports whether the states hold the same, the shared numbers included.
func (s State) Equal(other State) bool {
	if (s.Shared == nil) != (other.Shared == nil) || s.Shared != nil && *s.Shared != *other.Shared {
		return false
	}
	s.Shared, other.Shared = nil, nil
	return s == other
}

// sharedNumber is one number of [Shared] in an item.
type sharedNumber struct {
	attribute string
	of        func(*Shared) *int64
}

// nextTicket is the number that writes add to and do not set, unless it is damaged.
var nextTicket = sharedNumber{"next", func(s *Shared) *int64 { return &s.Next }}

// setNumbers are the numbers that writes set.
var setNumbers = [...]sharedNumber{
	{"pace", func(s *Shared) *int64 { return &s.Pace }},
	{"pv", func(s *Shared) *int64 { return &s.PaceVersion }},
	{"serve", func(s *Shared) *int64 { return &s.Serve }},
	{"forf", func(s *Shared) *int64 { return &s.Void }},
	{"gm", func(s *Shared) *int64 { return &s.MeanGap }},
	{"gx", func(s *Shared) *int64 { return &s.LongestGap }},
	{"ch", func(s *Shared) *int64 { return &s.Chained }},
	{"k", func(s *Shared) *int64 { return &s.Pushing }},
}

// longestGap is the one of them that tickets set too.
var longestGap = setNumbers[5]

// sharedOf reads the numbers of an item.
func sharedOf(attributes item) *Shared {
	s := &Shared{}
	s.read(nextTicket, attributes)
	for _, n := range setNumbers {
		s.read(n, attributes)
	}
	return s
}

func (s *Shared) read(n sharedNumber, attributes item) {
	stored := attributes[n.attribute]
	if stored == nil {
		return
	}
	value, err := integerOf(stored)
	if err != nil {
		s.Damaged = true
		return
	}
	*n.of(s) = value
}

// sharing are the parts of the updates of one design that write shared numbers. It is
// safe for use by several goroutines.
type sharing struct {
	names map[string]string // of the design's own placeholders
	mu    sync.Mutex
	kept  map[sharedWrite]*sharedClauses
}

// sharedWrite says which numbers a write sets: bit n is for setNumbers[n].
type sharedWrite struct {
	set    uint8
	enlist bool // adds a ticket
	repair bool // sets the number of tickets to 0
}

// sharedClauses are the texts of such writes.
type sharedClauses struct {
	set   string // follows other assignments of SET
	names map[string]string
}

func newSharing(names map[string]string) *sharing {
	return &sharing{names: names, kept: map[sharedWrite]*sharedClauses{}}
}

// write is which numbers a change sets: those that are not what it saw, all if they are
// damaged.
func (s *sharing) write(change *Change) sharedWrite {
	if change.Share == nil {
		return sharedWrite{enlist: change.Enlist}
	}
	seen := change.Seen.Shared
	if seen == nil {
		seen = &Shared{}
	}
	w := sharedWrite{repair: seen.Damaged, enlist: change.Enlist && !seen.Damaged}
	for i, n := range setNumbers {
		if seen.Damaged || *n.of(change.Share) != *n.of(seen) {
			w.set |= 1 << i
		}
	}
	return w
}

// clauses returns the texts of a write, and gives its placeholders their values.
func (s *sharing) clauses(w sharedWrite, change *Change, values item) *sharedClauses {
	for i, n := range setNumbers {
		if w.set&(1<<i) != 0 {
			values[":"+n.attribute] = number(*n.of(change.Share))
		}
	}
	if w.repair {
		values[":next"] = number(0)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.kept[w]
	if c == nil {
		c = s.texts(w)
		s.kept[w] = c
	}
	return c
}

func (s *sharing) texts(w sharedWrite) *sharedClauses {
	c := &sharedClauses{names: map[string]string{}}
	for placeholder, name := range s.names {
		c.names[placeholder] = name
	}
	var set strings.Builder
	assign := func(n sharedNumber) {
		set.WriteString(", #" + n.attribute + " = :" + n.attribute)
		c.names["#"+n.attribute] = n.attribute
	}
	for i, n := range setNumbers {
		if w.set&(1<<i) != 0 {
			assign(n)
		}
	}
	if w.repair {
		assign(nextTicket)
	}
	if w.enlist {
		c.names["#next"] = nextTicket.attribute
	}
	c.set = set.String()
	return c
}

// sharedBytes is the size of the numbers that the item has after the change, if it has
// any.
func (c *Change) sharedBytes() int {
	if c.Seen.Shared == nil {
		return 0
	}
	left := *c.Seen.Shared
	if c.Share != nil {
		left = *c.Share
		left.Next = c.Seen.Shared.Next
	}
	size := 0
	for _, n := range append(setNumbers[:], nextTicket) {
		if value := *n.of(&left); value != 0 {
			size += len(n.attribute) + numberBytes(strconv.FormatInt(value, 10))
		}
	}
	return size
}

// returned is what updates of items return.
func (i *items) returned() types.ReturnValue {
	if i.sharing != nil {
		return types.ReturnValueAllNew // else what a write left as it was would be missing
	}
	return types.ReturnValueUpdatedNew
}
