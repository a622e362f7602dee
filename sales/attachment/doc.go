// Package attachment owns files on orders: how they come in parts, what they may
// be, who may read them, and their versions. It does not own orders, nor what a
// file says: nothing of one is ever run or shown.
//
// A file is one on its way until its last part came; only then does an attachment
// have it. What does not become whole within a week is forgotten.
package attachment
