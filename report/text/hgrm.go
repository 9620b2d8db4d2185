package text

import (
	"fmt"
	"io"

	"contend/report"
	"contend/workload/hist"
)

// HGRM writes the percentile distribution, in milliseconds, of the response latency of
// applied operations, in the format that HdrHistogram's plotter reads
// (https://hdrhistogram.github.io/HdrHistogram/plotFiles.html). In a closed loop this
// is their service latency.
func HGRM(w io.Writer, r *report.Report) error {
	response := r.Latency.Response.Histogram
	if response == nil {
		response = new(hist.Histogram)
	}
	if err := response.WriteHGRM(w); err != nil {
		return fmt.Errorf("hgrm: %w", err)
	}
	return nil
}
