package folder

import (
	"io"

	"contend/report"
	"contend/report/page"
	"contend/report/text"
)

// SaveJudgement writes the files of a judgement of what passed through a proxy into its
// folder, as [Save] does. drawn says that a picture of the violation is there.
func SaveJudgement(dir string, j *report.Judgement, drawn bool) error {
	picture := ""
	if drawn {
		picture = report.PictureFile
	}
	return save(dir, disk(), []content{
		{report.TextFile, func(w io.Writer) error { return text.Judgement(w, j, text.Options{Width: textFileWidth}) }},
		{report.PageFile, func(w io.Writer) error { return page.Judgement(w, j, picture) }},
		{report.ProxyFile, j.Encode},
	})
}
