package scenario

import "math/rand/v2"

// Malformed lists the texts of the tests that [Decode] must refuse.
func Malformed() (texts []string) {
	for _, c := range malformed {
		texts = append(texts, c.text)
	}
	for _, c := range malformedParts {
		texts = append(texts, "name: x\n"+c.text)
	}
	return texts
}

// Random returns a valid scenario with random values in all fields.
func Random(r *rand.Rand) Scenario { return randomScenario(r) }
