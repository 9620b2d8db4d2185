// Package growth plans a counter over days and months: what its design costs as the count
// grows, when a read becomes dearer than a write, when an item is full, and what storage
// costs.
//
// [Plan] keeps a counter of each design for some hundred changes in simulated time, takes
// the sizes and the units that the store reports, and continues them by DynamoDB's rules: a
// write unit for each KB of the item, a read unit for each 4 KB that is read.
package growth
