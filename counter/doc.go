// Package counter keeps a number in an Amazon DynamoDB item, where many
// programs change it at once.
//
// [Counter] is the object for programs: it holds the value it last saw, adds
// and subtracts with a conditional write, and returns an error when its view was
// out of sync. It descends from the Counter of boto's SimpleDB module.
//
// [Strategy] is the layer below, for programs that bring their own retries. Each
// Strategy is one design: a way to keep a counter. A call makes one attempt, does
// not wait and starts no goroutine. Only [Combining] waits: its calls wait for each
// other, so that one request can carry the changes of many. [Classify] turns the
// error of an attempt into an [Outcome].
//
// # The item
//
// A counter is one item of a table whose partition key is the string
// attribute "id":
//
//	id       S  the counter's name
//	value    N  the number, an integer within int64
//	version  N  how many writes the item has seen, the first one being 1
//	updated  S  when the last write was made, ISO 8601, UTC
//
// Only id and value are needed: an item written by another program works, and
// gets the other two with the first write. [Schema] is for items that must not
// get new attributes, or that keep the number in another attribute.
//
// Some designs keep other attributes in that item:
//
//	conditional-history  adds "recent", a list of "TOKEN VERSION VALUE" of the
//	                     last writes, the oldest first
//	token-set            "initial", a number, and "tokens", a set of strings, in
//	                     place of value and version; the value is the initial
//	                     number plus the size of the set
//
// One keeps many items under the counter's name, in a table with the sort key
// "event", a string:
//
//	item-collection      event "#initial" with the initial value, and one event
//	                     for each change, named after its token; each has the
//	                     number "delta" and the time "updated"
//
// And some store more items, whose names begin with the counter's:
//
//	transaction-marker  NAME#TOKEN for each operation, with the attribute
//	                    "expires": a number, in seconds since 1970, after which
//	                    DynamoDB may delete the marker
//	sharded             NAME#0, NAME#1, … in place of NAME, each an item as above;
//	                    their sum is the value
package counter
