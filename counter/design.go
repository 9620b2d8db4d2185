package counter

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// The names of the designs.
const (
	ConditionalName        = "conditional"
	ConditionalHistoryName = "conditional-history"
	AtomicAddName          = "atomic-add"
	TransactionTokenName   = "transaction-token"
	TransactionMarkerName  = "transaction-marker"
	ItemCollectionName     = "item-collection"
	TokenSetName           = "token-set"
	ShardedName            = "sharded"
	CombiningName          = "combining"
)

// Parameters are the numbers that some designs need. A number that is 0 stands
// for that of [DefaultParameters]; one that is out of range is refused, if the
// design looks at it. Designs do not look at those of others.
type Parameters struct {
	// OnConflict is of [Conditional], [ConditionalHistory] and [Combining].
	OnConflict ConflictState
	// History is how many tokens [ConditionalHistory] keeps in the item, from 1
	// to [MaxHistory]. It has to be more than the writes that can come between
	// an attempt and its repetition.
	History int
	// MarkerTTL is for how long a marker of [TransactionMarker] is kept, at
	// least a second; what is less than a whole second is cut off. It has to be longer than an operation can take.
	MarkerTTL time.Duration
	// Shards is the number of items of [Sharded], from 1 to [MaxShards].
	Shards int
	// Snapshot makes [Sharded] read all its items at one moment, by a
	// transaction, for twice the units.
	Snapshot bool
}

// Limits of [Parameters].
const (
	MaxHistory = 1000
	MaxShards  = 100 // keys of one BatchGetItem (API reference)
)

// DefaultParameters returns what scenarios begin with.
func DefaultParameters() Parameters {
	return Parameters{History: 64, MarkerTTL: 24 * time.Hour, Shards: 8}
}

// orDefaults puts the defaults in the place of numbers that are 0.
func (p Parameters) orDefaults() Parameters {
	defaults := DefaultParameters()
	p.History = cmp.Or(p.History, defaults.History)
	p.MarkerTTL = cmp.Or(p.MarkerTTL, defaults.MarkerTTL)
	p.Shards = cmp.Or(p.Shards, defaults.Shards)
	return p
}

// check says which of the numbers that the design of that name looks at is out
// of range.
func (p Parameters) check(name string) error {
	between := func(what string, value, most int) error {
		if value < 1 || value > most {
			return fmt.Errorf("%s must be from 1 to %d, not %d", what, most, value)
		}
		return nil
	}
	switch name {
	case ConditionalHistoryName:
		return between("the history", p.History, MaxHistory)
	case ShardedName:
		return between("the number of shards", p.Shards, MaxShards)
	case TransactionMarkerName:
		if p.MarkerTTL < time.Second {
			return fmt.Errorf("the time to live of markers must be at least 1s, not %s", p.MarkerTTL)
		}
	}
	return nil
}

// mustCheck is for constructors without an error: such a number is a mistake of
// the program.
func (p Parameters) mustCheck(name string) Parameters {
	p = p.orDefaults()
	if err := p.check(name); err != nil {
		panic(fmt.Sprintf("counter: strategy %q: %v", name, err))
	}
	return p
}

// design is one way to keep a number.
type design struct {
	name   string
	traits Traits
	build  func(items, Parameters) Strategy
}

// designs lists all that there are, in the order that people are told them.
func designs() []design {
	return []design{
		{ConditionalName, (*Conditional)(nil).Traits(), func(i items, p Parameters) Strategy { return newConditional(i, p.OnConflict) }},
		{ConditionalHistoryName, (*ConditionalHistory)(nil).Traits(), func(i items, p Parameters) Strategy { return newConditionalHistory(i, p.History, p.OnConflict) }},
		{AtomicAddName, (*AtomicAdd)(nil).Traits(), func(i items, _ Parameters) Strategy { return newAtomicAdd(i) }},
		{TransactionTokenName, (*TransactionToken)(nil).Traits(), func(i items, _ Parameters) Strategy { return newTransactionToken(i) }},
		{TransactionMarkerName, (*TransactionMarker)(nil).Traits(), func(i items, p Parameters) Strategy { return newTransactionMarker(i, p.MarkerTTL) }},
		{ItemCollectionName, (*ItemCollection)(nil).Traits(), func(i items, _ Parameters) Strategy { return NewItemCollection(i.client) }},
		{TokenSetName, (*TokenSet)(nil).Traits(), func(i items, _ Parameters) Strategy { return NewTokenSet(i.client) }},
		{ShardedName, (*Sharded)(nil).Traits(), func(i items, p Parameters) Strategy { return newSharded(i, p.Shards, p.Snapshot) }},
		{CombiningName, (*Combining)(nil).Traits(), func(i items, p Parameters) Strategy { return newCombining(i, p.OnConflict) }},
	}
}

// StrategyNames lists the strategies that [NewStrategy] knows.
func StrategyNames() []string {
	var names []string
	for _, d := range designs() {
		names = append(names, d.name)
	}
	return names
}

// TraitsOf returns what the design of that name can do; ok is false if there is
// none.
func TraitsOf(name string) (traits Traits, ok bool) {
	d, ok := designNamed(name)
	return d.traits, ok
}

func designNamed(name string) (design, bool) {
	for _, d := range designs() {
		if d.name == name {
			return d, true
		}
	}
	return design{}, false
}

// NewStrategy returns the strategy of that name for items of this package;
// [Schema.NewStrategy] has those for items of other programs.
func NewStrategy(name string, client DynamoDB, p Parameters) (Strategy, error) {
	return Schema{}.NewStrategy(name, client, p)
}

// NewStrategy returns the strategy of that name for items of the schema.
func (s Schema) NewStrategy(name string, client DynamoDB, p Parameters) (Strategy, error) {
	if err := s.Check(); err != nil {
		return nil, fmt.Errorf("schema: the attribute %w", err)
	}
	d, ok := designNamed(name)
	switch {
	case !ok:
		return nil, fmt.Errorf("unknown strategy %q (known: %s)", name, strings.Join(StrategyNames(), ", "))
	case !s.isOurs() && !d.traits.Foreign:
		return nil, fmt.Errorf("strategy %q: keeps more than one attribute, which items of another program have not", name)
	}
	p = p.orDefaults()
	if err := p.check(name); err != nil {
		return nil, fmt.Errorf("strategy %q: %w", name, err)
	}
	return d.build(newItems(client, s), p), nil
}
