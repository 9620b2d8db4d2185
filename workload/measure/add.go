package measure

import (
	"fmt"
	"reflect"
)

// add adds the counts of one struct to those of another, field by field, so that no
// list of the fields can lack one. What was true of either is true of the sum. It
// panics at a field that it cannot add.
func add[T any](sum, more *T) { combine(reflect.ValueOf(sum).Elem(), reflect.ValueOf(more).Elem(), 1) }

// subtract takes the counts of a part away from those of the whole.
func subtract[T any](whole, part *T) {
	combine(reflect.ValueOf(whole).Elem(), reflect.ValueOf(part).Elem(), -1)
}

func combine(sum, more reflect.Value, sign int64) {
	switch sum.Kind() {
	case reflect.Int64:
		sum.SetInt(sum.Int() + sign*more.Int())
	case reflect.Float64:
		sum.SetFloat(sum.Float() + float64(sign)*more.Float())
	case reflect.Bool:
		sum.SetBool(sum.Bool() || more.Bool())
	case reflect.Array:
		for i := range sum.Len() {
			combine(sum.Index(i), more.Index(i), sign)
		}
	case reflect.Struct:
		for i := range sum.NumField() {
			combine(sum.Field(i), more.Field(i), sign)
		}
	default:
		panic(fmt.Sprintf("measure: cannot add a %s", sum.Type()))
	}
}
