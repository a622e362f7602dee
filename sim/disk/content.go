package disk

// content is the bytes of a file, in pieces, so that a file that grows is not
// copied. What lies behind its size is zero.
type content struct {
	size   int64
	pieces [][]byte // each of piece bytes; nil if all of them are zero
}

const piece = 1 << 16

// at calls fn with the parts of n bytes from an offset on, as they lie in pieces.
func (c *content) at(offset, n int64, fn func(p *[]byte, from, to int64)) {
	for n > 0 {
		from := offset % piece
		part := min(n, piece-from)
		fn(&c.pieces[offset/piece], from, from+part)
		offset, n = offset+part, n-part
	}
}

// resize cuts the content or fills it up with zeros.
func (c *content) resize(size int64) {
	if size < c.size {
		c.at(size, c.size-size, func(p *[]byte, from, to int64) {
			if *p != nil {
				clear((*p)[from:to])
			}
		})
	}
	c.size = size
	pieces := int((size + piece - 1) / piece)
	for len(c.pieces) < pieces {
		c.pieces = append(c.pieces, nil)
	}
	clear(c.pieces[pieces:])
	c.pieces = c.pieces[:pieces]
}

func (c *content) write(data []byte, offset int64) {
	if end := offset + int64(len(data)); end > c.size {
		c.resize(end)
	}
	c.at(offset, int64(len(data)), func(p *[]byte, from, to int64) {
		if *p == nil {
			*p = make([]byte, piece)
		}
		data = data[copy((*p)[from:to], data):]
	})
}

// read fills b as far as there is something, and tells how far.
func (c *content) read(b []byte, offset int64) int {
	n := max(0, min(int64(len(b)), c.size-offset))
	c.at(offset, n, func(p *[]byte, from, to int64) {
		if *p == nil {
			clear(b[:to-from])
		} else {
			copy(b, (*p)[from:to])
		}
		b = b[to-from:]
	})
	return int(n)
}

// clone is a copy that goes ways of its own.
func (c *content) clone() content {
	another := content{size: c.size, pieces: make([][]byte, len(c.pieces))}
	for i, p := range c.pieces {
		if p != nil {
			another.pieces[i] = append(make([]byte, 0, piece), p...)
		}
	}
	return another
}
