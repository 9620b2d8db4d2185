package embedded

import "sync"

// partitions are those of a table, by hash key. The zero value is empty. It is safe for
// use by several goroutines.
type partitions struct {
	mu  sync.RWMutex
	all map[string]*partition
}

// find returns nil for a hash key that has no partition.
func (p *partitions) find(hash string) *partition {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.all[hash]
}

// add adds a partition, and returns it or the one that is there already.
func (p *partitions) add(fresh *partition) *partition {
	p.mu.Lock()
	defer p.mu.Unlock()
	if there := p.all[fresh.hash]; there != nil {
		return there
	}
	if p.all == nil {
		p.all = map[string]*partition{}
	}
	p.all[fresh.hash] = fresh
	return fresh
}

// remove removes a partition, if it is there.
func (p *partitions) remove(gone *partition) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all[gone.hash] == gone {
		delete(p.all, gone.hash)
	}
}

// list returns the partitions that are there now.
func (p *partitions) list() []*partition {
	p.mu.RLock()
	defer p.mu.RUnlock()
	all := make([]*partition, 0, len(p.all))
	for _, one := range p.all {
		all = append(all, one)
	}
	return all
}
