// Package growth predicts what a counter costs over days and months: what its requests and
// its storage cost as the count grows, when a read becomes more expensive than a write, and
// when an item is full.
//
// [Plan] changes a counter of each design a few hundred times in simulated time, takes the
// sizes and units that the store reports, and extrapolates them by DynamoDB's rules: a write
// unit for each KB of the item, a read unit for each 4 KB that is read.
package growth
