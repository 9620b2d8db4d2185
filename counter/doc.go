// Package counter keeps a number in an Amazon DynamoDB item, where many
// programs change it at once.
//
// [Counter] is the object for programs: it holds the value it last saw, adds
// and subtracts with a conditional write, and says so when its view was out of
// sync. It descends from the Counter of boto's SimpleDB module.
//
// [Strategy] is the layer below, for programs that bring their own retries:
// one design for changing the number, one attempt a call, no waiting, no
// goroutines. [Classify] turns what an attempt returned into an [Outcome].
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
package counter
