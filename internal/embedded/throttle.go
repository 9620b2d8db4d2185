package embedded

import "contend/internal/embedded/throughput"

// throttled is the answer to a request above a limit. AWS uses one error for tables on
// demand, one for provisioned ones, and one for its own quota.
func (t *table) throttled(side string, short throughput.Limit) error {
	switch {
	case short == throughput.AccountLimit:
		return t.throttle(requestLimit, "Throughput exceeds the current throughput quota for your account. Please contact AWS Support at https://aws.amazon.com/support to request a quota increase", side, short)
	case t.isProvisioned():
		return t.exceeded(side, short)
	}
	return t.throttle(throttling, "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly.", side, short)
}

// exceeded is the throttle of provisioned tables.
func (t *table) exceeded(side string, short throughput.Limit) error {
	return t.throttle(exceededUnits, "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.", side, short)
}

func (t *table) throttle(kind, message, side string, short throughput.Limit) error {
	f := fail(kind, message)
	f.reason = throttleReason{"Table" + side + string(short) + "Exceeded", t.description.TableArn}
	return f
}
