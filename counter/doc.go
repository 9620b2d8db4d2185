// Package counter keeps a number in an Amazon DynamoDB item, where many
// programs change it at once.
//
// [Counter] is the object for programs: it holds the value it last saw, adds
// and subtracts with a conditional write, and says so when its view was out of
// sync. It descends from the Counter of boto's SimpleDB module.
//
// [Strategy] is the layer below, for programs that bring their own retries:
// one design for changing the number, one attempt a call, no waiting, no
// goroutines. One design breaks the rule, because what it is for cannot be had
// otherwise: calls of [Combining] wait for each other, so that one request can
// carry the changes of many; it has no goroutines either. [Classify] turns what
// an attempt returned into an [Outcome].
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
// gains the other two with the first write. [Schema] is for items that must not
// gain anything, or that keep the number elsewhere.
//
// Some designs keep something else in that item, or something beside the value:
//
//	conditional-history  adds "recent", a list of "TOKEN VERSION VALUE" of the
//	                     last writes, the oldest first
//	token-set            "initial", a number, and "tokens", a set of strings, in
//	                     place of value and version; the size of the set counts
//
// One keeps many items under the counter's name, in a table with the sort key
// "event", a string:
//
//	item-collection      event "#initial" with the initial value, and one event
//	                     for each change, named after its token; each with the
//	                     number "delta" and with "updated"
//
// And some store more items, under names that are made of the counter's:
//
//	transaction-marker  NAME#TOKEN for each operation, with the attribute
//	                    "expires": a number, in seconds since 1970, after which
//	                    DynamoDB may delete the marker
//	sharded             NAME#0, NAME#1, … in place of NAME, each an item as above;
//	                    their sum is the value
package counter
