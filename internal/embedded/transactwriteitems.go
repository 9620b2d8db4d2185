package embedded

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/internal/embedded/attribute"
)

const transactWriteItems = "TransactWriteItems"

// transactWriteItemsRequest has no use for ReturnItemCollectionMetrics, as all
// writes.
type transactWriteItemsRequest struct {
	TransactItems      []*writeAction // nil if they were not given
	ClientRequestToken *string
	reporting
	// hasOwnToken: the SDK's client would have made up a token, which no other
	// request has.
	hasOwnToken bool
	parameters  fingerprint // of what may not change under one token
	wait        *wait
}

// longestToken is in characters.
const longestToken = 36

func (r *transactWriteItemsRequest) decode(d *document) {
	d.lengthBetween("ClientRequestToken", 1, longestToken)
	r.ClientRequestToken = d.optionalText("ClientRequestToken")
	r.reporting.decode(d)
	demandMetrics(d)
	demandActions(d)
	r.TransactItems = decodeObjects(d, "TransactItems", decodeWriteAction)
	r.wait = d.wait
	if r.ClientRequestToken != nil && d.err == nil {
		r.parameters = fingerprintOf(d.member("TransactItems"))
	}
}

func (r *transactWriteItemsRequest) take(in *intake, i *dynamodb.TransactWriteItemsInput) {
	r.reporting = in.reporting(i.ReturnConsumedCapacity)
	chosen(in, i.ReturnItemCollectionMetrics, metricsReports)
	if r.ClientRequestToken = in.text(i.ClientRequestToken); r.ClientRequestToken != nil {
		length := utf8.RuneCountInString(*r.ClientRequestToken)
		in.demand(length > 0 && length <= longestToken)
	}
	r.hasOwnToken = r.ClientRequestToken == nil
	in.demand(len(i.TransactItems) > 0 && len(i.TransactItems) <= maxTransactItems)
	for k := range i.TransactItems {
		a := &writeAction{}
		a.take(in, &i.TransactItems[k])
		r.TransactItems = append(r.TransactItems, a)
	}
	if r.ClientRequestToken != nil && !in.unusual {
		r.parameters = fingerprintOfActions(i.TransactItems)
	}
}

// transacted is the answer to a TransactWriteItems.
type transacted struct{ consumedOfAll }

func (s *Server) transactWriteItems(r *transactWriteItemsRequest) (transacted, error) {
	if err := r.checkActions(); err != nil {
		return transacted{}, err
	}
	all, side, err := s.transactOnce(r)
	if err != nil {
		return transacted{}, err
	}
	return transacted{r.consumedOf(all, side)}, nil
}

func (a transacted) appendJSON(dst []byte) []byte {
	return append(a.appendMember(append(dst, '{')), '}')
}

// transactOnce carries out a transaction unless it is a repeat. It returns whether the
// consumed units are read or write units.
func (s *Server) transactOnce(r *transactWriteItemsRequest) (all []*participant, side string, err error) {
	const reads, writes = "Read", "Write"
	if r.ClientRequestToken == nil {
		if r.hasOwnToken {
			s.planted.ignoresToken(false)
		}
		all, err = s.transact(r)
		return all, writes, err
	}
	isRepeat, err := s.tokens.begin(*r.ClientRequestToken, r.parameters)
	if err != nil {
		return nil, "", err
	}
	ignored := s.planted.ignoresToken(isRepeat)
	if isRepeat && !ignored {
		all, err = s.repeat(r)
		return all, reads, err
	}
	all, err = s.transact(r)
	if !ignored {
		s.tokens.end(*r.ClientRequestToken, err == nil)
	}
	return all, writes, err
}

// checkActions checks everything that does not depend on the tables.
func (r *transactWriteItemsRequest) checkActions() error {
	bytes := 0
	for _, a := range r.TransactItems {
		if err := a.parse(); err != nil {
			return err
		}
		if bytes += a.bytes(); bytes > maxTransactionBytes {
			return invalid(fmt.Sprint("Transaction payload size cannot exceed 4MB. Payload Size: ", bytes))
		}
	}
	return nil
}

// transact carries a transaction out, all of it or nothing.
func (s *Server) transact(r *transactWriteItemsRequest) ([]*participant, error) {
	all, changes, err := s.enlist(r)
	defer leave(all)
	if err != nil {
		return nil, err
	}
	made, err := s.prepare(all, changes)
	if err != nil {
		return nil, err
	}
	s.pass(context.Background(), r.wait, r.wait.hold())
	s.commit(all, changes, made)
	return all, nil
}

// enlist finds the items and their changes. The caller must leave the items even if
// there is an error.
func (s *Server) enlist(r *transactWriteItemsRequest) (all []*participant, changes []change, err error) {
	for i, a := range r.TransactItems {
		t, err := s.table(a.TableName)
		if err != nil {
			return all, nil, err
		}
		ch, problem := a.change(t)
		if all, err = join(all, t, ch.key, problem); err != nil {
			return all, nil, err
		}
		if p := all[i]; p.err == nil {
			p.err = t.checkTargets(a.update)
		}
		changes = append(changes, ch)
	}
	return all, changes, nil
}

// prepare decides what becomes of each item and holds them, or cancels the
// transaction.
func (s *Server) prepare(all []*participant, changes []change) (made []attribute.Item, err error) {
	defer lock(all)()
	made = make([]attribute.Item, len(all))
	for i, p := range all {
		if p.err != nil {
			continue
		}
		e, err := s.weigh(&changes[i], p.partition, p.cell)
		made[i], p.before, p.units, p.err = e.new, e.old, e.units, err
	}
	if err := cancellation(all); err != nil {
		return nil, err
	}
	for _, p := range all {
		p.cell.held = true
	}
	return made, nil
}

// commit changes the items that were held, and lets go of them.
func (s *Server) commit(all []*participant, changes []change, made []attribute.Item) {
	leftOut := s.planted.leaveOut(all, changes, made)
	defer lock(all)()
	for i, p := range all {
		if changes[i].kind != actionCheck && i != leftOut {
			p.cell.replace(made[i], p.table.lag)
		}
		p.cell.held = false
	}
}

// repeat answers a transaction that was carried out before: it only reads the items,
// which consumes read units.
func (s *Server) repeat(r *transactWriteItemsRequest) ([]*participant, error) {
	all, _, err := s.enlist(r)
	defer leave(all)
	if err != nil {
		return nil, err
	}
	defer lock(all)()
	for _, p := range all {
		if p.err == nil {
			_, p.err = p.read()
		}
	}
	return all, cancellation(all)
}
