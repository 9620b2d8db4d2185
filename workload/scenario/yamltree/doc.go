// Package yamltree reads YAML, cut down to what scenarios need, into a [Node]: mappings,
// lists and scalars, each with its [Position]. [Problems] collects what is wrong, in
// the order of the text, as an [Error].
package yamltree
