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

// Parameters are the settings that some designs need. A number that is 0 means the
// one of [DefaultParameters]. A number that is out of range is an error for the
// design that uses it; other designs ignore it.
type Parameters struct {
	// OnConflict is used by [Conditional], [ConditionalHistory] and [Combining].
	OnConflict ConflictState
	// History is how many tokens [ConditionalHistory] keeps in the item, from 1
	// to [MaxHistory]. It has to be larger than the number of writes that can come
	// between an attempt and its repetition.
	History int
	// MarkerTTL is how long a marker of [TransactionMarker] is kept, at least one
	// second; fractions of a second are cut off. It has to be longer than an
	// operation can take.
	MarkerTTL time.Duration
	// Shards is the number of items of [Sharded], from 1 to [MaxShards].
	Shards int
	// Snapshot makes [Sharded] read all its items at one moment, in a transaction,
	// for twice the units.
	Snapshot bool
	// Share makes designs with [Traits.Shares] read the numbers of [Shared] and write
	// those of [Change.Share]. A write is then refused if the version has changed.
	Share bool
}

// Limits of [Parameters].
const (
	MaxHistory = 1000
	MaxShards  = 100 // keys of one BatchGetItem (API reference)
)

// DefaultParameters returns the parameters that a scenario has unless it sets
// others.
func DefaultParameters() Parameters {
	return Parameters{History: 64, MarkerTTL: 24 * time.Hour, Shards: 8}
}

// orDefaults replaces numbers that are 0 by the defaults.
func (p Parameters) orDefaults() Parameters {
	defaults := DefaultParameters()
	p.History = cmp.Or(p.History, defaults.History)
	p.MarkerTTL = cmp.Or(p.MarkerTTL, defaults.MarkerTTL)
	p.Shards = cmp.Or(p.Shards, defaults.Shards)
	return p
}

// check returns an error if a number that the named design uses is out of range.
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

// mustCheck is check for constructors that return no error: a number out of range is
// a bug of the caller.
func (p Parameters) mustCheck(name string) Parameters {
	p = p.orDefaults()
	if err := p.check(name); err != nil {
		panic(fmt.Sprintf("counter: strategy %q: %v", name, err))
	}
	return p
}

// design is one way to keep a counter.
type design struct {
	name   string
	traits Traits
	build  func(items, Parameters) Strategy
}

// designs lists all designs, in the order of help texts and reports.
func designs() []design {
	return []design{
		{ConditionalName, (*Conditional)(nil).Traits(), func(i items, p Parameters) Strategy { return newConditional(i.withShared(p.Share), p.OnConflict) }},
		{ConditionalHistoryName, (*ConditionalHistory)(nil).Traits(), func(i items, p Parameters) Strategy {
			return newConditionalHistory(i.withShared(p.Share), p.History, p.OnConflict)
		}},
		{AtomicAddName, (*AtomicAdd)(nil).Traits(), func(i items, _ Parameters) Strategy { return newAtomicAdd(i) }},
		{TransactionTokenName, (*TransactionToken)(nil).Traits(), func(i items, _ Parameters) Strategy { return newTransactionToken(i) }},
		{TransactionMarkerName, (*TransactionMarker)(nil).Traits(), func(i items, p Parameters) Strategy { return newTransactionMarker(i, p.MarkerTTL) }},
		{ItemCollectionName, (*ItemCollection)(nil).Traits(), func(i items, _ Parameters) Strategy { return NewItemCollection(i.client) }},
		{TokenSetName, (*TokenSet)(nil).Traits(), func(i items, _ Parameters) Strategy { return newTokenSet(i) }},
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

// TraitsOf returns the traits of the design with that name; ok is false if there is
// no such design.
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

// NewStrategy returns the strategy with that name, for items of this package; see
// [Schema.NewStrategy] for items of other programs. It returns an error for an
// unknown name, and for parameters that are out of range.
func NewStrategy(name string, client DynamoDB, p Parameters) (Strategy, error) {
	return Schema{}.NewStrategy(name, client, p)
}

// NewStrategy returns the strategy with that name, for items of the schema. It
// returns an error for an unknown name, for parameters that are out of range, for a
// schema that [Schema.Check] refuses, and for a design that cannot keep items of
// other programs (see [Traits.Foreign]).
func (s Schema) NewStrategy(name string, client DynamoDB, p Parameters) (Strategy, error) {
	f, err := s.form()
	if err != nil {
		return nil, fmt.Errorf("schema: the %w", err)
	}
	d, ok := designNamed(name)
	if !ok {
		return nil, fmt.Errorf("unknown strategy %q (known: %s)", name, strings.Join(StrategyNames(), ", "))
	}
	if p.Share && d.traits.Shares && s.isForeign() {
		return nil, fmt.Errorf("strategy %q: cannot keep numbers of its clients in items of another program", name)
	}
	p = p.orDefaults()
	if part, reason := d.traits.Misfit(s); part != "" {
		return nil, fmt.Errorf("strategy %q: %s, so it cannot have this %s", name, reason, part)
	}
	if err := p.check(name); err != nil {
		return nil, fmt.Errorf("strategy %q: %w", name, err)
	}
	return d.build(itemsOf(client, f), p), nil
}
