package attribute

import (
	"testing"

	"github.com/valyala/fastjson"
)

// counter is the item of a counter, as the strategies store it.
const counter = `{"id":{"S":"hot-0"},"value":{"N":"123456"},"version":{"N":"123456"},"timestamp":{"S":"2026-01-02T03:04:05.678901Z"}}`

func BenchmarkDecodeItem(b *testing.B) {
	v, err := fastjson.Parse(counter)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeItem(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendItem(b *testing.B) {
	item, err := readItem(counter)
	if err != nil {
		b.Fatal(err)
	}
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = AppendItem(dst[:0], item)
	}
}

// BenchmarkAdd compares the integers of counters with what needs 38 digits.
func BenchmarkAdd(b *testing.B) {
	for _, c := range []struct{ name, text string }{{"integer", "123456"}, {"decimal", "0.12345678901234567890123456789012345678"}} {
		d, err := ParseDecimal(c.text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Add(d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
