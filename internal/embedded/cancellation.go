package embedded

import (
	"fmt"
	"strings"

	"contend/internal/embedded/attribute"
)

// conflict refuses what meets an item that a transaction holds.
func conflict() *failure { return fail(transactionConflict, "Transaction is ongoing for the item") }

// cancellation is why a transaction is cancelled, with a reason for each of its
// items in their order; nil if none of them speaks against it.
func cancellation(all []*participant) error {
	f := fail(transactionCanceled, "")
	f.reasons = make([]*failure, len(all))
	codes := make([]string, len(all))
	cancelled := false
	var returned payload
	for i, p := range all {
		if p.err != nil {
			f.reasons[i] = asFailure(p.err)
			cancelled = true
			returned.add(f.reasons[i].item)
		}
		codes[i] = f.reasons[i].code()
	}
	if !cancelled {
		return nil
	}
	f.message = "Transaction cancelled, please refer cancellation reasons for specific reasons [" + strings.Join(codes, ", ") + "]"
	if err := returned.check(); err != nil {
		return err
	}
	return f
}

// code is the word for a failure among the reasons of a cancellation (API
// reference, TransactWriteItems, "Errors").
func (f *failure) code() string {
	if f == nil {
		return "None"
	}
	switch f.kind {
	case conditionFailed:
		return "ConditionalCheckFailed"
	case transactionConflict:
		return "TransactionConflict"
	case exceededUnits:
		return "ProvisionedThroughputExceeded"
	case throttling, requestLimit:
		return "ThrottlingError"
	}
	return "ValidationError"
}

// appendReasons appends the member of an error answer that has any.
func appendReasons(dst []byte, reasons []*failure) []byte {
	if reasons == nil {
		return dst
	}
	dst = append(dst, `,"CancellationReasons":[`...)
	for i, f := range reasons {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"Code":"`...)
		dst = append(dst, f.code()...)
		dst = append(dst, '"')
		if f != nil {
			dst = append(dst, `,"Message":`...)
			dst = attribute.AppendText(dst, f.message)
			if len(f.item) > 0 {
				dst = append(dst, `,"Item":`...)
				dst = attribute.AppendItem(dst, f.item)
			}
		}
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

// payload is the size of the items that a transaction's answer shows.
type payload struct{ bytes int }

func (p *payload) add(item attribute.Item) {
	const each = 4 // that DynamoDB Local counts beside the attributes
	if item != nil && p.bytes <= maxTransactionBytes {
		p.bytes += each + attribute.Size(item)
	}
}

func (p *payload) check() error {
	if p.bytes > maxTransactionBytes {
		return invalid(fmt.Sprintf("Payload in response is too large.%d", p.bytes))
	}
	return nil
}
