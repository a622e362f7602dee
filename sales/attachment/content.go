package attachment

import (
	"archive/zip"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/gabriel-vasile/mimetype"

	"ordo/engine/db"
	"ordo/engine/file"
)

const (
	zipped = "application/zip"
	csv    = "text/csv"
	plain  = "text/plain"
)

// extensions of the types that orders take. What a file is, its content says; the
// name of one that ends otherwise is lengthened.
var extensions = map[string][]string{
	"application/pdf": {".pdf"},
	"image/png":       {".png"}, "image/apng": {".png", ".apng"}, "image/jpeg": {".jpg", ".jpeg"}, "image/gif": {".gif"}, "image/webp": {".webp"},
	"image/tiff": {".tiff", ".tif"}, "image/bmp": {".bmp"}, "image/heic": {".heic"}, "image/heif": {".heif"}, "image/avif": {".avif"},
	"application/msword": {".doc"}, "application/vnd.ms-excel": {".xls"}, "application/vnd.ms-powerpoint": {".ppt"},
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   {".docx"},
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         {".xlsx"},
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": {".pptx"},
	"application/vnd.oasis.opendocument.text":                                   {".odt"},
	"application/vnd.oasis.opendocument.spreadsheet":                            {".ods"},
	"application/vnd.oasis.opendocument.presentation":                           {".odp"},
	csv: {".csv"},
}

// packed are the types of files that are archives, by an entry that only they have.
var packed = []struct{ entry, kind string }{
	{"word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
}

// open are the types of OpenDocument, which its entry "mimetype" names.
var open = []string{"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.presentation"}

// typeOf is the type of a file by its first part. Of an archive the rest tells
// more.
func typeOf(head []byte) string {
	found := mimetype.Detect(head)
	for parent := found; parent != nil; parent = parent.Parent() {
		if parent.Is(zipped) {
			return zipped
		}
	}
	kind, _, _ := strings.Cut(found.String(), ";")
	return kind
}

// taken is the type of a file whose first part looks like a type, or refuses it.
// Text is a CSV if it is called one: a table of one column looks like any text.
func taken(name, kind string) (string, error) {
	if kind == zipped {
		return zipped, nil
	}
	if kind == plain && strings.EqualFold(path.Ext(name), ".csv") {
		kind = csv
	}
	if extensions[kind] == nil {
		return "", ErrType.At("/content", "%s is of the type %s", name, kind)
	}
	return kind, nil
}

// inspect finds out what an archive is.
func (f *File) inspect(tx *db.Tx) error {
	if f.Type != zipped {
		return nil
	}
	kind, why, err := archived(&reader{read: func(part int64) ([]byte, error) { return decodedPart(tx, f.ID, part) }, size: f.Size})
	if err == nil && why != "" {
		err = ErrType.At("/content", "%s is an archive %s", f.Name, why)
	}
	f.Type = kind
	return err
}

// mostRead is how much of an archive is read to find out what it is: its list of
// entries, where the largest documents have some thousand.
const mostRead = 2 << 20

// archived is the type of an archive, or why it is not taken.
func archived(r *reader) (kind, why string, err error) {
	z, err := zip.NewReader(&bounded{r: r, left: mostRead}, r.size)
	switch {
	case errors.Is(err, errMuch):
		return "", "with too many entries", nil
	case r.failed != nil:
		return "", "", r.failed
	case err != nil:
		return "", "that is damaged", nil
	}
	for _, e := range z.File {
		name := strings.ToLower(e.Name)
		if path.Base(name) == "vbaproject.bin" || strings.HasPrefix(name, "basic/") || strings.HasPrefix(name, "scripts/") {
			return "", "with macros", nil
		}
	}
	for _, p := range packed {
		if slices.ContainsFunc(z.File, func(e *zip.File) bool { return e.Name == p.entry }) && slices.ContainsFunc(z.File, func(e *zip.File) bool { return e.Name == "[Content_Types].xml" }) {
			return p.kind, "", nil
		}
	}
	kind, err = declared(z)
	if r.failed != nil {
		return "", "", r.failed
	}
	if err == nil && slices.Contains(open, kind) {
		return kind, "", nil
	}
	return "", "that is no document", nil
}

// declared is what the entry "mimetype" of an archive says.
func declared(z *zip.Reader) (string, error) {
	e, err := z.Open("mimetype")
	if err != nil {
		return "", err
	}
	defer e.Close()
	text, err := io.ReadAll(io.LimitReader(e, 200))
	return strings.TrimSpace(string(text)), err
}

// reader reads a file that lies in parts.
type reader struct {
	read   func(part int64) ([]byte, error)
	size   int64
	at     int64 // number of the part that was read last
	data   []byte
	failed error
	offset int64 // of Read
}

// ReadAt implements io.ReaderAt.
func (r *reader) ReadAt(p []byte, offset int64) (n int, err error) {
	for n < len(p) {
		if offset >= r.size {
			return n, io.EOF
		}
		if part := offset/file.PartSize + 1; part != r.at {
			if r.data, r.failed = r.read(part); r.failed != nil {
				return n, r.failed
			}
			r.at = part
		}
		in := offset % file.PartSize
		if in >= int64(len(r.data)) {
			r.failed = io.ErrUnexpectedEOF
			return n, r.failed
		}
		m := copy(p[n:], r.data[in:])
		n, offset = n+m, offset+int64(m)
	}
	return n, nil
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if r.offset >= r.size {
		return 0, io.EOF
	}
	n, err := r.ReadAt(p[:min(int64(len(p)), r.size-r.offset)], r.offset)
	r.offset += int64(n)
	return n, err
}

// Seek implements io.Seeker.
func (r *reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.offset
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, errors.New("attachment: before the file")
	}
	r.offset = offset
	return offset, nil
}

var errMuch = errors.New("attachment: it reads too much")

// bounded reads so much and no more.
type bounded struct {
	r    io.ReaderAt
	left int
}

// ReadAt implements io.ReaderAt.
func (b *bounded) ReadAt(p []byte, offset int64) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errMuch
	}
	return b.r.ReadAt(p, offset)
}

// named tells whether a text can be the name of a file.
func named(name string) bool {
	return strings.Trim(name, ". ") != "" && !strings.ContainsAny(name, `/\`) &&
		!strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) })
}

// withExtension is the name of a file with an extension of its type, so that it
// opens as what it is: "bill.exe" that is a PDF becomes "bill.exe.pdf".
func withExtension(name, kind string) string {
	if slices.Contains(extensions[kind], strings.ToLower(path.Ext(name))) {
		return name
	}
	return strings.TrimRight(name, ". ") + extensions[kind][0]
}
