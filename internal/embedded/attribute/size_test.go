package attribute

import "testing"

// TestSize counts as the Developer Guide does ("DynamoDB item sizes and
// formats"): names and texts by their bytes, a number by about one byte for two
// digits, and some overhead for containers.
func TestSize(t *testing.T) {
	for _, c := range []struct {
		value string
		want  int // without the name, which is one byte
	}{
		{`{"S":""}`, 0}, {`{"S":"abc"}`, 3}, {`{"S":"é"}`, 2}, {`{"B":"AP8="}`, 2}, {`{"BOOL":true}`, 1}, {`{"NULL":true}`, 1},
		{`{"N":"0"}`, 1}, {`{"N":"1"}`, 2}, {`{"N":"12"}`, 2}, {`{"N":"123"}`, 3}, {`{"N":"1000"}`, 2}, {`{"N":"-1"}`, 3},
		{`{"N":"12345678901234567890123456789012345678"}`, 20},
		{`{"SS":["a","bc"]}`, 3}, {`{"NS":["1","22"]}`, 4}, {`{"L":[]}`, 3}, {`{"L":[{"S":"a"},{"N":"1"}]}`, 3 + 1 + 1 + 1 + 2}, {`{"M":{"k":{"S":"v"}}}`, 3 + 1 + 1 + 1},
	} {
		if got := Size(Item{"x": mustDecode(t, c.value)}); got != 1+c.want {
			t.Errorf("%s: got %d, want %d", c.value, got-1, c.want)
		}
	}
	if got := Size(nil); got != 0 {
		t.Errorf("no item: got %d", got)
	}
}
