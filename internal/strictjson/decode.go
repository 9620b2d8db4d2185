package strictjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Decode reads what [Format.Encode] wrote into the struct at pointer, which must be zero. After
// an error, the content of the struct is undefined.
func (f Format) Decode(from io.Reader, pointer any) error {
	d := &decoder{format: f, from: json.NewDecoder(from), members: map[reflect.Type]map[string]member{}}
	d.from.UseNumber()
	if err := d.value(reflect.ValueOf(pointer).Elem(), false); err != nil {
		return err
	}
	if _, err := d.from.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after the object")
	}
	return nil
}

type decoder struct {
	format  Format
	from    *json.Decoder
	members map[reflect.Type]map[string]member // of the structs so far, by name
}

// of is the members of a struct.
func (d *decoder) of(t reflect.Type) map[string]member {
	all, known := d.members[t]
	if !known {
		all = map[string]member{}
		for _, m := range membersOf(t) {
			all[m.name] = m
		}
		d.members[t] = all
	}
	return all
}

func (d *decoder) value(v reflect.Value, signed bool) error {
	if form, ok := d.format[v.Type()]; ok {
		var text json.RawMessage
		if err := d.from.Decode(&text); err != nil {
			return cut(err)
		}
		return form.Decode(text, v)
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return d.value(v.Elem(), signed)
	case reflect.Struct:
		if v.Type() == timeType {
			return d.time(v)
		}
		return d.object(v)
	case reflect.Slice, reflect.Array:
		return d.list(v)
	case reflect.Map:
		return d.counts(v)
	}
	return d.scalar(v, signed)
}

// begin reads the beginning of an object or a list.
func (d *decoder) begin(want json.Delim, what string) error {
	token, err := d.from.Token()
	if err != nil {
		return cut(err)
	}
	if token != want {
		return fmt.Errorf("%s is not %s", shown(token), what)
	}
	return nil
}

func (d *decoder) end() error {
	_, err := d.from.Token()
	return cut(err)
}

// each reads the members of an object, and refuses one that occurs twice.
func (d *decoder) each(read func(name string) error) error {
	if err := d.begin('{', "an object"); err != nil {
		return err
	}
	seen := map[string]bool{}
	for d.from.More() {
		token, err := d.from.Token()
		if err != nil {
			return cut(err)
		}
		name, _ := token.(string)
		if seen[name] {
			return fmt.Errorf("%s occurs twice", shown(name))
		}
		if len(seen) >= maxElements {
			return fmt.Errorf("more than %d members", maxElements)
		}
		seen[name] = true
		if err := read(name); err != nil {
			return err
		}
	}
	return d.end()
}

func (d *decoder) object(v reflect.Value) error {
	members := d.of(v.Type())
	return d.each(func(name string) error {
		m, known := members[name]
		if !known {
			return fmt.Errorf("unknown member %s", shown(name))
		}
		if err := d.value(v.FieldByIndex(m.path), m.signed); err != nil {
			return within(name, err)
		}
		return nil
	})
}

// within puts the name of a member, or the number of an element, before the place that an
// error names.
func within(name string, err error) error { return fmt.Errorf("%s: %w", name, err) }

func (d *decoder) list(v reflect.Value) error {
	if err := d.begin('[', "a list"); err != nil {
		return err
	}
	n := 0
	for ; d.from.More(); n++ {
		switch {
		case v.Kind() == reflect.Array && n == v.Len():
			return fmt.Errorf("more than %d elements", n)
		case n == maxElements:
			return fmt.Errorf("more than %d elements", maxElements)
		case v.Kind() == reflect.Slice:
			if n == v.Cap() {
				v.Grow(1)
			}
			v.SetLen(n + 1)
		}
		if err := d.value(v.Index(n), false); err != nil {
			return within(strconv.Itoa(n), err)
		}
	}
	if v.Kind() == reflect.Array && n < v.Len() {
		return fmt.Errorf("%d elements, not %d", n, v.Len())
	}
	return d.end()
}

func (d *decoder) counts(v reflect.Value) error {
	if v.Type() != reflect.TypeFor[map[string]int64]() {
		return fmt.Errorf("a %s has no form", v.Type())
	}
	counts := map[string]int64{}
	v.Set(reflect.ValueOf(counts))
	return d.each(func(name string) error {
		var n int64
		if err := d.scalar(reflect.ValueOf(&n).Elem(), false); err != nil {
			return within(shown(name), err)
		}
		counts[name] = n
		return nil
	})
}

func (d *decoder) time(v reflect.Value) error {
	token, err := d.from.Token()
	if err != nil {
		return cut(err)
	}
	text, _ := token.(string)
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return fmt.Errorf("%s is not an RFC 3339 time", shown(token))
	}
	v.Set(reflect.ValueOf(at.UTC()))
	return nil
}

func (d *decoder) scalar(v reflect.Value, signed bool) error {
	token, err := d.from.Token()
	if err != nil {
		return cut(err)
	}
	switch v.Kind() {
	case reflect.Bool:
		truth, ok := token.(bool)
		if !ok {
			return fmt.Errorf("%s is neither true nor false", shown(token))
		}
		v.SetBool(truth)
	case reflect.String:
		text, ok := token.(string)
		if !ok {
			return fmt.Errorf("%s is not a string", shown(token))
		}
		v.SetString(text)
	case reflect.Float64:
		number, _ := token.(json.Number)
		x, err := number.Float64()
		if err != nil {
			return fmt.Errorf("%s is not a number", shown(token))
		}
		v.SetFloat(x)
	case reflect.Uint32, reflect.Uint64:
		number, _ := token.(json.Number)
		n, err := strconv.ParseUint(number.String(), 10, 64)
		if err != nil || v.OverflowUint(n) {
			return fmt.Errorf("%s is not an integer in range", shown(token))
		}
		v.SetUint(n)
	case reflect.Int, reflect.Int32, reflect.Int64:
		number, _ := token.(json.Number)
		n, err := number.Int64()
		if err != nil || v.OverflowInt(n) {
			return fmt.Errorf("%s is not an integer in range", shown(token))
		}
		if err := checkInteger(n, v.Type(), signed); err != nil {
			return err
		}
		v.SetInt(n)
	default:
		return fmt.Errorf("a %s has no form", v.Type())
	}
	return nil
}

// cut explains the end of a text that is not whole.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// shown is a token for a message.
func shown(token any) string {
	const most = 40
	text := fmt.Sprint(token)
	if s, ok := token.(string); ok {
		text = s
	}
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return strconv.Quote(text)
}
