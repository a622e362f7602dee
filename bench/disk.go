package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// A disk that fills: the server's database lies on a small file system, and a
// file beside it takes what room there is, but for a rest that the clients use up.
const (
	biggestDisk = 1 << 30 // bytes: nobody's real disk is filled by mistake
	restOfDisk  = 1 << 20
	ballast     = "ballast"
	fullLimit   = 30 * time.Second // until each client is told
	fullFor     = time.Second
)

// checkDisk refuses a folder on a disk that is nobody's to fill.
func checkDisk(folder string) error {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	if size := int64(s.Blocks) * s.Bsize; size > biggestDisk {
		return fmt.Errorf("%s lies on a disk of %d MB, and the campaign fills it: mount one of at most %d MB there, as scripts/full-disk.sh does", folder, size>>20, biggestDisk>>20)
	}
	return nil
}

// fillDisk fills the disk under the clients that write, until each of them was
// told, lets them go on for a while, and makes room again.
func (c *campaign) fillDisk(ctx context.Context, written <-chan struct{}) error {
	file := filepath.Join(c.Disk, ballast)
	defer os.Remove(file)
	if err := fill(file, restOfDisk); err != nil {
		return err
	}
	select {
	case <-written:
	case <-time.After(fullLimit):
		return fmt.Errorf("the disk of %s is full, and after %v there are clients whose writes are accepted", c.Disk, fullLimit)
	case <-ctx.Done():
		return ctx.Err()
	}
	until := time.Now().Add(fullFor)
	var all sync.WaitGroup
	for _, w := range c.writers {
		all.Go(func() { w.endure(ctx, until) })
	}
	all.Wait()
	return os.Remove(file)
}

// fill writes a file until the disk is full, and gives some bytes back.
func fill(name string, rest int64) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for size, zeros := int64(0), bytes.Repeat([]byte{0}, 1<<20); ; {
		n, err := f.Write(zeros)
		size += int64(n)
		if errors.Is(err, syscall.ENOSPC) {
			return f.Truncate(max(0, size-rest))
		}
		if err != nil {
			return err
		}
	}
}

// endure reads and writes while the disk is full.
func (w *writer) endure(ctx context.Context, until time.Time) {
	for time.Now().Before(until) && ctx.Err() == nil {
		w.look(ctx)
		r := w.silent
		if r == nil {
			r = w.next()
		}
		w.try(ctx, r)
	}
}

// look reads its latest order. It has to be answered.
func (w *writer) look(ctx context.Context) {
	if len(w.placed) == 0 {
		return
	}
	a, err := w.send(ctx, &request{path: "/v1/orders/" + w.placed[len(w.placed)-1].order})
	if err == nil && a.status == http.StatusOK {
		w.read++
	} else {
		w.unread++
	}
}
