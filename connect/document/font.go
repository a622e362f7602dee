package document

import (
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
)

// The font of papers has Latin, Greek, Cyrillic and Hebrew letters. A paper
// holds those that it uses.
var fontRegular, fontBold = liberationsansregular.TTF, liberationsansbold.TTF
