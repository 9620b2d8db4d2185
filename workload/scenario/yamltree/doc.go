// Package yamltree reads the part of YAML that scenarios need into a [Node]: mappings,
// lists and scalars, each with its [Position]. [Problems] collects problems and returns
// them as an [Error], in the order of the text.
package yamltree
