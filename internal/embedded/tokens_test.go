package embedded

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/valyala/fastjson"
)

// TestTokensAreForgotten: the memory for tokens does not grow with the time that the
// server runs.
func TestTokensAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var remembered tokens
		const perMinute = 10
		for i := range 100 * perMinute {
			token := fmt.Sprint(i)
			if isRepeat, err := remembered.begin(token, fingerprint{}); isRepeat || err != nil {
				t.Fatalf("token %s: got %t, %v", token, isRepeat, err)
			}
			remembered.end(token, i%2 == 0)
			time.Sleep(time.Minute / perMinute)
		}
		const most = 10*perMinute/2 + 1
		if n, m := len(remembered.uses), len(remembered.done); n > most || m > most || cap(remembered.done) > 4*most {
			t.Errorf("%d and %d of %d tokens, want at most %d", n, m, cap(remembered.done), most)
		}
		time.Sleep(tokenWindow)
		if _, err := remembered.begin("last", fingerprint{}); err != nil || len(remembered.uses) != 1 || len(remembered.done) != 0 {
			t.Errorf("got %d and %d tokens, %v, want the last one", len(remembered.uses), len(remembered.done), err)
		}
	})
}

func TestFingerprint(t *testing.T) {
	const base = `[{"Put":{"TableName":"t","Item":{"a":{"N":"1"},"b":{"SS":["x","y"]},"c":{"L":[{"S":"x"},{"S":"y"}]}}}}]`
	for _, c := range []struct {
		why, text string
		same      bool
	}{
		{"itself", base, true},
		{"members in another order", `[{"Put":{"Item":{"c":{"L":[{"S":"x"},{"S":"y"}]},"b":{"SS":["x","y"]},"a":{"N":"1"}},"TableName":"t"}}]`, true},
		{"spaces", `[ {"Put": {"TableName":"t","Item":{"a":{"N":"1"},"b":{"SS":["x", "y"]},"c":{"L":[{"S":"x"},{"S":"y"}]}}}}]`, true},
		{"escapes", `[{"Put":{"TableName":"\u0074","Item":{"a":{"N":"1"},"b":{"SS":["x","y"]},"c":{"L":[{"S":"x"},{"S":"y"}]}}}}]`, true},
		{"a null member", `[{"Put":{"ConditionExpression":null,"TableName":"t","Item":{"a":{"N":"1"},"b":{"SS":["x","y"]},"c":{"L":[{"S":"x"},{"S":"y"}]}}}}]`, true},
		{"a set in another order", `[{"Put":{"TableName":"t","Item":{"a":{"N":"1"},"b":{"SS":["y","x"]},"c":{"L":[{"S":"x"},{"S":"y"}]}}}}]`, true},
		{"a list in another order", `[{"Put":{"TableName":"t","Item":{"a":{"N":"1"},"b":{"SS":["x","y"]},"c":{"L":[{"S":"y"},{"S":"x"}]}}}}]`, false},
		{"another number", `[{"Put":{"TableName":"t","Item":{"a":{"N":"2"},"b":{"SS":["x","y"]},"c":{"L":[{"S":"x"},{"S":"y"}]}}}}]`, false},
		{"another spelling of a number", `[{"Put":{"TableName":"t","Item":{"a":{"N":"1.0"},"b":{"SS":["x","y"]},"c":{"L":[{"S":"x"},{"S":"y"}]}}}}]`, false},
		{"another table", `[{"Put":{"TableName":"u","Item":{"a":{"N":"1"},"b":{"SS":["x","y"]},"c":{"L":[{"S":"x"},{"S":"y"}]}}}}]`, false},
		{"one more member", `[{"Put":{"ConditionExpression":"a","TableName":"t","Item":{"a":{"N":"1"},"b":{"SS":["x","y"]},"c":{"L":[{"S":"x"},{"S":"y"}]}}}}]`, false},
		{"another element", `[{"Put":{"TableName":"t","Item":{"a":{"N":"1"},"b":{"SS":["x,y"]},"c":{"L":[{"S":"x"},{"S":"y"}]}}}}]`, false},
		{"none", `[]`, false},
	} {
		if got := fingerprintOf(fastjson.MustParse(c.text)) == fingerprintOf(fastjson.MustParse(base)); got != c.same {
			t.Errorf("%s: got %t, want %t", c.why, got, c.same)
		}
	}
}
