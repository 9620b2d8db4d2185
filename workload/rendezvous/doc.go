// Package rendezvous lets several processes, each on a machine of its own, carry out
// one run: they meet, start at one moment, see each other's life, end together, and
// measure their clocks. They have nothing in common but the table that the run is
// about.
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
// Each machine has an item of its own, in which it says what it is. A conditional put
// makes it, so that no two processes can be the same machine. All else is in one item
// of the run: each machine's sign of life, the start, the end. A machine updates it
// once a second, by an UpdateItem that returns the whole item: it is the heartbeat,
// tells the machine everything about the others, and is the measurement of the clock.
// README.md lists the attributes.
//
// # Every request may be sent again
//
// Requests and answers get lost, so a machine repeats a request until it has an answer.
//
//   - The put of a machine's own item holds a number drawn by the process. If the
//     item is there already, that number says whether an earlier try of the same put
//     made it.
//   - The put of the run's item says the same whoever sends it: it is content to
//     find it.
//   - The update adds 1 to the number of updates. One too many does no harm: the
//     numbers only order the updates, and one without an answer is not used.
//   - The update sets the machine's own sign of life. Nobody else writes it. A try
//     that arrives late puts back an older one until the next heartbeat; the others
//     keep the newest one that they saw.
//   - The update sets the start, the early end and who is lost only if they are not
//     set, so the first one counts, whoever sent it how often.
//   - Removing an item that is gone does nothing.
//
// # Clocks
//
// The common time is machine 0's clock. For another machine let o be its offset: at its
// own time t, machine 0's clock shows t + o(t). Nobody can measure o, because nobody
// knows when in between sending and answer a request was carried out. But the store
// carries out the updates of one item one after the other, and numbers them: the number
// of an update is the value of an attribute to which each of them adds 1. Let a machine
// send update j at b1 and have the answer at b2, on its own clock, and let machine 0
// send update k at z1 and have the answer at z2, on its own. The store carried out each
// of them at a moment between sending and answer. So
//
//	j < k:  b1 + o(b1) ≤ moment of j ≤ moment of k ≤ z2,  thus  o(b1) ≤ z2 − b1
//	j > k:  z1 ≤ moment of k ≤ moment of j ≤ b2 + o(b2),  thus  o(b2) ≥ z1 − b2
//
// This assumes nothing about the network: not that it is fast, nor that both ways take
// the same time. It assumes that the store orders the updates of one item (each is a
// read and a write in one, which DynamoDB serializes). Each machine 0's update holds
// the numbers and times of the last one that was answered, so that the others can
// compute the limits.
//
// From one moment to another, o changes by no more than 1 001 ppm of the time between:
// each of the two clocks is taken to be wrong by 500 ppm at most, the largest slew of
// NTP and of Linux. So each limit also holds at other moments, wider by that much, and
// o lies between the highest lower limit and the lowest upper one. [Meeting.Clock]
// returns the middle and half the width. Between two readings the offset is on the line
// between them or beside it; it can leave the line by half the drift between them at
// most, which the bounds include.
//
// If a lower limit is above an upper one, no clock that drifts so little fits: one of
// the two was set, stood still while its machine was suspended, or drifts more. Then
// the limits before and after are used apart, and the bounds between are as wide as
// both sides need. A jump that is smaller than the bounds cannot be seen.
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
// at most: every 4.5 s for 256. Each machine reads the own items of the others once. Before
// the start and at the end, it sends about 30 updates more.
package rendezvous
