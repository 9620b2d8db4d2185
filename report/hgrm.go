package report

import (
	"fmt"
	"io"

	"contend/internal/hist"
)

// HGRM writes the percentile distribution of the service latency of applied
// operations, in milliseconds, in the form that HdrHistogram's plotter reads
// (https://hdrhistogram.github.io/HdrHistogram/plotFiles.html).
func HGRM(w io.Writer, r *Report) error {
	service := r.Latency.Service.Histogram
	if service == nil {
		service = new(hist.Histogram)
	}
	if err := service.WriteHGRM(w); err != nil {
		return fmt.Errorf("hgrm: %w", err)
	}
	return nil
}
