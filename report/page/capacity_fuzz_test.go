package page

import (
	"bytes"
	"io"
	"testing"

	"contend/report/capacity"
	"contend/report/text"
)

// FuzzCapacity: a capacity.json of anybody that is read can be shown.
func FuzzCapacity(f *testing.F) {
	f.Add([]byte(`{"version":1,"find":"load.rate","unit":"/s","lower":5,"upper":6,"headroom":[{"factor":1,"trial":1}],"void":[{"trial":9,"load":1,"why":"x"}],"trials":[{"number":1,"load":5,"length_s":30,"p99_ms":1,"goals":[{"goal":"p99 < 1s","kept":true}]}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		c, err := capacity.Decode(bytes.NewReader(content))
		if err != nil {
			return
		}
		if err := Capacity(io.Discard, c); err != nil {
			t.Error(err)
		}
		if err := text.Capacity(io.Discard, c, text.Options{}); err != nil {
			t.Error(err)
		}
	})
}
