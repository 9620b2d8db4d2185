package counter

import (
	"sync"
	"sync/atomic"

	"contend/counter/layout"
)

// keyParts are the parts of requests that name one counter. Requests share them, so that
// nobody may change them.
type keyParts struct {
	key   Key
	table string
	item  item
}

func partsOf(of layout.Key, key Key) *keyParts {
	return &keyParts{key: key, table: key.Table, item: of.Of(key.Name)}
}

// keyCache keeps the parts of the counters that were asked for. It is safe for use by
// several goroutines.
type keyCache struct {
	table layout.Key
	last  atomic.Pointer[keyParts] // mostly there is one hot counter
	mu    sync.RWMutex
	kept  map[Key]*keyParts
}

// mostKeys bounds the memory of a cache.
const mostKeys = 1 << 14

func newKeyCache(of layout.Key) *keyCache { return &keyCache{table: of, kept: map[Key]*keyParts{}} }

func (c *keyCache) of(key Key) *keyParts {
	if last := c.last.Load(); last != nil && last.key == key {
		return last
	}
	c.mu.RLock()
	parts := c.kept[key]
	c.mu.RUnlock()
	if parts == nil {
		parts = c.keep(key)
	}
	c.last.Store(parts)
	return parts
}

// keep makes the parts of a counter, and keeps them if there is room.
func (c *keyCache) keep(key Key) *keyParts {
	parts := partsOf(c.table, key)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) < mostKeys {
		c.kept[key] = parts
	}
	return parts
}
