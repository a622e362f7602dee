package query

import "strings"

const (
	maxTerms = 50 // terms, or values where a term has several
	maxDepth = 10 // parentheses within each other
)

type nodeKind int

const (
	nodeTerm nodeKind = iota
	nodeAll
	nodeAny
	nodeNot
)

// node is a filter as a tree.
type node struct {
	kind nodeKind
	kids []*node
	term *term // of a nodeTerm
}

// parser reads
//
//	any  = all { "OR" all }
//	all  = one { one }
//	one  = [ "-" ] ( "(" any ")" | term )
type parser struct {
	tokens []token
	next   int
	end    int // position after the last byte
	terms  int
	deep   bool // stopped at maxDepth
	faults *faults
}

// parse returns nil for a filter without terms. After a fault the tree is of
// no use.
func parse(tokens []token, end int, f *faults) *node {
	p := parser{tokens: tokens, end: end, faults: f}
	if len(tokens) == 0 {
		return nil
	}
	root := p.any(0)
	for p.is(tokenClose) {
		f.syntax(p.pos(), "This ) has no (.")
		p.next++
		if p.next < len(p.tokens) {
			p.any(0)
		}
	}
	return root
}

func (p *parser) is(kind tokenKind) bool {
	return p.next < len(p.tokens) && p.tokens[p.next].kind == kind
}

// pos returns where the next token begins.
func (p *parser) pos() int {
	if p.next < len(p.tokens) {
		return p.tokens[p.next].pos
	}
	return p.end
}

func (p *parser) any(depth int) *node {
	kids := []*node{p.all(depth)}
	for p.is(tokenOr) {
		p.next++
		kids = append(kids, p.all(depth))
	}
	return group(nodeAny, kids)
}

func (p *parser) all(depth int) *node {
	if p.next == len(p.tokens) || p.is(tokenOr) || p.is(tokenClose) {
		p.faults.syntax(p.pos(), "A term is missing.")
	}
	var kids []*node
	for p.next < len(p.tokens) && !p.is(tokenOr) && !p.is(tokenClose) {
		kids = append(kids, p.one(depth))
	}
	return group(nodeAll, kids)
}

// group returns a node for several kids, and a single kid as it is.
func group(kind nodeKind, kids []*node) *node {
	if len(kids) == 1 {
		return kids[0]
	}
	return &node{kind: kind, kids: kids}
}

func (p *parser) one(depth int) *node {
	t := p.tokens[p.next]
	p.next++
	switch t.kind {
	case tokenMinus:
		if !p.is(tokenTerm) && !p.is(tokenOpen) || p.pos() != t.pos+1 {
			p.faults.syntax(t.pos, "A - stands right before the term or ( that it negates.")
			return nil
		}
		return &node{kind: nodeNot, kids: []*node{p.one(depth)}}
	case tokenOpen:
		return p.inner(t.pos, depth+1)
	default:
		p.count(t.term)
		return &node{kind: nodeTerm, term: t.term}
	}
}

// inner reads what stands in parentheses; the first one is read already.
func (p *parser) inner(open, depth int) *node {
	if depth > maxDepth {
		p.faults.syntax(open, "More than %d parentheses are within each other.", maxDepth)
		p.deep, p.next = true, len(p.tokens)
		return nil
	}
	n := p.any(depth)
	switch {
	case p.is(tokenClose):
		p.next++
	case !p.deep:
		p.faults.syntax(open, "This ( has no ).")
	}
	return n
}

func (p *parser) count(t *term) {
	if before := p.terms; before <= maxTerms {
		p.terms += len(t.values)
		if p.terms > maxTerms {
			p.faults.syntax(t.pos, "The filter has more than %d terms and values.", maxTerms)
		}
	}
}

// String prints the tree so that it is read as the same tree.
func (n *node) String() string {
	switch n.kind {
	case nodeAll:
		return join(n.kids, " ", nodeAll, nodeAny)
	case nodeAny:
		return join(n.kids, " OR ", nodeAny)
	case nodeNot:
		return "-" + join(n.kids, "", nodeAll, nodeAny, nodeNot)
	}
	return n.term.String()
}

// join prints the kids, those of the kinds wrapped in parentheses.
func join(kids []*node, between string, wrapped ...nodeKind) string {
	texts := make([]string, len(kids))
	for i, kid := range kids {
		texts[i] = kid.String()
		for _, kind := range wrapped {
			if kid.kind == kind {
				texts[i] = "(" + texts[i] + ")"
			}
		}
	}
	return strings.Join(texts, between)
}

var escapeQuotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// String prints the term as it was written.
func (t *term) String() string {
	texts := make([]string, len(t.values))
	for i, v := range t.values {
		texts[i] = v.text
		if v.quoted {
			texts[i] = `"` + escapeQuotes.Replace(v.text) + `"`
		}
	}
	return t.name + t.op + strings.Join(texts, ",")
}
