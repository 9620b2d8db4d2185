// Package bracket searches for the highest load that meets a goal. It chooses the loads and
// the lengths of the trials, and decides by their results, as RFC 9971 does ("Multiple Loss
// Ratio Search"): each load is judged by all the time that was spent on it, a load whose
// trials disagree is measured again, and the result is a bracket between the highest load
// that meets the goal and the lowest one that does not.
//
// The search is pure: [Search.Next] says which trial to make, [Search.Add] takes its
// result. The same results always lead to the same trials. Values of this package are not
// safe for use by several goroutines.
package bracket
