package mail

import (
	"bytes"
	"embed"
	"html/template"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Template is what a mail says: a subject, and a body of plain paragraphs. Values
// stand in both as {name}; a table stands alone in its line. A line all of whose
// values are empty is left out, with the line before it if that announces a table.
type Template struct {
	Subject string
	Body    string
}

// value is what stands for a name: a text, or the rows of a table, whose last
// column is an amount where it has more than two.
type value struct {
	text string
	rows [][]string
}

type values map[string]value

func (v value) empty() bool { return v.text == "" && len(v.rows) == 0 }

//go:embed templates layout.html
var files embed.FS

// builtIn is the template in a language, as the program has it.
func builtIn(name, language string) Template {
	b, err := files.ReadFile("templates/" + language + "/" + name + ".txt")
	if err != nil {
		panic("mail: " + err.Error())
	}
	subject, body, _ := strings.Cut(string(b), "\n")
	return Template{strings.TrimPrefix(subject, "Subject: "), strings.Trim(body, "\n")}
}

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// put replaces the names in a line. ok is false if it has some, and all are empty.
func (v values) put(line string) (text string, ok bool) {
	some, full := false, false
	text = placeholder.ReplaceAllStringFunc(line, func(name string) string {
		one := v[strings.Trim(name, "{}")]
		some, full = true, full || one.text != ""
		return oneLine(one.text)
	})
	return text, full || !some
}

// block is a piece of a mail: lines of text, or a table.
type block struct {
	Lines []string
	Rows  [][]string
	Plain bool // of rows without amounts
}

// render writes a mail in both forms.
func (t Template) render(r *reader, v values) (subject, text, page string) {
	subject, _ = v.put(t.Subject)
	subject = oneLine(subject)
	blocks := t.blocks(v)
	var html bytes.Buffer
	err := layout.Execute(&html, struct {
		Language, Subject, Company string
		Blocks                     []block
	}{r.language, subject, r.company, blocks})
	if err != nil {
		panic("mail: " + err.Error()) // the layout is ours, and a buffer takes everything
	}
	return subject, plain(blocks), html.String()
}

// isLink tells whether a line is nothing but a link, which only ours are.
func isLink(line string) bool {
	return (strings.HasPrefix(line, "https://") || strings.HasPrefix(line, "http://")) && !strings.Contains(line, " ")
}

var layout = template.Must(template.New("layout.html").Funcs(template.FuncMap{"isLink": isLink}).ParseFS(files, "layout.html"))

// blocks are the paragraphs of the body. One that announces an empty table is left
// out with it.
func (t Template) blocks(v values) (all []block) {
	for _, paragraph := range strings.Split(t.Body, "\n\n") {
		var one block
		lost := false
		for _, line := range strings.Split(paragraph, "\n") {
			name := placeholder.FindStringSubmatch(line)
			if name != nil && strings.TrimSpace(line) == name[0] && v[name[1]].text == "" {
				if lost = len(v[name[1]].rows) == 0; lost {
					break
				}
				if one.Lines != nil {
					all = append(all, one)
				}
				rows := v[name[1]].rows
				all = append(all, block{Rows: rows, Plain: len(rows[0]) == 2 && name[1] != "totals"})
				one = block{}
			} else if text, ok := v.put(line); ok {
				one.Lines = append(one.Lines, strings.TrimRight(text, " "))
			}
		}
		if !lost && one.Lines != nil {
			all = append(all, one)
		}
	}
	return all
}

// plain is the mail as text.
func plain(blocks []block) string {
	var all []string
	for _, b := range blocks {
		lines := b.Lines
		if b.Rows != nil {
			lines = tabular(b)
		}
		all = append(all, strings.Join(lines, "\n"))
	}
	return strings.Join(all, "\n\n") + "\n"
}

// tabular writes the rows of a table below each other.
func tabular(b block) (lines []string) {
	wide := make([]int, len(b.Rows[0]))
	for _, row := range b.Rows {
		for i, cell := range row {
			wide[i] = max(wide[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range b.Rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", wide[i]-utf8.RuneCountInString(cell))
			if amount := i == len(row)-1 && !b.Plain; amount || i == 0 && (b.Plain || len(row) > 2) {
				line.WriteString(pad + oneLine(cell))
			} else {
				line.WriteString(oneLine(cell) + pad)
			}
			if i < len(row)-1 {
				line.WriteString("  ")
			}
		}
		lines = append(lines, "  "+strings.TrimRight(line.String(), " "))
	}
	return lines
}
