package history

import (
	"bytes"
	"fmt"
)

// byteOrderMark may stand before a text in UTF-8.
const byteOrderMark = "\ufeff"

// foreign names the format of a text that is neither UTF-8 nor compressed with zstd, as
// far as its first bytes show; nil if they show nothing.
func foreign(start []byte) error {
	for _, f := range []struct{ signature, format string }{
		{"\x1f\x8b", "compressed with gzip"},
		{"BZh", "compressed with bzip2"},
		{"\xfd7zXZ", "compressed with xz"},
		{"\x04\x22\x4d\x18", "compressed with lz4"},
		{"PK\x03\x04", "a zip archive"},
		{"\xff\xfe\x00\x00", "in UTF-32"},
		{"\x00\x00\xfe\xff", "in UTF-32"},
		{"\xff\xfe", "in UTF-16"},
		{"\xfe\xff", "in UTF-16"},
		{"{\x00", "in UTF-16"},
		{"\x00{", "in UTF-16"},
	} {
		if bytes.HasPrefix(start, []byte(f.signature)) {
			return fmt.Errorf("the text is %s; a history is in UTF-8, uncompressed or compressed with zstd", f.format)
		}
	}
	return nil
}
