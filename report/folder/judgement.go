package folder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

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

// LoadJudgement reads the judgement in the folder of a proxy. The error matches
// [fs.ErrNotExist] if the folder has none.
func LoadJudgement(dir string) (*report.Judgement, error) {
	text, err := os.ReadFile(filepath.Join(dir, report.ProxyFile))
	if err != nil {
		return nil, err
	}
	var j report.Judgement
	err = json.Unmarshal(text, &j)
	if err == nil && j.Proxy == nil {
		err = errors.New("it is not about a proxy")
	}
	if err != nil {
		return nil, fmt.Errorf("load %q: %s: %w", dir, report.ProxyFile, err)
	}
	return &j, nil
}
