package document

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/boombuler/barcode/code128"
)

// Sizes in millimeters.
const (
	margin = 15.0
	width  = 210 - 2*margin
	bottom = 297 - 18.0 // of what stands above the foot
	line   = 4.6        // height of a line of text
	pad    = 1.6        // around what stands in a cell
)

const (
	family  = "text"
	regular = ""
	bold    = "B"
	normal  = 9.5 // points
	small   = 8
	big     = 17
)

// paper is a PDF that is being written. A failure stays and is told in the end.
type paper struct {
	*fpdf.Fpdf
	reader
}

// newPaper begins a paper that bears a title and tells at the foot of each page
// what it is about.
func newPaper(r reader, title, about string, now time.Time) *paper {
	p := &paper{fpdf.New("P", "mm", "A4", ""), r}
	p.AddUTF8FontFromBytes(family, regular, fontRegular)
	p.AddUTF8FontFromBytes(family, bold, fontBold)
	p.SetMargins(margin, margin, margin)
	p.SetCellMargin(pad)
	p.SetAutoPageBreak(false, 0)
	p.SetTitle(printable(title+" "+about), true)
	p.SetLang(r.tag)
	p.SetCreationDate(now)
	p.SetModificationDate(now)
	p.SetCatalogSort(true)
	p.AliasNbPages("{n}")
	p.SetFooterFunc(func() {
		p.font(regular, small)
		p.SetTextColor(90, 100, 100)
		p.SetXY(margin, 297-13)
		p.CellFormat(width/2, line, printable(about), "", 0, "L", false, 0, "")
		p.CellFormat(width/2, line, fmt.Sprintf(p.page, p.PageNo()), "", 0, "R", false, 0, "")
		p.SetTextColor(0, 0, 0)
	})
	p.AddPage()
	p.font(regular, normal)
	return p
}

// bytes ends the paper.
func (p *paper) bytes() ([]byte, error) {
	var b bytes.Buffer
	err := p.Output(&b)
	return b.Bytes(), err
}

func (p *paper) font(style string, size float64) { p.SetFont(family, style, size) }

// text writes a line and goes to the next.
func (p *paper) text(style string, size float64, text string) {
	p.font(style, size)
	p.SetX(margin)
	p.CellFormat(width, size*0.5, printable(text), "", 1, "L", false, 0, "")
	p.font(regular, normal)
}

// head writes the title, with a code to be scanned at its right.
func (p *paper) head(title, below, code string) {
	top := p.GetY()
	p.text(bold, big, title)
	p.text(regular, normal, below)
	if code != "" {
		p.code(code, 210-margin-62, top, 62, 11)
		p.font(regular, small)
		p.SetXY(210-margin-62, top+11.5)
		p.CellFormat(62, 3.5, printable(code), "", 0, "C", false, 0, "")
	}
	p.SetXY(margin, top+20)
	p.font(regular, normal)
}

// room goes to a new page where less than a height is left on this one, and
// tells whether it did.
func (p *paper) room(height float64) bool {
	if p.GetY()+height <= bottom {
		return false
	}
	p.AddPage()
	p.font(regular, normal)
	return true
}

// code draws a text as Code 128, if it is one that Code 128 has.
func (p *paper) code(text string, x, y, width, height float64) {
	c, err := code128.Encode(text)
	if err != nil {
		return
	}
	bars := c.Bounds().Dx()
	bar := width / float64(bars)
	p.SetFillColor(0, 0, 0)
	for from := 0; from < bars; from++ {
		to := from
		for to < bars && dark(c.At(to, 0)) {
			to++
		}
		if to > from {
			p.Rect(x+float64(from)*bar, y, float64(to-from)*bar, height, "F")
			from = to
		}
	}
}

func dark(c interface{ RGBA() (r, g, b, a uint32) }) bool {
	r, _, _, _ := c.RGBA()
	return r < 0x8000
}

// column is one of a table.
type column struct {
	title string
	width float64
	align string // L or R
	style string
}

// cell is what stands in a column of a row: text, below it text in small, and a
// code to be scanned or a box to be ticked.
type cell struct {
	text, below, code string
	box               bool
}

