// Package strictjson encodes Go structs as JSON and decodes them strictly: an unknown member, a
// member that occurs twice, and a value of the wrong kind are errors that name their place. Use
// [Format.Encode] and [Format.Decode] of a nil [Format] unless some types need a form of their
// own.
//
// A member has the name of its field in snake_case, followed by _ns for a [time.Duration]. The
// tag `json:"cpus"` gives it another name, and `strictjson:"signed"` allows negative integers.
// Fields of embedded structs become members of the outer object. Zero values are left out, and
// a missing member is zero. Fields tagged `json:"-"` are skipped; any other unexported field
// panics. Integers beyond ±2^53, durations beyond ±2^62 ns, lists and maps of more than 2^20
// elements, and numbers that are not finite are errors.
package strictjson

import (
	"cmp"
	"reflect"
	"strings"
	"time"
	"unicode"
)

// Format lists the types that are encoded in a form of their own. It is safe for use by several
// goroutines.
type Format map[reflect.Type]Form

// Form says how the values of one type are encoded and decoded.
type Form struct {
	// Encode returns a value that encoding/json can encode. v is addressable.
	Encode func(v reflect.Value) (any, error)
	// Decode sets v from one JSON value.
	Decode func(text []byte, v reflect.Value) error
}

// These bound what is written, and what is accepted when it is read.
const (
	// maxElements bounds each list and each map.
	maxElements = 1 << 20
	// maxInteger bounds each number that is not a time, so that sums of some stay in int64.
	maxInteger = 1 << 53
	// maxDuration bounds each time, in nanoseconds.
	maxDuration = 1 << 62
)

var (
	durationType = reflect.TypeFor[time.Duration]()
	timeType     = reflect.TypeFor[time.Time]()
)

// member is a field of a struct, or of a struct embedded in it.
type member struct {
	name   string
	path   []int
	signed bool // may be negative
}

// membersOf lists the members of a struct. It panics at a field that is not exported:
// it would be forgotten.
func membersOf(t reflect.Type) []member {
	var all []member
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			for _, m := range membersOf(f.Type) {
				m.path = append([]int{i}, m.path...)
				all = append(all, m)
			}
		case f.Tag.Get("json") == "-":
		case !f.IsExported():
			panic("strictjson: " + t.String() + "." + f.Name + " is not exported")
		default:
			name := cmp.Or(f.Tag.Get("json"), snake(f.Name))
			if f.Type == durationType {
				name += "_ns"
			}
			all = append(all, member{name, []int{i}, f.Tag.Get("strictjson") == "signed"})
		}
	}
	return all
}

// snake writes a name such as CPUKnown as cpu_known.
func snake(name string) string {
	letters := []rune(name)
	var b strings.Builder
	for i, c := range letters {
		if unicode.IsUpper(c) && i > 0 {
			afterSmall := !unicode.IsUpper(letters[i-1])
			beforeSmall := i+1 < len(letters) && unicode.IsLower(letters[i+1])
			if afterSmall || beforeSmall {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
