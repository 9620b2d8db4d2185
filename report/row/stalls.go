package row

import (
	"fmt"

	"contend/internal/format"
	"contend/report"
)

// Stalls describes the stalls, if there were any.
func Stalls(r *report.Report) [][3]string {
	s := r.Stalls
	if s == nil || s.Count == 0 || s.Share == nil || len(s.Longest) == 0 {
		return nil
	}
	text := fmt.Sprintf("(%s of the load) without a success while workers waited: %s", format.Percent(*s.Share), s.Which())
	rows := [][3]string{{"stalled", format.Number(s.TotalS) + " s", text}}
	if s.Hidden != nil {
		rows = append(rows, [3]string{"hidden", fmt.Sprint(s.Hidden.Count), "operations that the waiting workers would have begun meanwhile; the corrected response includes them"})
	}
	return rows
}
