package scrape

import (
	_ "embed"
	"io"
)

//go:embed dashboard.json
var dashboard []byte

// WriteDashboard writes a dashboard for Grafana that shows the metrics of this package.
func WriteDashboard(w io.Writer) error {
	_, err := w.Write(dashboard)
	return err
}