// table writes rows whose head is repeated on each page. No row is split, unless
// it is longer than a page.
func (p *paper) table(columns []column, rows [][]cell) {
	p.tableHead(columns)
	for _, row := range rows {
		texts, height := p.measure(columns, row)
		if p.room(height) {
			p.tableHead(columns)
		}
		p.row(columns, row, texts, height)
	}
	p.SetY(p.GetY() + 5)
}

func (p *paper) tableHead(columns []column) {
	p.room(3 * line)
	p.font(bold, small)
	p.SetFillColor(232, 238, 238)
	p.SetX(margin)
	for _, c := range columns {
		p.CellFormat(c.width, line+2, c.title, "", 0, c.align, true, 0, "")
	}
	p.SetXY(margin, p.GetY()+line+2)
	p.font(regular, normal)
}

// measure breaks the texts of a row into lines, and tells how high it is.
func (p *paper) measure(columns []column, row []cell) (texts [][2][]string, height float64) {
	room := bottom - margin - 3*line
	most := int(room / line) // lines of a row
	for i, c := range columns {
		p.font(c.style, normal)
		upper := p.wrap(row[i].text, c.width)
		p.font(regular, small)
		lower := p.wrap(row[i].below, c.width)
		if over := len(upper) + len(lower) - most; over > 0 {
			lower = append(lower[:max(0, len(lower)-over-1)], "…")
			upper = upper[:min(len(upper), most-len(lower))]
		}
		texts = append(texts, [2][]string{upper, lower})
		tall := float64(len(upper)+len(lower)) * line
		if row[i].code != "" {
			tall += 9
		}
		height = max(height, tall+2*pad)
	}
	p.font(regular, normal)
	return texts, height
}

// wrap breaks a text into lines that fit into a column.
func (p *paper) wrap(text string, width float64) (lines []string) {
	for part := range strings.SplitSeq(text, "\n") {
		if part = printable(part); part != "" {
			lines = append(lines, p.SplitText(part, width-2*pad)...)
		}
	}
	return lines
}

func (p *paper) row(columns []column, row []cell, texts [][2][]string, height float64) {
	x, y := margin, p.GetY()
	for i, c := range columns {
		at := y + pad
		for part, lines := range texts[i] {
			p.font(c.style, normal)
			if part == 1 {
				p.font(regular, small)
				p.SetTextColor(80, 90, 90)
			}
			for _, text := range lines {
				p.SetXY(x, at)
				p.CellFormat(c.width, line, text, "", 0, c.align, false, 0, "")
				at += line
			}
		}
		p.SetTextColor(0, 0, 0)
		if row[i].box {
			p.Rect(x+pad, y+pad+0.4, 3.8, 3.8, "D")
		}
		if row[i].code != "" {
			p.code(row[i].code, x+pad, at+1, min(c.width-2*pad, 50), 7)
		}
		x += c.width
	}
	p.SetDrawColor(205, 214, 214)
	p.Line(margin, y+height, margin+width, y+height)
	p.SetDrawColor(0, 0, 0)
	p.SetXY(margin, y+height)
	p.font(regular, normal)
}

// facts writes names with their values; those without a value are left out.
func (p *paper) facts(x, width float64, all [][2]string) {
	for _, f := range all {
		if f[1] == "" {
			continue
		}
		p.font(regular, small)
		p.SetTextColor(80, 90, 90)
		p.SetX(x)
		p.CellFormat(30, line+0.4, f[0], "", 0, "L", false, 0, "")
		p.SetTextColor(0, 0, 0)
		p.font(regular, normal)
		for i, text := range p.wrap(f[1], width-30) {
			if i > 0 {
				p.SetX(x + 30)
			}
			p.CellFormat(width-30, line+0.4, text, "", 1, "L", false, 0, "")
		}
	}
}

// printable is a text without what no font draws: control characters, and what
// lies beyond the plane that PDF fonts are addressed by.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r > 0xFFFF:
			return '\uFFFD'
		case r < ' ' || r == 0x7F || r == '\u200B' || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, text)
}

// options are those that were chosen, by their names.
func options(chosen map[string]string) string {
	names := slices.Sorted(maps.Keys(chosen))
	for i, n := range names {
		names[i] = n + ": " + chosen[n]
	}
	return strings.Join(names, ", ")
}
