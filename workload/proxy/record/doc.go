// Package record makes a history of what a proxy saw, and has it judged.
//
// An operation of the history is one call of an SDK: all requests with one
// amz-sdk-invocation-id that change one counter by the same amount. Its attempts are the
// requests, with the outcome that the client was told. What the store applied and the
// client was not told is noted as a fault of the attempt, so that the checks can prove that
// a call was applied twice.
//
// A [Recorder] keeps little in memory: the calls in progress, those of the last seconds,
// and a bounded number of counters. Everything else goes to a file.
package record
