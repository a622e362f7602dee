// Package document owns papers: PDFs for people who pick, pack and receive
// goods, in their language, made anew each time they are asked for. It owns no
// data: what stands on a paper belongs to the subject that it tells of.
package document
