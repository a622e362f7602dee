package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"ordo/edge/rest"
)

// streamOperation is the one that answers as long as its client listens.
const streamOperation = "event.stream"

// follow reads what the served document says of the stream, and lets it run.
func (p *prober) follow() {
	p.Helper()
	var served described
	if err := json.Unmarshal(rest.Document(p.house.engine.Operations, rest.Options{Streams: p.house.streams(), References: expandable}), &served); err != nil {
		p.Fatal(err)
	}
	for path, methods := range served.Paths {
		if o := methods["get"]; o != nil && o.Name == streamOperation {
			o.method, o.path = http.MethodGet, path
			p.reader.described, p.reader.operations[streamOperation] = served, o
		}
	}
	p.near.inputs[streamOperation] = object{}
	go p.house.hub.Run(p.Context())
}

// end seals what happened and returns where the log ends.
func (p *prober) end() int64 {
	p.Helper()
	if err := p.house.seal(p.Context()); err != nil {
		p.Fatal(err)
	}
	last, err := p.house.lastPosition(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	return last
}

// listen reads how a stream begins, and the first event if there has to be one.
// It wants both to be as the document says.
func (p *prober) listen(o *describedOperation, a *http.Response) {
	p.Helper()
	if _, described := o.Responses["200"].Content[a.Header.Get("Content-Type")]; !described {
		p.Errorf("%s\ngives %v, which is not described", p.trace, a.Header)
		return
	}
	if p.worked[o.Name]++; a.Request.Method == http.MethodHead {
		return
	}
	lines := bufio.NewReader(a.Body)
	if got := p.piece(lines); got[""] != " following" || got["retry"] != "1000" {
		p.Errorf("%s\nbegins with %q", p.trace, got)
	}
	asked := strings.TrimSpace(a.Request.Header.Get("Last-Event-ID"))
	position, err := strconv.ParseInt(asked, 10, 64)
	q := a.Request.URL.Query()
	if asked == "" || strings.Trim(q.Get("types"), ",") != "" || q.Get("subject") != "" || err == nil && position >= p.end() {
		return // nothing has to come
	}
	got := p.piece(lines)
	event, _ := decoded(p.T, []byte(got["data"])).(map[string]any)
	if event["type"] != got["event"] || got["id"] != strconv.FormatInt(position+1, 10) || o.Events[got["event"]] == nil {
		p.Errorf("%s\ngoes on with %q", p.trace, got)
		return
	}
	for _, fault := range p.match(o.Events[got["event"]], event["body"], got["event"]) {
		p.Errorf("%s\ntells %q\n%s", p.trace, got, fault)
	}
}

// piece reads fields up to an empty line.
func (p *prober) piece(lines *bufio.Reader) map[string]string {
	p.Helper()
	fields := map[string]string{}
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			p.Fatalf("%s: %v", p.trace, err)
		}
		if line = strings.TrimSuffix(line, "\n"); line == "" {
			return fields
		}
		name, value, _ := strings.Cut(line, ":")
		if name != "" {
			value = strings.TrimPrefix(value, " ")
		}
		fields[name] = value
	}
}
