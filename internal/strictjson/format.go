// Package strictjson writes Go structs as JSON without a list of their fields, and reads
// them again strictly: an unknown member, one that occurs twice, and a value of the wrong
// kind are errors that name their place.
//
// A member is named after its field in snake_case; the name of a [time.Duration] ends in
// _ns. A tag such as `json:"cpus"` gives another name, and `strictjson:"signed"` allows integers
// below zero. The fields of embedded structs stand
// directly in the object. A zero value is left out, and a member that is not there is zero.
package strictjson

import (
	"cmp"
	"reflect"
	"strings"
	"time"
	"unicode"
)

// Format says how types are written that have a form of their own.
type Format map[reflect.Type]Form

// Form is how the values of one type are written. The type must have no other form, and
// none that begins with a zero value needs one.
type Form struct {
	// Encode returns what encoding/json can write. The value can be addressed.
	Encode func(v reflect.Value) (any, error)
	// Decode sets the value from one JSON value.
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
