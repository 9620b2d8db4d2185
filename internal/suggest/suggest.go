package suggest

import (
	"strings"

	"github.com/agext/levenshtein"
)

// suggestRunes bounds the words that are worth a suggestion; the longest name
// of a scenario is much shorter.
const suggestRunes = 40

// Nearest returns the candidate that the word probably means, or "". It ignores case
// and the difference between hyphens and underscores. At most a third of the letters
// may be wrong, or the end may be missing.
func Nearest(word string, candidates []string) string {
	if word == "" || len(word) > suggestRunes {
		return ""
	}
	word = Plain(word)
	best, bestDistance := "", 1+max(1, len(word)/3)
	for _, candidate := range candidates {
		if distance := distance(word, Plain(candidate)); distance < bestDistance {
			best, bestDistance = candidate, distance
		}
	}
	if best != "" || len(word) < 3 {
		return best
	}
	for _, candidate := range candidates {
		if strings.HasPrefix(Plain(candidate), word) {
			return candidate
		}
	}
	return ""
}

// distance returns the number of letters to add, remove or replace; two swapped
// neighbours count as one.
func distance(a, b string) int {
	for i := 1; i < len(a) && len(a) == len(b); i++ {
		if a[:i-1] == b[:i-1] && a[i-1] == b[i] && a[i] == b[i-1] && a[i+1:] == b[i+1:] {
			return 1
		}
	}
	return levenshtein.Distance(a, b, nil)
}

// Plain returns a word in lower case, with hyphens for underscores.
func Plain(word string) string { return strings.ReplaceAll(strings.ToLower(word), "_", "-") }

// Hint returns the end of a message about an unknown name: the name that was probably
// meant, or else all known names.
func Hint(word string, known []string) string {
	if name := Nearest(word, known); name != "" {
		return `: did you mean "` + name + `"?`
	}
	return " (known: " + strings.Join(known, ", ") + ")"
}
