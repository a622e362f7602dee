package query

import "slices"

// maxWalks bounds the walks by which one page is read, and so the length of
// statements, which databases keep prepared.
const maxWalks = 8

// walks returns filters that find together what the filter finds, some rows
// perhaps more than once. Where it asks for several values of fields that have
// an index, there is one for each value: read in the list's order, each stops at
// the end of the page, where one statement for all would gather everything that
// it finds and sort it.
func (f Filter) walks() []Filter {
	if f.root == nil {
		return []Filter{f}
	}
	nodes := f.root.walks()
	if nodes == nil {
		return []Filter{f}
	}
	filters := make([]Filter, len(nodes))
	for i, n := range nodes {
		filters[i] = Filter{n}
	}
	return filters
}

// walks returns nil where no index leads.
func (n *node) walks() []*node {
	switch n.kind {
	case nodeAll:
		return allWalks(n.kids)
	case nodeAny:
		return anyWalks(n.kids)
	case nodeTerm:
		return n.term.walks()
	}
	return nil
}

func (t *term) walks() (walks []*node) {
	if t.field == nil || !t.field.Indexed || t.isSet {
		return nil
	}
	seen := map[string]bool{}
	for _, v := range t.values {
		if !seen[v.arg] {
			seen[v.arg] = true
			one := *t
			one.values = []value{v}
			walks = append(walks, &node{kind: nodeTerm, term: &one})
		}
	}
	return walks
}

// anyWalks puts the walks of all kids beside each other.
func anyWalks(kids []*node) (walks []*node) {
	for _, kid := range kids {
		some := kid.walks()
		if some == nil || len(walks)+len(some) > maxWalks {
			return nil
		}
		walks = append(walks, some...)
	}
	return walks
}

// allWalks combines each walk of a kid with each of the others. Kids without an
// index, and those that would make too many, stay as they are in every walk.
func allWalks(kids []*node) []*node {
	rows, led := [][]*node{nil}, false
	for _, kid := range kids {
		some := kid.walks()
		if some == nil || len(rows)*len(some) > maxWalks {
			some = []*node{kid}
		} else {
			led = true
		}
		rows = product(rows, some)
	}
	if !led {
		return nil
	}
	walks := make([]*node, len(rows))
	for i, row := range rows {
		walks[i] = group(nodeAll, row)
	}
	return walks
}

func product(rows [][]*node, ends []*node) [][]*node {
	var all [][]*node
	for _, row := range rows {
		for _, end := range ends {
			all = append(all, append(slices.Clone(row), end))
		}
	}
	return all
}
