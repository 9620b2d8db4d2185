package folder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"contend/report"
	"contend/report/page"
	"contend/report/text"
)

// SaveJudgement writes the files of a proxy's judgement into its folder, as [Save] does. drawn
// says that the folder has a picture of the violation.
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

// LoadJudgement reads what [SaveJudgement] wrote. path is the folder of a proxy, or a
// proxy.json. If there is none, the error matches [fs.ErrNotExist].
func LoadJudgement(path string) (*report.Judgement, error) {
	if filepath.Base(path) != report.ProxyFile {
		path = filepath.Join(path, report.ProxyFile)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, syscall.ENOTDIR) { // the path is a file
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("load %q: %w", path, withoutPath(err))
	}
	var j report.Judgement
	err = json.Unmarshal(text, &j)
	switch {
	case err == nil && j.Proxy == nil:
		err = errors.New("it is not the judgement of a proxy")
	case err == nil && j.Version > report.Version:
		err = fmt.Errorf("version %d is newer than this program's %d", j.Version, report.Version)
	}
	if err != nil {
		return nil, fmt.Errorf("load %q: %w", path, err)
	}
	return &j, nil
}
