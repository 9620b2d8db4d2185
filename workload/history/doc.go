// Package history records the operations of a run: what each worker asked for, what it sent,
// and what it was told. Checks can judge this without trusting the store. A [Ledger] keeps the
// sums of one counter in memory; a file has everything. [Writer] writes the file of a run in
// real time, [InOrder] that of a run in simulated time, and [Reader] reads both.
//
// # The file, version 1
//
// A history is UTF-8 text with one JSON object per line: a header, the operations in the order
// in which they ended, and a footer. It is compressed as a sequence of zstd frames. contend
// closes a frame at least once a second, so that a killed run loses at most its last second; in
// simulated time it closes one every 4 MiB of text. A [Reader] also accepts uncompressed text.
//
// Times are integers: nanoseconds since the start of the run, on one monotonic clock. All
// integers fit into int64 and are written without fraction or exponent. An absent member means
// 0 or unknown, unless the tables below say otherwise. A reader of version 1 ignores members
// that it does not know, unless the header says that the history is strict. A byte order mark
// is skipped.
//
// A [Reader] returns an error with the line number for what cannot happen, whatever the store
// did: an operation that ended applied without an applied attempt, or with two, or that ended
// otherwise with one; an attempt outside its operation, or a preparing read after its write; an
// applied write that was never sent; two counters with one key; a member that occurs twice; in
// an ordered history a worker's seq that is missing or occurs twice, or an operation that began
// before the worker's last had ended; a final reading before the counter's last operation had
// ended, or a second one; a second header.
//
// The header; a history of another program may lack it:
//
//	contend_history  1, the version; it makes the line a header
//	tool             what wrote the history, with its version
//	scenario         the scenario's name
//	strategy         the strategy's name
//	table            the table that holds the counters
//	attribute        the attribute that holds the number; absent: as in contend's own items
//	started_at       wall clock at time 0, RFC 3339
//	workers          how many there were, numbered from 0
//	ordered          true: each worker's operations came one after another and stand in this order
//	strict           true: a member that this text does not have is an error
//	shards           over how many items each counter is spread; absent: one
//	idempotent       true: the design promises that attempts with the same token count once
//	floor            the lowest value that a change may leave; absent: none
//	run              names the run, if several histories record it together
//	source           the number of this history among them, from 0; absent: 0
//	sources          how many there are; absent: this history is the whole run
//	clock            a list of {at_ns, offset_ns, within_ns}, by rising at_ns: at its own time at_ns,
//	                 the common time of the run's histories is at_ns + offset_ns, wrong by at most within_ns
//	counters         a list of {key, initial, initial_version}: names, and values before the first operation
//
// An operation:
//
//	worker           who carried it out; below 2^20
//	seq              which of the worker's operations it is, from 1; absent: its place in the file,
//	                 or, in an ordered history, among the worker's
//	counter          index into counters; below 2^20
//	kind             increment, decrement, read, or add (an increment or decrement, by the sign of delta);
//	                 absent: as delta says, a read if it is 0
//	reads            eventual, or strong: the consistency of a read; absent: strong
//	delta            what it adds when applied; absent: 1, -1 or 0, as kind says
//	due_ns           when the work was due; absent: invoked_ns
//	invoked_ns       when it began; required
//	returned_ns      when it ended; required, unless end is unknown
//	end              applied, gave up, unknown or failed; required
//	attempts         the list of tries, in order; absent: the operation itself is one attempt,
//	                 and has an attempt's members
//
// An attempt:
//
//	invoked_ns       when the write was sent, or a read operation's read; required
//	returned_ns      when its answer came; required, unless outcome is unknown
//	outcome          applied, conflict, throttled, failed or unknown; absent in an operation that
//	                 is its own attempt: as end says, conflict for "gave up"
//	written          whether a write was sent; absent: true, or false for a read operation
//	reason           what went wrong, in a word or two
//	look_invoked_ns  and look_returned_ns: times of the strong read that prepared the write; absent: none was sent
//	before           the state {value, version} that the write was built on
//	after            the state that an applied write left behind
//	saw              the state that a read returned, or that made the store refuse a write
//	read_units       and write_units: capacity that the store reported
//	token            what makes the write idempotent
//	repeated         true: applied, but by an earlier attempt of the operation, which left the state in after
//	carried          true: the write was part of another worker's request, whose requests and faults these are
//	requests         how many there were on the wire, retries of the SDK included; absent: not counted
//	doubts           how many writes among them had no usable answer and were sent again by the SDK:
//	                 each may have changed the counter once more
//	over             how many of the writes without an answer can no longer reach the store
//	faults           the list of those that were injected into the requests, in order
//
// requests, doubts and over are at most 65536. A fault:
//
//	kind             its name
//	request          which of the attempt's requests it hit, from 1
//	write            true: that request asks for a change
//	delivered        how many times the request reached the store and was answered
//	unheard          how many of these deliveries the store accepted without an answer to the client
//	status           HTTP status of the store's own answer; absent: there was none
//	code             the error in it; absent: the store accepted the request
//
// The footer; a history that was cut off has none. A line without invoked_ns
// that has operations or finals is one:
//
//	operations       how many the history has
//	elapsed_ns       from the common start to the end of the last operation
//	error            what ended the run before its time
//	clock            as in the header, whose readings it replaces
//	finals           a list of {counter, value, version, invoked_ns, returned_ns, watched_ns}: a strong
//	                 read of each counter after the last operation; without value if that failed,
//	                 without times if they are not known. watched_ns is for how long the counter
//	                 was read again and again, because a write without an answer could still come
package history
