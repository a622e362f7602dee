package db

import (
	"context"
	"errors"
	"os"
)

// PageFile is a SQLite file that is put together page by page. Like a Filling,
// nobody sees it before it is done.
type PageFile struct {
	to    target
	file  *os.File
	size  int64 // of a page
	begun bool  // a Filling has taken over
}

// FillPages begins a file of pages of the size. It refuses a target that
// exists, and one that is no file.
func FillPages(url string, size int64) (*PageFile, error) {
	d, path := dialectOf(url)
	if d.Name != sqlite.Name {
		return nil, ErrNotEmpty.New("pages of a file can't go into a server").Helped("Restore into sqlite:PATH. From there, ordo backup and ordo restore lead to PostgreSQL.")
	}
	to, err := prepareFile(path)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(to.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &PageFile{to: to, file: f, size: size}, nil
}

// Put writes a page.
func (p *PageFile) Put(page Page) error {
	_, err := p.file.WriteAt(page.Data, int64(page.Number-1)*p.size)
	return err
}

// Begin ends the writing of pages: the file has so many. It is checked, and
// open for what is left to do.
func (p *PageFile) Begin(ctx context.Context, pages uint32) (*Filling, error) {
	if err := errors.Join(p.file.Truncate(int64(pages)*p.size), p.file.Close()); err != nil {
		return nil, err
	}
	a, err := openAlone(ctx, "sqlite:"+p.to.url, false)
	if err != nil {
		return nil, err
	}
	f := &Filling{alone: a, target: p.to}
	p.begun = true
	if err := f.examine(ctx); err != nil {
		f.Close()
		return nil, a.db.explain(err)
	}
	return f, nil
}

// examine looks whether the pages are a database.
func (f *Filling) examine(ctx context.Context) error {
	if err := f.conn.script(ctx, f.db.beginFill); err != nil {
		return err
	}
	var found string
	if err := f.read(ctx, One(`PRAGMA quick_check(1)`, nil, &found)); err != nil {
		return err
	}
	if found != "ok" {
		return ErrDamaged.New("the pages are no whole database: %s", found)
	}
	return f.look(ctx)
}

// Close removes what is not done.
func (p *PageFile) Close() {
	if !p.begun {
		p.file.Close()
		os.Remove(p.to.temp)
	}
}
