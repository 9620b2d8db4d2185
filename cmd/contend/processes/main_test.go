package processes

import (
	"testing"

	"contend/cmd/contend/scripttest"
)

func TestMain(m *testing.M) { scripttest.Main(m, nil) }
