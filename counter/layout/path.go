package layout

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/pattern"
)

// Item is an item, or a key, as the SDK has it.
type Item = map[string]types.AttributeValue

// Path leads to an attribute from the top of an item: its own name, after those of the
// maps that it is in, from the outermost. The zero value leads nowhere.
type Path []string

// Limits of a path. DynamoDB limits the names of keys and of projected attributes to 255
// bytes, and maps to 32 levels (Developer Guide, "Quotas"). Other names may be longer,
// but not in an item that is to stay below a kilobyte.
const (
	maxNameBytes = 255
	maxLevels    = 32
)

// listIndex is what a document path has in place of a name where it leads into a list.
var listIndex = pattern.Lazy(`\[\d*\]$`)

// ParsePath reads the names of a path, with a point between them: stats.hits. A backslash
// before a point, or before another backslash, makes it part of a name: stats\.hits is
// one name. Lists have no names, so that no path leads into one. An error is written to
// follow the path: "must have at least 1 byte".
func ParsePath(text string) (Path, error) {
	var path Path
	var name strings.Builder
	end := func() { path = append(path, name.String()); name.Reset() }
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && (text[i+1] == '.' || text[i+1] == '\\'):
			i++
			name.WriteByte(text[i])
		case c == '.':
			end()
		default:
			name.WriteByte(c)
		}
	}
	end()
	return path, path.check()
}

func (p Path) check() error {
	if len(p) > maxLevels {
		return fmt.Errorf("must have at most %d names, not %d", maxLevels, len(p))
	}
	for _, name := range p {
		switch {
		case name == "" && len(p) == 1:
			return errors.New("must have at least 1 byte")
		case name == "":
			return errors.New(`must have a name on both sides of each point (\. is a point within a name)`)
		case len(name) > maxNameBytes:
			return fmt.Errorf("must have at most %d bytes, not %d", maxNameBytes, len(name))
		case listIndex().MatchString(name):
			return fmt.Errorf("must lead through maps to a number: elements of lists, such as %s, are not supported", strconv.Quote(name))
		}
	}
	return nil
}

// String is the text of which [ParsePath] makes the path.
func (p Path) String() string {
	names := make([]string, len(p))
	for i, name := range p {
		names[i] = escaping.Replace(name)
	}
	return strings.Join(names, ".")
}

// escaping makes text of a name, so that a point in it separates no names.
var escaping = strings.NewReplacer(`\`, `\\`, `.`, `\.`)

// Nested reports whether the attribute is in a map.
func (p Path) Nested() bool { return len(p) > 1 }

// In returns the attribute in an item, or in a part of one; nil if it is not there.
func (p Path) In(item Item) types.AttributeValue {
	for i, name := range p {
		value := item[name]
		if i == len(p)-1 {
			return value
		}
		inner, ok := value.(*types.AttributeValueMemberM)
		if !ok {
			return nil
		}
		item = inner.Value
	}
	return nil
}

// PutInto sets the attribute in an item, with the maps around it that it does not have.
// It changes the item, and the maps that it has. An attribute in the way that is no map
// is an error.
func (p Path) PutInto(item Item, value types.AttributeValue) error {
	for i, name := range p {
		if i == len(p)-1 {
			item[name] = value
			return nil
		}
		inner, ok := item[name].(*types.AttributeValueMemberM)
		if item[name] != nil && !ok {
			return fmt.Errorf("%s is not a map, and %s should be in it", p[:i+1], p)
		}
		if !ok || inner.Value == nil {
			inner = &types.AttributeValueMemberM{Value: Item{}}
			item[name] = inner
		}
		item = inner.Value
	}
	return nil
}

// Overlaps reports whether the paths are the same, or one leads through the other: then
// no update can change both.
func (p Path) Overlaps(other Path) bool {
	for i := range min(len(p), len(other)) {
		if p[i] != other[i] {
			return false
		}
	}
	return true
}

// Expression returns the path for expressions, and enters the placeholders of its names:
// the first is the given one, such as #value. Many words are reserved, so that every name
// needs a placeholder.
func (p Path) Expression(placeholder string, names map[string]string) string {
	var parts []string
	for i, name := range p {
		part := placeholder
		if i > 0 {
			part += strconv.Itoa(i)
		}
		names[part] = name
		parts = append(parts, part)
	}
	return strings.Join(parts, ".")
}
