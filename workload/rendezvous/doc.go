// Package rendezvous lets several processes, each on its own machine, carry out one run: they
// find each other, start at the same moment, notice when one of them dies, end together, and
// measure their clocks. All they share is the run's table.
//
//	m, err := rendezvous.Enter(ctx, table, member, options)
//	err = m.Gather(ctx) // waits for the others
//	defer m.Close(ctx)
//	at, late, err := m.Start(ctx) // waits for the common start
//	…                             // the load, until it ends or m.Aborted() is closed
//	outcome, err := m.AwaitEnd(ctx)
//	readings := m.Clock(began)    // for the history
//
// # Items
//
// Each machine has an item of its own with its number, version and scenario. It is created by a
// conditional put, so that no two processes can be the same machine. Everything else is in one
// item of the run: the heartbeats, the start and the end. Each machine updates that item once a
// second, with an UpdateItem that returns the whole item. The update is the machine's
// heartbeat, its answer tells everything about the others, and its timing measures the clock.
// README.md lists the attributes.
//
// # Every request may be sent again
//
// Requests and answers can be lost, so a machine repeats each request until it has an answer.
// That is safe:
//
//   - The put of a machine's own item holds a number drawn by the process. If the
//     item is there already, that number says whether an earlier try of the same put
//     made it.
//   - The put of the run's item is the same from every machine. If the item is there
//     already, that is enough.
//   - The update adds 1 to the number of updates. Counting one twice does no harm: the
//     numbers only order the updates, and an update without an answer is not used.
//   - The update sets the machine's own sign of life. Nobody else writes it. A try
//     that arrives late restores an older sign until the next heartbeat; the others
//     keep the newest sign that they saw.
//   - The update sets the start, the early end and who is lost only if they are not
//     set yet, so that the first value stays.
//   - Removing an item that is gone does nothing.
//
// # Clocks
//
// The common time is machine 0's clock. For another machine let o be its offset: at its
// own time t, machine 0's clock shows t + o(t). Nobody can measure o exactly, because
// nobody knows at which moment between sending and answer a request was carried out. But the store
// carries out the updates of one item one after the other, and numbers them: the number
// of an update is the value of an attribute to which each of them adds 1. Let a machine
// send update j at b1 and receive the answer at b2, both on its own clock, and let
// machine 0 send update k at z1 and receive the answer at z2, both on machine 0's. The
// store carried out each update at a moment between sending and answer. So
//
//	j < k:  b1 + o(b1) ≤ moment of j ≤ moment of k ≤ z2,  thus  o(b1) ≤ z2 − b1
//	j > k:  z1 ≤ moment of k ≤ moment of j ≤ b2 + o(b2),  thus  o(b2) ≥ z1 − b2
//
// This assumes nothing about the network: not that it is fast, nor that both ways take
// the same time. It assumes that the store orders the updates of one item (each is a
// read and a write in one, which DynamoDB serializes). Each update of machine 0
// holds the number and times of its last answered one, so that the others can compute
// these limits.
//
// From one moment to another, o changes by no more than 1 001 ppm of the time between:
// each of the two clocks is assumed to run wrong by 500 ppm at most, the largest slew of
// NTP and of Linux. So each limit also holds at other moments, wider by that much, and
// o lies between the highest lower limit and the lowest upper one. [Meeting.Clock]
// returns the middle and half the width. Between two readings the offset is on the line
// between them or beside it; it can leave the line by half the drift between them at
// most, which the bounds include.
//
// If a lower limit is above an upper one, one of the two clocks jumped, stood still while
// its machine was suspended, or drifts more than assumed. Then the limits before and
// after are used separately, and the bounds between are wide enough for both. A jump that
// is smaller than the bounds cannot be found. After one, or if a clock runs wrong by more
// than 500 ppm, the stated bounds may be too narrow.
//
// The limits are narrow if the two updates are next to each other. So before the start
// and at the end the machines send some updates closely one after the other, and in
// between all send theirs at the same moments of the common time.
//
// # Cost
//
// Each machine sends one request a second. The store charges 1 write unit for each KB of
// the run's item, which grows with the machines: 1 unit for up to 34 of them, and 1 more
// for every 43 above that. So it is at most 4 units a second for 4 machines, 80 for 40 and
// 300 for 100. Above 119 machines heartbeats are rarer, so that all take 400 units a second
// at most: every 4.5 s for 256. Each machine reads the other machines' own items once. It sends
// about 30 more updates to start and to end.
package rendezvous
