package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// maxName leaves room for what is appended to a job's name: Kubernetes makes labels of it
// and of the number of a pod, which have at most 63 characters.
const maxName = 40

// prefix begins all names.
const prefix = "contend-"

// nameOf makes a name of a text: small letters, digits and single hyphens, a letter first.
// Texts that would become the same name, or one that is too long, differ in the digits at
// its end.
func nameOf(text string) string {
	var b strings.Builder
	for _, r := range prefix + text {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	name := strings.TrimRight(b.String(), "-")
	if name == prefix+text && len(name) <= maxName {
		return name
	}
	const digits = 8
	sum := sha256.Sum256([]byte(text))
	name = strings.TrimRight(name[:min(len(name), maxName-digits-1)], "-")
	return name + "-" + hex.EncodeToString(sum[:])[:digits]
}
